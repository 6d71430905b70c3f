import type { Clock } from '../platform/clock.js';
import type { Hook } from '../platform/hook.js';
import type { BlockStore } from './block.store.js';
import type { SessionStore } from './session.store.js';
import type { UserStore } from './user.store.js';

/**
 * Milliseconds after a deletion at which all is looked through once more: a request may have been under way, and where
 * Redis was away a session that ended may have been used for 30 s.
 */
const lastLookMs = 120_000;

/** Erases what is kept of people whose accounts were deleted. */
export function createEraseAccount(deps: {
  users: UserStore;
  blocks: BlockStore;
  sessions: SessionStore;
  /** Asks the other slices. */
  erasing: Hook<string>;
  /** Ends sessions and tells the nodes. */
  endSessions: (ids: string[]) => Promise<void>;
  clock: Clock;
}) {
  const { users, blocks, sessions, erasing, endSessions, clock } = deps;
  const now = async (userId: string): Promise<void> => {
    const erasure = await users.erasureOf(userId);
    if (!erasure) return;
    const begun = clock();
    // A process that died between the deletion and the end of the sessions has left them.
    await endSessions(await sessions.unendedOf({ userId }));
    await erasing.run(userId);
    const lastLookAt = new Date(erasure.deletedAt.getTime() + lastLookMs);
    const isLast = begun >= lastLookAt;
    if (isLast) {
      // Not before: a session that is gone could not be told from one that goes on.
      await sessions.forgetPerson(userId);
      await blocks.forgetPerson(userId);
    }
    await users.erased(userId, isLast ? null : lastLookAt);
  };
  return {
    /** Does it, due or not; again finishes what is left to do. */
    now,
    timer: {
      name: 'account-erasure',
      due: users.erasuresDue.bind(users),
      act: async (userId: string): Promise<boolean> => {
        const erasure = await users.erasureOf(userId);
        if (!erasure || erasure.eraseAt > clock()) return false;
        await now(userId);
        return true;
      },
    },
  };
}
