import { Refusal, type request, type view } from '../contract/index.js';
import type { AccountContext } from './account-context.js';
import { presentMe } from './user.presenter.js';
import type { User } from './user.js';

/**
 * Proves an e-mail address with the token from the mail; a new address takes the place of the old one, which is told.
 * Following a link twice changes nothing, and another password or address voids the links from before. Throws
 * UNAUTHENTICATED, TOKEN_EXPIRED, EMAIL_TAKEN.
 */
export const createVerifyEmail = (accounts: AccountContext) => {
  const { users, tokens, mails, proof, clock } = accounts;

  const replace = async (user: User, of: number, to: string): Promise<User> => {
    if (user.email === to) return user;
    const changed = of === user.credentials && (await users.changeEmail(user, to, clock()));
    if (!changed)
      throw new Refusal('UNAUTHENTICATED', 'The password or the address was changed since');
    mails.tellEmailChanged(changed, user.email);
    return changed;
  };

  return async (input: request.VerifyEmail): Promise<view.Me> => {
    const now = clock();
    const { userId, email, of } = tokens.verifyEmailProof(input.token, now);
    const user = await users.get(userId);
    if (!user) throw new Refusal('UNAUTHENTICATED', 'This link belongs to nobody');
    if (of !== undefined) return presentMe(await replace(user, of, email), proof, now);
    const proven = user.proveEmail(email, now);
    await users.saveProof(proven);
    return presentMe(proven, proof, now);
  };
};
