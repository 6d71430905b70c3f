import { Refusal, type request, type view } from '../contract/index.js';
import type { AccountContext } from './account-context.js';
import { presentMe } from './user.presenter.js';

/** Proves an e-mail address with the token from the mail. Throws UNAUTHENTICATED or TOKEN_EXPIRED. */
export const createVerifyEmail =
  ({ users, tokens, proof, clock }: AccountContext) =>
  async (input: request.VerifyEmail): Promise<view.Me> => {
    const now = clock();
    const { userId, email } = tokens.verifyEmailProof(input.token, now);
    const user = await users.get(userId);
    if (!user) throw new Refusal('UNAUTHENTICATED', 'This link belongs to nobody');
    const proven = user.proveEmail(email, now);
    await users.saveProof(proven);
    return presentMe(proven, proof, clock());
  };
