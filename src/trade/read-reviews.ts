import { Refusal, type request, type view } from '../contract/index.js';
import type { Actor } from '../platform/actor.js';
import { presentProfile, type Blocks, type StoredManner, type UserStore } from '../users/index.js';
import { formula, mannerOf } from '../domain/temperature.js';
import type { Clock } from '../platform/clock.js';
import { KeysetPosition, decodeCursor, encodeCursor } from '../platform/pages.js';
import type { PresentReviews } from './review.presenter.js';
import type { ReviewStore } from './review.store.js';

/**
 * The reviews about a person that are shown, the last shown first. Leaves out the words of people whom a block keeps
 * apart from the caller. Throws NOT_FOUND, also when a block hides the person.
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

/** A person with the manner that was last computed. Throws NOT_FOUND, also behind a block. */
export const createGetProfile =
  (deps: { users: UserStore; blocks: Blocks }) =>
  async (actor: Actor, id: string): Promise<{ shown: view.Profile; version: number }> => {
    const apart = (await deps.blocks.around(actor.userId)).has(id);
    const found = apart ? null : await deps.users.withManner(id);
    if (!found) throw new Refusal('NOT_FOUND', 'No such person');
    const { profile, manner, version } = found;
    const shown = {
      ...presentProfile(profile),
      manner: presentManner(manner ?? newcomer(profile)),
    };
    return { shown, version };
  };

/**
 * A person about whom nothing is known. `asOf` is when the account was made, so that the answer stays the same until
 * something is known.
 */
const newcomer = ({
  createdAt,
}: {
  createdAt: Date;
}): Omit<StoredManner, 'revision' | 'dueAt'> => ({
  ...mannerOf([], createdAt),
  counts: { sold: 0, bought: 0, reviews: 0, noShows: 0 },
  tags: [],
  asOf: createdAt,
});

const presentManner = (manner: Omit<StoredManner, 'revision' | 'dueAt'>): view.Manner => ({
  temperature: manner.temperature,
  sum: manner.sum,
  parts: manner.parts,
  formula,
  counts: manner.counts,
  tags: manner.tags,
  asOf: manner.asOf.toISOString(),
});
