import type { request, view } from '../contract/index.js';
import type { Clock } from '../platform/clock.js';
import { newId } from '../platform/ids.js';
import type { EmailProof } from './email-proof.js';
import type { Passwords } from './passwords.js';
import type { Caller } from './session.js';
import type { SignIn } from './sign-in.js';
import { User } from './user.js';
import type { UserStore } from './user.store.js';

/** Creates an account and signs in. Throws EMAIL_TAKEN, UNAVAILABLE. */
export const createSignUp =
  (deps: {
    users: UserStore;
    passwords: Passwords;
    emailProof: EmailProof;
    signIn: SignIn;
    clock: Clock;
  }) =>
  async (input: request.SignUp, caller: Caller): Promise<view.SignedIn> => {
    const user = new User({
      id: newId(),
      email: input.email,
      nickname: input.nickname,
      passwordHash: await deps.passwords.hash(input.password, caller.network),
      emailVerifiedAt: null,
      createdAt: deps.clock(),
      version: 1,
    });
    await deps.users.add(user);
    deps.emailProof.ask(user);
    return deps.signIn.open(user, caller);
  };
