import type { Connection } from 'mongoose';
import type { Clock } from '../platform/clock.js';
import { WebhookEndpointStore } from './endpoint.store.js';
import { WebhookEventStore } from './event.store.js';
import { WebhookLaneStore } from './lane.store.js';
import { createListWebhooks } from './list-webhooks.js';
import { createReplayWebhooks } from './replay-webhooks.js';

export { WebhookEndpointStore } from './endpoint.store.js';
export { WebhookEventStore, type Answer, type StoredEvent } from './event.store.js';
export { WebhookLaneStore, type Lane } from './lane.store.js';
export type { WebhookPage } from './list-webhooks.js';
export { createWebhookBodies, type WebhookBodies } from './webhook-body.js';
export {
  eventOfListing,
  eventOfReport,
  eventsOfEntry,
  type EntryFacts,
  type WebhookEvent,
} from './webhook-event.js';
export type WebhookCommands = ReturnType<typeof createWebhooks>['commands'];

/** Builds the slice as the admin area needs it; workers/webhooks sends. */
export function createWebhooks(deps: { mongo: Connection; clock: Clock }) {
  const events = new WebhookEventStore(deps.mongo);
  const lanes = new WebhookLaneStore(deps.mongo);
  const endpoint = new WebhookEndpointStore(deps.mongo);
  return {
    commands: {
      list: createListWebhooks({ events, endpoint }),
      replay: createReplayWebhooks({ events, lanes, clock: deps.clock }),
      enable: () => endpoint.enable(),
    },
    prepare: async () => {
      await Promise.all([events.prepare(), lanes.prepare()]);
    },
  };
}
