import { limits, type view } from '../contract/index.js';
import type { Clock } from '../platform/clock.js';
import { newId } from '../platform/ids.js';
import { newRefreshToken, type Caller } from './session.js';
import type { SessionStore } from './session.store.js';
import type { Tokens } from './tokens.js';
import type { PresentMe } from './user.presenter.js';
import type { User } from './user.js';

export interface SignIn {
  /** Opens a session for somebody who has just proved who they are. */
  open(user: User, caller: Caller): Promise<view.SignedIn>;
  /** The answer to whoever has a session. */
  answer(user: User, accessToken: string, refreshToken: string): view.SignedIn;
}

export function createSignIn(deps: {
  sessions: SessionStore;
  tokens: Tokens;
  presentMe: PresentMe;
  clock: Clock;
}): SignIn {
  const answer: SignIn['answer'] = (user, accessToken, refreshToken) => ({
    user: deps.presentMe(user),
    accessToken,
    refreshToken,
    expiresIn: limits.accessTokenSeconds,
  });
  return {
    answer,
    async open(user, { userAgent, network }) {
      const now = deps.clock();
      const id = newId();
      const refresh = newRefreshToken(id);
      await deps.sessions.add(
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
      const claims = { userId: user.id, sessionId: id, rotation: 0 };
      return answer(user, deps.tokens.signAccess(claims, now), refresh.token);
    },
  };
}
