import { Refusal, type request, type view } from '../contract/index.js';
import type { AccountContext } from './account-context.js';
import { presentMe } from './user.presenter.js';
import type { User } from './user.js';

/**
 * Proves an e-mail address with the token from the mail; a new address takes the place of the old one, which is told.
 * Following a link twice changes nothing. Throws UNAUTHENTICATED, TOKEN_EXPIRED, EMAIL_TAKEN.
 */
export const createVerifyEmail = (accounts: AccountContext) => {
  const { users, tokens, mails, proof, clock } = accounts;

  const replace = async (user: User, from: string, to: string): Promise<User> => {
    if (user.email === to) return user;
    const changed = await users.changeEmail(user.id, { from, to }, clock());
    if (!changed) throw new Refusal('UNAUTHENTICATED', 'This link belongs to an older address');
    mails.tellEmailChanged(changed, from);
    return changed;
  };

  return async (input: request.VerifyEmail): Promise<view.Me> => {
    const now = clock();
    const { userId, email, instead } = tokens.verifyEmailProof(input.token, now);
    const user = await users.get(userId);
    if (!user) throw new Refusal('UNAUTHENTICATED', 'This link belongs to nobody');
    if (instead !== undefined) return presentMe(await replace(user, instead, email), proof, now);
    const proven = user.proveEmail(email, now);
    await users.saveProof(proven);
    return presentMe(proven, proof, now);
  };
};
