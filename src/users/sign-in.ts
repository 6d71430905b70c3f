import { limits, type view } from '../contract/index.js';
import type { Clock } from '../platform/clock.js';
import { newId } from '../platform/ids.js';
import { newRefreshToken } from './session.js';
import type { SessionStore } from './session.store.js';
import type { Tokens } from './tokens.js';
import { presentMe } from './user.presenter.js';
import type { User } from './user.js';

export type SignIn = (user: User, userAgent: string | undefined) => Promise<view.SignedIn>;

/** Opens a session for somebody who has just proved who they are. */
export const createSignIn =
  (deps: { sessions: SessionStore; tokens: Tokens; clock: Clock }): SignIn =>
  async (user, userAgent) => {
    const now = deps.clock();
    const id = newId();
    const refresh = newRefreshToken(id);
    await deps.sessions.add(
      {
        id,
        userId: user.id,
        userAgent: userAgent?.slice(0, 200) ?? null,
        createdAt: now,
        lastUsedAt: now,
        expiresAt: new Date(now.getTime() + limits.refreshTokenSeconds * 1_000),
        revokedAt: null,
      },
      refresh.hash,
    );
    return presentSignedIn(user, deps.tokens.signAccess(user.id, id, now), refresh.token);
  };

export const presentSignedIn = (
  user: User,
  accessToken: string,
  refreshToken: string,
): view.SignedIn => ({
  user: presentMe(user),
  accessToken,
  refreshToken,
  expiresIn: limits.accessTokenSeconds,
});
