import { Refusal, type request, type view } from '../contract/index.js';
import { derivedId } from '../domain/ids.js';
import { Review, sideOf } from '../domain/review.js';
import type { Actor } from '../platform/actor.js';
import { inTransaction } from '../platform/transaction.js';
import { presentOwnReviews } from './review.presenter.js';
import { settleReviews } from './settle-reviews.js';
import type { TradeContext } from './trade-context.js';

/**
 * Writes what one side of a deal says of the other. A repeat returns the first answer, also when the time to write is
 * over. Throws NOT_FOUND, FORBIDDEN (not completed, or reviewed already), EDIT_WINDOW_EXPIRED, IDEMPOTENCY_CONFLICT.
 */
export const createWriteReview =
  (trade: TradeContext) =>
  async (
    actor: Actor,
    dealId: string,
    sent: request.WriteReview,
  ): Promise<{ review: view.OwnReview; duplicate: boolean }> => {
    const authorId = actor.userId;
    const deal = await trade.deals.get(dealId);
    if (!deal) throw new Refusal('NOT_FOUND', 'No such deal');
    sideOf(deal, authorId);
    // Each side writes one review: two tries at once meet at this id.
    const id = derivedId('review', dealId, authorId);
    let first = await trade.reviews.get(id);
    if (!first) {
      const listing = await trade.listings.get(deal.listingId);
      const draft = { ...sent, id, authorId, listingTitle: listing?.snapshot().title ?? '' };
      const review = Review.write(deal, draft, trade.clock());
      // Together with the deal, which may be undone as long as nobody wrote.
      const added = await inTransaction(trade.mongo, async (session) => {
        if (!(await trade.deals.markReviewed(dealId, session)))
          throw new Refusal('FORBIDDEN', 'The deal came to nothing');
        return trade.reviews.add(review, session);
      });
      if (!added) first = await trade.reviews.get(id);
    }
    first?.mustBeRepeatedBy(sent);
    await settleReviews(trade, dealId);
    const written = (await trade.reviews.get(id))!;
    const [review] = await presentOwnReviews(trade, [written]);
    return { review: review!, duplicate: first !== null };
  };
