import { Refusal, invalid } from '../contract/index.js';
import type { AccountContext } from './account-context.js';
import { isDemoPerson } from './demo-accounts.js';
import { noPassword, type User } from './user.js';

/**
 * Asks for the password once more before something that cannot be taken back; wrong ones count as those of a login do.
 * Throws VALIDATION_FAILED for a wrong one, FORBIDDEN for the demo people, whose password everybody knows, RATE_LIMITED
 * and UNAVAILABLE.
 */
export async function mustKnowPassword(
  accounts: AccountContext,
  user: User,
  password: string,
  network: string,
): Promise<void> {
  const { tries, sessions, passwords, demo } = accounts;
  if (demo && isDemoPerson(user))
    throw new Refusal(
      'FORBIDDEN',
      'The accounts of the demo are for everybody and stay as they are',
    );
  if (user.passwordHash === noPassword)
    throw new Refusal('FORBIDDEN', 'This account is kept by the app that it belongs to');
  await tries.take(user.email, network, () => sessions.hasFrom(user.id, network));
  if ((await passwords.matches(user.passwordHash, password, network)) === 'no')
    throw invalid('password', 'is wrong');
  await tries.right(user.email, network);
}
