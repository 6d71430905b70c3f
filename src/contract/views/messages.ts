import { z } from 'zod';
import { limits } from '../limits.js';
import {
  Coordinates,
  Cursor,
  Id,
  Position,
  Seq,
  Timestamp,
  repeatedId,
  lineIfAny,
  named,
  oneOf,
} from '../primitives.js';
import { AppointmentInMessage } from './deals.js';
import { Image } from './images.js';
import { ListingCard } from './listings.js';
import { OfferInMessage } from './offers.js';
import { User } from './people.js';

export const MessageKind = oneOf('MessageKind', [
  'text',
  'image',
  'place',
  'offer',
  'appointment',
  'edit',
  'unsend',
  'system',
]);

/** Also what clients send. The point is exact, since the two want to meet there. */
export const Place = z
  .strictObject({
    latitude: Coordinates.shape.latitude,
    longitude: Coordinates.shape.longitude,
    name: lineIfAny(limits.placeNameLength),
  })
  .meta({ id: 'Place' });

/** The notices that this server writes. A client that meets another one talks to a newer server. */
export const noticeTypes = [
  'left',
  'offerEndsSoon',
  'dealOpened',
  'dealCompleted',
  'dealCancelled',
  'dealNoShow',
  'dealQuestion',
  'dealKept',
  'dealReleased',
  'appointmentSoon',
  'listingFree',
  'reviewsOpen',
  'reviewsShown',
  'fraudNumber',
  'prepayment',
  'offPlatform',
] as const;
export type NoticeType = (typeof noticeTypes)[number];

export const Notice = z
  .object({
    type: z
      .string()
      .describe(
        [
          'left: a person left the conversation',
          'offerEndsSoon: the offer runs out in a few hours',
          'dealOpened: the seller chose this buyer without an offer',
          'dealCompleted, dealCancelled, dealNoShow: how the deal ended; userId did or told it',
          'dealQuestion: the seller is asked whether the deal still stands, until `at`',
          'dealKept: the seller said that it does',
          'dealReleased: nobody answered, the listing is free again',
          'appointmentSoon: the appointment is `at`',
          'listingFree: the listing of an earlier offer is on sale again',
          'reviewsOpen: both may write about the other, until `at`; reviewsShown: both can be read',
          'fraudNumber, prepayment, offPlatform: a warning of what the other side wrote, to one side only: a number of ' +
            'known fraud (masked), money asked for in advance, a way to go on elsewhere. To the other side such an ' +
            'entry is an unsend of itself',
          'More may come',
        ].join('. '),
      ),
    userId: Id.optional().describe('Whom it is about'),
    offerId: Id.optional(),
    dealId: Id.optional(),
    reason: z.string().optional(),
    at: Timestamp.optional(),
  })
  .meta({ id: 'Notice', description: 'What the system says; unknown types show the fallbackText' });

/** Words for clients that have none of their own, by language. */
export const FallbackTexts = z.record(z.string(), z.string());

export const Message = z
  .object({
    id: Id,
    conversationId: Id,
    seq: Seq,
    senderId: Id.nullable().describe('null: the system speaks'),
    kind: MessageKind,
    text: z.string().optional(),
    images: z.array(Image).optional(),
    place: Place.optional(),
    offer: OfferInMessage.optional(),
    appointment: AppointmentInMessage.optional(),
    notice: Notice.optional(),
    aside: z
      .boolean()
      .optional()
      .describe('true: told to the reader alone, and not what was said last in the conversation'),
    replyToSeq: Seq.optional(),
    targetSeq: Seq.optional().describe('The entry that an edit or unsend is about'),
    state: z
      .enum(['active', 'edited', 'unsent'])
      .describe('unsent is final: nothing of the content is left'),
    editedAt: Timestamp.optional(),
    fallbackText: z.string().describe('What a client shows that does not know the kind; Korean'),
    fallbackTexts: FallbackTexts.optional().describe(
      'The same by language (`ko`, `en`; more may come); left out where it is nothing but the words of a person',
    ),
    createdAt: Timestamp,
  })
  .meta({ id: 'Message', description: 'One entry of the log of a conversation' });

export const Cursors = z
  .record(z.string(), z.object({ deliveredSeq: Position, readSeq: Position }))
  .meta({
    id: 'Cursors',
    description: 'Per person: everything up to here was delivered, was read',
  });

export const Conversation = named('Conversation', {
  id: Id,
  listing: ListingCard,
  buyer: User,
  seller: User,
  lastMessage: Message.nullable(),
  lastSeq: Position,
  unread: z.number().int(),
  cursors: Cursors,
  muted: z.boolean(),
  pinned: z.boolean(),
  archived: z.boolean(),
  closed: z.boolean(),
  left: z.boolean().optional().describe('true: the reader left it; it belongs in no list'),
  abilities: z
    .object({
      offer: z
        .boolean()
        .describe('Offer a price, or ask for the give-away, while no offer of it is open'),
    })
    .optional()
    .describe('What the reader may do in it; nodes of an earlier version leave it out'),
});

export const Receipts = named('Receipts', {
  deliveredSeq: Position,
  readSeq: Position,
  unread: z.number().int(),
});

export const ChangedMessage = named('ChangedMessage', {
  message: Message.describe('The entry of the edit or unsend'),
  target: Message.describe('The message it is about, as it is now'),
  duplicate: z.boolean(),
  ...repeatedId,
});

export const SearchAnswer = named('SearchAnswer', {
  items: z.array(Message).describe('Newest first'),
  nextCursor: Cursor.nullable(),
  complete: z.boolean().describe('false: there are older entries that were not looked through'),
});

export const SyncAnswer = named('SyncAnswer', {
  conversations: z.array(Conversation).describe('The ones that changed since the cursor'),
  messages: z.array(Message).describe('Ascending by seq within each conversation'),
  holes: z
    .array(z.object({ conversationId: Id, fromSeq: Seq, toSeq: Seq }))
    .describe('Left out because too much was missing: drop what lies below and page history in'),
  cursor: Cursor,
  complete: z.boolean().describe('false: pull again with the new cursor and positions'),
  unread: z.number().int().describe('Unread in all active conversations together'),
  epoch: z.string().describe('Another one than before: the database was restored, start afresh'),
});

export type MessageKind = z.infer<typeof MessageKind>;
export type Place = z.infer<typeof Place>;
export type Notice = z.infer<typeof Notice>;
export type Message = z.infer<typeof Message>;
export type Conversation = z.infer<typeof Conversation>;
export type Receipts = z.infer<typeof Receipts>;
export type ChangedMessage = z.infer<typeof ChangedMessage>;
export type SearchAnswer = z.infer<typeof SearchAnswer>;
export type SyncAnswer = z.infer<typeof SyncAnswer>;
