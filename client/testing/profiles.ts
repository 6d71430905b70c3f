import { breachBy } from '../../src/domain/deal.js';
import { mannerFrom, presentManner } from '../../src/domain/manner.js';
import { reviewsShown } from '../../src/domain/notices.js';
import { Review } from '../../src/domain/review.js';
import type { Profile } from '../contract-types.js';
import { ownDeal } from './deals.js';
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

/** Shows the temperature that follows from what is known of a person now. */
export function recompute(world: World, userId: string): void {
  const account = world.state.accounts[userId];
  if (account) account.temperature = mannerIn(world, userId).temperature;
}

const shownAbout = (world: World, userId: string): Review[] =>
  world
    .all('reviews')
    .filter((review) => review.subjectId === userId && review.isShown(world.now()));

/** Computed at every request, from what is known then. */
function mannerIn(world: World, userId: string): Profile['manner'] {
  const about = shownAbout(world, userId);
  const own = world.all('deals').filter((deal) => deal.has(userId));
  const tags = about.flatMap((review) => review.snapshot().tags);
  const completedAs = (side: 'buyer' | 'seller') =>
    own.filter((deal) => deal.state === 'completed' && deal.sideOf(userId) === side).length;
  const ground = {
    ratings: about.map(({ evidence }) => evidence),
    broken: own.flatMap((deal) => {
      const kind = breachBy(deal.sideOf(userId), deal);
      return kind ? [{ dealId: deal.id, kind, at: deal.movedAt }] : [];
    }),
    contests: new Map(Object.entries(world.state.contests)),
    sanctions: world.sanctionsOf(userId).filter(({ liftedAt }) => liftedAt === null),
    sold: completedAs('seller'),
    bought: completedAs('buyer'),
    reviews: about.length,
    tags: [...new Set(tags)].map((tag) => ({
      tag,
      count: tags.filter((one) => one === tag).length,
    })),
  };
  const asOf = new Date(world.state.accounts[userId]!.createdAt);
  return presentManner({ ...mannerFrom(ground, world.now()), asOf });
}
