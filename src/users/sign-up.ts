import type { request, view } from '../contract/index.js';
import { newId } from '../platform/ids.js';
import type { AccountContext } from './account-context.js';
import type { Caller } from './session.js';
import { signIn } from './sign-in.js';
import { User } from './user.js';

/** Creates an account and signs in. Throws EMAIL_TAKEN, UNAVAILABLE. */
export const createSignUp =
  (accounts: AccountContext) =>
  async (input: request.SignUp, caller: Caller): Promise<view.SignedIn> => {
    const user = new User({
      id: newId(),
      email: input.email,
      nickname: input.nickname,
      passwordHash: await accounts.passwords.hash(input.password, caller.network),
      emailVerifiedAt: null,
      createdAt: accounts.clock(),
      version: 1,
    });
    await accounts.users.add(user);
    accounts.mails.askForProof(user);
    return signIn(accounts, user, caller);
  };
