import { createHash } from 'node:crypto';
import { Refusal } from '../contract/index.js';
import { lru } from '../platform/lru.js';
import type { Clock } from '../platform/clock.js';
import type { HostClaims, HostJwt } from './host-jwt.js';
import type { HostedPeople } from './hosted-people.js';
import type { HostedAccount } from './hosted-person.store.js';
import type { SanctionStore } from './sanction.store.js';
import type { SessionStore } from './session.store.js';
import type { AccessClaims } from './tokens.js';

/** As of a token of ours, but signed with a key of the host app. */
type HostAccess = Omit<AccessClaims, 'keyId'>;

/** Shown until the host app says another name. */
const unnamed = '이웃';

/**
 * Takes tokens of the host app as access tokens. Whoever comes with one for the first time gets an account; each person
 * has one session, which goes on with every newer token. Once it was signed out of, or the account was deleted, tokens
 * that were signed before are refused.
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
  const known = lru<HostAccess>(20_000, 60_000);

  const accountOf = async (claims: HostClaims): Promise<HostedAccount> => {
    const { externalId, nickname } = claims;
    const there = await people.account(externalId);
    // Behind that look: who is deleted is gone only after their tokens are void.
    await mustStand(claims);
    if (there) return there;
    await people.put(externalId, nickname ?? unnamed);
    return accountOf(claims);
  };

  const mustStand = async ({ externalId, issuedAt }: HostClaims): Promise<void> => {
    if (await people.isEnded(externalId, issuedAt)) throw new Refusal('SESSION_REVOKED');
  };

  const accessOf = async (claims: HostClaims): Promise<HostAccess> => {
    const { externalId, expiresAt } = claims;
    const account = await accountOf(claims);
    const { userId } = account;
    await sanctions.mustBeFree(userId, clock());
    const sessionId = sessionIdOf(account);
    if (!(await sessions.goOnHosted({ id: sessionId, userId, expiresAt }, clock()))) {
      // It ended without a sign-out, by a suspension that is over.
      await people.nextSession(externalId, account);
      return accessOf(claims);
    }
    // Looked at once more: what was stored meanwhile finds the session, or is found here.
    try {
      await mustStand(claims);
      await sanctions.mustBeFree(userId, clock());
    } catch (error) {
      if (error instanceof Refusal) await sessions.revoke([sessionId], clock());
      throw error;
    }
    return { userId, sessionId, rotation: 0, expiresAt };
  };

  return {
    isOurs: (token: string): boolean => jwt.isOurs(token),

    /**
     * `anew`: the session that is known for the token has ended. Throws UNAUTHENTICATED, TOKEN_EXPIRED, SESSION_REVOKED,
     * ACCOUNT_SUSPENDED or UNAVAILABLE.
     */
    async verify(token: string, { anew = false } = {}): Promise<HostAccess> {
      const key = createHash('sha256').update(token).digest('base64url');
      const before = anew ? undefined : known.get(key);
      if (before && before.expiresAt > clock()) return before;
      const access = await accessOf(await jwt.verify(token));
      known.set(key, access);
      return access;
    },
  };
}
export type HostSignIn = ReturnType<typeof createHostSignIn>;

/** Made from these, so that two who arrive at once, at two nodes, mean the same session. */
const sessionIdOf = ({ userId, epoch }: HostedAccount): string =>
  createHash('sha256').update(`${userId} ${epoch}`).digest('base64url');
