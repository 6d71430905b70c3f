export { decidePush, type PushDecision, type PushFacts } from './decide-push.js';
export { DeliveryStore } from './delivery.store.js';
export { DeviceStore, type Device } from './device.store.js';
