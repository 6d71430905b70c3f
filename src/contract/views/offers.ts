import { z } from 'zod';
import { limits } from '../limits.js';
import { Amount, Currency, Id, Timestamp, named, oneOf } from '../primitives.js';
import { ListingCard } from './listings.js';
import { User } from './people.js';

export const OfferState = oneOf('OfferState', [
  'awaitingSeller',
  'awaitingBuyer',
  'accepted',
  'declined',
  'withdrawn',
  'expired',
  'closed',
  'fulfilled',
  'fellThrough',
]);

export const OfferSide = z.enum(['buyer', 'seller']);

/** Why the system closes an offer. A block, a sanction and a deleted account are all `unavailable`. */
export const closeReasons = [
  'anotherAccepted',
  'sold',
  'listingHidden',
  'listingRemoved',
  'priceReached',
  'offersDisabled',
  'unavailable',
] as const;
export type CloseReason = (typeof closeReasons)[number];

/** Why a deal fell through, as its offer says. */
export const fallReasons = [
  'cancelledByBuyer',
  'cancelledBySeller',
  'noShow',
  'holdTimeout',
  'soldUndone',
  'unavailable',
] as const;
export type FallReason = (typeof fallReasons)[number];

export const OfferAbilities = named('OfferAbilities', {
  accept: z.boolean(),
  counter: z
    .object({ from: Amount, to: Amount, step: Amount })
    .nullable()
    .describe('Amounts from `from` to `to`, both included, in whole steps; null: not now'),
  decline: z.boolean(),
  withdraw: z.boolean(),
});

export const Offer = named('Offer', {
  id: Id,
  conversationId: Id,
  listingId: Id,
  buyerId: Id,
  sellerId: Id,
  amount: Amount.describe('The standing amount; 0: a request for a give-away'),
  currency: Currency,
  note: z.string().optional(),
  state: OfferState,
  reason: z
    .string()
    .optional()
    .describe(
      `closed: ${closeReasons.join(', ')}. fellThrough: ${fallReasons.join(', ')}. More may come`,
    ),
  turn: OfferSide.nullable().describe('Whose answer is awaited; null when it is over'),
  version: z.number().int(),
  expiresAt: Timestamp,
  moves: z.array(z.object({ by: OfferSide, amount: Amount, at: Timestamp })),
  attempt: z
    .number()
    .int()
    .optional()
    .describe(`Which of the buyer's ${limits.offerTries} offers on the listing it is`),
  dealId: Id.optional().describe('The deal that came of it'),
  abilities: OfferAbilities.optional().describe(
    'What the reader may do now; not in entries of the log, which both sides read',
  ),
});

export const OfferAct = oneOf('OfferAct', [
  'made',
  'countered',
  'accepted',
  'declined',
  'withdrawn',
  'expired',
  'closed',
  'fulfilled',
  'fellThrough',
]);

export const OfferInMessage = Offer.omit({ abilities: true }).extend({ act: OfferAct }).meta({
  id: 'OfferInMessage',
  description: 'The offer as this act left it; the entry with the highest version tells its state',
});

export const OfferCard = Offer.extend({
  listing: ListingCard,
  buyer: User,
  seller: User,
  declinedByRule: z
    .boolean()
    .optional()
    .describe('Only to the seller. true: it was below the hidden minimum'),
}).meta({ id: 'OfferCard', description: 'An offer with what it is about, for lists' });

export const BulkDecline = named('BulkDecline', {
  declined: z.array(Offer),
  skipped: z
    .array(z.object({ offerId: Id, code: z.string() }))
    .describe('Named, but not declined, and the code of the reason'),
  left: z
    .number()
    .int()
    .optional()
    .describe(
      'Offers that are still to be declined: one request takes so many, and so long. Without names they go on under a new clientMessageId, named ones under the same',
    ),
});

export type OfferAbilities = z.infer<typeof OfferAbilities>;
export type OfferInMessage = z.infer<typeof OfferInMessage>;
export type OfferCard = z.infer<typeof OfferCard>;
export type BulkDecline = z.infer<typeof BulkDecline>;
export type OfferState = z.infer<typeof OfferState>;
export type OfferSide = z.infer<typeof OfferSide>;
export type Offer = z.infer<typeof Offer>;
export type OfferAct = z.infer<typeof OfferAct>;
