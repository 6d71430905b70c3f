import {
  Refusal,
  accountLimits,
  hasRightsOf,
  invalid,
  type request,
  type view,
} from '../contract/index.js';
import type { Actor } from '../platform/actor.js';
import { newId } from '../platform/ids.js';
import type { AccountContext } from './account-context.js';
import { mustKnowPassword } from './ask-password.js';
import {
  addressFor,
  codeAsMeant,
  hashOfRecovery,
  newRecoveryCode,
  newSecret,
  stepOf,
} from './one-time-codes.js';
import type { SecondFactor } from './second-factor.store.js';
import type { ShownFactor } from './session.store.js';
import { noPassword, type User } from './user.js';

export type SecondFactors = ReturnType<typeof createSecondFactors>;

const shownMs = accountLimits.secondFactorHours * 3_600_000;

/**
 * The second factor of people with a role: a code of an authenticator app, shown once in a session, which may then do
 * what the role allows. All that happens to it stands in the audit trail.
 */
export function createSecondFactors(accounts: AccountContext) {
  const { users, sessions, secondFactors, sanctions, codeTries, mails, clock, note } = accounts;
  const mustAsk = accounts.proof.secondFactor;

  /** How a session stands: until when the code counts that was shown in it. Throws SESSION_REVOKED. */
  const stateOf = async ({ userId, sessionId }: Actor) => {
    const now = clock();
    const [factor, session] = await Promise.all([
      secondFactors.of(userId),
      sessions.factorIn(sessionId, now),
    ]);
    if (!session) throw new Refusal('SESSION_REVOKED');
    const shownUntil = factor && untilOf(factor, session.factor);
    const counts = shownUntil !== null && shownUntil > now;
    return { factor, shownUntil: counts ? shownUntil : null, needed: factor ? !counts : mustAsk };
  };

  const holder = async (userId: string): Promise<User> => {
    const user = await users.get(userId);
    if (!user?.role) throw new Refusal('FORBIDDEN', 'A second factor is for people with a role');
    return user;
  };

  /** Takes a code or a recovery code; which of them it was, or undefined: it is wrong, or was taken before. */
  const take = async (
    userId: string,
    factor: SecondFactor,
    typed: string,
  ): Promise<'code' | 'recoveryCode' | undefined> => {
    const code = codeAsMeant(typed);
    const step = stepOf(factor.secret, code, clock());
    if (step !== undefined)
      return (await secondFactors.takeStep(userId, factor, step)) ? 'code' : undefined;
    const taken = await secondFactors.takeRecovery(userId, factor, hashOfRecovery(code));
    return taken ? 'recoveryCode' : undefined;
  };

  return {
    /**
     * Throws FORBIDDEN for who has not the rights of this role, SECOND_FACTOR_NEEDED, SESSION_REVOKED and
     * ACCOUNT_SUSPENDED. Everything is read at each call, so that it counts, and ends, at once on every node.
     */
    async mustHaveRole(actor: Actor, asked: view.Role): Promise<view.Role> {
      const [user, state] = await Promise.all([
        users.get(actor.userId),
        stateOf(actor),
        // A session may live for some seconds longer.
        sanctions.mustBeFree(actor.userId, clock()),
      ]);
      if (!hasRightsOf(user?.role, asked))
        throw new Refusal('FORBIDDEN', `Only ${asked}s may do this`);
      if (state.needed)
        throw new Refusal(
          'SECOND_FACTOR_NEEDED',
          state.factor ? undefined : 'Set up a second factor first',
        );
      return user!.role!;
    },

    async get(actor: Actor): Promise<view.SecondFactor> {
      const [user, { factor, shownUntil, needed }] = await Promise.all([
        users.get(actor.userId),
        stateOf(actor),
      ]);
      return {
        since: factor?.since.toISOString() ?? null,
        needed: needed && user?.role !== undefined,
        shownUntil: shownUntil?.toISOString() ?? null,
        recoveryCodes: factor?.recovery.length ?? 0,
      };
    },

    /** Throws FORBIDDEN (no role), SECOND_FACTOR_NEEDED, and as {@link mustKnowPassword} does. */
    async setUp(
      actor: Actor,
      { password }: request.SetUpSecondFactor,
      network: string,
    ): Promise<view.SecondFactorSecret> {
      const user = await holder(actor.userId);
      const { factor, needed } = await stateOf(actor);
      if (factor && needed) throw new Refusal('SECOND_FACTOR_NEEDED');
      if (user.passwordHash !== noPassword) {
        if (password === undefined) throw invalid('password', 'is missing');
        await mustKnowPassword(accounts, user, password, network);
      }
      const secret = newSecret();
      const until = new Date(clock().getTime() + accountLimits.secondFactorMinutes * 60_000);
      await note(user.id, 'setUpSecondFactor', {});
      await secondFactors.begin(user.id, { secret, until });
      return { secret, address: addressFor(secret, user.email || user.nickname) };
    },

    /** Throws FORBIDDEN, SECOND_FACTOR_NEEDED (nothing was begun), VALIDATION_FAILED (a wrong code), RATE_LIMITED. */
    async confirm(
      actor: Actor,
      { code }: request.ConfirmSecondFactor,
    ): Promise<view.RecoveryCodes> {
      const user = await holder(actor.userId);
      const now = clock();
      const { factor: before, needed } = await stateOf(actor);
      // One that was begun while there was none: whoever has the password alone may have been a moment too late.
      if (before && needed) throw new Refusal('SECOND_FACTOR_NEEDED');
      await codeTries.take(user.id);
      const secret = await secondFactors.begunBy(user.id, now);
      if (secret === undefined)
        throw new Refusal('SECOND_FACTOR_NEEDED', 'Begin to set up a second factor first');
      const step = stepOf(secret, codeAsMeant(code), now);
      if (step === undefined) throw invalid('code', 'is wrong');
      const recoveryCodes = Array.from({ length: accountLimits.recoveryCodes }, newRecoveryCode);
      const factor = {
        id: newId(),
        secret,
        since: now,
        step,
        recovery: recoveryCodes.map(hashOfRecovery),
      };
      await note(user.id, 'confirmSecondFactor', {});
      if (!(await secondFactors.confirm(user.id, factor, before)))
        throw new Refusal('SECOND_FACTOR_NEEDED', 'Begin to set up a second factor first');
      await codeTries.forget(user.id);
      await sessions.showFactor(actor.sessionId, { of: factor.id, at: now });
      mails.tellSecondFactorChanged(user);
      return { recoveryCodes };
    },

    /** Throws FORBIDDEN, SECOND_FACTOR_NEEDED (there is none), VALIDATION_FAILED (a wrong code), RATE_LIMITED. */
    async show(actor: Actor, { code }: request.ShowSecondFactor): Promise<void> {
      const user = await holder(actor.userId);
      const factor = await secondFactors.of(user.id);
      if (!factor) throw new Refusal('SECOND_FACTOR_NEEDED', 'Set up a second factor first');
      await codeTries.take(user.id);
      const by = await take(user.id, factor, code);
      if (!by) {
        await note(user.id, 'wrongSecondFactor', {});
        throw invalid('code', 'is wrong, or was used before');
      }
      await codeTries.forget(user.id);
      await note(user.id, 'showSecondFactor', { by });
      await sessions.showFactor(actor.sessionId, { of: factor.id, at: clock() });
    },

    /**
     * For a sign-in that asks for everything at once: what to note in its session, or null: this does not let in. Who has
     * no second factor needs no code here. `user` null: the password was wrong already, and the same work is done. Too many
     * tries are wrong ones, so that nobody learns what was right.
     */
    async takenAtSignIn(
      user: User | null,
      typed: string,
      network: string,
    ): Promise<{ factor?: ShownFactor } | null> {
      const id = user?.id ?? `nobody ${network}`;
      const factor = await secondFactors.of(id);
      if (user && !factor) return {};
      try {
        await codeTries.take(id);
      } catch (error) {
        if (error instanceof Refusal) return null;
        throw error;
      }
      if (!(await take(id, factor ?? nobodys, typed))) return null;
      await codeTries.forget(id);
      return { factor: { of: (factor ?? nobodys).id, at: clock() } };
    },
  };
}

/** Until when a code counts that was shown; null: it was not one of this second factor. */
const untilOf = (factor: SecondFactor, shown: ShownFactor | undefined): Date | null =>
  shown?.of === factor.id ? new Date(shown.at.getTime() + shownMs) : null;

/** Codes are compared with it when nobody is to be let in. */
const nobodys: SecondFactor = {
  id: '',
  secret: newSecret(),
  since: new Date(0),
  step: 0,
  recovery: [],
};
