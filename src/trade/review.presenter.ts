import type { view } from '../contract/index.js';
import type { Clock } from '../platform/clock.js';
import { presentGone, presentProfile, type UserStore } from '../users/index.js';
import type { Review } from '../domain/review.js';

export type PresentReviews = ReturnType<typeof createPresentReviews>;

/** Reviews with their authors: as others see them, and as the author does. */
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
