import type { Context } from '../context.js';
import type { Conversations } from '../conversations/index.js';
import type { Listings } from '../listings/index.js';
import { WebhookEndpointStore } from './endpoint.store.js';
import { WebhookEventStore } from './event.store.js';
import { WebhookLaneStore } from './lane.store.js';
import { createOperateWebhooks } from './operate-webhooks.js';
import { createWebhookBodies, type BodySources } from './webhook-body.js';

export type { Answer, StoredEvent } from './event.store.js';
export type { Lane } from './lane.store.js';
export type { WebhookPage } from './operate-webhooks.js';
export {
  eventOfListing,
  eventOfReport,
  eventsOfEntry,
  type EntryFacts,
  type WebhookEvent,
} from './webhook-event.js';
export type Webhooks = ReturnType<typeof createWebhooks>;
export type WebhookCommands = Webhooks['commands'];

/** Builds the slice: events for the team's own server, as operators see them; workers/webhooks sends. */
export function createWebhooks(
  { mongo, clock, store }: Context,
  below: {
    conversations: Conversations;
    listings: Listings;
    trade: { deals: BodySources['deals']; presentAsLeft: BodySources['presentDeal'] };
    moderation: Pick<BodySources, 'reportsOf'>;
  },
) {
  const { listings, present: presentListings } = below.listings;
  const events = store(new WebhookEventStore(mongo));
  const lanes = store(new WebhookLaneStore(mongo));
  const endpoint = new WebhookEndpointStore(mongo);
  return {
    events,
    lanes,
    endpoint,
    bodies: createWebhookBodies({
      messages: below.conversations.messages,
      deals: below.trade.deals,
      presentDeal: below.trade.presentAsLeft,
      listings,
      presentListings,
      reportsOf: below.moderation.reportsOf,
    }),
    commands: createOperateWebhooks({ events, lanes, endpoint, clock }),
  };
}
