import { Refusal } from '../contract/index.js';
import type { Actor } from '../platform/actor.js';
import type { AccountContext } from './account-context.js';

/**
 * The one place where sessions end, for whatever reason; everything that depends on them ends with them: their devices
 * are forgotten, and `tell` has their sockets cut off on every node.
 */
export async function endSessionsWith(
  deps: Pick<AccountContext, 'sessionsEnding' | 'sessions' | 'clock'>,
  ids: string[],
  tell: () => void,
): Promise<void> {
  // Runs before the end, since nobody can ask again once the session is over, and again behind it, for what was
  // registered meanwhile.
  await deps.sessionsEnding.run(ids);
  await deps.sessions.revoke(ids, deps.clock());
  tell();
  await deps.sessionsEnding.run(ids);
}

/** The same on a gateway, which has sockets of its own. */
export const endSessions = (
  accounts: AccountContext,
  ids: string[],
  { suspended = false } = {},
): Promise<void> => endSessionsWith(accounts, ids, () => accounts.guard.ended(ids, suspended));

/** Ends all sessions of somebody who is suspended or banned; of others none. `end` ends these. */
export async function endIfSuspended(
  accounts: Pick<AccountContext, 'sanctions' | 'sessions' | 'clock'>,
  userId: string,
  end: (ids: string[]) => Promise<void>,
): Promise<void> {
  try {
    await accounts.sanctions.mustBeFree(userId, accounts.clock());
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const ids = await accounts.sessions.unendedOf({ userId });
    if (ids.length > 0) await end(ids);
  }
}

/** Ends this session, and throws ACCOUNT_SUSPENDED, when its person is suspended or banned. */
export async function mustBeFreeIn(
  accounts: AccountContext,
  { id, userId }: { id: string; userId: string },
): Promise<void> {
  try {
    await accounts.sanctions.mustBeFree(userId, accounts.clock());
  } catch (error) {
    if (error instanceof Refusal) await endSessions(accounts, [id], { suspended: true });
    throw error;
  }
}

/**
 * Ends the caller's own session, another one of the caller's, or all. Throws NOT_FOUND for another one that does not
 * exist or has ended.
 */
export const createEndSessions =
  (accounts: AccountContext) =>
  async ({ userId, sessionId }: Actor, which: { id: string } | 'all'): Promise<void> => {
    const all = which === 'all';
    const ids = await accounts.sessions.unendedOf({ userId, ...(all ? {} : which) });
    // Two sign-outs of one session at once both find it ended.
    const own = all || which.id === sessionId;
    if (ids.length === 0 && !own) throw new Refusal('NOT_FOUND', 'No such session');
    // First, so that no older token begins the next session.
    if (all || (await accounts.sessions.isHosted(which.id)))
      await accounts.hostedPeople.endTokensOf(userId);
    await endSessions(accounts, own ? [...new Set([...ids, sessionId])] : ids);
  };
