import type { FanOut } from '../../src/platform/fan-out.js';
import type { Logger } from '../../src/platform/logger.js';
import type { NodeNews } from '../../src/context.js';
import type { PresenceReader } from '../../src/platform/presence.js';
import type { Tracing } from '../../src/platform/tracing.js';

/** The events that a worker sends. */
const events = ['message:new', 'conversation:updated', 'notification:new'] as const;

/**
 * Lets the worker reach people: it has no sockets, so it hands events to their nodes. Devices get the same event as
 * from a gateway, so the way an act of the system arrives does not tell it from one by hand.
 */
export function createNudge(deps: {
  presence: PresenceReader;
  news: NodeNews;
  log: Logger;
  tracing: Tracing;
}): FanOut {
  const tell = async (
    userId: string,
    event: (typeof events)[number],
    payload: Record<string, unknown>,
  ) => {
    const nodes = (await deps.presence.nodesOf([userId])).get(userId) ?? [];
    const trace = deps.tracing.here();
    const told = { kind: 'told' as const, userId, event, payload, ...(trace && { trace }) };
    for (const node of nodes) await deps.news.tell(node, told);
  };
  return {
    isOnlyHere: () => false,
    toUser(userId, event, payload) {
      const told = events.find((name) => name === event);
      if (!told) return;
      tell(userId, told, payload as Record<string, unknown>).catch((error: Error) =>
        deps.log.warn({ reason: error.message, event }, 'people were not told of an event'),
      );
    },
  };
}
