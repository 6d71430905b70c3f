import { createHash } from 'node:crypto';
import { Refusal, type request } from '../contract/index.js';
import type { AccountContext } from './account-context.js';
import { isDemoPerson } from './demo-accounts.js';
import { endSessions } from './end-sessions.js';

/** Stands for a password without telling anything of it: its hash holds a salt. */
const nameOf = (passwordHash: string): string =>
  createHash('sha256').update(passwordHash).digest('base64url').slice(0, 22);

/** Sets a new password by mail, for who has forgotten the old one. */
export function createResetPassword(accounts: AccountContext) {
  const { users, tokens, passwords, sessions, mails, resetQuotas, clock, log, demo } = accounts;

  const sendTo = async (email: string): Promise<void> => {
    const user = await users.byEmail(email);
    if (!user || (demo && isDemoPerson(user))) return;
    // Said to nobody: who asks must not learn that somebody else did, or that there is somebody.
    await resetQuotas.sent(email);
    mails.sendReset(user, nameOf(user.passwordHash));
  };

  return {
    /** Answers before anything is looked up, so that neither answer nor time tells of an account. Throws RATE_LIMITED. */
    async ask({ email }: request.AskPasswordReset, network: string): Promise<void> {
      await resetQuotas.asked(`${email} ${network}`);
      sendTo(email).catch((error: Error) =>
        log.warn({ reason: error.message }, 'no mail for a new password'),
      );
    },

    /**
     * The mail proves the address, too. Throws UNAUTHENTICATED (also for a token that was used), TOKEN_EXPIRED,
     * UNAVAILABLE.
     */
    async set({ token, password }: request.ResetPassword, network: string): Promise<void> {
      const now = clock();
      const { userId, of } = tokens.verifyReset(token, now);
      const user = await users.get(userId);
      const stands = user && nameOf(user.passwordHash) === of;
      const set =
        stands && (await users.setPassword(user, await passwords.hash(password, network)));
      if (!set) throw new Refusal('UNAUTHENTICATED', 'This link was used, or a newer one was');
      await users.saveProof(user.proveEmail(user.email, now));
      await endSessions(accounts, await sessions.unendedOf({ userId }));
      mails.tellPasswordChanged(user);
    },
  };
}
