import { tradeLimits } from '../contract/trade-limits.js';

/** Something about a listing that people wait for. */
export type ListingNews =
  /** It is on sale, and nobody was told so yet. */
  | { kind: 'published' }
  /** It costs so much less than `before` that those who want it are told. */
  | { kind: 'priceCut'; before: number };

/** Whether a price fell far enough to tell of it. */
export const isPriceCut = (before: number, after: number): boolean =>
  after < before && (before - after) * 100 >= before * tradeLimits.priceCutPercent;
