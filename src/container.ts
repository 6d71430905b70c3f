import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createApp } from './http/app.js';
import { authenticate } from './http/authenticate.js';
import { docsRoutes } from './http/docs.js';
import { IdempotencyStore } from './http/idempotency.store.js';
import { jwksRoutes } from './http/jwks.js';
import { mailboxRoutes } from './http/mailbox.js';
import { dashboardRoutes, healthRoutes, metricsRoutes } from './http/operations.js';
import { perAddress } from './http/rate-limit.js';
import { RestDoor } from './http/rest-door.js';
import { createConversations, type ImageShelf } from './conversations/index.js';
import { mountConversations } from './conversations/conversations.routes.js';
import { mountConversationEvents } from './conversations/conversations.socket.js';
import { Refusal, limits } from './contract/index.js';
import { createListings } from './listings/index.js';
import { mountListings } from './listings/listings.routes.js';
import { DeviceStore } from './notifications/index.js';
import { mountDevices } from './notifications/devices.routes.js';
import { createMedia } from './media/index.js';
import { mountImages } from './media/images.routes.js';
import { createOffers } from './offers/index.js';
import { mountOffers } from './offers/offers.routes.js';
import { mountOfferEvents } from './offers/offers.socket.js';
import { systemClock } from './platform/clock.js';
import type { Config } from './platform/config.js';
import { readEpoch } from './platform/epoch.js';
import { readiness } from './platform/health.js';
import type { Lifecycle } from './platform/lifecycle.js';
import type { Logger } from './platform/logger.js';
import { DevMailbox, createSmtpMailer } from './platform/mail.js';
import { createMetrics } from './platform/metrics.js';
import { connectMongo } from './platform/mongo.js';
import { listenToNews, tellNodes } from './platform/node-channel.js';
import { Presence } from './platform/presence.js';
import { openQueues } from './platform/queues.js';
import { localQuota, sharedQuota } from './platform/quota.js';
import { connectRedis, openRedis } from './platform/redis.js';
import { createFanOut } from './realtime/fan-out.js';
import { createSocketServer, openNamespace } from './realtime/server.js';
import { SocketDoor } from './realtime/socket-door.js';
import { createUsers } from './users/index.js';
import { mountUsers } from './users/users.routes.js';

/**
 * The composition root of a gateway: the only place that constructs connections, stores, queues and doors. Registers
 * on `lifecycle` how each is stopped. Resolves when everything is prepared and nothing listens yet.
 */
export async function createGateway(config: Config, log: Logger, lifecycle: Lifecycle) {
  const { redisPrefix: prefix, nodeId, loopback } = config;
  const clock = systemClock;
  const metrics = createMetrics(nodeId);

  const mongo = await connectMongo(config.mongoUri, log);
  lifecycle.onStop('mongodb', () => mongo.close());
  const [publisher, subscriber, commands] = await Promise.all([
    connectRedis(config.redisUrl, 'publisher', log),
    connectRedis(config.redisUrl, 'subscriber', log),
    connectRedis(config.redisUrl, 'commands', log),
  ]);
  const dashboard = openRedis(config.queueRedisUrl, 'dashboard', log);
  for (const redis of [publisher, subscriber, commands, dashboard])
    lifecycle.onStop('redis', () => redis.disconnect());
  const queues = openQueues(dashboard, `${prefix}-queues`, log);
  lifecycle.onStop('queues', () => queues.close());

  // The largest image at a megabit a second takes eighty seconds; what waits holds bounded memory.
  const http = createServer({ requestTimeout: 120_000, headersTimeout: 10_000 });
  const { io, roomIsLive } = createSocketServer({
    http,
    publisher,
    subscriber,
    prefix,
    origins: config.origins,
    log,
  });
  const fanOut = createFanOut(io);

  const mailbox = new DevMailbox(mongo);
  const mailer = config.smtpUrl ? createSmtpMailer(config.smtpUrl, config.mailFrom) : mailbox;
  const quota = (name: string, limit: number, windowSeconds: number) =>
    sharedQuota({ redis: commands, prefix, name, limit, windowSeconds });

  const devices = new DeviceStore(mongo);
  const users = createUsers({
    mongo,
    mailer,
    clock,
    log,
    news: {
      announce(sessionIds) {
        tellNodes(publisher, prefix, 'all', { kind: 'sessionsEnded', sessionIds }).catch(
          (error: Error) => log.warn({ reason: error.message }, 'session news not told'),
        );
      },
    },
    forgetDevices: (sessionIds) => devices.removeOfSessions(sessionIds),
    jwt: { pem: config.jwtKeys, issuer: config.jwtIssuer, audience: config.jwtAudience },
    emailProof: config.emailProof,
    publicUrl: () => config.publicUrl ?? `http://localhost:${portOf(http)}`,
  });
  const listings = createListings({
    mongo,
    users: users.users,
    quota: quota('listings', limits.listingsPerHour, 3600),
    clock,
  });
  const epoch = await readEpoch(mongo);
  const media = createMedia({
    mongo,
    quota: quota('images', limits.imagesPerHour, 3600),
    clock,
  });
  const conversations = createConversations({
    mongo,
    epoch,
    users: users.users,
    listings: listings.listings,
    fanOut,
    images: noImages,
    withdrawImages: () => Promise.resolve(),
    quotas: {
      messages: localQuota(config.messagesPerSecond, config.messageBurst),
      conversations: quota('conversations', limits.conversationsPerHour, 3600),
    },
    clock,
    log,
    metrics,
  });
  const offers = createOffers({
    mongo,
    conversations: conversations.conversations,
    listings: listings.listings,
    post: conversations.post,
    announce: conversations.announce,
    quota: localQuota(config.messagesPerSecond, config.messageBurst),
    clock,
  });
  const idempotency = new IdempotencyStore(mongo);
  const parts = [users, listings, media, conversations, offers, devices, idempotency];
  await Promise.all([...parts, ...(config.smtpUrl ? [] : [mailbox])].map((part) => part.prepare()));
  lifecycle.onStop('conversations', () => conversations.drain());

  const door = new RestDoor({
    mustBeVerified: (userId) => users.verified.mustBeVerified(userId),
    idempotency,
  });
  mountUsers(door, users.commands, {
    demo: config.demo,
    loginQuota: quota('login', limits.loginsPerEmail, limits.loginWindowSeconds),
    mailQuota: quota('mail', limits.mailsPerHour, 3600),
  });
  mountListings(door, listings.commands);
  mountImages(door, media.commands);
  mountConversations(door, conversations.commands);
  mountOffers(door, offers.commands);
  mountDevices(door, devices, clock);

  const addressLimit = (name: string, limit: number, windowSeconds: number) =>
    perAddress({ redis: commands, prefix, name, limit, windowSeconds, lifted: loopback });
  const ready = readiness({ mongo, redis: commands, lifecycle });
  const metricsHere = config.metricsPort === undefined && loopback;
  const app = createApp({
    log,
    metrics,
    trustProxy: config.trustProxy,
    open: [
      healthRoutes(ready),
      ...(metricsHere ? [metricsRoutes(metrics)] : []),
      docsRoutes({ publicUrl: config.publicUrl }),
      dashboardRoutes(queues, { password: config.adminPassword, loopback }),
      ...(config.smtpUrl ? [] : [mailboxRoutes(mailbox)]),
      jwksRoutes(users.tokens),
    ],
    guards: [
      {
        path: '/v1/auth/login',
        handler: addressLimit('login', limits.loginsPerAddress, limits.loginWindowSeconds),
      },
      {
        path: '/v1/auth/sign-up',
        handler: addressLimit('sign-up', limits.signUpsPerAddress, 3600),
      },
      { path: '/v1', handler: addressLimit('rest', limits.requestsPerMinute, 60) },
      { path: '/v1', handler: authenticate(users.guard) },
    ],
    api: door.router,
  });
  http.on('request', app);

  const presence = new Presence({ redis: commands, prefix, nodeId, log });
  const events = new SocketDoor({ log, metrics });
  mountConversationEvents(events, conversations.commands, users.verified);
  mountOfferEvents(events, offers.commands, users.verified);
  const live = openNamespace({
    io,
    roomIsLive,
    door: events,
    guard: users.guard,
    presence,
    lifecycle,
    epoch,
    nodeId,
    rates: config,
    clock,
    log,
    metrics,
  });
  await listenToNews(subscriber, { prefix, nodeId, log }, (news) => {
    if (news.kind === 'sessionsEnded') users.guard.heard(news.sessionIds);
    if (news.kind === 'behind')
      for (const socket of live.of(news.userId))
        socket.emit('sync:hint', { conversationId: news.conversationId, lastSeq: news.lastSeq });
  });
  lifecycle.onStop('sockets', async () => {
    presence.close();
    live.close();
    for (const socket of io.sockets.sockets.values())
      socket.emit('server:draining', { reconnectInMs: Math.round(Math.random() * 3_000) });
    // Closes the transports, so that clients come again; waits for requests under way.
    await io.close();
  });

  return { http, metrics, readiness: ready };
}

/** Stands in until uploads are served: no image is there to be sent. */
const noImages: ImageShelf = {
  attach: () =>
    Promise.reject(
      new Refusal('VALIDATION_FAILED', 'No such image', {
        errors: [{ path: 'imageIds', message: 'names no image of yours' }],
      }),
    ),
};

/** The port it really listens on; with PORT=0 only the system knows. */
export const portOf = (server: Server): number => (server.address() as AddressInfo).port;
