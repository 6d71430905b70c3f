import { Refusal, type request, type view } from '../contract/index.js';
import type { AccountContext } from './account-context.js';
import { endSessions, mustBeFreeIn } from './end-sessions.js';
import { readRefreshToken } from './session.js';
import { signedIn } from './sign-in.js';

/**
 * Trades a refresh token for a new pair. One that was traded before, and whose answer was not lost, ends its session:
 * it was copied. Throws UNAUTHENTICATED, SESSION_REVOKED or ACCOUNT_SUSPENDED.
 */
export const createRefreshSession =
  (accounts: AccountContext) =>
  async (input: request.Refresh, network: string): Promise<view.SignedIn> => {
    const presented = readRefreshToken(input.refreshToken);
    if (!presented) throw new Refusal('UNAUTHENTICATED', 'The refresh token is not valid');
    const { sessionId } = presented;
    const rotation = await accounts.sessions.rotate(presented, network, accounts.clock());
    if (rotation.outcome === 'unknown')
      throw new Refusal('UNAUTHENTICATED', 'The refresh token is not valid');
    if (rotation.outcome === 'reused') {
      const userId = await accounts.sessions.ownerOf(sessionId);
      if (userId) await accounts.sanctions.mustBeFree(userId, accounts.clock());
      await endSessions(accounts, [sessionId]);
      throw new Refusal('SESSION_REVOKED');
    }
    // A suspension ends all sessions, but who laid it may have died before that.
    await mustBeFreeIn(accounts, rotation.session);
    const user = await accounts.users.get(rotation.session.userId);
    if (!user) throw new Refusal('SESSION_REVOKED');
    const trade = { sessionId, rotation: rotation.rotation };
    return signedIn(accounts, user, trade, rotation.next.token);
  };
