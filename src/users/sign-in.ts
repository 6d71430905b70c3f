import { Refusal, limits, type view } from '../contract/index.js';
import { newId } from '../platform/ids.js';
import type { AccountContext } from './account-context.js';
import { endSessions } from './end-sessions.js';
import { newRefreshToken, type Caller } from './session.js';
import { presentMe } from './user.presenter.js';
import type { User } from './user.js';

/** Opens a session for somebody who has just proved who they are. Throws ACCOUNT_SUSPENDED. */
export async function signIn(
  accounts: AccountContext,
  user: User,
  { userAgent, network }: Caller,
): Promise<view.SignedIn> {
  const now = accounts.clock();
  const id = newId();
  const refresh = newRefreshToken(id);
  await accounts.sessions.add(
    {
      id,
      userId: user.id,
      userAgent: userAgent?.slice(0, 200) ?? null,
      openedFrom: network,
      renewedFrom: network,
      createdAt: now,
      lastUsedAt: now,
      expiresAt: new Date(now.getTime() + limits.refreshTokenSeconds * 1_000),
      revokedAt: null,
    },
    refresh.hash,
  );
  // Deleted, or given another password, while this one was looked at: the sessions ended before this one was there.
  if ((await accounts.users.get(user.id))?.passwordHash !== user.passwordHash) {
    await endSessions(accounts, [id]);
    throw new Refusal('UNAUTHENTICATED', 'E-mail address or password is wrong');
  }
  // Looked at behind the session: a suspension stored meanwhile finds the session, or is found here.
  try {
    await accounts.sanctions.mustBeFree(user.id, now);
  } catch (error) {
    await endSessions(accounts, [id]);
    throw error;
  }
  return signedIn(accounts, user, { sessionId: id, rotation: 0 }, refresh.token);
}

/** The answer to whoever has a session; the access token comes with this trade of the refresh token. */
export const signedIn = (
  { tokens, clock, proof }: AccountContext,
  user: User,
  trade: { sessionId: string; rotation: number },
  refreshToken: string,
): view.SignedIn => ({
  user: presentMe(user, proof, clock()),
  accessToken: tokens.signAccess({ userId: user.id, ...trade }, clock()),
  refreshToken,
  expiresIn: limits.accessTokenSeconds,
});
