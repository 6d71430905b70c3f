import type { ConversationStore, PostEntry } from '../conversations/index.js';
import type { Clock } from '../platform/clock.js';
import type { OfferStore } from './offer.store.js';

/**
 * Says in the conversation that an offer ends in a few hours. The entry comes first and its id follows from the move,
 * so that whoever does it again finds it there. False when there was nothing to do.
 */
export const createRemindOfOffer =
  (deps: { offers: OfferStore; conversations: ConversationStore; post: PostEntry; clock: Clock }) =>
  async (id: string): Promise<boolean> => {
    const now = deps.clock();
    const offer = await deps.offers.get(id);
    if (!offer?.remindAt || offer.remindAt > now || offer.isExpiredAt(now)) return false;
    const conversation = await deps.conversations.get(offer.conversationId);
    if (!conversation) return false;
    const { duplicate } = await deps.post(conversation, {
      conversationId: conversation.id,
      senderId: null,
      clientMessageId: `offer:${id}:v${offer.version}:soon`,
      kind: 'system',
      notice: { type: 'offerEndsSoon', offerId: id, at: offer.expiresAt.toISOString() },
    });
    await deps.offers.reminded(offer);
    return !duplicate;
  };
