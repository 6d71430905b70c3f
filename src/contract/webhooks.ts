import { z } from 'zod';
import { Id, Seq, Timestamp } from './primitives.js';
import { Deal, Listing, Message, OfferInMessage, Report, type WebhookType } from './views.js';

/** A deal as neither side sees it: without what only a reader has. */
export const WebhookDeal = Deal.omit({ abilities: true, reviews: true }).meta({
  id: 'WebhookDeal',
  description: 'The deal as this act left it; the highest version tells its state',
});

export const WebhookListing = Listing.omit({
  abilities: true,
  distanceKm: true,
  favourite: true,
}).meta({
  id: 'WebhookListing',
  description: 'The listing as it is when this is sent; the highest version tells its state',
});

/** An act in the log of a conversation: these come in the order of `seq`. */
const inConversation = { conversationId: Id, seq: Seq };

const event = <
  T extends WebhookType,
  D extends z.ZodRawShape,
  P extends z.ZodRawShape = Record<never, never>,
>(
  type: T,
  data: D,
  place?: P,
) =>
  z.object({
    type: z.literal(type),
    timestamp: Timestamp.describe('When it happened, the same in every try'),
    ...(place ?? ({} as P)),
    data: z.object(data),
  });

/** What the team's own server is told, by type. Inside a version there are only additions. */
export const webhooks = {
  'message.created': {
    summary: 'Somebody wrote: a text, images or a place',
    description:
      'The message is as it is when this is sent: once it was edited or taken back, so is this.',
    payload: event('message.created', { message: Message }, inConversation),
  },
  'message.updated': {
    summary: 'Somebody edited what they wrote',
    description: 'The message as this edit left it; `seq` is that of the edit.',
    payload: event('message.updated', { message: Message }, inConversation),
  },
  'message.unsent': {
    summary: 'Somebody took back what they wrote: forget its words and images',
    description: 'The message that was taken back, without its content; `seq` is that of the act.',
    payload: event('message.unsent', { message: Message }, inConversation),
  },
  'offer.updated': {
    summary: 'Something happened to an offer: made, countered, accepted, declined, …',
    description: 'The offer is as this act left it.',
    payload: event('offer.updated', { offer: OfferInMessage }, inConversation),
  },
  'deal.updated': {
    summary: 'Something happened to a deal: opened, appointment, completed, cancelled, …',
    description: 'The deal is as this act left it.',
    payload: event('deal.updated', { deal: WebhookDeal }, inConversation),
  },
  'listing.updated': {
    summary: 'A listing was made, changed, put in another state or removed',
    description: 'In the order of `version` for each listing; the last one may tell of several.',
    payload: event('listing.updated', { listing: WebhookListing }),
  },
  'user.reported': {
    summary: 'Somebody reported a person, a listing or a message',
    description: 'One after another for each person whom reports are about.',
    payload: event('user.reported', {
      report: Report,
      userId: Id.describe('The person whom it is about: for a listing its seller'),
      reporterId: Id,
    }),
  },
} as const satisfies Record<
  WebhookType,
  { summary: string; description: string; payload: z.ZodType }
>;

export type WebhookData<T extends WebhookType> = z.infer<(typeof webhooks)[T]['payload']>['data'];
