import type { Connection } from 'mongoose';
import {
  ConversationStore,
  InboxStore,
  MessageLog,
  MessageStore,
  OriginalStore,
  Projections,
  createAnnounceConversation,
  createApplyChange,
  createKeepImages,
  createPostEntry,
  RefreshViews,
  createPresentToReaders,
  type PostEntry,
} from '../src/conversations/index.js';
import { ListingStore } from '../src/listings/index.js';
import { ImageShelf, ImageStore } from '../src/media/index.js';
import {
  DecisionStore,
  DeliveryStore,
  DeviceStore,
  NotificationStore,
  PushFactsLoader,
  SettingsStore,
  createTellNotifications,
  createUnreadNotifications,
} from '../src/notifications/index.js';
import type { Offer } from '../src/domain/offer.js';
import { systemClock, type Clock } from '../src/platform/clock.js';
import type { Config } from '../src/platform/config.js';
import type { FanOut } from '../src/platform/fan-out.js';
import { readiness } from '../src/platform/health.js';
import type { Lifecycle } from '../src/platform/lifecycle.js';
import type { Logger } from '../src/platform/logger.js';
import { createMetrics } from '../src/platform/metrics.js';
import { closeMongo, connectMongo } from '../src/platform/mongo.js';
import { tellNodes } from '../src/platform/node-channel.js';
import { readPresence, type PresenceReader } from '../src/platform/presence.js';
import { openQueues } from '../src/platform/queues.js';
import { connectRedis, watchPrimary } from '../src/platform/redis.js';
import { createTrade } from '../src/trade/index.js';
import { BlockStore, Blocks, UserStore } from '../src/users/index.js';
import { openProviders } from './push/open-providers.js';
import { startPush } from './push/start-push.js';
import { ActRepair } from './relay/act-repair.js';
import { Decisions } from './relay/decisions.js';
import { EntryWatch, retryMs } from './relay/entry-watch.js';
import { Hints } from './relay/hints.js';
import { LeaseStore } from './relay/lease.store.js';
import { Lease } from './relay/lease.js';
import { LogStore } from './relay/log.store.js';
import { createNudge } from './relay/nudge.js';
import { PlaceStore } from './relay/place.store.js';
import { Pushes } from './relay/pushes.js';
import { Relay } from './relay/relay.js';
import { Repair } from './relay/repair.js';
import { createPerform } from './timers/perform.js';
import { PushDigest } from './timers/push-digest.js';
import { Sweeper } from './timers/sweeper.js';
import { startTimerWorker } from './timers/timer-worker.js';
import type { Timer } from './timers/timer.js';
import { startWebhooks } from './webhooks/start-webhooks.js';

export const roles = ['relay', 'push', 'timers', 'webhooks'] as const;
export type Role = (typeof roles)[number];

/** Lease and place of a relay carry its name: with the log on several shards there is one for each. */
const relayName = 'messages';

/** The composition root of a worker: starts the given roles and registers how they are stopped. */
export async function createWorker(
  config: Config,
  chosen: readonly Role[],
  log: Logger,
  lifecycle: Lifecycle,
) {
  const { redisPrefix: prefix } = config;
  const queuePrefix = `${prefix}-queues`;
  const clock = systemClock;
  const metrics = createMetrics(config.nodeId);
  const mongo = await connectMongo(config.mongoUri, log);
  lifecycle.onStop('mongodb', () => closeMongo(mongo));
  const [commands, producer, consumer] = await Promise.all([
    connectRedis(config.redisUrl, 'commands', log),
    connectRedis(config.queueRedisUrl, 'producer', log),
    connectRedis(config.queueRedisUrl, 'worker', log),
  ]);
  for (const redis of [commands, producer, consumer])
    lifecycle.onStop('redis', () => redis.disconnect());
  const primary = watchPrimary([commands, producer, consumer], { key: `${prefix}:primary`, log });
  lifecycle.onStop('redis', () => primary.close());

  const conversations = new ConversationStore(mongo);
  const messages = new MessageStore(mongo);
  const inbox = new InboxStore(mongo);
  const decisions = new DecisionStore(mongo);
  const presence = readPresence(commands, prefix);
  await Promise.all([conversations, messages, inbox, decisions].map((store) => store.prepare()));

  const queues = openQueues(producer, queuePrefix, log);
  lifecycle.onStop('queues', () => queues.close());
  const users = new UserStore(mongo);
  const devices = new DeviceStore(mongo);
  const facts = new PushFactsLoader({
    ...{ blocks: new BlockStore(mongo), settings: new SettingsStore(mongo) },
    ...{ users, decisions, devices },
  });
  let stuck = () => false;
  if (chosen.includes('push')) {
    const deliveries = new DeliveryStore(mongo);
    await Promise.all([devices.prepare(), deliveries.prepare()]);
    const notifications = new NotificationStore(mongo);
    const push = await startPush({
      unreadNotifications: createUnreadNotifications({ notifications, inbox }),
      ...{ messages, inbox, users, devices, deliveries, decisions, facts, queues },
      providers: await openProviders(config, {
        ...{ redis: commands, log, metrics },
        inFlight: config.pushConcurrency,
      }),
      ...{ connection: consumer, redis: commands, prefix: { keys: prefix, queues: queuePrefix } },
      settings: {
        concurrency: config.pushConcurrency,
        retryMs: config.pushRetryMs,
        stuckAfterMs: config.pushStuckMs,
        nodeId: config.nodeId,
      },
      ...{ clock, log, metrics },
    });
    stuck = push.stuck;
    lifecycle.onStop('push', () => push.stop());
  }

  const fanOut = createNudge({ presence, publisher: commands, prefix, log });
  const post = createPostEntry({
    log: new MessageLog({ store: messages, clock, metrics, queue: config.logQueue }),
    fanOut,
    projections: new Projections({ inbox, log }),
  });
  const trade = composeTrade({
    ...{ mongo, messages, inbox, presence, fanOut, post, clock, log },
    forgetPerson: (userId) => {
      tellNodes(commands, prefix, 'all', { kind: 'profileChanged', userId }).catch((error: Error) =>
        log.warn({ reason: error.message }, 'news not told'),
      );
    },
  });
  await trade.prepare();
  lifecycle.onStop('refresh', () => trade.refresh.drained());

  if (chosen.includes('timers')) {
    const timers = [...trade.timers, new PushDigest({ decisions, queues, clock, metrics })];
    const perform = createPerform({ log, metrics });
    const worker = await startTimerWorker({
      ...{ connection: consumer, prefix: queuePrefix, timers, perform, log },
    });
    lifecycle.onStop('timers', () => worker.close());
    const sweeper = new Sweeper({
      ...{ timers, perform, clock, log },
      wake: (jobs) => queues.wake(jobs),
    });
    sweeper.start();
    lifecycle.onStop('sweeper', () => sweeper.stop());
  }

  if (chosen.includes('relay')) {
    const originals = new OriginalStore(mongo);
    const images = new ImageStore(mongo);
    const leases = new LeaseStore(mongo, relayName);
    const places = new PlaceStore(mongo, relayName);
    await Promise.all([originals, images, leases, places].map((store) => store.prepare()));
    const delays = { offlineMs: config.pushDelayOfflineMs, onlineMs: config.pushDelayOnlineMs };
    const notifications = new NotificationStore(mongo);
    await notifications.prepare();
    const deciding = new Decisions({
      tellNotifications: createTellNotifications({ notifications, fanOut }),
      ...{ facts, decisions, delays, retryMs, metrics },
      pushes: new Pushes({ queues, backlogMax: config.pushBacklog, log, metrics }),
    });
    const hints = new Hints({
      tell: (node, hint) => tellNodes(commands, prefix, { node }, { kind: 'behind', ...hint }),
      log,
      metrics,
    });
    const shelf = new ImageShelf({ images, clock });
    const withdrawImages = (ids: string[]) => shelf.withdraw(ids);
    const applyChange = createApplyChange({ messages, originals, withdrawImages, clock });
    const repair = new Repair({
      ...{ messages, inbox, applyChange, log },
      keepImages: createKeepImages(shelf),
    });
    const lease = new Lease({
      store: leases,
      holder: config.nodeId,
      act: (term) => {
        const watch = new EntryWatch({
          ...{ term, conversations, inbox, presence, hints, decisions: deciding, repair },
          firstLookMs: delays.offlineMs,
          ...{ clock, log, metrics },
        });
        const relay = new Relay({
          log: new LogStore(mongo),
          places,
          term,
          see: (entry, done) => watch.see(entry, done),
          logger: log,
        });
        const repairs = [
          new ActRepair({
            ...{ name: 'offers', store: trade.offers, term, log },
            record: (offer: Offer) => trade.recordOffer(offer, offer.version),
          }),
          new ActRepair({ name: 'deals', store: trade.deals, record: trade.recordDeal, term, log }),
        ];
        return {
          start: () => {
            relay.start();
            for (const one of repairs) one.start();
          },
          stop: async () => {
            await Promise.all([...repairs, relay].map((one) => one.stop()));
            await watch.stop();
            await relay.savePlace();
          },
        };
      },
      log,
      metrics,
    });
    lease.start();
    lifecycle.onStop('relay', () => lease.stop());
  }

  if (chosen.includes('webhooks') && config.webhooks) {
    const webhooks = await startWebhooks({
      ...{ mongo, settings: config.webhooks, nodeId: config.nodeId, clock, log, metrics },
    });
    lifecycle.onStop('webhooks', () => webhooks.stop());
  }

  return { metrics, readiness: readiness({ mongo, redis: commands, primary, lifecycle }), stuck };
}

/** Offers, deals and reviews as far as they happen without anybody's call: what time does, and what is to be told. */
function composeTrade(deps: {
  mongo: Connection;
  messages: MessageStore;
  inbox: InboxStore;
  presence: PresenceReader;
  fanOut: FanOut;
  forgetPerson: (userId: string) => void;
  post: PostEntry;
  clock: Clock;
  log: Logger;
}) {
  const { mongo, messages, inbox, fanOut, post, clock } = deps;
  const blocks = new BlockStore(mongo);
  // What it says of a conversation must be true of its people, and no news of them comes here: it looks every time.
  const hearing = { deaf: true, onChange: () => undefined };
  const listings = new ListingStore(mongo, (id) => refresh.note('listing', id));
  const users = new UserStore(mongo, {
    hearing,
    profileChanged: (id) => {
      deps.forgetPerson(id);
      refresh.note('person', id);
    },
  });
  const conversations = new ConversationStore(mongo, {
    blocks: new Blocks({ store: blocks, hearing }),
    hearing,
  });
  const presentTo = createPresentToReaders({ conversations, inbox, messages, listings, users });
  const announce = createAnnounceConversation({ presentTo, fanOut });
  const refresh = new RefreshViews({
    marks: { listing: listings.marks, person: users.marks },
    ...{ conversations, inbox, presentTo, fanOut, presence: deps.presence, log: deps.log },
    forgetPerson: deps.forgetPerson,
  });
  const trade = createTrade({
    ...{ mongo, conversations, messages, listings, users, post, announce, clock },
    log: deps.log,
  });
  const timers: Timer[] = [
    ...trade.timers,
    ...(['listing', 'person'] as const).map((subject) => ({
      name: `refresh-${subject}`,
      due: (until: Date, limit: number) =>
        (subject === 'listing' ? listings : users).marks.due(until, limit),
      act: (id: string) => refresh.refresh(subject, id),
    })),
  ];
  return {
    ...trade,
    ...{ refresh, timers },
    prepare: async () => {
      const stores = [trade, listings, blocks, users];
      await Promise.all(stores.map((store) => store.prepare()));
    },
  };
}
