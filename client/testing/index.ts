/** A gateway in the process of the test, for apps that are built on the client library. */
export { createMockGateway } from './create-mock-gateway.js';
export type {
  MockBackup,
  MockDevice,
  MockGateway,
  MockGatewayOptions,
  MockPerson,
} from './create-mock-gateway.js';
export type { MockTimers } from './clock.js';
export type { PacketKind, Refusable } from './faults.js';
