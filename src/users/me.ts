import { Refusal, type request, type view } from '../contract/index.js';
import type { Actor } from '../platform/actor.js';
import type { Clock } from '../platform/clock.js';
import type { Quota } from '../platform/quota.js';
import type { EmailProof } from './email-proof.js';
import type { SessionStore } from './session.store.js';
import { presentSession, type PresentMe } from './user.presenter.js';
import type { User } from './user.js';
import type { UserStore } from './user.store.js';

interface Versioned {
  me: view.Me;
  version: number;
}

/** The small questions about oneself share a file: each is a look-up and a presenter. */
export function createMe(deps: {
  users: UserStore;
  sessions: SessionStore;
  emailProof: EmailProof;
  presentMe: PresentMe;
  mailQuota: Quota;
  clock: Clock;
}) {
  const self = async (actor: Actor): Promise<User> => {
    const user = await deps.users.get(actor.userId);
    if (!user) throw new Refusal('SESSION_REVOKED');
    return user;
  };
  const shown = (user: User): Versioned => ({ me: deps.presentMe(user), version: user.version });
  return {
    getMe: async (actor: Actor): Promise<Versioned> => shown(await self(actor)),

    /** `ifVersion`: the version of the caller's copy. Throws VERSION_CONFLICT when it has changed since. */
    async editMe(actor: Actor, input: request.EditMe, ifVersion?: number): Promise<Versioned> {
      const { nickname } = input;
      const changed =
        nickname === undefined ? null : await deps.users.rename(actor.userId, nickname, ifVersion);
      if (changed) return shown(changed);
      const now = shown(await self(actor));
      if (ifVersion !== undefined && ifVersion !== now.version)
        throw new Refusal('VERSION_CONFLICT', undefined, { current: now.me });
      return now;
    },

    async listSessions(actor: Actor): Promise<view.Session[]> {
      const open = await deps.sessions.openOf(actor.userId, deps.clock());
      return open.map((session) => presentSession(session, actor.sessionId));
    },

    async resendVerification(actor: Actor): Promise<void> {
      await deps.mailQuota(actor.userId);
      const user = await self(actor);
      if (!user.emailVerified) deps.emailProof.ask(user);
    },
  };
}
