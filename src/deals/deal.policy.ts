import { Refusal } from '../contract/index.js';
import type { Deal } from '../domain/deal.js';

/** Only its two sides may know of a deal. Throws NOT_FOUND. */
export function mustBeSideOf(deal: Deal | null, userId: string): asserts deal is Deal {
  if (!deal?.has(userId)) throw new Refusal('NOT_FOUND', 'No such deal');
}
