export { alertHeldUntil } from './alert-cap.js';
export {
  categories,
  categoryOf,
  expiresAt,
  isUrgent,
  queueOf,
  recipientsOf,
  type Category,
  type ToldEntry,
} from './category.js';
export {
  decidePush,
  whyNot,
  type Decided,
  type NothingReason,
  type PushDecision,
  type PushFacts,
} from './decide-push.js';
export type { Decision, DecisionKey, NewDecision, Outcome } from './decision.js';
export { DecisionStore } from './decision.store.js';
export { DeliveryStore } from './delivery.store.js';
export { DeviceStore, type Device } from './device.store.js';
export { PushFactsLoader, type Against, type Asked, type Holds } from './push-facts.js';
export { quietUntil, type QuietHours } from './quiet-hours.js';
export { SettingsStore, type NotificationSettings } from './settings.store.js';
