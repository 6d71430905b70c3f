import { Refusal, limits, type view } from '../contract/index.js';
import type { Actor } from '../platform/actor.js';
import type { Clock } from '../platform/clock.js';
import { readPage } from '../platform/pages.js';
import type { Block, BlockStore } from './block.store.js';
import { presentPeople } from './user.presenter.js';
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
    const person = await presentPeople(
      deps.users,
      blocks.map(({ blockedId }) => blockedId),
    );
    return blocks.map(({ blockedId, createdAt }) => ({
      user: person(blockedId),
      createdAt: createdAt.toISOString(),
    }));
  };
  return {
    /** Again changes nothing. Throws NOT_FOUND, FORBIDDEN (oneself, or more than anybody needs). */
    async block(actor: Actor, blockedId: string): Promise<view.Block> {
      const pair = { blockerId: actor.userId, blockedId };
      if (blockedId === actor.userId) throw new Refusal('FORBIDDEN', 'Nobody can block themselves');
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

    async listBlocks({ userId }: Actor, query: { limit: number; cursor?: string | undefined }) {
      const { shown, nextCursor } = await readPage(
        ['blocks', userId],
        query,
        (after, limit) => deps.blocks.ofBlocker(userId, limit, after),
        ({ createdAt, blockedId }) => [createdAt.getTime(), blockedId],
      );
      return { items: await present(shown), nextCursor };
    },
  };
}
