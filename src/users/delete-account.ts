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
    const { users, sessions, clock, log } = accounts;
    const user = await users.get(actor.userId);
    if (!user) throw new Refusal('SESSION_REVOKED');
    await mustKnowPassword(accounts, user, password, network);
    const now = clock();
    await users.delete(user.id, now, new Date(now.getTime() + graceMs));
    const open = await sessions.unendedOf({ userId: user.id });
    await endSessions(accounts, [...new Set([...open, actor.sessionId])]);
    accounts.erase(user.id).catch((error: Error) => {
      log.warn({ userId: user.id, reason: error.message }, 'erasure left to the timers');
    });
  };
