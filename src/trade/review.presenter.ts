import type { view } from '../contract/index.js';
import type { Clock } from '../platform/clock.js';
import { presentGone, presentProfile, type UserStore } from '../users/index.js';
import type { Review } from '../domain/review.js';
import type { ReviewsOf } from './deal.presenter.js';
import type { ReviewStore } from './review.store.js';

export type PresentReviews = ReturnType<typeof createPresentReviews>;

/** Shows reviews with their authors: as others see them, and as the author does. */
export function createPresentReviews({ users, clock }: { users: UserStore; clock: Clock }) {
  const authorsOf = async (reviews: Review[]) => {
    const profiles = await users.profilesOf(reviews.map(({ authorId }) => authorId));
    return (id: string): view.User => {
      const profile = profiles.get(id);
      return profile ? presentProfile(profile) : presentGone(id);
    };
  };
  return {
    async many(reviews: Review[]): Promise<view.Review[]> {
      const author = await authorsOf(reviews);
      return reviews.map((review) => review.view(author(review.authorId)));
    },
    async own(review: Review): Promise<view.OwnReview> {
      const author = await authorsOf([review]);
      return review.viewForAuthor(author(review.authorId), clock());
    },
  };
}

/** What the two of each deal wrote, as far as a reader may know: their own words, and the other side's once shown. */
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
