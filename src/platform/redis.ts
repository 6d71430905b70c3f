import { Cluster, Redis, type RedisOptions } from 'ioredis';
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

/** A connection to a Redis that runs alone or with replicas, or to all nodes of a Redis Cluster. */
export type RedisClient = Redis | Cluster;

/** `redis-cluster://user:password@host:port,host:port`: some of its nodes, which know the others. */
const clusterUrl = /^redis(s?)-cluster:\/\/(?:([^:@]*)(?::([^@]*))?@)?([^/@]+)\/?$/;

export const isClusterUrl = (url: string): boolean => clusterUrl.test(url);

/** What makes a shard of its own of all keys of the queues, whose scripts take several keys; elsewhere nothing. */
export const queuePrefix = (url: string, prefix: string): string =>
  isClusterUrl(url) ? `{${prefix}-queues}` : `${prefix}-queues`;

/**
 * Connects and waits until the client is ready: the adapter must be built on ready clients only. Throws a ConfigError
 * when the URL names a Redis Cluster as a single Redis, where queues and scripts would fail one by one, or the other
 * way round.
 */
export async function connectRedis(
  url: string,
  role: RedisRole,
  log: Logger,
): Promise<RedisClient> {
  const client = openRedis(url, role, log);
  await new Promise<void>((resolve, reject) => {
    if (client.status === 'ready') resolve();
    else client.once('ready', () => resolve());
    client.on('node error', (error: Error) => {
      if (!/cluster support disabled/.test(error.message)) return;
      client.disconnect();
      reject(
        new ConfigError([
          'REDIS_URL or QUEUE_REDIS_URL says redis-cluster://, but a Redis there is not part of a cluster. Name it as redis://.',
        ]),
      );
    });
  });
  if (client instanceof Cluster) return client;
  // A user without the right to ask gets no answer, which is no reason to stop.
  const info = await client.info('cluster').catch(() => '');
  if (/^cluster_enabled:1/m.test(info)) {
    client.disconnect();
    throw new ConfigError([
      'REDIS_URL or QUEUE_REDIS_URL names a node of a Redis Cluster as if it ran alone. Name it as redis-cluster://.',
    ]);
  }
  return client;
}

/** Connects without waiting. */
export function openRedis(url: string, role: RedisRole, log: Logger): RedisClient {
  const client = isClusterUrl(url) ? openCluster(url, role) : openOne(url, role);
  const say = whenNew((reason) => log.warn({ role, reason }, 'redis does not answer as it should'));
  // An `error` event without a listener ends the process.
  client.on('error', (error: Error) => say(error.message));
  client.on('ready', () => log.info({ role }, 'redis is reachable'));
  return client;
}

const usual = (role: RedisRole) => ({
  connectTimeout: 5_000,
  connectionName: `haggle-${role}`,
});

const openOne = (url: string, role: RedisRole): Redis =>
  new Redis(url, { ...roles[role], ...usual(role), reconnectOnError: leaveReplica() });

/** How long a cluster that is not reached is left alone (ms), at most. */
const clusterPauseMs = 2_000;

function openCluster(url: string, role: RedisRole): Cluster {
  const [, secure, username, password, nodes = ''] = clusterUrl.exec(url)!;
  const { enableOfflineQueue, enableAutoPipelining, ...options }: RedisOptions = roles[role];
  return new Cluster(nodes.split(','), {
    // Without it ioredis subscribes to all rooms at one node, which answers MOVED.
    shardedSubscribers: role === 'subscriber',
    clusterRetryStrategy: (attempt) => Math.min(clusterPauseMs, attempt * 100),
    ...(enableOfflineQueue === undefined ? {} : { enableOfflineQueue }),
    ...(enableAutoPipelining === undefined ? {} : { enableAutoPipelining }),
    redisOptions: {
      ...options,
      ...usual(role),
      ...(secure ? { tls: {} } : {}),
      ...(username ? { username: decodeURIComponent(username) } : {}),
      ...(password ? { password: decodeURIComponent(password) } : {}),
    },
  });
}

/**
 * Whether subscriptions of some shard are lost. The client restores them by itself, and tells nobody that they were
 * away: a probe over another shard still arrives.
 */
export function hasLostShards(subscriber: RedisClient): boolean {
  if (!(subscriber instanceof Cluster)) return false;
  const { shardedSubscribers } = subscriber as unknown as {
    shardedSubscribers?: { hasUnhealthySubscribers(): boolean };
  };
  return shardedSubscribers?.hasUnhealthySubscribers() ?? false;
}

/** Calls back when a connection that holds subscriptions was lost. */
export function onLostSubscriptions(subscriber: RedisClient, listener: () => void): void {
  subscriber.on('close', listener);
  if (subscriber instanceof Cluster) subscriber.on('-subscriber', listener);
}

/** The values of keys that may lie on different shards; null where there is none. */
export function readMany(redis: RedisClient, keys: readonly string[]): Promise<(string | null)[]> {
  // The client gathers them into one trip for each shard.
  if (redis instanceof Cluster) return Promise.all(keys.map((key) => redis.get(key)));
  return redis.mget(...keys);
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
  all: readonly RedisClient[],
  options: { key: string; onReplica?: () => void; log: Logger },
): { readonly readOnly: boolean; close: () => void } {
  const say = whenNew((reason) => options.log.warn({ reason }, 'redis cannot be written'));
  let readOnly = false;
  // A cluster sends a client from a replica to the new primary by itself.
  const clients = all.filter((client) => client instanceof Redis);
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
