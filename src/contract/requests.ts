/** What clients send, one schema after another; long because it is a list. */
import { z } from 'zod';
import { limits } from './limits.js';
import {
  Amount,
  ClientMessageId,
  Coordinates,
  Currency,
  Cursor,
  Id,
  MessageText,
  Position,
  Seq,
  imageIds,
  inAddress,
  messageTextOrCaption,
  optionalText,
  PageQuery,
  writtenLine,
  lineIfAny,
  textIfAny,
} from './primitives.js';
import { tradeLimits } from './trade-limits.js';
import { Category, CategorySwitches, OfferHours, Place, QuietHours } from './views.js';

/** What clients send, the same object on both doors. Unknown fields are refused, not ignored. */
export * from './account-requests.js';
export * from './deal-requests.js';
export * from './alert-requests.js';
export * from './host-requests.js';

const ListingImages = imageIds(limits.imagesPerListing)
  .optional()
  .describe(
    'Uploaded before by the seller, in order; the first is the cover. An image belongs to one listing',
  );

export const CreateListing = z.strictObject({
  title: writtenLine(limits.titleLength),
  description: optionalText(limits.descriptionLength),
  price: Amount.describe('0: a give-away'),
  currency: Currency.default('KRW'),
  category: Category,
  imageIds: ListingImages,
  location: Coordinates.optional(),
  state: z
    .enum(['onSale', 'draft'])
    .optional()
    .describe('draft: only its owner sees it, until its state is set to onSale'),
  offers: z
    .strictObject({
      enabled: z.boolean().default(true),
      hours: OfferHours.optional(),
      minimum: Amount.optional().describe('Shown to nobody else; lower offers are declined'),
      autoAccept: Amount.optional().describe('Shown to nobody else; such offers are accepted'),
    })
    .optional(),
});

export const EditListing = z
  .strictObject({
    title: writtenLine(limits.titleLength),
    description: optionalText(limits.descriptionLength),
    price: Amount,
    category: Category,
    imageIds: ListingImages.describe(
      'All that it is to have, in order; the first is the cover. Those left out are deleted',
    ),
    location: Coordinates,
    offers: z
      .strictObject({
        enabled: z.boolean(),
        hours: OfferHours,
        minimum: Amount.nullable().describe('null: none any more'),
        autoAccept: Amount.nullable().describe('null: none any more'),
      })
      .partial(),
  })
  .partial();

export const ChangeListingState = z.strictObject({
  state: z.enum(['onSale', 'reserved', 'sold', 'hidden']),
  buyerId: Id.optional().describe(
    'With reserved (needed) or sold: who gets it, from the conversations of the listing',
  ),
});

export const ListMyListings = z.strictObject({
  state: z.enum(['draft', 'onSale', 'reserved', 'sold', 'hidden', 'blinded']).optional(),
  ...PageQuery,
});

export const ListUserListings = z.strictObject({
  state: z.enum(['onSale', 'reserved', 'sold']).optional(),
  ...PageQuery,
});

/** Phones give up to 17 digits, and many languages print a thousandth of a degree and less as `5.0E-4`. */
const degrees = String.raw`\s*[-+]?\d{1,3}(\.\d+)?([eE][-+]?\d{1,2})?\s*`;
const Near = z
  .string()
  .max(100)
  .regex(new RegExp(`^${degrees},${degrees}$`), 'must be latitude,longitude')
  .transform((text) => {
    const [latitude, longitude] = text.split(',').map(Number) as [number, number];
    return { latitude, longitude };
  })
  .pipe(Coordinates)
  .meta({ id: 'Near', description: 'latitude,longitude', examples: ['37.556,126.905'] });

export const ListListings = z.strictObject({
  q: lineIfAny(limits.searchLength).describe(
    'Words that a listing must have, all of them, in its title or in its description. Blanks inside words and the ' +
      'width of letters do not matter; initial consonants (`ㅁㅂ`) stand for syllables, the last syllable of a word may ' +
      'be half typed, and an amount (`3만원`, `3만원대`, `3만원 이하`) is a price',
  ),
  near: Near.optional(),
  radiusKm: inAddress(z.number().min(0.1).max(50)).default(5),
  category: Category.optional(),
  /** In the smallest unit of the currency, for KRW won; both included. */
  minPrice: inAddress(z.number().int().min(0).max(limits.priceMaxWon)).optional(),
  maxPrice: inAddress(z.number().int().min(0).max(limits.priceMaxWon)).optional(),
  state: z.enum(['onSale', 'reserved', 'sold']).optional(),
  sort: z
    .enum(['recent', 'distance', 'priceAsc', 'priceDesc', 'relevance'])
    .optional()
    .describe(
      'Left out: `relevance` with `q`, else `recent`. `relevance` needs `q`: what the title says before what only the ' +
        'description does, the newest first',
    ),
  ...PageQuery,
});

export const SuggestSearches = z.strictObject({
  q: writtenLine(limits.searchLength).describe('What is typed so far'),
});

export const OpenConversation = z.strictObject({ listingId: Id });

const MessageFields = z.strictObject({
  clientMessageId: ClientMessageId,
  kind: z.enum(['text', 'image', 'place']).default('text'),
  text: messageTextOrCaption().describe('What is said; with images or a place: a caption'),
  imageIds: imageIds(limits.imagesPerMessage)
    .min(1)
    .optional()
    .describe('Uploaded before by the sender; an image belongs to one message'),
  place: Place.optional(),
  replyToSeq: Seq.optional().describe('An earlier entry of this conversation'),
});

/** The field that a message of each kind must have; the fields of the other kinds must be absent. */
const carriers = [
  ['text', 'text'],
  ['image', 'imageIds'],
  ['place', 'place'],
] as const;

function fitsItsKind(draft: z.output<typeof MessageFields>, issues: z.core.$RefinementCtx): void {
  for (const [kind, field] of carriers) {
    const given = draft[field] !== undefined;
    if (kind === draft.kind && !given)
      issues.addIssue({ code: 'custom', path: [field], message: `is what a ${kind} is made of` });
    if (kind !== draft.kind && field !== 'text' && given)
      issues.addIssue({ code: 'custom', path: [field], message: `is not for a ${draft.kind}` });
  }
}
export const MessageDraft = MessageFields.superRefine(fitsItsKind);
export const SendMessage = MessageFields.extend({ conversationId: Id }).superRefine(fitsItsKind);

export const EditMessage = z.strictObject({ text: MessageText, clientMessageId: ClientMessageId });
export const EditMessageAt = EditMessage.extend({ conversationId: Id, seq: Seq });
export const UnsendMessage = z
  .strictObject({ clientMessageId: ClientMessageId })
  .partial()
  .describe('A message can be taken back once: without an id one is derived from its seq');
export const UnsendMessageAt = z.strictObject({
  conversationId: Id,
  seq: Seq,
  clientMessageId: ClientMessageId.optional(),
});

/** One's own view of a conversation. */
export const ChangeMembership = z
  .strictObject({ muted: z.boolean(), pinned: z.boolean(), archived: z.boolean() })
  .partial()
  .refine((change) => Object.keys(change).length > 0, 'names no change');

export const SearchMessages = z.strictObject({
  q: writtenLine(limits.searchLength).describe(
    'Words that an entry must have, all of them, as in the search of listings: composed or not, in any width and case, ' +
      'with initial consonants and a half-typed last syllable. Signs alone are found as they are written',
  ),
  conversationId: Id.optional().describe('Left out: all of them'),
  ...PageQuery,
});

const UserIds = z.array(Id).max(limits.presenceWatch);
export const WatchPresence = z.strictObject({ userIds: UserIds.min(1) });
export const UnwatchPresence = z.strictObject({ userIds: UserIds.min(1) });

export const WatchListings = z.strictObject({
  listingIds: z.array(Id).min(1).max(tradeLimits.listingsWatched),
});

export const MoveReceipts = z
  .strictObject({ deliveredSeq: Position.optional(), readSeq: Position.optional() })
  .refine(
    (move) => move.deliveredSeq !== undefined || move.readSeq !== undefined,
    'names no position',
  );
export const Receipt = z.strictObject({ conversationId: Id, seq: Seq });

export const PullSync = z.strictObject({
  known: z
    .array(z.strictObject({ conversationId: Id, seq: Position }))
    .max(limits.syncKnown)
    .optional(),
  cursor: Cursor.optional(),
  limit: z
    .number()
    .int()
    .min(1)
    .max(limits.syncMessages)
    .optional()
    .describe('Entries in the answer'),
});

export const OfferDraft = z.strictObject({
  clientMessageId: ClientMessageId,
  amount: Amount,
  note: textIfAny(limits.noteLength),
});
export const MakeOffer = OfferDraft.extend({ conversationId: Id });

export const AcceptOffer = z.strictObject({
  amount: Amount.describe('The amount that the accepting person saw'),
  version: z.number().int().min(1),
  clientMessageId: ClientMessageId,
});
export const AnswerOffer = z
  .strictObject({
    version: z.number().int().min(1),
    clientMessageId: ClientMessageId,
  })
  .partial();
export const CounterOffer = AcceptOffer.extend({
  amount: Amount.describe('Strictly between the two standing amounts'),
});
export const RespondToOffer = z.strictObject({
  offerId: Id,
  action: z.enum(['accept', 'decline', 'withdraw', 'counter']),
  amount: Amount.optional().describe('To accept: the one that was seen. To counter: the new one'),
  version: z.number().int().min(1),
  clientMessageId: ClientMessageId,
});

const OfferStates = z
  .enum(['open', 'ended', 'all'])
  .default('open')
  .describe('open: an answer is awaited');
export const ListOffers = z.strictObject({ state: OfferStates, ...PageQuery });
export const ListMyOffers = z.strictObject({
  role: z.enum(['buyer', 'seller']).default('buyer'),
  state: OfferStates,
  ...PageQuery,
});
export const DeclineOffers = z.strictObject({
  offerIds: z
    .array(Id)
    .max(tradeLimits.bulkDecline)
    .refine((ids) => new Set(ids).size === ids.length, 'names an offer twice')
    .optional()
    .describe('Left out: all that await the answer of the seller; an empty list: none'),
  clientMessageId: ClientMessageId,
});

/** For a give-away there is no amount to name. */
export const AskForGiveAway = z
  .strictObject({ note: textIfAny(limits.noteLength), clientMessageId: ClientMessageId })
  .partial();

export const TypingSet = z.strictObject({ conversationId: Id, typing: z.boolean() });
export const SessionRefresh = z.strictObject({ token: z.string().min(1).max(4_096) });

const defaultLocale = 'ko';
const defaultTimeZone = 'Asia/Seoul';

/** The language of a locale like `ko-KR`, `en_US` or `zh-Hant-TW`, where there are words in it. */
const languageOf = (locale: string): string =>
  /^(ko|en)(?![a-z])/i.exec(locale)?.[0].toLowerCase() ?? defaultLocale;

/** The zone of an IANA name. Platforms send `Etc/Unknown` or nothing when they don't know, or zones newer than ours. */
function knownTimeZone(name: string): string {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    return defaultTimeZone;
  }
}

/** A device is never refused because of these: a refused device would get no pushes at all. */
const DeviceSettings = {
  locale: z
    .string()
    .overwrite(languageOf)
    .default(defaultLocale)
    .describe('A language (`ko`, `en`) or a locale of it (`ko-KR`); another one: ko'),
  timeZone: z
    .string()
    .overwrite(knownTimeZone)
    .default(defaultTimeZone)
    .describe('By its IANA name; one that is not known: Asia/Seoul'),
};

/** Bytes in base64url, as browsers give the keys of a subscription. */
const keyOf = (bytes: number) =>
  z
    .string()
    .regex(
      new RegExp(`^[A-Za-z0-9_-]{${Math.ceil((bytes * 4) / 3)}}={0,2}$`),
      `is not ${bytes} bytes in base64url`,
    );

/** Browsers only give https. A push service on this machine may use http, since nobody else can reach it. */
const isPushEndpoint = (address: string): boolean =>
  /^https:|^http:\/\/(localhost|127\.0\.0\.1|\[::1\])[:/]/.test(address);

/** What a browser's `PushSubscription.toJSON()` gives (W3C Push API, RFC 8291). */
const PushSubscription = z.strictObject({
  endpoint: z.url().max(2_048).refine(isPushEndpoint, 'is not an https address'),
  expirationTime: z.number().nullish(),
  keys: z.strictObject({
    p256dh: keyOf(65).describe('Public key of the browser, an uncompressed point of P-256'),
    auth: keyOf(16).describe('Secret that it shares with the sender'),
  }),
});

/** The field by which each provider reaches a device: it must be sent, and the other must not. */
const reachedBy = { fcm: 'token', log: 'token', webpush: 'subscription' } as const;

export const RegisterDevice = z
  .strictObject({
    provider: z.enum(['fcm', 'log', 'webpush']),
    token: z.string().min(1).max(4_096).optional().describe('With fcm and log'),
    subscription: PushSubscription.optional().describe('With webpush'),
    ...DeviceSettings,
  })
  .superRefine((device, issues) => {
    for (const field of ['token', 'subscription'] as const) {
      const wanted = reachedBy[device.provider] === field;
      const given = device[field] !== undefined;
      const message = `is ${wanted ? 'needed with' : 'not for'} ${device.provider}`;
      if (wanted !== given) issues.addIssue({ code: 'custom', path: [field], message });
    }
  });

export const ChangeNotificationSettings = z
  .strictObject({
    categories: z.strictObject(CategorySwitches.shape).partial(),
    quietHours: QuietHours.nullable(),
    preview: z.boolean(),
  })
  .partial()
  .describe('What is left out stays as it is');
export const ReadNotifications = z.strictObject({
  upTo: Id.describe('The newest one that was seen: it and the older ones are read'),
});

export type CreateListing = z.infer<typeof CreateListing>;
export type EditListing = z.infer<typeof EditListing>;
export type ListMyListings = z.infer<typeof ListMyListings>;
export type ListUserListings = z.infer<typeof ListUserListings>;
export type ListListings = z.infer<typeof ListListings>;
export type SuggestSearches = z.infer<typeof SuggestSearches>;
export type OpenConversation = z.infer<typeof OpenConversation>;
export type SendMessage = z.infer<typeof SendMessage>;
export type EditMessageAt = z.infer<typeof EditMessageAt>;
export type UnsendMessageAt = z.infer<typeof UnsendMessageAt>;
export type ChangeMembership = z.infer<typeof ChangeMembership>;
export type SearchMessages = z.infer<typeof SearchMessages>;
export type MoveReceipts = z.infer<typeof MoveReceipts>;
export type Receipt = z.infer<typeof Receipt>;
export type PullSync = z.infer<typeof PullSync>;
export type OfferDraft = z.infer<typeof OfferDraft>;
export type MakeOffer = z.infer<typeof MakeOffer>;
export type AcceptOffer = z.infer<typeof AcceptOffer>;
export type AnswerOffer = z.infer<typeof AnswerOffer>;
export type RespondToOffer = z.infer<typeof RespondToOffer>;
export type CounterOffer = z.infer<typeof CounterOffer>;
export type ListOffers = z.infer<typeof ListOffers>;
export type ListMyOffers = z.infer<typeof ListMyOffers>;
export type DeclineOffers = z.infer<typeof DeclineOffers>;
export type AskForGiveAway = z.infer<typeof AskForGiveAway>;
export type ChangeListingState = z.infer<typeof ChangeListingState>;
export type TypingSet = z.infer<typeof TypingSet>;
export type SessionRefresh = z.infer<typeof SessionRefresh>;
export type RegisterDevice = z.infer<typeof RegisterDevice>;
export type ChangeNotificationSettings = z.infer<typeof ChangeNotificationSettings>;
export type ReadNotifications = z.infer<typeof ReadNotifications>;
