import { Redis, type RedisOptions } from 'ioredis';
import type { Logger } from './logger.js';

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

/** Connects and waits until the client is ready: the adapter must be built on ready clients only. */
export async function connectRedis(url: string, role: RedisRole, log: Logger): Promise<Redis> {
  const client = openRedis(url, role, log);
  await new Promise<void>((resolve) => {
    if (client.status === 'ready') resolve();
    else client.once('ready', () => resolve());
  });
  return client;
}

/** Connects without waiting. */
export function openRedis(url: string, role: RedisRole, log: Logger): Redis {
  const client = new Redis(url, {
    ...roles[role],
    connectTimeout: 5_000,
    connectionName: `haggle-${role}`,
  });
  let lastReason = '';
  client.on('error', (error: Error) => {
    // The same reason at every try would fill the log during an outage.
    if (error.message !== lastReason) log.warn({ role, reason: error.message }, 'redis');
    lastReason = error.message;
  });
  client.on('ready', () => {
    lastReason = '';
    log.info({ role }, 'redis is reachable');
  });
  return client;
}
