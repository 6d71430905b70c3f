import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { RequestHandler } from 'express';
import { adminAccess } from './admin/admin-access.js';
import { adminRoutes } from './admin/admin.routes.js';
import { createApp } from './http/app.js';
import { docsRoutes } from './docs-site/docs.routes.js';
import { createEntrance } from './http/entrance.js';
import { IdempotencyStore } from './http/idempotency.store.js';
import { mailboxRoutes } from './admin/mailbox.routes.js';
import { healthRoutes, metricsRoutes } from './http/operations.js';
import { requestLimit } from './http/rate-limit.js';
import { mustBeAskedHere } from './http/request-target.js';
import { RestDoor } from './http/rest-door.js';
import { HttpTransport } from './http/transport.js';
import { createConversations } from './conversations/index.js';
import { mountConversations } from './conversations/conversations.routes.js';
import { mountConversationEvents } from './conversations/conversations.socket.js';
import { endpoints, limits } from './contract/index.js';
import { createListings } from './listings/index.js';
import { mountListings } from './listings/listings.routes.js';
import {
  DeviceStore,
  DevicesSeen,
  TellReadElsewhere,
  createNotifications,
  createOperator,
} from './notifications/index.js';
import { mountDevices } from './notifications/devices.routes.js';
import { mountOperator } from './notifications/operator.routes.js';
import { mountPushKey } from './notifications/push-key.routes.js';
import { mountNotifications } from './notifications/notifications.routes.js';
import { createMedia } from './media/index.js';
import { mountImages } from './media/images.routes.js';
import { createModeration } from './moderation/index.js';
import { mountModeration } from './moderation/moderation.routes.js';
import { Budget } from './platform/budget.js';
import { systemClock } from './platform/clock.js';
import type { Config } from './platform/config.js';
import { readEpoch } from './platform/epoch.js';
import { readiness } from './platform/health.js';
import type { Lifecycle } from './platform/lifecycle.js';
import type { Logger } from './platform/logger.js';
import { DevMailbox, createSmtpMailer } from './platform/mail.js';
import { createMetrics } from './platform/metrics.js';
import { closeMongo, connectMongo, databaseTime } from './platform/mongo.js';
import { listenToNews, tellNodes, type News } from './platform/node-channel.js';
import { Presence, readPresence } from './platform/presence.js';
import { Probe } from './platform/probe.js';
import { openQueues } from './platform/queues.js';
import { failureQuota, keepRate, rateQuota, sharedQuota } from './platform/quota.js';
import { connectRedis, openRedis, watchPrimary } from './platform/redis.js';
import { Backlogs } from './realtime/backlogs.js';
import { Beacon } from './realtime/beacon.js';
import { DeafTail } from './realtime/deaf-tail.js';
import { drainSockets } from './realtime/drain.js';
import { createFanOut } from './realtime/fan-out.js';
import { createGiveWay } from './realtime/give-way.js';
import { Handshakes } from './realtime/handshakes.js';
import { PresenceWatch } from './realtime/presence-watch.js';
import { createSocketServer, openNamespace } from './realtime/server.js';
import { LiveSessions } from './realtime/sessions.js';
import { SocketDoor } from './realtime/socket-door.js';
import { createTrade } from './trade/index.js';
import { mountTrade } from './trade/trade.routes.js';
import { mountTradeEvents } from './trade/trade.socket.js';
import { createUsers, type ClosureNews } from './users/index.js';
import { jwksRoutes, mountUsers } from './users/users.routes.js';
import { createWebhooks } from './webhooks/index.js';
import { mountWebhooks } from './webhooks/webhooks.routes.js';

/** On the way out requests have so long to be answered, after the sockets have gone. */
const requestsPlanMs = 8_000;

/**
 * The composition root of a gateway: the only place that constructs connections, stores, queues and doors. Registers
 * on `lifecycle` how each is stopped. Resolves when everything is prepared and nothing listens yet.
 */
export async function createGateway(config: Config, log: Logger, lifecycle: Lifecycle) {
  const { redisPrefix: prefix, nodeId, loopback } = config;
  // Everybody comes from the same address here. Behind a proxy they come from addresses of their own.
  const nearby = loopback && config.trustProxy === 0;
  const clock = systemClock;
  const metrics = createMetrics(nodeId);

  const mongo = await connectMongo(config.mongoUri, log);
  lifecycle.onStop('mongodb', () => closeMongo(mongo));
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

  const transport = new HttpTransport();
  const http = transport.server;
  const handshakes = new Handshakes({
    bounds: {
      perAddress: nearby ? Infinity : config.handshakesPerAddress,
      all: limits.handshakesUnderWay,
    },
    trustProxy: config.trustProxy,
  });
  const backlogs = new Backlogs({ bounds: config.backlog, log, metrics });
  const { io, roomIsLive, subscribed } = createSocketServer({
    http,
    publisher,
    subscriber,
    prefix,
    origins: config.origins,
    backlogs,
    handshakes,
    lifecycle,
    log,
  });
  const probe = new Probe({
    publisher,
    subscriber,
    prefix,
    nodeId,
    databaseTime: () => databaseTime(mongo),
    log,
    metrics,
  });
  const primary = watchPrimary([publisher, subscriber, commands, dashboard], {
    key: `${prefix}:primary`,
    onReplica: () => probe.miss('Redis has become a replica'),
    log,
  });
  const presence = new Presence({
    redis: commands,
    publisher,
    prefix,
    nodeId,
    leaseMs: config.presenceLeaseMs,
    hearing: probe,
    seen: (userId) => conversations.lastSeen.note(userId, clock()),
    log,
  });
  const fanOut = createFanOut({ io, probe, presence });

  const mailbox = new DevMailbox(mongo);
  const mailer = config.smtpUrl ? createSmtpMailer(config.smtpUrl, config.mailFrom) : mailbox;
  const quota = (name: string, limit: number, windowSeconds: number) =>
    sharedQuota({ redis: commands, prefix, name, limit, windowSeconds });
  const loginRate = (name: string, burst: number) =>
    keepRate({
      redis: commands,
      prefix,
      name,
      perSecond: burst / limits.loginWindowSeconds,
      burst,
      hearing: probe,
    });
  const messageRate = (name: string) =>
    rateQuota({
      redis: commands,
      prefix,
      name,
      perSecond: config.messagesPerSecond,
      burst: config.messageBurst,
      hearing: probe,
    });

  const budget = new Budget(config.points);

  const tellAll = (news: News) => {
    tellNodes(publisher, prefix, 'all', news).catch((error: Error) =>
      log.warn({ reason: error.message, news: news.kind }, 'news not told'),
    );
  };
  const closureNews: ClosureNews = {
    announce: (changed) => tellAll({ kind: 'closureChanged', ...changed }),
  };
  const forgetPerson = (userId: string) => tellAll({ kind: 'profileChanged', userId });
  const devices = new DeviceStore(mongo);
  const devicesSeen = new DevicesSeen({ devices, log });
  const readElsewhere = new TellReadElsewhere({ queues, log });
  const users = createUsers({
    mongo,
    mailer,
    clock,
    log,
    news: {
      announce: (sessionIds) => tellAll({ kind: 'sessionsEnded', sessionIds }),
    },
    closureNews,
    blocksChanged: async (pair) => {
      await conversations.blocksChanged(pair);
      await trade.closeBetween(pair, pair[0]);
    },
    hearing: probe,
    profileChanged: (userId) => {
      forgetPerson(userId);
      conversations.refresh.note('person', userId);
    },
    forgetDevices: (sessionIds) => devices.removeOfSessions(sessionIds),
    jwt: { pem: config.jwtKeys, issuer: config.jwtIssuer, audience: config.jwtAudience },
    loginRates: {
      oneNetwork: loginRate('login', limits.loginsPerEmail),
      strangeNetworks: loginRate('login-strange', limits.loginsFromStrangeNetworks),
    },
    demo: config.demo,
    emailProof: config.emailProof,
    publicUrl: () => config.publicUrl ?? `http://localhost:${portOf(http)}`,
  });
  const listings = createListings({
    mongo,
    users: users.users,
    blocks: users.blocks,
    reachOffers: (...change) => trade.reach(...change),
    cardChanged: (listingId) => conversations.refresh.note('listing', listingId),
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
    blocks: users.blocks,
    closureNews,
    hearing: probe,
    listings: listings.listings,
    fanOut,
    images: media.shelf,
    withdrawImages: (ids) => media.shelf.withdraw(ids),
    presence: readPresence(commands, prefix),
    forgetPerson,
    closeOffers: (conversation, leaverId) => trade.closeIn(conversation, leaverId),
    toldAndRead: (read) => readElsewhere.note({ kind: 'silent', ...read }),
    quotas: {
      messages: messageRate('messages'),
      conversations: quota('conversations', limits.conversationsPerHour, 3600),
      searches: quota('searches', limits.searchesPerMinute, 60),
    },
    searchMs: config.searchMs,
    logQueue: config.logQueue,
    clock,
    log,
    metrics,
  });
  const trade = createTrade({
    mongo,
    conversations: conversations.conversations,
    messages: conversations.messages,
    listings: listings.listings,
    users: users.users,
    post: conversations.post,
    announce: conversations.announce,
    clock,
    log,
  });
  const tradeCommands = trade.commands({
    spoken: conversations.spoken,
    blocks: users.blocks,
    openConversation: conversations.commands.open,
    listingCommands: listings.commands,
    quota: messageRate('offers'),
  });
  const moderation = createModeration({
    mongo,
    users: users.users,
    blocks: users.blocks,
    listings: listings.listings,
    conversations: conversations.conversations,
    messages: conversations.messages,
    quota: quota('reports', limits.reportsPerHour, 3600),
    clock,
  });
  const webhooks = createWebhooks({ mongo, clock });
  const operator = createOperator({ mongo, ...conversations, queues, clock });
  const notifications = createNotifications({ mongo, inbox: conversations.inbox });
  const idempotency = new IdempotencyStore(mongo);
  const parts = [
    users,
    listings,
    media,
    conversations,
    trade,
    moderation,
    webhooks,
    devices,
    notifications,
    idempotency,
  ];
  await Promise.all([...parts, ...(config.smtpUrl ? [] : [mailbox])].map((part) => part.prepare()));
  lifecycle.onStop('conversations', () => conversations.drain());
  lifecycle.onStop('devices', () => Promise.all([devicesSeen.flush(), readElsewhere.flush()]));

  const { requestsPerMinute, loginWindowSeconds, loginsPerAddress } = limits;
  const { signUpsPerAddress, adminPasswordTries } = limits;
  const requests = (name: string, by: 'address' | 'person', limit: number, windowSeconds = 60) =>
    requestLimit({ redis: commands, prefix, name, by, limit, windowSeconds, lifted: nearby });
  const admin = adminAccess({
    password: config.adminPassword,
    loopback,
    trustProxy: config.trustProxy,
    wrongPasswords: failureQuota({
      redis: commands,
      prefix,
      name: 'admin-password',
      limit: adminPasswordTries,
      windowSeconds: loginWindowSeconds,
    }),
    log,
  });
  const entrance = createEntrance({
    guard: users.guard,
    admin,
    perPerson: requests('person', 'person', requestsPerMinute),
    perAddress: requests('rest', 'address', requestsPerMinute),
    own: new Map<unknown, RequestHandler>([
      [endpoints.logIn, requests('login', 'address', loginsPerAddress, loginWindowSeconds)],
      [endpoints.signUp, requests('sign-up', 'address', signUpsPerAddress, 3600)],
      // Whoever comes back must not be kept out by the neighbours' other requests.
      [endpoints.refresh, requests('refresh', 'address', requestsPerMinute)],
      [endpoints.demoAccounts, mustBeAskedHere],
    ]),
  });
  const door = new RestDoor({
    entrance,
    mustBeVerified: (userId) => users.verified.mustBeVerified(userId),
    idempotency,
    budget,
  });
  mountUsers(door, users.commands, {
    demo: config.demo,
    mailQuota: quota('mail', limits.mailsPerHour, 3600),
  });
  mountListings(door, listings.commands);
  mountImages(door, media.commands);
  mountConversations(door, conversations.commands);
  mountTrade(door, tradeCommands);
  mountModeration(door, moderation.commands);
  mountWebhooks(door, webhooks.commands);
  mountOperator(door, operator);
  mountNotifications(door, notifications.commands);
  mountDevices(door, {
    ...{ devices, clock, privateEndpoints: config.privateEndpoints },
    overAmong: (ids) => users.guard.overAmong(ids),
  });
  mountPushKey(door, config.webPush?.publicKey);

  const ready = readiness({ mongo, redis: commands, primary, hearing: probe, lifecycle });
  const metricsHere = config.metricsPort === undefined && loopback;
  const app = createApp({
    log,
    metrics,
    trustProxy: config.trustProxy,
    origins: config.origins,
    open: [
      healthRoutes(ready),
      ...(metricsHere ? [metricsRoutes(metrics, mustBeAskedHere)] : []),
      docsRoutes({ publicUrl: config.publicUrl }),
      adminRoutes({ access: admin, operator, webhooks: webhooks.commands, queues }),
      ...(config.smtpUrl ? [] : [mailboxRoutes(mailbox)]),
      jwksRoutes(users.tokens),
    ],
    api: door.router,
    unknown: entrance.unknown,
  });
  transport.serve(app);

  const live = new LiveSessions({ guard: users.guard, clock, log });
  const socketsOf = live.of.bind(live);
  const watch = new PresenceWatch({
    ...conversations.presence,
    subscriber,
    prefix,
    againMs: config.presenceLeaseMs / 5,
    blind: () => probe.deaf,
    log,
  });
  const tail = new DeafTail({
    probe,
    writtenSince: (time) => conversations.messages.writtenSince(time),
    tellings: (entry) => conversations.tellEntry(entry, trade.knownAs),
    socketsOf,
    subscribed,
    log,
    metrics,
  });
  const beacon = new Beacon({
    userIds: () => presence.userIds,
    everyMs: config.reminderMs,
    changedForAny: conversations.inbox.changedForAny.bind(conversations.inbox),
    socketsOf,
    log,
    metrics,
  });
  const events = new SocketDoor({
    mustBeVerified: (userId) => users.verified.mustBeVerified(userId),
    ...{ budget, points: config.points, log, metrics },
  });
  mountConversationEvents(events, conversations.commands);
  mountTradeEvents(events, tradeCommands);
  watch.mount(events);
  openNamespace({
    io,
    roomIsLive,
    door: events,
    handshakes,
    guard: users.guard,
    presence,
    live,
    watch,
    tail,
    seen: (sessionId) => devicesSeen.note(sessionId),
    giveWay: createGiveWay({ presence, live, publisher, prefix, nodeId, log }),
    lifecycle,
    epoch,
    nodeId,
    rates: config,
    clock,
    log,
    metrics,
  });
  await listenToNews(subscriber, { prefix, nodeId, log }, (news) => {
    if (news.kind === 'probe') probe.heard(news);
    if (news.kind === 'sessionsEnded') users.guard.heard(news.sessionIds);
    if (news.kind === 'closureChanged') {
      users.blocks.heard(news.userIds);
      if (news.conversationId !== undefined) conversations.forget(news.conversationId);
      for (const userId of news.userIds) void watch.recheck(socketsOf(userId));
    }
    if (news.kind === 'profileChanged') users.users.forget(news.userId);
    if (news.kind === 'connectedElsewhere') presence.heardElsewhere(news.userId);
    if (news.kind === 'socketReplaced') live.replace(news.userId, news.socketId);
    if (news.kind === 'told')
      for (const socket of live.of(news.userId)) socket.emit(news.event, news.payload as never);
    if (news.kind === 'behind')
      for (const socket of live.of(news.userId))
        socket.emit('sync:hint', { conversationId: news.conversationId, lastSeq: news.lastSeq });
  });
  await probe.start();
  beacon.start();
  let deafSince = clock();
  probe.onChange((deaf) => {
    if (deaf) deafSince = clock();
    else {
      void beacon.lightSince(deafSince);
      void watch.recheck(io.sockets.sockets.values());
    }
  });
  lifecycle.onStop('realtime', async () => {
    primary.close();
    probe.close();
    tail.close();
    beacon.close();
    watch.close();
    presence.close();
    live.close();
    await io.close();
    backlogs.close();
  });
  // While others can still be reached.
  lifecycle.onStop('trade', () => trade.drained());
  lifecycle.onStop('requests', async () => {
    const cutOff = await transport.close(requestsPlanMs);
    if (cutOff > 0) log.info({ cutOff }, 'requests took too long');
  });
  lifecycle.onStop('sockets', () => {
    transport.startClosing();
    return drainSockets(io, events);
  });

  return { http, metrics, readiness: ready };
}

/** The port it really listens on; with PORT=0 only the system knows. */
export const portOf = (server: Server): number => (server.address() as AddressInfo).port;
