import { Refusal, type request, type view } from '../contract/index.js';
import type { Actor } from '../platform/actor.js';
import type { Clock } from '../platform/clock.js';
import { KeysetPosition, decodeCursor, encodeCursor } from '../platform/pages.js';
import type { Blocks, UserStore } from '../users/index.js';
import type { PresentReviews } from './review.presenter.js';
import type { ReviewStore } from './review.store.js';

/**
 * What was said about a person, as far as it is shown, the last shown first; without the words of people from whom a
 * block keeps the caller apart. Throws NOT_FOUND, also when such a block stands before the person.
 */
export const createListReviews =
  (deps: {
    reviews: ReviewStore;
    users: UserStore;
    blocks: Blocks;
    present: PresentReviews;
    clock: Clock;
  }) =>
  async (
    actor: Actor,
    userId: string,
    query: request.ListReviews,
  ): Promise<{ items: view.Review[]; nextCursor: string | null }> => {
    const apart = await deps.blocks.around(actor.userId);
    const known = (await deps.users.profilesOf([userId])).has(userId);
    if (!known || apart.has(userId)) throw new Refusal('NOT_FOUND', 'No such person');
    const scope = ['reviews', userId];
    const found = await deps.reviews.shownAbout(userId, {
      now: deps.clock(),
      without: apart,
      limit: query.limit + 1,
      after: query.cursor === undefined ? null : decodeCursor(scope, query.cursor, KeysetPosition),
    });
    const shown = found.slice(0, query.limit);
    const last = shown.at(-1);
    return {
      items: await deps.present.many(shown),
      nextCursor:
        found.length > shown.length && last
          ? encodeCursor(scope, [last.shownAt.getTime(), last.id])
          : null,
    };
  };
