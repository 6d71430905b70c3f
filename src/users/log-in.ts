import { Refusal, type request, type view } from '../contract/index.js';
import { demoAccounts } from './demo-accounts.js';
import type { LoginTries } from './login-tries.js';
import type { Passwords } from './passwords.js';
import type { Caller } from './session.js';
import type { SessionStore } from './session.store.js';
import type { SignIn } from './sign-in.js';
import type { UserStore } from './user.store.js';

/**
 * Signs in. Unknown address and wrong password get the same answer after the same work. Throws UNAUTHENTICATED,
 * RATE_LIMITED or UNAVAILABLE.
 */
export const createLogIn =
  (deps: {
    users: UserStore;
    sessions: SessionStore;
    passwords: Passwords;
    tries: LoginTries;
    signIn: SignIn;
    /** Everybody who tries the demo signs in as the same two people, so their tries are not counted. */
    demo: boolean;
  }) =>
  async ({ email, password }: request.LogIn, caller: Caller): Promise<view.SignedIn> => {
    const { network } = caller;
    const counted = !(deps.demo && demoAccounts.some((account) => account.email === email));
    const user = await deps.users.byEmail(email);
    const isKnown = () => deps.sessions.hasFrom(user?.id ?? '', network);
    if (counted) await deps.tries.take(email, network, isKnown);
    const right = await deps.passwords.matches(user?.passwordHash ?? null, password, network);
    if (!user || right === 'no')
      throw new Refusal('UNAUTHENTICATED', 'E-mail address or password is wrong');
    await deps.tries.right(email, network);
    if (right === 'old')
      await deps.users.rehash(user, await deps.passwords.hash(password, network));
    return deps.signIn.open(user, caller);
  };
