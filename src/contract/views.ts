import { z } from 'zod';
import { limits } from './limits.js';
import {
  Amount,
  Coordinates,
  Currency,
  Cursor,
  Id,
  Position,
  Seq,
  Timestamp,
  writtenLine,
} from './primitives.js';

/** The shapes that leave the server. Clients ignore fields they don't know: inside a version there are only additions. */

export const categories = [
  'digital',
  'appliances',
  'furniture',
  'living',
  'baby',
  'kids',
  'fashion',
  'beauty',
  'sports',
  'hobby',
  'books',
  'pets',
  'plants',
  'food',
  'tickets',
  'other',
] as const;
export const Category = z.enum(categories).meta({ id: 'Category' });

export const User = z
  .object({ id: Id, nickname: z.string(), createdAt: Timestamp })
  .meta({ id: 'User', description: 'A person as others see them' });

export const Me = User.extend({
  email: z.string(),
  emailVerified: z.boolean(),
  mustVerifyEmail: z
    .boolean()
    .describe('Listing and contacting are refused until the address is proven'),
}).meta({ id: 'Me' });

export const SignedIn = z
  .object({
    user: Me,
    accessToken: z.string(),
    refreshToken: z.string(),
    expiresIn: z.number().int().describe('Seconds until the access token runs out'),
  })
  .meta({ id: 'SignedIn' });

export const Session = z
  .object({
    id: Id,
    current: z.boolean(),
    userAgent: z.string().nullable(),
    createdAt: Timestamp,
    lastUsedAt: Timestamp,
  })
  .meta({ id: 'Session' });

export const ListingState = z
  .enum(['draft', 'onSale', 'reserved', 'sold', 'hidden', 'blinded', 'removed'])
  .meta({ id: 'ListingState' });

export const Listing = z
  .object({
    id: Id,
    seller: User,
    title: z.string(),
    description: z.string(),
    price: Amount,
    currency: Currency,
    category: Category,
    location: Coordinates.nullable().describe('Blurred to about 100 m'),
    distanceKm: z.number().optional(),
    state: ListingState,
    offers: z.object({ enabled: z.boolean() }),
    version: z.number().int(),
    bumpedAt: Timestamp,
    createdAt: Timestamp,
    abilities: z
      .object({ edit: z.boolean(), remove: z.boolean(), contact: z.boolean() })
      .describe('What the reader may do with it'),
  })
  .meta({ id: 'Listing' });

export const OfferState = z
  .enum([
    'awaitingSeller',
    'awaitingBuyer',
    'accepted',
    'declined',
    'withdrawn',
    'expired',
    'closed',
    'fulfilled',
    'fellThrough',
  ])
  .meta({ id: 'OfferState' });

export const OfferSide = z.enum(['buyer', 'seller']);

export const Offer = z
  .object({
    id: Id,
    conversationId: Id,
    listingId: Id,
    buyerId: Id,
    sellerId: Id,
    amount: Amount.describe('The standing amount'),
    currency: Currency,
    note: z.string().optional(),
    state: OfferState,
    reason: z.string().optional().describe('Why it was closed'),
    turn: OfferSide.nullable().describe('Whose answer is awaited; null when it is over'),
    version: z.number().int(),
    expiresAt: Timestamp,
    moves: z.array(z.object({ by: OfferSide, amount: Amount, at: Timestamp })),
  })
  .meta({ id: 'Offer' });

export const MessageKind = z
  .enum(['text', 'image', 'place', 'offer', 'appointment', 'edit', 'unsend', 'system'])
  .meta({ id: 'MessageKind' });

export const OfferAct = z
  .enum(['made', 'countered', 'accepted', 'declined', 'withdrawn', 'expired', 'closed'])
  .meta({ id: 'OfferAct' });

export const OfferInMessage = Offer.extend({ act: OfferAct }).meta({
  id: 'OfferInMessage',
  description: 'The offer as this act left it; the entry with the highest version tells its state',
});

export const Image = z
  .object({
    id: Id,
    urls: z
      .object({ thumb: z.string(), full: z.string() })
      .describe('Paths on this server. Whoever has one may read it; it says nothing about others'),
    width: z.number().int().describe('Of the full variant, in pixels'),
    height: z.number().int(),
  })
  .meta({ id: 'Image' });

/** Also what clients send: exact, since the two want to meet there. */
export const Place = z
  .strictObject({
    latitude: Coordinates.shape.latitude,
    longitude: Coordinates.shape.longitude,
    name: writtenLine(limits.placeNameLength).optional(),
  })
  .meta({ id: 'Place' });

export const Notice = z
  .object({
    type: z.string().describe('left: a person left the conversation. More may come'),
    userId: Id.optional().describe('Whom it is about'),
  })
  .meta({ id: 'Notice', description: 'What the system says; unknown types show the fallbackText' });

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
    notice: Notice.optional(),
    replyToSeq: Seq.optional(),
    targetSeq: Seq.optional().describe('The entry that an edit or unsend is about'),
    state: z
      .enum(['active', 'edited', 'unsent'])
      .describe('unsent is final: nothing of the content is left'),
    editedAt: Timestamp.optional(),
    fallbackText: z.string().describe('What a client shows that does not know the kind'),
    createdAt: Timestamp,
  })
  .meta({ id: 'Message', description: 'One entry of the log of a conversation' });

export const Cursors = z
  .record(z.string(), z.object({ deliveredSeq: Position, readSeq: Position }))
  .meta({
    id: 'Cursors',
    description: 'Per person: everything up to here was delivered, was read',
  });

export const Conversation = z
  .object({
    id: Id,
    listing: z.object({
      id: Id,
      title: z.string(),
      thumb: z.string().nullable(),
      price: Amount,
      currency: Currency,
      state: ListingState,
      category: Category,
      offers: z.object({ enabled: z.boolean() }),
    }),
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
  })
  .meta({ id: 'Conversation' });

export const Receipts = z
  .object({ deliveredSeq: Position, readSeq: Position, unread: z.number().int() })
  .meta({ id: 'Receipts' });

export const ChangedMessage = z
  .object({
    message: Message.describe('The entry of the edit or unsend'),
    target: Message.describe('The message it is about, as it is now'),
    duplicate: z.boolean(),
  })
  .meta({ id: 'ChangedMessage' });

export const Presence = z
  .object({
    userId: Id,
    online: z.boolean(),
    lastActiveAt: Timestamp.nullable().describe(
      'Coarse: to ten minutes within the last hour, to the hour within a day, else to the day. ' +
        'null: unknown, or not for the one who asks',
    ),
  })
  .meta({ id: 'Presence' });

export const Presences = z.object({ presences: z.array(Presence) }).meta({ id: 'Presences' });

export const Block = z.object({ user: User, createdAt: Timestamp }).meta({ id: 'Block' });

export const SearchAnswer = z
  .object({
    items: z.array(Message).describe('Newest first'),
    nextCursor: Cursor.nullable(),
    complete: z.boolean().describe('false: there are older entries that were not looked through'),
  })
  .meta({ id: 'SearchAnswer' });

export const SyncAnswer = z
  .object({
    conversations: z.array(Conversation).describe('The ones that changed since the cursor'),
    messages: z.array(Message).describe('Ascending by seq within each conversation'),
    holes: z
      .array(z.object({ conversationId: Id, fromSeq: Seq, toSeq: Seq }))
      .describe('Left out because too much was missing: drop what lies below and page history in'),
    cursor: Cursor,
    complete: z.boolean().describe('false: pull again with the new cursor and positions'),
    unread: z.number().int().describe('Unread in all active conversations together'),
    epoch: z.string().describe('Another one than before: the database was restored, start afresh'),
  })
  .meta({ id: 'SyncAnswer' });

export const Device = z
  .object({
    id: Id,
    provider: z.enum(['fcm', 'webpush', 'log']),
    locale: z.string(),
    timeZone: z.string(),
    lastSeenAt: Timestamp,
  })
  .meta({ id: 'Device' });

export const DemoAccount = z
  .object({ role: OfferSide, email: z.string(), password: z.string(), nickname: z.string() })
  .meta({ id: 'DemoAccount' });

export const Problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    detail: z.string(),
    instance: z.string(),
    code: z.string(),
    traceId: z.string(),
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
    current: z.unknown().optional(),
  })
  .meta({
    id: 'Problem',
    description: 'RFC 9457 problem details; `code` is the same as on the socket',
  });

export type User = z.infer<typeof User>;
export type Me = z.infer<typeof Me>;
export type SignedIn = z.infer<typeof SignedIn>;
export type Session = z.infer<typeof Session>;
export type Category = z.infer<typeof Category>;
export type Listing = z.infer<typeof Listing>;
export type ListingState = z.infer<typeof ListingState>;
export type Offer = z.infer<typeof Offer>;
export type OfferState = z.infer<typeof OfferState>;
export type OfferSide = z.infer<typeof OfferSide>;
export type OfferAct = z.infer<typeof OfferAct>;
export type Message = z.infer<typeof Message>;
export type MessageKind = z.infer<typeof MessageKind>;
export type Image = z.infer<typeof Image>;
export type Place = z.infer<typeof Place>;
export type Notice = z.infer<typeof Notice>;
export type ChangedMessage = z.infer<typeof ChangedMessage>;
export type Presence = z.infer<typeof Presence>;
export type Block = z.infer<typeof Block>;
export type SearchAnswer = z.infer<typeof SearchAnswer>;
export type Conversation = z.infer<typeof Conversation>;
export type Receipts = z.infer<typeof Receipts>;
export type SyncAnswer = z.infer<typeof SyncAnswer>;
export type Device = z.infer<typeof Device>;
export type DemoAccount = z.infer<typeof DemoAccount>;
export type Problem = z.infer<typeof Problem>;
