import { Deal } from '../../src/domain/deal.js';
import { Review } from '../../src/domain/review.js';
import { formula, mannerOf, type Evidence } from '../../src/domain/temperature.js';
import type { Profile } from '../contract-types.js';
import type { World } from './world.js';

/** Computed when it is asked for: from shown reviews, and from deals that were broken. */
export function mannerIn(world: World, userId: string): Profile['manner'] {
  const now = world.now();
  const { reviews, deals, accounts } = world.state;
  const about = Object.values(reviews).filter(
    (is) => is.subjectId === userId && new Review(is).isShown(now),
  );
  const own = Object.values(deals)
    .map((is) => new Deal(is))
    .filter((deal) => deal.has(userId));
  const completed = own.filter(({ state }) => state === 'completed');
  const broken = own.flatMap((deal): Evidence[] => {
    const byOwn = deal.endedBy === deal.sideOf(userId);
    const at = deal.endedAt;
    if (!at) return [];
    if (deal.state === 'noShow' && !byOwn) return [{ kind: 'noShow', at, partnerId: null }];
    return deal.cancelledLate && byOwn ? [{ kind: 'lateCancel', at, partnerId: null }] : [];
  });
  const ratings = about.map(({ rating, authorId, createdAt }): Evidence => ({
    kind: rating,
    at: createdAt,
    partnerId: authorId,
  }));
  const tags = new Map<string, number>();
  for (const tag of about.flatMap((review) => review.tags)) tags.set(tag, (tags.get(tag) ?? 0) + 1);
  return {
    ...mannerOf([...ratings, ...broken], now),
    formula,
    counts: {
      sold: completed.filter(({ sellerId }) => sellerId === userId).length,
      bought: completed.filter(({ buyerId }) => buyerId === userId).length,
      reviews: about.length,
      noShows: broken.filter(({ kind }) => kind === 'noShow').length,
    },
    tags: [...tags].map(([tag, count]) => ({ tag, count })) as Profile['manner']['tags'],
    asOf: accounts[userId]!.createdAt,
  };
}
