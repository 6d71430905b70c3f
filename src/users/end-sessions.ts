import { Refusal } from '../contract/index.js';
import type { Actor } from '../platform/actor.js';
import type { Clock } from '../platform/clock.js';
import type { Hook } from '../platform/hook.js';
import type { SessionGuard } from './session-guard.js';
import type { SessionStore } from './session.store.js';

/** The one place where sessions end, for whatever reason; everything that depends on them ends with them. */
export interface EndSessions {
  /**
   * Ends the caller's own session, another one of the caller's, or all. Their sockets are cut off on every node and
   * their devices forgotten. Throws NOT_FOUND for another one that does not exist or has ended.
   */
  asked: (actor: Actor, which: { id: string } | 'all') => Promise<void>;
  /** Ends a session whose refresh token was copied. */
  copied: (sessionId: string) => Promise<void>;
}

export function createEndSessions(deps: {
  sessions: SessionStore;
  guard: SessionGuard;
  /** Called with the sessions that end, so that other slices end what depends on them. */
  ending: Hook<string[]>;
  clock: Clock;
}): EndSessions {
  const end = async (ids: string[]): Promise<void> => {
    // Runs before the end, since nobody can ask again once the session is over, and again behind it, for what was
    // registered meanwhile.
    await deps.ending.run(ids);
    await deps.sessions.revoke(ids, deps.clock());
    deps.guard.ended(ids);
    await deps.ending.run(ids);
  };
  return {
    asked: async (actor, which) => {
      const { userId, sessionId } = actor;
      const all = which === 'all';
      const ids = await deps.sessions.unendedOf({ userId, ...(all ? {} : which) });
      // Two sign-outs of one session at once both find it ended.
      const own = all || which.id === sessionId;
      if (ids.length === 0 && !own) throw new Refusal('NOT_FOUND', 'No such session');
      await end(own ? [...new Set([...ids, sessionId])] : ids);
    },
    copied: (sessionId) => end([sessionId]),
  };
}
