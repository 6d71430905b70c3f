import {
  ConversationStore,
  InboxStore,
  MessageLog,
  MessageStore,
  Projections,
  createPostEntry,
} from '../src/conversations/index.js';
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
import { createNudge } from './relay/nudge.js';
import { OfferRepair } from './relay/offer-repair.js';
import { PlaceStore } from './relay/place.store.js';
import { Relay } from './relay/relay.js';
import { UnreadWatch } from './relay/unread-watch.js';

export const roles = ['relay', 'push'] as const;
export type Role = (typeof roles)[number];

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
    const watch = new UnreadWatch({
      conversations,
      inbox,
      presence,
      queues,
      hint: (nodeId, { userId, entry }) =>
        tellNodes(
          commands,
          prefix,
          { node: nodeId },
          {
            kind: 'behind',
            userId,
            conversationId: entry.conversationId,
            lastSeq: entry.seq,
          },
        ),
      delays: { offlineMs: config.pushDelayOfflineMs, onlineMs: config.pushDelayOnlineMs },
      clock,
      log,
      metrics,
    });
    lifecycle.onStop('watch', () => watch.close());
    const relay = new Relay({
      messages,
      places: new PlaceStore(mongo, 'messages'),
      handle: (entry) => watch.see(entry),
      log,
    });
    await relay.start();
    lifecycle.onStop('relay', () => relay.stop());

    const offers = new OfferStore(mongo);
    await offers.prepare();
    const post = createPostEntry({
      log: new MessageLog({ store: messages, clock, metrics, queue: config.logQueue }),
      fanOut: createNudge({ presence, publisher: commands, prefix, log }),
      projections: new Projections({ inbox, log }),
    });
    const repair = new OfferRepair({
      offers,
      record: createRecordOffer({ offers, conversations, post }),
      log,
    });
    repair.start();
    lifecycle.onStop('offer repair', () => repair.stop());
  }

  return { metrics, readiness: readiness({ mongo, redis: commands, lifecycle }) };
}
