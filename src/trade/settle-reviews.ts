import type { EntryDraft } from '../domain/entry.js';
import { reviewsOpen, reviewsShown } from '../domain/notices.js';
import { reviewsUntil, type ReviewedDeal } from '../domain/review.js';
import { recomputeManner } from './recompute-manner.js';
import type { TradeContext } from './trade-context.js';

/**
 * Shows the reviews of a deal once both are there, and follows up on it: the temperatures, and an entry that says so.
 * Every step can be repeated, so the command does it and, when that died, a timer does. False: nothing is to be shown.
 */
export async function settleReviews(trade: TradeContext, dealId: string): Promise<boolean> {
  const { reviews } = trade;
  const now = trade.clock();
  const seen = await reviews.ofDeals([dealId]);
  if (seen.length > 1) await reviews.show(dealId, now);
  const shown = seen.length > 1 ? seen : seen.filter((review) => review.isShown(now));
  for (const review of shown) await recomputeManner(trade, review.subjectId);
  if (shown[0]) await tell(trade, reviewsShown(shown[0].conversationId, dealId));
  // Only the reviews that were seen: one that came meanwhile still has to be checked.
  const ids = seen.map(({ id }) => id);
  await reviews.lookedAt(ids, now);
  return shown.length > 0;
}

/**
 * Follows up on a deal that has ended, whatever its end: computes both temperatures again; after a completed one both
 * may write reviews.
 */
export async function dealEnded(trade: TradeContext, deal: ReviewedDeal): Promise<void> {
  await recomputeManner(trade, deal.buyerId);
  await recomputeManner(trade, deal.sellerId);
  const until = reviewsUntil(deal);
  if (until) await tell(trade, reviewsOpen(deal.conversationId, deal.id, until));
}

/** Says it in the conversation, once for each deal. */
async function tell({ conversations, post }: TradeContext, entry: EntryDraft): Promise<void> {
  const conversation = await conversations.get(entry.conversationId);
  if (conversation) await post(conversation, entry);
}
