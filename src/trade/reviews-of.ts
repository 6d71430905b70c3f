import type { ReviewsOf } from './deal.presenter.js';
import type { Clock } from '../platform/clock.js';
import type { PresentReviews } from './review.presenter.js';
import type { ReviewStore } from './review.store.js';

/** What the two of each deal wrote, as far as a reader may know: the own words, and the other's once they are shown. */
export const createReviewsOf =
  (deps: { reviews: ReviewStore; present: PresentReviews; clock: Clock }): ReviewsOf =>
  async (dealIds, readerId) => {
    const now = deps.clock();
    const written: Awaited<ReturnType<ReviewsOf>> = new Map();
    if (dealIds.length === 0) return written;
    for (const review of await deps.reviews.ofDeals(dealIds)) {
      const one = written.get(review.dealId) ?? { mine: null, theirs: null };
      if (review.authorId === readerId) one.mine = await deps.present.own(review);
      else if (review.isShown(now)) one.theirs = (await deps.present.many([review]))[0]!;
      written.set(review.dealId, one);
    }
    return written;
  };
