import { Refusal } from '../contract/errors.js';
import type { Conversation } from './conversation.js';
import type { Deal } from './deal.js';
import type { Offer } from './offer.js';

/** Only its two sides may know of an offer. Throws NOT_FOUND. */
export function mustBeSideOfOffer(
  offer: Offer | null | undefined,
  userId: string,
): asserts offer is Offer {
  if (!offer?.has(userId)) throw new Refusal('NOT_FOUND', 'No such offer');
}

/** Only its two sides may know of a deal. Throws NOT_FOUND. */
export function mustBeSideOfDeal(
  deal: Deal | null | undefined,
  userId: string,
): asserts deal is Deal {
  if (!deal?.has(userId)) throw new Refusal('NOT_FOUND', 'No such deal');
}

/** Only the buyer offers prices. Throws FORBIDDEN. */
export function mustBeBuyer(conversation: Conversation, userId: string): void {
  if (conversation.sideOf(userId) !== 'buyer')
    throw new Refusal('FORBIDDEN', 'Only the buyer makes offers');
}
