import { Refusal, type request, type view } from '../contract/index.js';
import type { AccountContext } from './account-context.js';
import { isDemoPerson } from './demo-accounts.js';
import type { Caller } from './session.js';
import { signIn } from './sign-in.js';

/**
 * Signs in. Unknown address and wrong password get the same answer after the same work. Throws UNAUTHENTICATED,
 * RATE_LIMITED or UNAVAILABLE.
 */
export const createLogIn =
  (accounts: AccountContext) =>
  async ({ email, password }: request.LogIn, caller: Caller): Promise<view.SignedIn> => {
    const { network } = caller;
    // Everybody who tries the demo signs in as the same few people, so their tries are not counted.
    const counted = !(accounts.demo && isDemoPerson({ email }));
    const user = await accounts.users.byEmail(email);
    const isKnown = () => accounts.sessions.hasFrom(user?.id ?? '', network);
    if (counted) await accounts.tries.take(email, network, isKnown);
    const right = await accounts.passwords.matches(user?.passwordHash ?? null, password, network);
    if (!user || right === 'no')
      throw new Refusal('UNAUTHENTICATED', 'E-mail address or password is wrong');
    await accounts.tries.right(email, network);
    if (right === 'yes') return signIn(accounts, user, caller);
    await accounts.users.rehash(user, await accounts.passwords.hash(password, network));
    return signIn(accounts, (await accounts.users.get(user.id)) ?? user, caller);
  };
