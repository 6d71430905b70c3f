import { Refusal, type view } from '../contract/index.js';
import { tradeLimits } from '../contract/trade-limits.js';
import type { Actor } from '../platform/actor.js';
import { readPage } from '../platform/pages.js';
import { presentPeople } from '../users/index.js';
import type { AlertContext } from './alert-context.js';
import type { Following } from './following.store.js';

/** Follows a seller, to hear of what they list; gives it up; lists whom one follows. */
export function createFollowSeller({ following, users, blocks, clock }: AlertContext) {
  const present = async (shown: Following[]): Promise<view.Following[]> => {
    const person = await presentPeople(
      users,
      shown.map(({ sellerId }) => sellerId),
    );
    return shown.map(({ sellerId, createdAt }) => ({
      user: person(sellerId),
      createdAt: createdAt.toISOString(),
    }));
  };
  return {
    /** Again changes nothing. Throws NOT_FOUND (also across a block), FORBIDDEN (oneself, or too many). */
    async follow({ userId }: Actor, sellerId: string): Promise<view.Following> {
      if (sellerId === userId) throw new Refusal('FORBIDDEN', 'Nobody can follow themselves');
      const [profiles, apart] = await Promise.all([
        users.profilesOf([sellerId]),
        blocks.around(userId),
      ]);
      if (!profiles.has(sellerId) || apart.has(sellerId))
        throw new Refusal('NOT_FOUND', 'No such person');
      const full = (await following.count(userId)) >= tradeLimits.following;
      if (full && !(await following.has(userId, sellerId)))
        throw new Refusal('FORBIDDEN', `At most ${tradeLimits.following} people can be followed`);
      const added = { followerId: userId, sellerId, createdAt: clock() };
      const [shown] = await present([await following.add(added)]);
      return shown!;
    },

    unfollow: ({ userId }: Actor, sellerId: string) => following.remove(userId, sellerId),

    /** Without people whom a block keeps apart. */
    async listFollowing({ userId }: Actor, query: { limit: number; cursor?: string | undefined }) {
      const apart = await blocks.around(userId);
      const { shown, nextCursor } = await readPage(
        ['following', userId],
        query,
        (after, limit) => following.ofFollower(userId, limit, after),
        ({ createdAt, sellerId }) => [createdAt.getTime(), sellerId],
      );
      const seen = shown.filter(({ sellerId }) => !apart.has(sellerId));
      return { items: await present(seen), nextCursor };
    },
  };
}
