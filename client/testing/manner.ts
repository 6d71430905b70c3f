import { breachBy } from '../../src/domain/deal.js';
import { mannerFrom, presentManner } from '../../src/domain/manner.js';
import type { Review } from '../../src/domain/review.js';
import type { Profile } from '../contract-types.js';
import type { World } from './world.js';

/** Shows the temperature that follows from what is known of a person now. */
export function recompute(world: World, userId: string): void {
  const account = world.state.accounts[userId];
  if (account) account.temperature = mannerIn(world, userId).temperature;
}

/** The reviews about a person that others can read. */
export const shownAbout = (world: World, userId: string): Review[] =>
  world
    .all('reviews')
    .filter((review) => review.subjectId === userId && review.isShown(world.now()));

/** Computed at every request, from what is known then. */
export function mannerIn(world: World, userId: string): Profile['manner'] {
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
