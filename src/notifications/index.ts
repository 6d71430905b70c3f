import type { Context } from '../context.js';
import type { Conversations } from '../conversations/index.js';
import type { FanOut } from '../platform/fan-out.js';
import type { Users } from '../users/index.js';
import { createChangeSettings, createGetSettings } from './change-settings.js';
import { createDeadLetters } from './dead-letters.js';
import { DecisionStore } from './decision.store.js';
import { DeliveryStore } from './delivery.store.js';
import { DeviceStore } from './device.store.js';
import { DevicesSeen } from './devices-seen.js';
import { NotificationStore } from './notification.store.js';
import { PushFactsLoader } from './push-facts.js';
import { PushQueues } from './push-queues.js';
import { createReadNotifications } from './read-notifications.js';
import { SettingsStore } from './settings.store.js';
import { createTellNotifications } from './tell-notifications.js';
import { TellReadElsewhere } from './tell-read-elsewhere.js';
import { createTraceDelivery } from './trace-delivery.js';
import { createUnreadNotifications } from './unread-notifications.js';

export {
  categoryOf,
  expiresAt,
  isUrgent,
  queueOf,
  recipientsOf,
  type Category,
  type ToldEntry,
} from './category.js';
export type { Decision, DecisionKey, NewDecision, Outcome } from './decision.js';
export type { DecisionStore } from './decision.store.js';
export {
  claimMs,
  type Attempt,
  type Claim,
  type Delivery,
  type DeliveryKey,
  type DeliveryStore,
  type Told,
  type Settled,
} from './delivery.store.js';
export type { DeviceStore, Device, KnownDevice } from './device.store.js';
export {
  bundleSize,
  pushQueueNames,
  pushesIn,
  type Bundle,
  type PushJob,
  type PushQueueName,
} from './push-job.js';
export { canaryJobName, type LeftPush, type PushQueues } from './push-queues.js';
export type { PushFactsLoader, Against, Asked, Holds } from './push-facts.js';
export type { TellNotifications } from './tell-notifications.js';
export type { Notification } from './notification.store.js';
export type { UnreadNotifications } from './unread-notifications.js';
export type { NotificationSettings } from './settings.store.js';
export { explainDelivery, whyNeverPushed } from './explain-delivery.js';
export { createRedrivePush, deliveriesOf } from './redrive-push.js';
export type Notifications = ReturnType<typeof createNotifications>;
export type NotificationCommands = Notifications['commands'];
export type OperatorCommands = Notifications['operator'];

/** Builds the slice: who is told of what and how, on which devices, and what became of it. */
export function createNotifications(
  context: Context,
  below: { users: Users; conversations: Conversations; fanOut: FanOut },
) {
  const { mongo, clock, log } = context;
  const queues = new PushQueues(context.queues);
  const { users, blocks, sessionsEnding } = below.users;
  const { conversations, messages, inbox, toldAndRead } = below.conversations;
  const settings = context.store(new SettingsStore(mongo));
  const notifications = context.store(new NotificationStore(mongo));
  const devices = context.store(new DeviceStore(mongo));
  const decisions = context.store(new DecisionStore(mongo));
  const deliveries = context.store(new DeliveryStore(mongo));
  const unread = createUnreadNotifications({ notifications, inbox });
  const devicesSeen = new DevicesSeen({ devices, log });
  const readElsewhere = new TellReadElsewhere({ queues, log });
  sessionsEnding.on((sessionIds) => devices.removeOfSessions(sessionIds));
  toldAndRead.on((read) => readElsewhere.note({ kind: 'silent', ...read }));
  context.lifecycle.onStop('devices', () =>
    Promise.all([devicesSeen.flush(), readElsewhere.flush()]),
  );
  return {
    devices,
    decisions,
    deliveries,
    queues,
    facts: new PushFactsLoader({ blocks, users, settings, devices, decisions }),
    tell: createTellNotifications({ notifications, fanOut: below.fanOut }),
    unread,
    /** Somebody connected with this sign-in. */
    noteSeen: (sessionId: string) => devicesSeen.note(sessionId),
    /** What whoever runs the service does: explain one, and put back what was given up. */
    operator: {
      trace: createTraceDelivery({
        conversations,
        messages,
        inbox,
        decisions,
        deliveries,
        devices,
        queues,
        clock,
      }),
      deadLetters: createDeadLetters({ queues, deliveries }),
    },
    commands: {
      getSettings: createGetSettings({ settings }),
      changeSettings: createChangeSettings({ settings }),
      ...createReadNotifications({ notifications, inbox, unread }),
    },
  };
}
