import { Refusal, type request } from '../contract/index.js';
import type { Actor } from '../platform/actor.js';
import type { AccountContext } from './account-context.js';
import { mustKnowPassword } from './ask-password.js';
import { endSessions } from './end-sessions.js';

/** Time for this process to erase what is kept of the person, before a worker does it. */
const graceMs = 30_000;

/**
 * Deletes the caller's own account. When it answers, all sessions have ended and nobody can sign in; what is kept
 * elsewhere is erased beside the answer. Throws VALIDATION_FAILED (wrong password), FORBIDDEN (a demo person),
 * RATE_LIMITED, UNAVAILABLE.
 */
export const createDeleteAccount =
  (accounts: AccountContext) =>
  async (actor: Actor, { password }: request.DeleteAccount, network: string): Promise<void> => {
    const user = await accounts.users.get(actor.userId);
    if (!user) throw new Refusal('SESSION_REVOKED');
    await mustKnowPassword(accounts, user, password, network);
    await deleteAccount(accounts, user.id, actor.sessionId);
  };

/** Without asking: for who has made sure that it is wanted. `sessionId`: of the caller, which is over in any case. */
export async function deleteAccount(
  accounts: AccountContext,
  userId: string,
  sessionId?: string,
): Promise<void> {
  const { users, sessions, clock, log } = accounts;
  const now = clock();
  await users.delete(userId, now, new Date(now.getTime() + graceMs));
  const open = await sessions.unendedOf({ userId });
  await endSessions(accounts, [...new Set(sessionId ? [...open, sessionId] : open)]);
  accounts.erase(userId).catch((error: Error) => {
    log.warn(
      { userId, reason: error.message },
      'a deleted account is not erased yet: a timer will erase it',
    );
  });
}
