import type { AccountContext } from './account-context.js';
import { endSessions } from './end-sessions.js';
import type { User } from './user.js';

/**
 * Sets another password and ends all sessions but `keep`, in one step: a process that dies leaves both as they were, or
 * neither. False: the password or the address was changed since the person was read.
 */
export async function setPassword(
  accounts: AccountContext,
  user: User,
  passwordHash: string,
  { keep }: { keep?: string } = {},
): Promise<boolean> {
  const { users, sessions, sessionsEnding, clock } = accounts;
  const others = async () =>
    (await sessions.unendedOf({ userId: user.id })).filter((id) => id !== keep);
  const open = await others();
  // As in `endSessions`: nobody can ask again once they are over.
  await sessionsEnding.run(open);
  const set = await users.setPassword(user, passwordHash, (step) =>
    sessions.revoke(open, clock(), step),
  );
  if (!set) return false;
  // Those as well that were opened meanwhile; nodes and devices are told of all.
  await endSessions(accounts, [...new Set([...open, ...(await others())])]);
  return true;
}
