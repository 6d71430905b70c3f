import { Refusal, type request, type view } from '../contract/index.js';
import type { DealStore } from './deal.store.js';
import type { ListingStore } from '../listings/index.js';
import type { Actor } from '../platform/actor.js';
import type { Clock } from '../platform/clock.js';
import { derivedId } from '../domain/ids.js';
import { Review, sideOf } from '../domain/review.js';
import type { PresentReviews } from './review.presenter.js';
import type { ReviewStore } from './review.store.js';
import type { SettleReviews } from './settle-reviews.js';

/**
 * Writes what one side of a deal says of the other. A repeat returns the first answer, also when the time to write is
 * over. Throws NOT_FOUND, FORBIDDEN (not completed, or reviewed already), EDIT_WINDOW_EXPIRED, IDEMPOTENCY_CONFLICT.
 */
export const createWriteReview =
  (deps: {
    reviews: ReviewStore;
    deals: DealStore;
    listings: ListingStore;
    settle: SettleReviews;
    present: PresentReviews;
    clock: Clock;
  }) =>
  async (
    actor: Actor,
    dealId: string,
    sent: request.WriteReview,
  ): Promise<{ review: view.OwnReview; duplicate: boolean }> => {
    const authorId = actor.userId;
    const deal = await deps.deals.get(dealId);
    if (!deal) throw new Refusal('NOT_FOUND', 'No such deal');
    sideOf(deal, authorId);
    // Each side writes one review: two tries at once meet at this id.
    const id = derivedId('review', dealId, authorId);
    let first = await deps.reviews.get(id);
    if (!first) {
      const listing = await deps.listings.get(deal.listingId);
      const draft = { ...sent, id, authorId, listingTitle: listing?.snapshot().title ?? '' };
      const review = Review.write(deal, draft, deps.clock());
      if (!(await deps.reviews.add(review))) first = await deps.reviews.get(id);
    }
    first?.mustBeRepeatedBy(sent);
    await deps.settle(dealId);
    const written = (await deps.reviews.get(id))!;
    return { review: await deps.present.own(written), duplicate: first !== null };
  };
