import { Refusal, type request } from '../contract/index.js';
import type { AccountContext } from './account-context.js';
import { isDemoPerson } from './demo-accounts.js';
import { setPassword } from './set-password.js';

/** Sets a new password by mail, for who has forgotten the old one. */
export function createResetPassword(accounts: AccountContext) {
  const { users, tokens, passwords, mails, resetQuotas, clock, log, demo } = accounts;

  const sendTo = async (email: string): Promise<void> => {
    const user = await users.byEmail(email);
    if (!user || (demo && isDemoPerson(user))) return;
    // Said to nobody: who asks must not learn that somebody else did, or that there is somebody.
    await resetQuotas.sent(email);
    mails.sendReset(user);
  };

  return {
    /** Answers before anything is looked up, so that neither answer nor time tells of an account. Throws RATE_LIMITED. */
    async ask({ email }: request.AskPasswordReset, network: string): Promise<void> {
      await resetQuotas.asked(`${email} ${network}`);
      sendTo(email).catch((error: Error) =>
        log.warn({ reason: error.message }, 'the mail for a new password was not sent'),
      );
    },

    /**
     * The mail proves the address, too. Throws UNAUTHENTICATED (also for a token that was used, or of an older password
     * or address), TOKEN_EXPIRED, UNAVAILABLE.
     */
    async set({ token, password }: request.ResetPassword, network: string): Promise<void> {
      const now = clock();
      const { userId, of } = tokens.verifyReset(token, now);
      const user = await users.get(userId);
      const stands = user && user.credentials === of;
      const set =
        stands && (await setPassword(accounts, user, await passwords.hash(password, network)));
      if (!set)
        throw new Refusal('UNAUTHENTICATED', 'The password or the address was changed since');
      await users.saveProof(user.proveEmail(user.email, now));
      mails.tellPasswordChanged(user);
    },
  };
}
