import { Refusal, invalid } from '../contract/errors.js';
import type { view } from '../contract/index.js';
import { tradeLimits } from '../contract/trade-limits.js';
import { areaAt, areasAround, distanceKm, type Coordinates } from './grid.js';
import type { ListingSnapshot } from './listing.js';
import { placeOf, readQuery } from './search/search-query.js';
import { tokensAsked, tokensOf } from './search/tokens.js';

/** Kept as a keyword alert, or as a saved search. */
export type AlertKind = 'keyword' | 'search';

/** What somebody waits for: a listing must have all that is not null. */
export interface Wanted {
  q: string | null;
  near: Coordinates | null;
  radiusKm: number;
  category: view.Category | null;
  minPrice: number | null;
  maxPrice: number | null;
}

/** Not a token of words, which hold no blank. */
const placeToken = (area: string) => `at ${area}`;
const categoryToken = (category: string) => `in ${category}`;

/**
 * Tokens of which every listing that {@link meets} has at least one, as few as possible: one of the words, or else the
 * places, or else the category. None: it wants nothing that narrows.
 */
export function tokensWanted({ q, near, radiusKm, category }: Wanted): string[] {
  const [word] = q === null ? [] : rarestFirst(tokensAsked(readQuery(q), 'anywhere'));
  if (word !== undefined) return [word];
  // Where there are many, a category is found by fewer.
  if (near && radiusKm <= placesMostKm) return areasAround(near, radiusKm).map(placeToken);
  return category === null ? [] : [categoryToken(category)];
}

/** The same for what is to be kept. Throws VALIDATION_FAILED where it says too little. */
export function tokensToKeep(kind: AlertKind, wanted: Wanted): string[] {
  const tokens = tokensWanted(wanted);
  if (tokens.length > 0) return tokens;
  throw kind === 'keyword'
    ? invalid('keyword', 'says too little to wait for')
    : invalid('q', 'says too little: name words, a place within 20 km, or a category');
}

const keptMost = { keyword: tradeLimits.keywordAlerts, search: tradeLimits.savedSearches } as const;

const keptAs = { keyword: 'keyword alerts', search: 'saved searches' } as const;

/** Whether one more can be kept beside so many of its kind. Throws FORBIDDEN. */
export function mustHaveRoom(kind: AlertKind, kept: number): void {
  if (kept >= keptMost[kind])
    throw new Refusal('FORBIDDEN', `At most ${keptMost[kind]} ${keptAs[kind]} can be kept`);
}

/** A circle of this radius is a few dozen places. */
const placesMostKm = 20;

/** Nobody counts tokens; longer ones are rarer, and what people write first is what the thing is. */
const rarestFirst = (tokens: string[]): string[] =>
  [...tokens].sort((one, other) => other.length - one.length);

/** All tokens under which somebody may wait for this listing. */
export const tokensMeeting = (listing: ListingSnapshot): string[] => [
  ...tokensOf(listing),
  ...(listing.location ? [placeToken(areaAt(listing.location))] : []),
  categoryToken(listing.category),
];

/** Whether a listing says these words; asked for the same words again, it remembers. */
export function saying(listing: ListingSnapshot): (q: string) => boolean {
  const known = new Map<string, boolean>();
  return (q) => {
    const said = known.get(q) ?? placeOf(readQuery(q), listing) !== undefined;
    known.set(q, said);
    return said;
  };
}

/** `says`: made once for a listing that many wait for. */
export function meets(
  { q, near, radiusKm, category, minPrice, maxPrice }: Wanted,
  listing: ListingSnapshot,
  says = saying(listing),
): boolean {
  if (category !== null && listing.category !== category) return false;
  if (minPrice !== null && listing.price < minPrice) return false;
  if (maxPrice !== null && listing.price > maxPrice) return false;
  if (near && !(listing.location && distanceKm(near, listing.location) <= radiusKm)) return false;
  return q === null || says(q);
}
