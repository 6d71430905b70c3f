import { Refusal, type request, type view } from '../contract/index.js';
import { presentManner } from '../domain/manner.js';
import { mannerOf } from '../domain/temperature.js';
import type { Actor } from '../platform/actor.js';
import { readPage } from '../platform/pages.js';
import { presentProfile, type StoredManner } from '../users/index.js';
import { presentReviews } from './review.presenter.js';
import type { TradeContext } from './trade-context.js';

/**
 * The reviews about a person that are shown, the last shown first. Leaves out the words of people whom a block keeps
 * apart from the caller. Throws NOT_FOUND, also when a block hides the person.
 */
export const createListReviews =
  (trade: TradeContext) =>
  async (
    actor: Actor,
    userId: string,
    query: request.ListReviews,
  ): Promise<{ items: view.Review[]; nextCursor: string | null }> => {
    const without = await trade.blocks.around(actor.userId);
    const known = (await trade.users.profilesOf([userId])).has(userId);
    if (!known || without.has(userId)) throw new Refusal('NOT_FOUND', 'No such person');
    const now = trade.clock();
    const from = await trade.recentWrites.readFrom(actor.userId);
    const { shown, nextCursor } = await readPage(
      ['reviews', userId],
      query,
      (after, limit) => trade.reviews.shownAbout(userId, { now, without, limit, after, from }),
      ({ shownAt, id }) => [shownAt.getTime(), id],
    );
    return { items: await presentReviews(trade, shown), nextCursor };
  };

/** A person with the manner that was last computed. Throws NOT_FOUND, also behind a block. */
export const createGetProfile =
  ({ users, blocks, recentWrites }: TradeContext) =>
  async (actor: Actor, id: string): Promise<{ shown: view.Profile; version: number }> => {
    const apart = (await blocks.around(actor.userId)).has(id);
    const from = id === actor.userId ? 'primary' : await recentWrites.readFrom(actor.userId);
    const found = apart ? null : await users.withManner(id, from);
    if (!found) throw new Refusal('NOT_FOUND', 'No such person');
    const { profile, manner, version } = found;
    const known = manner ?? newcomer(profile);
    return { shown: { ...presentProfile(profile), manner: presentManner(known) }, version };
  };

type Manner = Omit<StoredManner, 'revision' | 'dueAt'>;

/**
 * A person about whom nothing is known. `asOf` is when the account was made, so that the answer stays the same until
 * something is known.
 */
const newcomer = ({ createdAt }: { createdAt: Date }): Manner => ({
  ...mannerOf([], createdAt),
  counts: { sold: 0, bought: 0, reviews: 0, noShows: 0 },
  tags: [],
  asOf: createdAt,
});
