import { z } from 'zod';
import { limits } from '../limits.js';
import { Amount, Coordinates, Currency, Id, Timestamp, named, oneOf, page } from '../primitives.js';
import { reportReasons } from '../report-reasons.js';
import { tradeLimits } from '../trade-limits.js';
import { Image } from './images.js';
import { User } from './people.js';

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

export const ListingState = oneOf('ListingState', [
  'draft',
  'onSale',
  'reserved',
  'sold',
  'hidden',
  'blinded',
  'removed',
]);

/** Why a listing is blinded: what it was reported for, or what stands in it. */
export const BlindReason = oneOf('BlindReason', [...reportReasons, 'bannedTerms']);

/**
 * One of two numbers of hours. It is no union of constants and no enumeration of numbers, because the code that
 * generators make from those does not compile or rejects valid answers.
 */
export const OfferHours = z
  .number()
  .int()
  .min(limits.offerHours)
  .max(tradeLimits.offerHoursLong)
  .multipleOf(limits.offerHours)
  .describe(
    `Hours an offer stands without an answer: ${limits.offerHours} or ${tradeLimits.offerHoursLong}`,
  );

export const ListingOffers = named('ListingOffers', {
  enabled: z.boolean().describe('Buyers may offer less than the price'),
  hours: OfferHours.optional(),
  minimum: Amount.optional().describe(
    'Only to the owner: what is offered below it is declined by itself, a little later',
  ),
  autoAccept: Amount.optional().describe(
    'Only to the owner: what is offered at or above it is accepted at once',
  ),
});

/** A listing as the strip above a chat and the card of an offer or deal show it. */
export const ListingCard = named('ListingCard', {
  id: Id,
  title: z.string(),
  thumb: z
    .string()
    .nullable()
    .describe('Path of the small variant of its cover; null: it has none'),
  thumbhash: Image.shape.thumbhash,
  price: Amount,
  currency: Currency,
  state: ListingState,
  category: Category,
  offers: ListingOffers.pick({ enabled: true, hours: true }),
});

export const ListingCounts = named('ListingCounts', {
  favourites: z.number().int().describe('People who have it among their favourites'),
  conversations: z.number().int().describe('Conversations in which something was said'),
  views: z.number().int().describe('People who looked at it, each once a day; a moment late'),
});

export const Listing = named('Listing', {
  id: Id,
  seller: User,
  title: z.string(),
  description: z.string(),
  price: Amount,
  currency: Currency,
  category: Category,
  images: z.array(Image).optional().describe('In order; the first is the cover'),
  location: Coordinates.nullable().describe('Blurred to about 100 m'),
  distanceKm: z.number().optional(),
  state: ListingState,
  favourite: z.boolean().optional().describe('Among the favourites of the reader'),
  counts: ListingCounts.optional(),
  offers: ListingOffers,
  dealId: Id.optional().describe('The deal that holds it; only to its owner'),
  soldDealId: Id.optional().describe('The deal by which it was sold; only to its owner'),
  bump: z
    .object({
      from: Timestamp.nullable().describe('null: not now (it is not on sale), or no more'),
      left: z.number().int().describe('How often it still can be'),
    })
    .optional()
    .describe('When it may be moved to the top of the feed again; only to its owner'),
  blinded: z
    .object({
      reason: BlindReason,
      terms: z
        .array(z.string())
        .optional()
        .describe('What may not stand in a listing; take it out'),
      at: Timestamp,
    })
    .optional()
    .describe('Why nobody else sees it (state `blinded`); only to its owner'),
  version: z.number().int(),
  bumpedAt: Timestamp,
  createdAt: Timestamp,
  abilities: z
    .object({
      edit: z.boolean(),
      remove: z.boolean(),
      contact: z.boolean(),
      offer: z
        .boolean()
        .describe('Offer a price for it, or ask for it where it is given away; one at a time'),
      bump: z
        .boolean()
        .optional()
        .describe('Move it to the top of the feed now; only to its owner'),
      states: z
        .array(ListingState)
        .optional()
        .describe(
          'The states that its owner may set it to now; `reserved`, and `sold` while a deal holds it, with the buyer',
        ),
    })
    .describe('What the reader may do with it'),
});

export const ListingPage = page(Listing).extend({
  didYouMean: z
    .string()
    .optional()
    .describe(
      'Where `q` finds nothing: what finds something, had the keyboard been set to the other language',
    ),
});

export const SearchSuggestions = named('SearchSuggestions', {
  words: z
    .array(z.string())
    .describe('What titles say where they match, what most of them say first'),
  categories: z.array(Category).describe('Those whose name matches'),
});

/** One line of the price history. */
export const ListingPrice = named('ListingPrice', {
  price: Amount,
  currency: Currency,
  at: Timestamp.describe('Since when'),
});

export type Category = z.infer<typeof Category>;
export type ListingState = z.infer<typeof ListingState>;
export type BlindReason = z.infer<typeof BlindReason>;
export type ListingCounts = z.infer<typeof ListingCounts>;
export type ListingCard = z.infer<typeof ListingCard>;
export type Listing = z.infer<typeof Listing>;
export type ListingPage = z.infer<typeof ListingPage>;
export type SearchSuggestions = z.infer<typeof SearchSuggestions>;
export type ListingPrice = z.infer<typeof ListingPrice>;
