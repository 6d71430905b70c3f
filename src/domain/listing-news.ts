import { tradeLimits } from '../contract/trade-limits.js';

/** Something about a listing that people wait for. */
export type ListingNews =
  /** It is on sale, and nobody was told so yet. */
  | { kind: 'published' }
  /** It costs less than `before`: who knows a price that was so much higher is told. */
  | { kind: 'priceCut'; before: number };

/**
 * Whether a price fell far enough to tell somebody of it. `known`: what it cost when they put it among the favourites,
 * or when they were last told of a cut, whichever is later: several small cuts add up for them, and a price that only
 * goes back to what they know is none.
 */
export const isPriceCut = (known: number, now: number): boolean =>
  now < known && (known - now) * 100 >= known * tradeLimits.priceCutPercent;
