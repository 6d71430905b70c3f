import { Refusal, type SanctionUser, type view } from '../contract/index.js';
import { derivedId } from '../domain/ids.js';
import {
  isRepeat,
  presentSanction,
  sanctionOf,
  type Laid,
  type Sanction,
} from '../domain/sanction.js';
import type { ModerationContext } from './moderation-context.js';
import { mustBeImpartial, mustReach } from './impartial.js';

/**
 * Warns, suspends or bans. The sanction is stored first: from then on nobody signs in. Then sessions and sockets end,
 * the manner is computed again, and of a banned person all listings go out of sight. What a process leaves undone that
 * dies, a repeat under the same id does, or else a worker: see {@link createFollowSanctions}.
 */
export async function layUpon(
  moderation: ModerationContext,
  userId: string,
  laid: Laid,
  by: string,
): Promise<void> {
  const sanction = sanctionOf(laid, { userId, by }, moderation.clock());
  await moderation.sanctions.add(sanction);
  await follow(moderation, sanction);
  await moderation.sanctions.followed([laid.id]);
}

async function follow(
  moderation: ModerationContext,
  { userId, kind, reason }: Pick<Sanction, 'userId' | 'kind' | 'reason'>,
): Promise<void> {
  await moderation.sanctioned.run(userId);
  if (kind === 'ban') await blindAll(moderation, userId, reason);
}

/** Does what follows from sanctions whose process died before it had. */
export const createFollowSanctions = (moderation: ModerationContext) => ({
  name: 'sanctions',
  due: moderation.sanctions.unfollowed.bind(moderation.sanctions),
  act: async (id: string): Promise<boolean> => {
    const left = await moderation.sanctions.get(id);
    if (!left?.followAt || left.followAt > moderation.clock()) return false;
    if (left.liftedAt === null) await follow(moderation, left);
    else await moderation.sanctioned.run(left.userId);
    await moderation.sanctions.followed([id]);
    return true;
  },
});

/**
 * The id of the sanction that this one repeats, or else one that follows from the sanction before it: two that come at
 * once have the same.
 */
async function idOf(
  { sanctions, clock }: ModerationContext,
  userId: string,
  laid: Omit<Laid, 'id'>,
  by: string,
): Promise<string> {
  const known = await sanctions.of(userId);
  const repeated = known.find((one) => isRepeat(one, laid, by, clock()));
  if (repeated) return repeated.id;
  const before = known[0]?.id ?? '';
  return derivedId('sanction', userId, before, laid.kind, laid.reason, laid.days ?? '', by);
}

/** Takes all listings of a person out of sight that others see. */
async function blindAll(
  { listings, moderateListing }: ModerationContext,
  sellerId: string,
  reason: view.BlindReason,
): Promise<void> {
  for (const id of await listings.seenOf(sellerId)) await moderateListing(id, reason);
}

/** For operators; `by` is who does it. */
export const createSanctionUser = (moderation: ModerationContext) => {
  const mustExist = async (userId: string): Promise<void> => {
    if (!(await moderation.users.profilesOf([userId])).has(userId))
      throw new Refusal('NOT_FOUND', 'No such person');
  };
  /** Nobody reads what others wrote about them. Throws NOT_FOUND, FORBIDDEN (oneself). */
  const list = async (by: string, userId: string) => {
    if (by === userId) throw new Refusal('FORBIDDEN', 'Nobody reads what was laid upon themselves');
    await mustExist(userId);
    const found = await moderation.sanctions.of(userId);
    return { items: found.map(presentSanction), nextCursor: null };
  };
  return {
    list,

    /** The same again within a minute is the first one, and does what that left undone. Throws NOT_FOUND, FORBIDDEN. */
    async sanction(by: string, userId: string, { kind, reason, ...more }: SanctionUser) {
      const target = { targetType: 'user', targetId: userId } as const;
      await mustBeImpartial(moderation, by, userId, target);
      await mustExist(userId);
      await mustReach(moderation, by, userId);
      if (kind === 'none' || reason === undefined) {
        const lifted = await moderation.sanctions.lift(userId, moderation.clock());
        await moderation.sanctioned.run(userId);
        await moderation.sanctions.followed(lifted);
      } else {
        const laid = { kind, reason, ...more };
        const id = await idOf(moderation, userId, laid, by);
        await layUpon(moderation, userId, { id, ...laid }, by);
      }
      return list(by, userId);
    },
  };
};
