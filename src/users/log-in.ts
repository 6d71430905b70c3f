import { Refusal, type request, type view } from '../contract/index.js';
import type { Passwords } from './passwords.js';
import type { SignIn } from './sign-in.js';
import type { UserStore } from './user.store.js';

/** Signs in. Unknown address and wrong password get the same answer after the same work. */
export const createLogIn =
  (deps: { users: UserStore; passwords: Passwords; signIn: SignIn }) =>
  async (input: request.LogIn, userAgent?: string): Promise<view.SignedIn> => {
    const user = await deps.users.byEmail(input.email);
    const right = await deps.passwords.matches(user?.passwordHash ?? null, input.password);
    if (!user || !right)
      throw new Refusal('UNAUTHENTICATED', 'E-mail address or password is wrong');
    return deps.signIn.open(user, userAgent);
  };
