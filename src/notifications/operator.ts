import type { Connection } from 'mongoose';
import type { ConversationStore, InboxStore, MessageStore } from '../conversations/index.js';
import type { Clock } from '../platform/clock.js';
import type { Queues } from '../platform/queues.js';
import { createDeadLetters } from './dead-letters.js';
import { DecisionStore } from './decision.store.js';
import { DeliveryStore } from './delivery.store.js';
import { DeviceStore } from './device.store.js';
import { createTraceDelivery } from './trace-delivery.js';

export type OperatorCommands = ReturnType<typeof createOperator>;

/** Builds what whoever runs the service does with notifications: explain one, and put back what was given up. */
export function createOperator(deps: {
  mongo: Connection;
  conversations: ConversationStore;
  messages: MessageStore;
  inbox: InboxStore;
  queues: Queues;
  clock: Clock;
}) {
  const deliveries = new DeliveryStore(deps.mongo);
  const decisions = new DecisionStore(deps.mongo);
  const devices = new DeviceStore(deps.mongo);
  return {
    trace: createTraceDelivery({ ...deps, deliveries, decisions, devices }),
    deadLetters: createDeadLetters({ queues: deps.queues, deliveries }),
  };
}
