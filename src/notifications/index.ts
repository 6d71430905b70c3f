import type { Connection } from 'mongoose';
import type { InboxStore } from '../conversations/index.js';
import { createChangeSettings, createGetSettings } from './change-settings.js';
import { NotificationStore } from './notification.store.js';
import { createReadNotifications } from './read-notifications.js';
import { SettingsStore } from './settings.store.js';
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
export { DecisionStore } from './decision.store.js';
export {
  DeliveryStore,
  claimMs,
  type Attempt,
  type Claim,
  type Delivery,
  type DeliveryKey,
  type Told,
  type Settled,
} from './delivery.store.js';
export { DeviceStore, type Device, type KnownDevice } from './device.store.js';
export { DevicesSeen } from './devices-seen.js';
export { PushFactsLoader, type Against, type Asked, type Holds } from './push-facts.js';
export { createTellNotifications, type TellNotifications } from './tell-notifications.js';
export { NotificationStore, type Notification } from './notification.store.js';
export { createUnreadNotifications, type UnreadNotifications } from './unread-notifications.js';
export { SettingsStore, type NotificationSettings } from './settings.store.js';
export { createDeadLetters } from './dead-letters.js';
export { explainDelivery, whyNeverPushed } from './explain-delivery.js';
export { TellReadElsewhere } from './tell-read-elsewhere.js';
export { createRedrivePush, deliveriesOf } from './redrive-push.js';
export { createOperator, type OperatorCommands } from './operator.js';

export type NotificationCommands = ReturnType<typeof createNotifications>['commands'];

/** Builds the part of a gateway: how people want to be told, and the list of what there was to tell. */
export function createNotifications({ mongo, inbox }: { mongo: Connection; inbox: InboxStore }) {
  const settings = new SettingsStore(mongo);
  const notifications = new NotificationStore(mongo);
  const unread = createUnreadNotifications({ notifications, inbox });
  return {
    commands: {
      getSettings: createGetSettings({ settings }),
      changeSettings: createChangeSettings({ settings }),
      ...createReadNotifications({ notifications, inbox, unread }),
    },
    prepare: async () => {
      await Promise.all([settings.prepare(), notifications.prepare()]);
    },
  };
}
