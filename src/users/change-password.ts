import { Refusal, invalid, type request } from '../contract/index.js';
import type { Actor } from '../platform/actor.js';
import type { AccountContext } from './account-context.js';
import { mustKnowPassword } from './ask-password.js';
import { setPassword } from './set-password.js';

/**
 * Sets another password for who knows the present one. All sessions but the caller's end. Throws VALIDATION_FAILED,
 * FORBIDDEN (a demo person), RATE_LIMITED, UNAVAILABLE.
 */
export const createChangePassword =
  (accounts: AccountContext) =>
  async (actor: Actor, input: request.ChangePassword, network: string): Promise<void> => {
    const { users, passwords, mails } = accounts;
    const user = await users.get(actor.userId);
    if (!user) throw new Refusal('SESSION_REVOKED');
    await mustKnowPassword(accounts, user, input.password, network);
    const hash = await passwords.hash(input.newPassword, network);
    // Somebody else who knew the old one was first.
    if (!(await setPassword(accounts, user, hash, { keep: actor.sessionId })))
      throw invalid('password', 'is wrong');
    mails.tellPasswordChanged(user);
  };
