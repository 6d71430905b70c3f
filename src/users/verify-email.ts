import { Refusal, type request, type view } from '../contract/index.js';
import type { Clock } from '../platform/clock.js';
import type { Tokens } from './tokens.js';
import type { PresentMe } from './user.presenter.js';
import type { UserStore } from './user.store.js';

/** Proves an e-mail address with the token from the mail. Throws UNAUTHENTICATED or TOKEN_EXPIRED. */
export const createVerifyEmail =
  (deps: { users: UserStore; tokens: Tokens; presentMe: PresentMe; clock: Clock }) =>
  async (input: request.VerifyEmail): Promise<view.Me> => {
    const now = deps.clock();
    const { userId, email } = deps.tokens.verifyEmailProof(input.token, now);
    const user = await deps.users.get(userId);
    if (!user) throw new Refusal('UNAUTHENTICATED', 'This link belongs to nobody');
    const proven = user.proveEmail(email, now);
    await deps.users.saveProof(proven);
    return deps.presentMe(proven);
  };
