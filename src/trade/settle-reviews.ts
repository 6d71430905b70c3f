import type { ConversationStore, PostEntry } from '../conversations/index.js';
import type { Clock } from '../platform/clock.js';
import type { RecomputeManner } from './recompute-manner.js';
import type { ReviewStore } from './review.store.js';
import { reviewsUntil, type ReviewedDeal } from '../domain/review.js';

export type SettleReviews = (dealId: string) => Promise<boolean>;

/**
 * Shows the reviews of a deal once both are there, and follows up on it: the temperatures, and an entry that says so.
 * Every step can be repeated, so the command does it and, when that died, a timer does. False: nothing is to be shown.
 */
export const createSettleReviews =
  (deps: {
    reviews: ReviewStore;
    conversations: ConversationStore;
    post: PostEntry;
    recompute: RecomputeManner;
    clock: Clock;
  }): SettleReviews =>
  async (dealId) => {
    const now = deps.clock();
    const seen = await deps.reviews.ofDeals([dealId]);
    if (seen.length > 1) await deps.reviews.show(dealId, now);
    const shown = seen.length > 1 ? seen : seen.filter((review) => review.isShown(now));
    for (const review of shown) await deps.recompute(review.subjectId);
    const conversation = shown[0] && (await deps.conversations.get(shown[0].conversationId));
    if (conversation)
      await deps.post(conversation, {
        conversationId: conversation.id,
        senderId: null,
        // No client can send an id with colons.
        clientMessageId: `deal:${dealId}:reviewsShown`,
        kind: 'system',
        notice: { type: 'reviewsShown', dealId },
      });
    // Only the reviews that were seen: one that came meanwhile still has to be checked.
    const ids = seen.map(({ id }) => id);
    await deps.reviews.lookedAt(ids, now);
    return shown.length > 0;
  };

/**
 * Follows up on a deal that has ended, whatever its end: computes both temperatures again; after a completed one both
 * may write reviews.
 */
export const createDealEnded =
  (deps: { conversations: ConversationStore; post: PostEntry; recompute: RecomputeManner }) =>
  async (deal: ReviewedDeal): Promise<void> => {
    await deps.recompute(deal.buyerId);
    await deps.recompute(deal.sellerId);
    const until = reviewsUntil(deal);
    const conversation = until && (await deps.conversations.get(deal.conversationId));
    if (conversation)
      await deps.post(conversation, {
        conversationId: conversation.id,
        senderId: null,
        clientMessageId: `deal:${deal.id}:reviewsOpen`,
        kind: 'system',
        notice: { type: 'reviewsOpen', dealId: deal.id, at: until.toISOString() },
      });
  };
