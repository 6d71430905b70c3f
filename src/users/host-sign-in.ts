import { createHash } from 'node:crypto';
import { Refusal } from '../contract/index.js';
import { newId } from '../platform/ids.js';
import { lru } from '../platform/lru.js';
import type { Clock } from '../platform/clock.js';
import type { HostClaims, HostJwt } from './host-jwt.js';
import type { HostedPeople } from './hosted-people.js';
import type { SanctionStore } from './sanction.store.js';
import type { SessionStore } from './session.store.js';
import type { AccessClaims } from './tokens.js';

/** Shown until the host app says another name. */
const unnamed = '이웃';

/**
 * Takes tokens of the host app as access tokens. Whoever comes with one for the first time gets an account; each person
 * has one session, which goes on with every newer token. After "sign out everywhere" older tokens are refused.
 */
export function createHostSignIn(deps: {
  jwt: HostJwt;
  people: HostedPeople;
  sessions: SessionStore;
  sanctions: SanctionStore;
  clock: Clock;
}) {
  const { jwt, people, sessions, sanctions, clock } = deps;
  /** By the token, so that each is looked at once; whether the session goes on is asked by the guard. */
  const known = lru<AccessClaims>(20_000, 60_000);

  const accountOf = async ({ externalId, nickname }: HostClaims): Promise<string> =>
    (await people.find(externalId)) ?? people.put(externalId, nickname ?? unnamed);

  const sessionOf = async (userId: string, claims: HostClaims): Promise<string> => {
    const last = await sessions.lastHosted(userId);
    if (last && last.revokedAt === null) {
      await sessions.goOn(last.id, claims.expiresAt, clock());
      return last.id;
    }
    if (last?.revokedAt && last.revokedAt >= claims.issuedAt) throw new Refusal('SESSION_REVOKED');
    const [id, now] = [newId(), clock()];
    await sessions.addHosted({ id, userId, createdAt: now, expiresAt: claims.expiresAt });
    // Looked at behind the session: a suspension stored meanwhile finds the session, or is found here.
    try {
      await sanctions.mustBeFree(userId, now);
    } catch (error) {
      await sessions.revoke([id], now);
      throw error;
    }
    return id;
  };

  return {
    isOurs: (token: string): boolean => jwt.isOurs(token),

    /** Throws UNAUTHENTICATED, TOKEN_EXPIRED, SESSION_REVOKED, ACCOUNT_SUSPENDED or UNAVAILABLE. */
    async verify(token: string): Promise<AccessClaims> {
      const key = createHash('sha256').update(token).digest('base64url');
      const before = known.get(key);
      if (before && before.expiresAt > clock()) return before;
      const claims = await jwt.verify(token);
      const userId = await accountOf(claims);
      const sessionId = await sessionOf(userId, claims);
      const { expiresAt } = claims;
      const access = { userId, sessionId, rotation: 0, expiresAt };
      known.set(key, access);
      return access;
    },
  };
}
export type HostSignIn = ReturnType<typeof createHostSignIn>;
