import { Refusal, limits, type view } from '../contract/index.js';
import { newId } from '../platform/ids.js';
import type { AccountContext } from './account-context.js';
import { endSessions } from './end-sessions.js';
import { newRefreshToken, type Caller } from './session.js';
import type { SessionStore } from './session.store.js';
import { presentMe } from './user.presenter.js';
import type { User } from './user.js';

/** Opens a session for somebody who has just proved who they are. Throws ACCOUNT_SUSPENDED. */
export async function signIn(
  accounts: AccountContext,
  user: User,
  caller: Caller,
): Promise<view.SignedIn> {
  const { sessionId, token } = await openSession(accounts, user, caller, {
    seconds: limits.refreshTokenSeconds,
    keyOf: (refreshHash) => ({ refreshHash }),
  });
  return signedIn(accounts, user, { sessionId, rotation: 0 }, token);
}

/** `keyOf`: as what its secret is stored, by its hash. Throws UNAUTHENTICATED, ACCOUNT_SUSPENDED. */
export async function openSession(
  accounts: AccountContext,
  user: User,
  { userAgent, network }: Caller,
  {
    seconds,
    keyOf,
  }: { seconds: number; keyOf: (hash: string) => Parameters<SessionStore['add']>[1] },
): Promise<{ sessionId: string; token: string }> {
  const now = accounts.clock();
  const id = newId();
  const secret = newRefreshToken(id);
  await accounts.sessions.add(
    {
      id,
      userId: user.id,
      userAgent: userAgent?.slice(0, 200) ?? null,
      openedFrom: network,
      renewedFrom: network,
      createdAt: now,
      lastUsedAt: now,
      expiresAt: new Date(now.getTime() + seconds * 1_000),
      revokedAt: null,
    },
    keyOf(secret.hash),
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
  return { sessionId: id, token: secret.token };
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
