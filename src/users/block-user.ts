import { Refusal, limits, type view } from '../contract/index.js';
import type { Actor } from '../platform/actor.js';
import type { Clock } from '../platform/clock.js';
import { KeysetPosition, decodeCursor, encodeCursor } from '../platform/pages.js';
import type { Block, BlockStore } from './block.store.js';
import { presentGone, presentProfile } from './user.presenter.js';
import type { UserStore } from './user.store.js';

/** Blocking, lifting it and the list of it. */
export function createBlockUser(deps: {
  blocks: BlockStore;
  users: UserStore;
  /** Called after each change: what lies between the two closes or opens. */
  changed: (pair: [string, string]) => Promise<void>;
  clock: Clock;
}) {
  const present = async (blocks: Block[]): Promise<view.Block[]> => {
    const profiles = await deps.users.profilesOf(blocks.map(({ blockedId }) => blockedId));
    return blocks.map(({ blockedId, createdAt }) => {
      const profile = profiles.get(blockedId);
      return {
        user: profile ? presentProfile(profile) : presentGone(blockedId),
        createdAt: createdAt.toISOString(),
      };
    });
  };
  return {
    /** Again changes nothing. Throws NOT_FOUND, FORBIDDEN (oneself, or more than anybody needs). */
    async block(actor: Actor, blockedId: string): Promise<view.Block> {
      const pair = { blockerId: actor.userId, blockedId };
      if (blockedId === actor.userId) throw new Refusal('FORBIDDEN', 'This is you');
      if (!(await deps.users.profilesOf([blockedId])).has(blockedId))
        throw new Refusal('NOT_FOUND', 'No such person');
      const full = (await deps.blocks.count(actor.userId)) >= limits.blocksPerUser;
      if (full && !(await deps.blocks.has(pair)))
        throw new Refusal('FORBIDDEN', `At most ${limits.blocksPerUser} people can be blocked`);
      const block = await deps.blocks.add({ ...pair, createdAt: deps.clock() });
      await deps.changed([actor.userId, blockedId]);
      const [shown] = await present([block]);
      return shown!;
    },

    async unblock(actor: Actor, blockedId: string): Promise<void> {
      if (await deps.blocks.remove({ blockerId: actor.userId, blockedId }))
        await deps.changed([actor.userId, blockedId]);
    },

    async listBlocks(
      actor: Actor,
      query: { limit: number; cursor?: string | undefined },
    ): Promise<{ items: view.Block[]; nextCursor: string | null }> {
      const scope = ['blocks', actor.userId];
      const after =
        query.cursor === undefined ? null : decodeCursor(scope, query.cursor, KeysetPosition);
      const found = await deps.blocks.ofBlocker(actor.userId, query.limit + 1, after);
      const shown = found.slice(0, query.limit);
      const last = shown.at(-1);
      return {
        items: await present(shown),
        nextCursor:
          found.length > query.limit && last
            ? encodeCursor(scope, [last.createdAt.getTime(), last.blockedId])
            : null,
      };
    },
  };
}
