import type { Context } from '../context.js';
import type { Conversations } from '../conversations/index.js';
import type { Listings } from '../listings/index.js';
import { inTheNameOf } from '../platform/actor.js';
import { Batcher } from '../platform/batcher.js';
import { allOf, listOf } from '../platform/pages.js';
import type { FanOut } from '../platform/fan-out.js';
import type { Users } from '../users/index.js';
import { createDeadLetters } from './dead-letters.js';
import { DecisionStore } from './decision.store.js';
import { DeliveryStore } from './delivery.store.js';
import { DeviceStore } from './device.store.js';
import { NotificationList } from './notification-list.js';
import { NotificationStore } from './notification.store.js';
import { createReadNews } from './read-news.js';
import { PushFactsLoader } from './push-facts.js';
import type { PushJob } from './push-job.js';
import { PushQueues } from './push-queues.js';
import { SettingsStore } from './settings.store.js';
import { createTraceDelivery } from './trace-delivery.js';

export {
  categoryOf,
  expiresAt,
  queueOf,
  recipientsOf,
  type Category,
  type ToldEntry,
} from './category.js';
export type { Decision, DecisionKey, NewDecision, Outcome } from './decision.js';
export { ReadRuns } from './read-ledger.store.js';
export type { Claim, DeliveryKey, Told, Settled } from './delivery.store.js';
export type { Device, KnownDevice } from './device.store.js';
export {
  bundleSize,
  deliveriesOf,
  pushQueueNames,
  pushesIn,
  type Bundle,
  type PushJob,
  type PushQueueName,
} from './push-job.js';
export { canaryJobName, type LeftPush, type PushQueues } from './push-queues.js';
export type { Against, Asked, Holds } from './push-facts.js';
export type { Notification } from './notification.store.js';
export { isNewsPlace, newsPlaceOf, type NewsEntry } from './news.js';
export { rowOfNews } from './read-news.js';
export { explainDelivery, whyNeverPushed } from './explain-delivery.js';
export type Notifications = ReturnType<typeof createNotifications>;
export type OperatorCommands = Notifications['operator'];

/** Builds the slice: who is told of what and how, on which devices, and what became of it. */
export function createNotifications(
  context: Context,
  below: { users: Users; listings: Listings; conversations: Conversations; fanOut: FanOut },
) {
  const { mongo, clock, log } = context;
  const queues = new PushQueues(context.queues);
  const { users, blocks, sessionsEnding } = below.users;
  const { inbox, toldAndRead } = below.conversations;
  const stores = {
    settings: context.store(new SettingsStore(mongo)),
    devices: context.store(new DeviceStore(mongo)),
    decisions: context.store(new DecisionStore(mongo)),
    deliveries: context.store(new DeliveryStore(mongo)),
  };
  const { devices, deliveries } = stores;
  const notifications = context.store(new NotificationStore(mongo));
  const { listings } = below.listings;
  const list = new NotificationList({
    notifications,
    inbox,
    listings,
    users,
    blocks,
    fanOut: below.fanOut,
  });
  // An app that renews its registration at every start does not need this, one that keeps it for months does. What a
  // node that dies had noted is noted at the next connection.
  const devicesSeen = new Batcher<string>({
    windowMs: 5_000,
    waitingMax: 20_000,
    keyOf: (sessionId) => sessionId,
    write: (sessionIds) => devices.seen(sessionIds, new Date()),
    lost: (reason) => log.warn({ reason }, 'the times when devices were last seen were not stored'),
  });
  // Off the path of the receipt, and forgotten when the queue is away: the next notification of the conversation
  // replaces the old one anyway.
  const readElsewhere = new Batcher<PushJob>({
    windowMs: 250,
    waitingMax: 1_000,
    // So that an absent queue holds one trip and not thousands.
    oneAtATime: true,
    write: (jobs) => queues.addMany(jobs.map((job) => ({ queue: 'chat', job }))),
    lost: (reason, left) => log.warn({ reason, left }, 'other devices were not told what was read'),
  });
  sessionsEnding.on((sessionIds) => devices.removeOfSessions(sessionIds));
  below.users.erasing.on(async (userId) => {
    await devices.forgetPerson(userId);
    await stores.settings.forget(userId);
    await notifications.forgetPerson(userId);
  });
  below.users.exporting.on((userId) => ({
    notificationSettings: listOf(async () => [(await stores.settings.get(userId)).settings]),
    notifications: allOf((page) => list.page(inTheNameOf(userId), page)),
  }));
  toldAndRead.on((read) => readElsewhere.note({ kind: 'silent', ...read }));
  context.lifecycle.onStop('devices', () =>
    Promise.all([devicesSeen.flush(), readElsewhere.flush()]),
  );
  return {
    ...stores,
    queues,
    list,
    /** What listings have to tell, as it stands in the lists of those who hear it. */
    news: createReadNews({ notifications, listings }),
    facts: new PushFactsLoader({ blocks, users, ...stores }),
    /** Somebody connected with this sign-in, so the devices that it registered are in use. */
    noteSeen: (sessionId: string) => devicesSeen.note(sessionId),
    /** What whoever runs the service does: explain one, and put back what was given up. */
    operator: {
      trace: createTraceDelivery({ ...below.conversations, ...stores, queues, clock }),
      deadLetters: createDeadLetters({ queues, deliveries }),
    },
  };
}
