import { Redis, type RedisOptions } from 'ioredis';
import { ConfigError } from './config.js';
import { whenNew, type Logger } from './logger.js';

/** A connection that took a command and says nothing for this long is given up: it may be half open. */
const silenceMs = 5_000;

/** Fails at once when Redis is away. */
const brief = {
  enableOfflineQueue: false,
  commandTimeout: 300,
  maxRetriesPerRequest: 1,
  enableAutoPipelining: true,
  socketTimeout: silenceMs,
};

/** Redis only carries hints: every role bounds how long a caller waits for it. */
const roles = {
  /** Publishes for the adapter: the log heals what was lost. */
  publisher: brief,
  /** Holds the subscriptions. It reconnects for ever. */
  subscriber: {
    maxRetriesPerRequest: null,
    enableAutoPipelining: false,
    socketTimeout: silenceMs,
  },
  /** Presence and limits: callers have an answer without it. */
  commands: brief,
  /** BullMQ's workers. They block on Redis and wait for it for ever. */
  worker: { maxRetriesPerRequest: null },
  /** The queue dashboard. Nothing waits for it, so it may connect later. */
  dashboard: { maxRetriesPerRequest: 1 },
  /** BullMQ's producers. They fail fast, since the relay keeps its place until the job is added. */
  producer: { enableOfflineQueue: false, maxRetriesPerRequest: 1, commandTimeout: 2_000 },
} satisfies Record<string, RedisOptions>;

export type RedisRole = keyof typeof roles;

/**
 * Connects and waits until the client is ready: the adapter must be built on ready clients only. Throws a ConfigError
 * for a node of a Redis Cluster, where queues and scripts would fail one by one.
 */
export async function connectRedis(url: string, role: RedisRole, log: Logger): Promise<Redis> {
  const client = openRedis(url, role, log);
  await new Promise<void>((resolve) => {
    if (client.status === 'ready') resolve();
    else client.once('ready', () => resolve());
  });
  // A user without the right to ask gets no answer, which is no reason to stop.
  const info = await client.info('cluster').catch(() => '');
  if (/^cluster_enabled:1/m.test(info)) {
    client.disconnect();
    throw new ConfigError([
      'REDIS_URL or QUEUE_REDIS_URL names a node of a Redis Cluster, which is not supported. Name a Redis that runs alone or with replicas.',
    ]);
  }
  return client;
}

/** Connects without waiting. */
export function openRedis(url: string, role: RedisRole, log: Logger): Redis {
  const client = new Redis(url, {
    ...roles[role],
    connectTimeout: 5_000,
    connectionName: `haggle-${role}`,
    reconnectOnError: leaveReplica(),
  });
  const say = whenNew((reason) => log.warn({ role, reason }, 'redis'));
  // An `error` event without a listener ends the process.
  client.on('error', (error: Error) => say(error.message));
  client.on('ready', () => log.info({ role }, 'redis is reachable'));
  return client;
}

/** The server has become a replica; it tells a worker that waits for a job there by UNBLOCKED. */
const isReplica = (error: Error): boolean => /^(READONLY|UNBLOCKED) /.test(error.message);
/** How often the name is resolved again while it still leads to the replica. */
const leaveAgainMs = 1_000;

/**
 * Reconnects when the server has become a replica: by then the name in the URL leads to the new primary. Nothing else
 * would cut the connection.
 */
function leaveReplica(): (error: Error) => boolean {
  let last = -leaveAgainMs;
  return (error) => {
    if (!isReplica(error) || performance.now() - last < leaveAgainMs) return false;
    last = performance.now();
    return true;
  };
}

/** How often each connection is tried. */
const tryEachMs = 1_000;

/**
 * Writes over each connection every second, so that one that only listens or waits also finds out that its server has
 * become a replica: PUBLISH works there, but reaches nobody who is connected to the primary. `onReplica` is called
 * every time this is found.
 */
export function watchPrimary(
  clients: readonly Redis[],
  options: { key: string; onReplica?: () => void; log: Logger },
): { readonly readOnly: boolean; close: () => void } {
  const say = whenNew((reason) => options.log.warn({ reason }, 'redis cannot be written'));
  let readOnly = false;
  const canWrite = async (client: Redis): Promise<boolean> => {
    try {
      await client.set(options.key, '', 'PX', 10 * tryEachMs);
      return true;
    } catch (error) {
      if (!isReplica(error as Error)) return true;
      say((error as Error).message);
      return false;
    }
  };
  const look = async (): Promise<void> => {
    const ready = clients.filter(({ status }) => status === 'ready');
    readOnly = (await Promise.all(ready.map(canWrite))).includes(false);
    if (readOnly) options.onReplica?.();
  };
  const timer = setInterval(() => void look(), tryEachMs);
  timer.unref();
  return {
    get readOnly() {
      return readOnly;
    },
    close: () => clearInterval(timer),
  };
}
