import { ExponentialBackoff, handleWhen, retry } from 'cockatiel';
import type { Connection } from 'mongoose';
import { z } from 'zod';
import { systemClock, type Clock } from './platform/clock.js';
import type { Config } from './platform/config.js';
import { DatabaseLife } from './platform/epoch.js';
import type { Health } from './platform/health.js';
import { HeldBytes } from './platform/held-bytes.js';
import type { Lifecycle } from './platform/lifecycle.js';
import { whenNew, type Logger } from './platform/logger.js';
import type { Metrics } from './metrics.js';
import type { Tracing } from './platform/tracing.js';
import { closeMongo, connectMongo, databaseTime, isAway, isSharded } from './platform/mongo.js';
import { NodeChannel } from './platform/node-channel.js';
import { readPresence, type PresenceReader } from './platform/presence.js';
import { Probe } from './platform/probe.js';
import { Queues } from './platform/queues.js';
import { StatusReports } from './platform/status-reports.js';
import { createQuotas, type Quotas } from './platform/quota.js';
import type { Caching } from './platform/recent.js';
import { RecentWrites } from './platform/recent-writes.js';
import {
  connectRedis,
  openRedis,
  queuePrefix,
  watchPrimary,
  type RedisClient,
} from './platform/redis.js';

/** A process as it is before it has reached any server. */
export interface Begun {
  readonly config: Config;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly tracing: Tracing;
  readonly lifecycle: Lifecycle;
  readonly health: Health;
}

/** What every slice is built on: opened once for a process, alike in a gateway and in a worker. */
export interface Context extends Begun {
  readonly clock: Clock;
  readonly mongo: Connection;
  /** Presence and limits: whoever asks it has an answer for its absence. */
  readonly redis: RedisClient;
  readonly queues: Queues;
  readonly news: NodeNews;
  readonly presence: PresenceReader;
  readonly quotas: Quotas;
  readonly recentWrites: RecentWrites;
  /** Of files that are held in memory. */
  readonly heldBytes: HeldBytes;
  /** Of what others change. A worker hears no news, so it looks every time. */
  readonly caching: Caching;
  /**
   * Repeats what may be repeated until the database answers, for what a process must have read or written before it is
   * ready. Rejects with what is no matter of reach.
   */
  readonly onceReached: <T>(work: () => Promise<T>) => Promise<T>;
  readonly life: DatabaseLife;
  /** Of that life. */
  readonly epoch: string;
  /** The database is a sharded cluster. */
  readonly sharded: boolean;
  /** Every store goes through here once, when it is made, and returns: a start asks whether its indexes are there. */
  readonly store: <S extends object>(store: S) => S;
  /** What went through. */
  readonly stores: readonly object[];
}

export type GatewayContext = Awaited<ReturnType<typeof openGatewayContext>>;
export type WorkerContext = Awaited<ReturnType<typeof openWorkerContext>>;

/**
 * Opens the connections of a gateway, and registers on `lifecycle` how they are closed. Waits for servers that are away,
 * for as long as it takes.
 */
export async function openGatewayContext(begun: Begun) {
  const { config, log, health } = begun;
  const [base, publisher, subscriber, redis] = await Promise.all([
    openDatabase(begun),
    connectRedis(config.redisUrl, 'publisher', log),
    connectRedis(config.redisUrl, 'subscriber', log),
    connectRedis(config.redisUrl, 'commands', log).then(watchedAs('redis', health)),
  ]);
  const dashboard = openRedis(config.queueRedisUrl, 'dashboard', log);
  watchedAs('queues', health)(dashboard);
  const { redisPrefix: prefix, nodeId } = config;
  const news = new NodeChannel(News, { publisher, prefix, nodeId, log });
  const hearing = new Probe({
    subscriber,
    tellItself: (number) => news.tell(nodeId, { kind: 'probe', number }),
    databaseTime: () => databaseTime(base.mongo),
    log,
    metrics: base.metrics,
  });
  news.on('probe', ({ number }) => hearing.heard(number));
  const clients = [publisher, subscriber, redis, dashboard];
  const shared = overRedis(base, { redis, queues: dashboard, clients, hearing });
  return {
    ...base,
    ...shared,
    news,
    caching: { byNews: hearing } as Caching,
    publisher,
    subscriber,
    hearing,
  };
}

/** The same for a worker; `consumer` waits for jobs. */
export async function openWorkerContext(begun: Begun) {
  const { config, log, health } = begun;
  const [base, redis, producer, consumer] = await Promise.all([
    openDatabase(begun),
    connectRedis(config.redisUrl, 'commands', log).then(watchedAs('redis', health)),
    connectRedis(config.queueRedisUrl, 'producer', log).then(watchedAs('queues', health)),
    connectRedis(config.queueRedisUrl, 'worker', log),
  ]);
  const { redisPrefix: prefix, nodeId } = config;
  const news = new NodeChannel(News, { publisher: redis, prefix, nodeId, log });
  const clients = [redis, producer, consumer];
  const shared = overRedis(base, { redis, queues: producer, clients });
  return { ...base, ...shared, news, caching: 'none' as Caching, consumer };
}

const watchedAs =
  (server: 'redis' | 'queues', health: Health) =>
  (client: RedisClient): RedisClient => {
    health.watch(server, () => client.ping());
    return client;
  };

type Base = Awaited<ReturnType<typeof openDatabase>>;

async function openDatabase(begun: Begun) {
  const { config, log, lifecycle, health } = begun;
  const say = whenNew((reason) => log.warn({ reason }, 'mongodb is waited for'));
  /** A database that is away, or too busy, while the process starts is asked again until it answers. */
  const policy = retry(handleWhen(isAway), {
    maxAttempts: Infinity,
    backoff: new ExponentialBackoff({ initialDelay: 500, maxDelay: 2_000 }),
  });
  policy.onFailure(({ reason }) => 'error' in reason && say(reason.error.message));
  const onceReached = <T>(work: () => Promise<T>): Promise<T> => policy.execute(work);
  const mongo = await onceReached(() => connectMongo(config.mongoUri, log));
  lifecycle.onStop('mongodb', () => closeMongo(mongo));
  health.watch('mongodb', async () => mongo.db!.command({ ping: 1 }));
  const [life, sharded] = await onceReached(() =>
    Promise.all([DatabaseLife.read(mongo, log), isSharded(mongo)]),
  );
  life.watch();
  lifecycle.onStop('epoch', () => life.stopWatching());
  const stores: object[] = [];
  return {
    ...begun,
    mongo,
    onceReached,
    clock: systemClock,
    heldBytes: new HeldBytes(),
    life,
    epoch: life.epoch,
    sharded,
    stores,
    store: <S extends object>(store: S): S => {
      stores.push(store);
      return store;
    },
  };
}

function overRedis(
  { config, log, lifecycle, health, metrics }: Base,
  using: { redis: RedisClient; queues: RedisClient; clients: RedisClient[]; hearing?: Probe },
) {
  const { redis, clients, hearing } = using;
  const { redisPrefix: prefix } = config;
  for (const client of clients) lifecycle.onStop('redis', () => client.disconnect());
  const primary = watchPrimary(clients, {
    key: `${prefix}:primary`,
    onReplica: () => hearing?.miss('Redis has become a replica'),
    log,
  });
  lifecycle.onStop('redis', () => primary.close());
  health.redisIs = () => (primary.readOnly ? 'readOnly' : hearing?.deaf ? 'down' : undefined);
  const status = new StatusReports({
    redis,
    prefix,
    registry: metrics.registry,
    node: config.nodeId,
    process: hearing ? 'gateway' : 'worker',
    log,
  });
  lifecycle.onStop('status', () => status.close());
  const queues = new Queues({
    connection: using.queues,
    prefix: queuePrefix(config.queueRedisUrl, prefix),
    log,
  });
  lifecycle.onStop('queues', () => queues.close());
  return {
    redis,
    queues,
    status,
    presence: readPresence(redis, prefix),
    quotas: createQuotas({ redis, prefix, hearing }),
    recentWrites: new RecentWrites({
      redis,
      prefix,
      hearing,
      secondaries: config.secondaryReads,
    }),
  };
}

/** What nodes and workers tell each other. A hint like everything in Redis: what is lost is found otherwise. */
export const News = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('sessionsEnded'),
    sessionIds: z.array(z.string()),
    /** Because an operator suspended or banned the person. */
    suspended: z.boolean().optional(),
  }),
  z.object({
    kind: z.literal('behind'),
    userId: z.string(),
    conversationId: z.string(),
    lastSeq: z.number(),
    /** W3C `traceparent` of what was missed, where that is traced. */
    trace: z.string().optional(),
  }),
  /** An event of the contract for the devices of a person, from somebody who has no sockets. */
  z.object({
    kind: z.literal('told'),
    userId: z.string(),
    event: z.enum(['message:new', 'conversation:updated', 'notification:new']),
    payload: z.record(z.string(), z.unknown()),
    /** The same, of what tells it. */
    trace: z.string().optional(),
  }),
  /** What texts are held against changed. */
  z.object({ kind: z.literal('watchwordsChanged') }),
  /** A listing was written: those who look at it are shown it. */
  z.object({ kind: z.literal('listingChanged'), listingId: z.string() }),
  /** Something that closes or opens conversations between these two: a block was set or lifted, somebody left. */
  z.object({
    kind: z.literal('closureChanged'),
    userIds: z.array(z.string()),
    /** Left out: all that they share. */
    conversationId: z.string().optional(),
  }),
  /** What others see of a person changed: what is remembered of it is old. */
  z.object({ kind: z.literal('profileChanged'), userId: z.string() }),
  /** A person opened one socket too many: this one gives way. */
  z.object({ kind: z.literal('socketReplaced'), userId: z.string(), socketId: z.string() }),
  /** A person who has sockets on the node that is told opened one on another. */
  z.object({ kind: z.literal('connectedElsewhere'), userId: z.string() }),
  /** How many sockets a gateway has. */
  z.object({ kind: z.literal('sockets'), nodeId: z.string(), sockets: z.number() }),
  /** A node asks itself whether it hears: see `probe.ts`. */
  z.object({ kind: z.literal('probe'), number: z.number() }),
]);
export type News = z.infer<typeof News>;

export type NodeNews = NodeChannel<News>;
