import { Refusal, type request } from '../contract/index.js';
import type { Actor } from '../platform/actor.js';
import type { AccountContext } from './account-context.js';
import { mustKnowPassword } from './ask-password.js';

/**
 * Asks whoever reads the new address to confirm it; nothing changes until then (`verify-email.ts`). Throws
 * VALIDATION_FAILED (wrong password), FORBIDDEN (a demo person), EMAIL_TAKEN, RATE_LIMITED, UNAVAILABLE.
 */
export const createChangeEmail =
  (accounts: AccountContext) =>
  async (
    actor: Actor,
    { email, password }: request.ChangeEmail,
    network: string,
  ): Promise<void> => {
    const { users, mails, mailQuota } = accounts;
    const user = await users.get(actor.userId);
    if (!user) throw new Refusal('SESSION_REVOKED');
    await mustKnowPassword(accounts, user, password, network);
    await mailQuota(user.id);
    const known = await users.byEmail(email);
    if (known && known.id !== user.id) throw new Refusal('EMAIL_TAKEN');
    if (email === user.email) return;
    mails.askForProofOf(user, email);
  };
