import { Refusal } from '../contract/errors.js';
import { limits } from '../contract/limits.js';
import { tradeLimits } from '../contract/trade-limits.js';
import type { Listing } from './listing.js';

/** What a new offer is measured against; prices in won. */
export interface OfferGround {
  price: number;
  takesOffers: boolean;
  /** Hours the seller wants to have for an answer. */
  hours: number;
  /** The hidden minimum; null: none. */
  minimum: number | null;
  /** How long an offer below it seems to stand, in milliseconds. Drawn for every offer, so that it shows in none. */
  declineAfterMs: number;
  /** Offers that this buyer made on the listing before and that count. */
  ended: number;
  /** When this buyer took back offers, on whatever listing. */
  withdrawals: Date[];
}

/** What the listing says of it. */
export function groundOf(listing: Listing) {
  const { price, offerHours: hours, minimum } = listing.snapshot();
  return { price, hours, minimum, takesOffers: listing.takesOffers };
}

const hourMs = 3_600_000;

/** The rules of a first price. Throws OFFER_NOT_ALLOWED with the one that was broken. */
export function mayOffer(amount: number, ground: OfferGround, now: Date): void {
  if (!ground.takesOffers) refuse('The seller takes no offers for this');
  mayTryAgain(ground, now);
  if (amount >= ground.price) refuse('An offer is below the price');
  if (amount < ground.price * limits.offerFloorShare)
    refuse(`An offer is at least ${limits.offerFloorShare * 100} % of the price`);
  if (amount % limits.offerStepWon !== 0)
    refuse(`An offer is a multiple of ${limits.offerStepWon}`);
}

/** The rules of trying again, for a price and a request alike. Throws OFFER_NOT_ALLOWED. */
export function mayTryAgain(
  { ended, withdrawals }: Pick<OfferGround, 'ended' | 'withdrawals'>,
  now: Date,
): void {
  if (ended >= limits.offerTries)
    refuse(`Only ${limits.offerTries} offers can be made on one listing`);
  const until = pauseUntil(withdrawals);
  if (until && until > now)
    refuse(
      `${tradeLimits.withdrawals} offers taken back within ${tradeLimits.withdrawalHours} hours: ` +
        `the next one can be made from ${until.toISOString()}`,
    );
}

/** Whoever took back several within a day pauses for a day from the last of them; null: no pause. */
export function pauseUntil(withdrawals: Date[]): Date | null {
  const [last, ...before] = withdrawals.map((at) => at.getTime()).sort((a, b) => b - a);
  const first = before[tradeLimits.withdrawals - 2];
  const day = tradeLimits.withdrawalHours * hourMs;
  if (last === undefined || first === undefined || last - first > day) return null;
  return new Date(last + day);
}

function refuse(rule: string): never {
  throw new Refusal('OFFER_NOT_ALLOWED', rule);
}
