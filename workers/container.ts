import {
  ConversationStore,
  InboxStore,
  MessageLog,
  MessageStore,
  OriginalStore,
  Projections,
  createApplyChange,
  createPostEntry,
} from '../src/conversations/index.js';
import { ImageShelf, ImageStore } from '../src/media/index.js';
import { DeliveryStore, DeviceStore } from '../src/notifications/index.js';
import { OfferStore, createRecordOffer } from '../src/offers/index.js';
import { systemClock } from '../src/platform/clock.js';
import type { Config } from '../src/platform/config.js';
import { readiness } from '../src/platform/health.js';
import type { Lifecycle } from '../src/platform/lifecycle.js';
import type { Logger } from '../src/platform/logger.js';
import { createMetrics } from '../src/platform/metrics.js';
import { connectMongo } from '../src/platform/mongo.js';
import { tellNodes } from '../src/platform/node-channel.js';
import { readPresence } from '../src/platform/presence.js';
import { openQueues } from '../src/platform/queues.js';
import { connectRedis } from '../src/platform/redis.js';
import { UserStore } from '../src/users/index.js';
import { createLogProvider } from './push/log-provider.js';
import { startPushWorkers } from './push/push-worker.js';
import { createSendPush } from './push/send-push.js';
import { EntryWatch } from './relay/entry-watch.js';
import { Hints } from './relay/hints.js';
import { LeaseStore } from './relay/lease.store.js';
import { Lease } from './relay/lease.js';
import { LogStore } from './relay/log.store.js';
import { createNudge } from './relay/nudge.js';
import { OfferRepair } from './relay/offer-repair.js';
import { PlaceStore } from './relay/place.store.js';
import { Pushes } from './relay/pushes.js';
import { Relay } from './relay/relay.js';
import { Repair } from './relay/repair.js';

export const roles = ['relay', 'push'] as const;
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
  lifecycle.onStop('mongodb', () => mongo.close());
  const [commands, producer, consumer] = await Promise.all([
    connectRedis(config.redisUrl, 'commands', log),
    connectRedis(config.queueRedisUrl, 'producer', log),
    connectRedis(config.queueRedisUrl, 'worker', log),
  ]);
  for (const redis of [commands, producer, consumer])
    lifecycle.onStop('redis', () => redis.disconnect());

  const conversations = new ConversationStore(mongo);
  const messages = new MessageStore(mongo);
  const inbox = new InboxStore(mongo);
  const presence = readPresence(commands, prefix);
  await Promise.all([conversations, messages, inbox].map((store) => store.prepare()));

  if (chosen.includes('push')) {
    const devices = new DeviceStore(mongo);
    const deliveries = new DeliveryStore(mongo);
    await Promise.all([devices.prepare(), deliveries.prepare()]);
    const send = createSendPush({
      messages,
      inbox,
      users: new UserStore(mongo),
      devices,
      deliveries,
      providers: [createLogProvider(log)],
      clock,
      metrics,
    });
    const push = await startPushWorkers({ connection: consumer, prefix: queuePrefix, send, log });
    lifecycle.onStop('push', () => push.close());
  }

  if (chosen.includes('relay')) {
    const queues = openQueues(producer, queuePrefix, log);
    lifecycle.onStop('queues', () => queues.close());
    const offers = new OfferStore(mongo);
    const originals = new OriginalStore(mongo);
    const images = new ImageStore(mongo);
    const leases = new LeaseStore(mongo, relayName);
    const places = new PlaceStore(mongo, relayName);
    await Promise.all([offers, originals, images, leases, places].map((store) => store.prepare()));
    const pushes = new Pushes({ queues, log, metrics });
    const hints = new Hints({
      tell: (node, hint) => tellNodes(commands, prefix, { node }, { kind: 'behind', ...hint }),
      log,
      metrics,
    });
    const shelf = new ImageShelf({ images, clock });
    const withdrawImages = (ids: string[]) => shelf.withdraw(ids);
    const applyChange = createApplyChange({ messages, originals, withdrawImages, clock });
    const repair = new Repair({ messages, inbox, applyChange, log });
    const post = createPostEntry({
      log: new MessageLog({ store: messages, clock, metrics, queue: config.logQueue }),
      fanOut: createNudge({ presence, publisher: commands, prefix, log }),
      projections: new Projections({ inbox, log }),
    });
    const record = createRecordOffer({ offers, conversations, post });
    const delays = { offlineMs: config.pushDelayOfflineMs, onlineMs: config.pushDelayOnlineMs };
    const lease = new Lease({
      store: leases,
      holder: config.nodeId,
      act: (term) => {
        const watch = new EntryWatch({
          ...{ term, conversations, inbox, presence, hints, pushes, repair, delays },
          ...{ clock, log, metrics },
        });
        const relay = new Relay({
          log: new LogStore(mongo),
          places,
          term,
          see: (entry, done) => watch.see(entry, done),
          logger: log,
        });
        const offerRepair = new OfferRepair({ offers, record, term, log });
        return {
          start: () => {
            relay.start();
            offerRepair.start();
          },
          stop: async () => {
            await Promise.all([offerRepair.stop(), relay.stop()]);
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

  return { metrics, readiness: readiness({ mongo, redis: commands, lifecycle }) };
}
