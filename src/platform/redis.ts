import { Redis, type RedisOptions } from 'ioredis';
import { ConfigError } from './config.js';
import { whenNew, type Logger } from './logger.js';

/**
 * Redis is a hint bus: every role below bounds how long it may be waited for. Each client has an error listener,
 * since an unheard `error` event ends the process.
 */
/** A connection that took a command and says nothing for this long is given up: it may be half open. */
const silenceMs = 5_000;

const roles = {
  /** Publishes for the adapter: fails at once when Redis is away, the log heals what was lost. */
  publisher: {
    enableOfflineQueue: false,
    commandTimeout: 300,
    maxRetriesPerRequest: 1,
    enableAutoPipelining: true,
    socketTimeout: silenceMs,
  },
  /** Holds the subscriptions: comes back for ever. */
  subscriber: {
    maxRetriesPerRequest: null,
    enableAutoPipelining: false,
    socketTimeout: silenceMs,
  },
  /** Presence and limits: short budget, callers have an answer for its absence. */
  commands: {
    enableOfflineQueue: false,
    commandTimeout: 300,
    maxRetriesPerRequest: 1,
    enableAutoPipelining: true,
    socketTimeout: silenceMs,
  },
  /** BullMQ's workers block on Redis and wait for it for ever. */
  worker: { maxRetriesPerRequest: null },
  /** The queue dashboard: nothing waits for it, so it may come up later. */
  dashboard: { maxRetriesPerRequest: 1 },
  /** BullMQ's producers fail fast; the relay keeps its place until the job is in. */
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
  // Whoever may not ask is not told, and goes on.
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
  client.on('error', (error: Error) => say(error.message));
  client.on('ready', () => log.info({ role }, 'redis is reachable'));
  return client;
}

/** The server has become a replica; a worker that waited for a job there is told by UNBLOCKED. */
const isReplica = (error: Error): boolean => /^(READONLY|UNBLOCKED) /.test(error.message);
/** A name that still leads to the replica is asked again so often. */
const leaveAgainMs = 1_000;

/**
 * Leaves a server that has become a replica: the name in the URL leads to the new primary by then. The connection
 * itself would stay for ever, since nothing cuts it.
 */
function leaveReplica(): (error: Error) => boolean {
  let last = -leaveAgainMs;
  return (error) => {
    if (!isReplica(error) || performance.now() - last < leaveAgainMs) return false;
    last = performance.now();
    return true;
  };
}

/** Each connection is tried this often. */
const tryEachMs = 1_000;

/**
 * Writes over each connection every second, so that one that only listens or waits finds out too that its server has
 * become a replica: PUBLISH works there, and reaches nobody who is connected to the primary. `onReplica` is called
 * every time that one is found so.
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
