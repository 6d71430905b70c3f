import { Refusal } from '../contract/index.js';
import type { Actor } from '../platform/actor.js';
import type { Clock } from '../platform/clock.js';
import type { SessionGuard } from './session-guard.js';
import type { SessionStore } from './session.store.js';

/** Ends one session or all sessions of the caller; their sockets are cut off on every node. */
export const createEndSessions =
  (deps: {
    sessions: SessionStore;
    guard: SessionGuard;
    forgetDevices: (sessionIds: string[]) => Promise<void>;
    clock: Clock;
  }) =>
  async (actor: Actor, which: { id: string } | 'all'): Promise<void> => {
    const filter = { userId: actor.userId, ...(which === 'all' ? {} : { id: which.id }) };
    const ended = await deps.sessions.revoke(filter, deps.clock());
    if (ended.length === 0 && which !== 'all') throw new Refusal('NOT_FOUND', 'No such session');
    deps.guard.ended(ended);
    await deps.forgetDevices(ended);
  };
