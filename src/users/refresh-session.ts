import { Refusal, type request, type view } from '../contract/index.js';
import type { Clock } from '../platform/clock.js';
import type { EndSessions } from './end-sessions.js';
import { readRefreshToken } from './session.js';
import type { SessionStore } from './session.store.js';
import type { SignIn } from './sign-in.js';
import type { Tokens } from './tokens.js';
import type { UserStore } from './user.store.js';

/**
 * Trades a refresh token for a new pair. One that was traded before, and whose answer was not lost, ends its session:
 * it was copied. Throws UNAUTHENTICATED or SESSION_REVOKED.
 */
export const createRefreshSession =
  (deps: {
    users: UserStore;
    sessions: SessionStore;
    endSessions: EndSessions;
    signIn: SignIn;
    tokens: Tokens;
    clock: Clock;
  }) =>
  async (input: request.Refresh, network: string): Promise<view.SignedIn> => {
    const now = deps.clock();
    const presented = readRefreshToken(input.refreshToken);
    if (!presented) throw new Refusal('UNAUTHENTICATED', 'The refresh token is not valid');
    const { sessionId } = presented;
    const rotation = await deps.sessions.rotate(presented, network, now);
    if (rotation.outcome === 'unknown')
      throw new Refusal('UNAUTHENTICATED', 'The refresh token is not valid');
    if (rotation.outcome === 'reused') {
      await deps.endSessions.copied(sessionId);
      throw new Refusal('SESSION_REVOKED');
    }
    const user = await deps.users.get(rotation.session.userId);
    if (!user) throw new Refusal('SESSION_REVOKED');
    const claims = { userId: user.id, sessionId, rotation: rotation.rotation };
    return deps.signIn.answer(user, deps.tokens.signAccess(claims, now), rotation.next.token);
  };
