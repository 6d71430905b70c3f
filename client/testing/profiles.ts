import { reviewsShown } from '../../src/domain/notices.js';
import { Review } from '../../src/domain/review.js';
import { ownDeal } from './deals.js';
import { mannerIn, recompute, shownAbout } from './manner.js';
import { talkOf } from './talk.js';
import type { Routes, World } from './world.js';

/** What people say of each other after a deal, and what follows from it. */
export const profileRoutes: Routes = {
  getUser: ({ world, userId }, { id }) => ({
    ...world.seenBy(userId, id),
    manner: mannerIn(world, id),
  }),

  /** The last shown first, without the words of people whom a block keeps apart from the reader. */
  listReviews: ({ world, userId }, { id }) => {
    world.seenBy(userId, id);
    const apart = world.apartFrom(userId);
    return shownAbout(world, id)
      .filter(({ authorId }) => !apart.has(authorId))
      .sort((a, b) => b.shownAt.getTime() - a.shownAt.getTime())
      .map((review) => review.view(world.user(review.authorId)));
  },

  writeReview: (me, { id: dealId, ...sent }) => {
    const { world, userId } = me;
    const deal = ownDeal(me, dealId);
    const id = `review-${dealId}-${userId}`;
    const first = world.get('reviews', id);
    if (first) first.mustBeRepeatedBy(sent);
    else {
      const listingTitle = world.state.listings[deal.listingId]!.title;
      const draft = { ...sent, id, authorId: userId, listingTitle };
      world.keep('reviews', Review.write(deal, draft, world.now()));
      showBoth(world, deal);
    }
    const shown = world.get('reviews', id)!.viewForAuthor(world.user(userId), world.now());
    return { ...shown, duplicate: first !== null };
  },
};

/** Shows both reviews once both exist, and tells the new temperatures. */
function showBoth(world: World, deal: { id: string; conversationId: string }): void {
  const both = Object.values(world.state.reviews).filter(({ dealId }) => dealId === deal.id);
  if (both.length < 2) return;
  for (const review of both) review.shownAt = world.now();
  for (const { subjectId } of both) recompute(world, subjectId);
  talkOf(world, deal.conversationId).append(reviewsShown(deal.conversationId, deal.id));
}
