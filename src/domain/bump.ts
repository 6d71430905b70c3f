import { tradeLimits } from '../contract/trade-limits.js';

/** What of a listing says when it may be moved to the top of the feed again. */
export interface Bumps {
  /** How often it was moved to the top. */
  bumps: number;
  /** When it was last, or else went on sale. */
  bumpedAt: Date;
  /** When a cut of the price last ended the wait; null: never. */
  waitEndedAt: Date | null;
}

const hourMs = 3_600_000;

/** From when on it may be moved to the top again; null: it was often enough. */
export function nextBump({ bumps, bumpedAt, waitEndedAt }: Bumps): Date | null {
  const { bumpHours, bumpsSoon, bumpLaterHours } = tradeLimits;
  if (bumps >= tradeLimits.bumps) return null;
  const hours = bumps <= bumpsSoon ? bumpHours : bumpLaterHours;
  const waited = new Date(bumpedAt.getTime() + hours * hourMs);
  return waitEndedAt && waitEndedAt > bumpedAt && waitEndedAt < waited ? waitEndedAt : waited;
}

/**
 * Whether a new price ends the wait at once: it is so much below the lowest that anybody saw, and none did within the
 * last days. Measured against the price before, it would be enough to raise it first.
 */
export function endsWait(
  price: { lowest: number; after: number },
  { waitEndedAt }: Bumps,
  now: Date,
): boolean {
  const { bumpCutPercent, bumpCutDays } = tradeLimits;
  const isCut = (price.lowest - price.after) * 100 >= price.lowest * bumpCutPercent;
  const again = waitEndedAt ? waitEndedAt.getTime() + bumpCutDays * 24 * hourMs : -Infinity;
  return price.after < price.lowest && isCut && now.getTime() >= again;
}
