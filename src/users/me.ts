import { Refusal, type request, type view } from '../contract/index.js';
import type { Actor } from '../platform/actor.js';
import type { AccountContext } from './account-context.js';
import { presentMe, presentSession } from './user.presenter.js';
import type { User } from './user.js';

interface Versioned {
  me: view.Me;
  version: number;
}

/** The small questions about oneself share a file: each is a look-up and a presenter. */
export function createMe(accounts: AccountContext) {
  const self = async (actor: Actor): Promise<User> => {
    const user = await accounts.users.get(actor.userId);
    if (!user) throw new Refusal('SESSION_REVOKED');
    return user;
  };
  const shown = (user: User): Versioned => ({
    me: presentMe(user, accounts.proof, accounts.clock()),
    version: user.version,
  });
  return {
    getMe: async (actor: Actor): Promise<Versioned> => shown(await self(actor)),

    /** `ifVersion`: the version of the caller's copy. Throws VERSION_CONFLICT when it has changed since. */
    async editMe(actor: Actor, input: request.EditMe, ifVersion?: number): Promise<Versioned> {
      const { nickname } = input;
      const changed =
        nickname === undefined
          ? null
          : await accounts.users.rename(actor.userId, nickname, ifVersion);
      if (changed) return shown(changed);
      const now = shown(await self(actor));
      if (ifVersion !== undefined && ifVersion !== now.version)
        throw new Refusal('VERSION_CONFLICT', undefined, { current: now.me });
      return now;
    },

    async listSessions(actor: Actor): Promise<view.Session[]> {
      const open = await accounts.sessions.openOf(actor.userId, accounts.clock());
      return open.map((session) => presentSession(session, actor.sessionId));
    },

    async resendVerification(actor: Actor): Promise<void> {
      await accounts.mailQuota(actor.userId);
      const user = await self(actor);
      if (!user.emailVerified) accounts.mails.askForProof(user);
    },
  };
}
