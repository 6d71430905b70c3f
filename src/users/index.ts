import { accountLimits } from '../contract/index.js';
import type { Context } from '../context.js';
import { inTheNameOf } from '../platform/actor.js';
import { Hook } from '../platform/hook.js';
import { allOf, listOf } from '../platform/pages.js';
import { createBlockUser } from './block-user.js';
import { BlockStore } from './block.store.js';
import { createExportAccount, type ExportedLists } from './export-account.js';
import { ExportStore } from './export.store.js';
import { endIfSuspended, endSessionsWith } from './end-sessions.js';
import { createEraseAccount } from './erase-account.js';
import { createHostedPeople } from './hosted-people.js';
import { HostedPersonStore } from './hosted-person.store.js';
import { SecondFactorStore } from './second-factor.store.js';
import { SessionStore } from './session.store.js';
import { SanctionStore } from './sanction.store.js';
import { presentMe, presentSession } from './user.presenter.js';
import { UserStore } from './user.store.js';

export { createAccounts, type AccountCommands } from './accounts.js';
export type { BlockStore } from './block.store.js';
export type { SanctionStore } from './sanction.store.js';
export { presentMe, presentPeople, presentProfile } from './user.presenter.js';
export type { HostedPeople } from './hosted-people.js';
export { WrongSignIn, type OperatorSessions } from './operator-sessions.js';
export type { SecondFactors } from './second-factor.js';
export type { Caller } from './session.js';
export type { ProofAsked } from './user.policy.js';
export type { ExportedLists } from './export-account.js';
export type { Profile, UserStore, StoredManner } from './user.store.js';
export type Users = ReturnType<typeof createUsers>;

/** Builds the slice as gateways and workers need it: who people are, and who is kept apart from whom. */
export function createUsers(context: Context) {
  const { config, mongo, news, caching, clock, quotas } = context;
  /** What others see of a person changed. */
  const profileChanged = new Hook<string>();
  /** Who blocked or lifted it, and the other: what lies between the two closes or opens. */
  const blocksChanged = new Hook<[string, string]>();
  /** Sessions end: what was registered with them ends with them. Run before, and again behind it. */
  const sessionsEnding = new Hook<string[]>();
  /** An account was deleted: what other slices keep of the person goes. A repeat finishes what is left to do. */
  const erasing = new Hook<string>();
  /** An operator warned, suspended or banned this person, or took that back. */
  const sanctioned = new Hook<string>();
  /** A person asked for all that is stored of them: each slice has lists of it. */
  const exporting = new Hook<string, ExportedLists>();
  const users = context.store(
    new UserStore(mongo, {
      caching: config.readCaches ? caching : 'none',
      profileChanged: (userId) => {
        news.announce({ kind: 'profileChanged', userId });
        void profileChanged.run(userId);
      },
    }),
  );
  const blocks = context.store(new BlockStore(mongo, { caching }));
  const sessions = context.store(new SessionStore(mongo));
  const exports = context.store(new ExportStore(mongo));
  const exportAccount = createExportAccount({
    exports,
    exporting,
    quota: quotas.window('exports', { limit: accountLimits.exportsPerDay, seconds: 24 * 3600 }),
    clock,
  });
  erasing.on((userId) => exports.forget(userId));
  const hosted = context.store(new HostedPersonStore(mongo));
  const hostedPeople = createHostedPeople({ users, hosted, clock });
  erasing.on((userId) => hosted.forgetPerson(userId));
  const endSessions = (sessionIds: string[], suspended: boolean) =>
    endSessionsWith({ sessionsEnding, sessions, clock }, sessionIds, () =>
      news.announce({ kind: 'sessionsEnded', sessionIds, suspended }),
    );
  const erase = createEraseAccount({
    users,
    blocks,
    sessions,
    erasing,
    endSessions: async (ids) => {
      if (ids.length > 0) await endSessions(ids, false);
    },
    clock,
  });
  const secondFactors = context.store(new SecondFactorStore(mongo));
  erasing.on((userId) => secondFactors.remove(userId));
  const sanctions = context.store(new SanctionStore(mongo));
  // A gateway has ended them before that.
  sanctioned.on((userId) =>
    endIfSuspended({ sanctions, sessions, clock }, userId, (ids) => endSessions(ids, true)),
  );
  news.on('profileChanged', ({ userId }) => users.forget(userId));
  news.on('closureChanged', ({ userIds }) => blocks.heard(userIds));
  const blocking = createBlockUser({
    blocks,
    users,
    changed: async (pair) => {
      blocks.heard(pair);
      news.announce({ kind: 'closureChanged', userIds: pair });
      await blocksChanged.run(pair);
    },
    clock,
  });
  exporting.on((userId) => ({
    account: listOf(async () => {
      const user = await users.get(userId);
      return user ? [presentMe(user, { email: false, neighbourhood: false }, clock())] : [];
    }),
    sessions: listOf(async () =>
      (await sessions.openOf(userId, clock())).map((session) => presentSession(session, '')),
    ),
    secondFactor: listOf(async () => {
      const since = (await secondFactors.sinceOf([userId])).get(userId);
      return since ? [{ since: since.toISOString() }] : [];
    }),
    blocks: allOf((page) => blocking.listBlocks(inTheNameOf(userId), page)),
  }));
  return {
    users,
    blocks,
    profileChanged,
    sanctions,
    sanctioned,
    blocksChanged,
    sessionsEnding,
    sessions,
    erasing,
    hostedPeople,
    secondFactors,
    exporting,
    erase: erase.now,
    /** What a process that died has not erased, and a last look at all. */
    timers: [erase.timer, exportAccount.timer],
    commands: { ...blocking, ...exportAccount.commands },
  };
}
