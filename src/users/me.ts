import { Refusal, type request, type view } from '../contract/index.js';
import type { Actor } from '../platform/actor.js';
import type { Clock } from '../platform/clock.js';
import type { EmailProof } from './email-proof.js';
import type { SessionStore } from './session.store.js';
import { presentSession, type PresentMe } from './user.presenter.js';
import type { User } from './user.js';
import type { UserStore } from './user.store.js';

/** The small questions about oneself: each a look-up and a presenter, so they share a file. */
export function createMe(deps: {
  users: UserStore;
  sessions: SessionStore;
  emailProof: EmailProof;
  presentMe: PresentMe;
  clock: Clock;
}) {
  const self = async (actor: Actor): Promise<User> => {
    const user = await deps.users.get(actor.userId);
    if (!user) throw new Refusal('SESSION_REVOKED');
    return user;
  };
  return {
    getMe: async (actor: Actor): Promise<view.Me> => deps.presentMe(await self(actor)),

    async editMe(actor: Actor, input: request.EditMe): Promise<view.Me> {
      const user = await self(actor);
      const changed = input.nickname === undefined ? user : user.rename(input.nickname);
      await deps.users.saveName(changed);
      return deps.presentMe(changed);
    },

    async listSessions(actor: Actor): Promise<view.Session[]> {
      const open = await deps.sessions.openOf(actor.userId, deps.clock());
      return open.map((session) => presentSession(session, actor.sessionId));
    },

    async resendVerification(actor: Actor): Promise<void> {
      const user = await self(actor);
      if (!user.emailVerified) deps.emailProof.ask(user);
    },
  };
}
