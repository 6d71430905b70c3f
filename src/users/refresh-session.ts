import { Refusal, type request, type view } from '../contract/index.js';
import type { Clock } from '../platform/clock.js';
import { newRefreshToken, readRefreshToken } from './session.js';
import type { SessionStore } from './session.store.js';
import type { SessionGuard } from './session-guard.js';
import type { SignIn } from './sign-in.js';
import type { Tokens } from './tokens.js';
import type { UserStore } from './user.store.js';

/** Trades a refresh token for a new pair. A token that was traded before ends its session: it was copied. */
export const createRefreshSession =
  (deps: {
    users: UserStore;
    sessions: SessionStore;
    guard: SessionGuard;
    signIn: SignIn;
    tokens: Tokens;
    clock: Clock;
  }) =>
  async (input: request.Refresh): Promise<view.SignedIn> => {
    const now = deps.clock();
    const presented = readRefreshToken(input.refreshToken);
    if (!presented) throw new Refusal('UNAUTHENTICATED', 'The refresh token is not valid');
    const { sessionId, hash } = presented;
    const next = newRefreshToken(sessionId);
    const rotation = await deps.sessions.rotate(sessionId, hash, next.hash, now);
    if (rotation.outcome === 'unknown')
      throw new Refusal('UNAUTHENTICATED', 'The refresh token is not valid');
    if (rotation.outcome === 'reused') {
      await deps.sessions.revokeFamily(sessionId, now);
      deps.guard.ended([sessionId]);
      throw new Refusal('SESSION_REVOKED');
    }
    const user = await deps.users.get(rotation.session.userId);
    if (!user) throw new Refusal('SESSION_REVOKED');
    return deps.signIn.answer(user, deps.tokens.signAccess(user.id, sessionId, now), next.token);
  };
