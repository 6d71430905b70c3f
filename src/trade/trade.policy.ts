import { Refusal } from '../contract/index.js';
import type { ConversationStore } from '../conversations/index.js';
import type { Conversation } from '../domain/conversation.js';
import type { Deal } from '../domain/deal.js';
import type { Offer } from '../domain/offer.js';

/** Only its two sides may know of an offer. Throws NOT_FOUND. */
export function mustBeSideOfOffer(offer: Offer | null, userId: string): asserts offer is Offer {
  if (!offer?.has(userId)) throw new Refusal('NOT_FOUND', 'No such offer');
}

/** Only its two sides may know of a deal. Throws NOT_FOUND. */
export function mustBeSideOfDeal(deal: Deal | null, userId: string): asserts deal is Deal {
  if (!deal?.has(userId)) throw new Refusal('NOT_FOUND', 'No such deal');
}

/** Only the buyer offers prices. Throws FORBIDDEN. */
export function mustBeBuyer(conversation: Conversation, userId: string): void {
  if (conversation.sideOf(userId) !== 'buyer')
    throw new Refusal('FORBIDDEN', 'Only the buyer makes offers');
}

/** In a closed conversation no offer changes, except when its time runs out. Throws CONVERSATION_CLOSED. */
export async function mustBeOpen(
  conversations: ConversationStore,
  { conversationId }: Offer,
): Promise<void> {
  if ((await conversations.get(conversationId))?.closed) throw new Refusal('CONVERSATION_CLOSED');
}
