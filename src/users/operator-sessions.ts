import { Refusal, accountLimits } from '../contract/index.js';
import type { Actor } from '../platform/actor.js';
import type { AccountContext } from './account-context.js';
import { endSessions } from './end-sessions.js';
import type { SecondFactors } from './second-factor.js';
import { readRefreshToken, type Caller } from './session.js';
import { openSession } from './sign-in.js';

export type OperatorSessions = ReturnType<typeof createOperatorSessions>;

export interface OperatorSignIn {
  email: string;
  password: string;
  /** Of the authenticator app, or a recovery code; empty for who has no second factor yet. */
  code: string;
}

/**
 * Sessions of the admin area, for people with a role: as all others in what ends them, but held by a cookie, not renewed,
 * and looked up at each request.
 */
export function createOperatorSessions(accounts: AccountContext, secondFactors: SecondFactors) {
  const { users, sessions, passwords, tries, clock, note } = accounts;
  return {
    /**
     * Signs in, and returns the value of the cookie and its life in ms. Throws UNAUTHENTICATED, whatever was wrong, with
     * the id of the person whose address it was in `of` when that is somebody with a role; ACCOUNT_SUSPENDED,
     * RATE_LIMITED, UNAVAILABLE.
     */
    async open(input: OperatorSignIn, caller: Caller): Promise<{ cookie: string; maxAge: number }> {
      const { network } = caller;
      const user = await users.byEmail(input.email);
      await tries.take(input.email, network, () => sessions.hasFrom(user?.id ?? '', network));
      const right = await passwords.matches(user?.passwordHash ?? null, input.password, network);
      const isRight = user?.role !== undefined && right !== 'no';
      const taken = await secondFactors.takenAtSignIn(isRight ? user : null, input.code, network);
      if (!user || !isRight || !taken) throw new WrongSignIn(user?.role && user.id);
      await tries.right(input.email, network);
      await note(user.id, 'signIn', {});
      const seconds = accountLimits.adminHours * 3_600;
      const { sessionId, token } = await openSession(accounts, user, caller, {
        seconds,
        keyOf: (cookieHash) => ({ cookieHash }),
      });
      if (taken.factor) await sessions.showFactor(sessionId, taken.factor);
      return { cookie: token, maxAge: seconds * 1_000 };
    },

    /** Whose cookie it is; null: nobody's, any more. */
    async find(cookie: string): Promise<Actor | null> {
      const presented = readRefreshToken(cookie);
      if (!presented) return null;
      const now = clock();
      const idleSince = new Date(now.getTime() - accountLimits.adminIdleMinutes * 60_000);
      const userId = await sessions.useCookie(presented, now, idleSince);
      return userId === null ? null : { userId, sessionId: presented.sessionId };
    },

    end: ({ sessionId }: Actor): Promise<void> => endSessions(accounts, [sessionId]),
  };
}

/** Says nothing of what was wrong; `of`: somebody with a role whose address was given, for the audit trail alone. */
export class WrongSignIn extends Refusal {
  constructor(readonly of: string | undefined) {
    super('UNAUTHENTICATED', 'E-mail address, password or code is wrong');
  }
}
