import type { FanOut } from '../../src/platform/fan-out.js';
import type { Logger } from '../../src/platform/logger.js';
import type { NodeNews } from '../../src/context.js';
import type { PresenceReader } from '../../src/platform/presence.js';

/** What a worker has to say. */
const events = ['message:new', 'conversation:updated', 'notification:new'] as const;

/**
 * The worker's way to people: it has no sockets, so it gives their nodes what they are to say. Devices hear the same
 * event as from a gateway: an act of the system cannot be told from one by hand by the way in which it arrives.
 */
export function createNudge(deps: {
  presence: PresenceReader;
  news: NodeNews;
  log: Logger;
}): FanOut {
  const tell = async (
    userId: string,
    event: (typeof events)[number],
    payload: Record<string, unknown>,
  ) => {
    const nodes = (await deps.presence.nodesOf([userId])).get(userId) ?? [];
    for (const node of nodes) await deps.news.tell(node, { kind: 'told', userId, event, payload });
  };
  return {
    toUser(userId, event, payload) {
      const told = events.find((name) => name === event);
      if (!told) return;
      tell(userId, told, payload as Record<string, unknown>).catch((error: Error) =>
        deps.log.warn({ reason: error.message, event }, 'people not told'),
      );
    },
  };
}
