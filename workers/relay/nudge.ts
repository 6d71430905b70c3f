import type { Redis } from 'ioredis';
import type { FanOut } from '../../src/platform/fan-out.js';
import type { Logger } from '../../src/platform/logger.js';
import { tellNodes } from '../../src/platform/node-channel.js';
import type { PresenceReader } from '../../src/platform/presence.js';

/**
 * The worker's way to people: it has no sockets, so it tells their nodes that an entry is there, and their devices
 * pull it.
 */
export function createNudge(deps: {
  presence: PresenceReader;
  publisher: Redis;
  prefix: string;
  log: Logger;
}): FanOut {
  const nudge = async (userId: string, conversationId: string, lastSeq: number) => {
    const nodes = (await deps.presence.nodesOf([userId])).get(userId) ?? [];
    for (const node of nodes)
      await tellNodes(
        deps.publisher,
        deps.prefix,
        { node },
        {
          kind: 'behind',
          userId,
          conversationId,
          lastSeq,
        },
      );
  };
  return {
    toUser(userId, event, payload) {
      if (event !== 'message:new') return;
      const { message } = payload as { message: { conversationId: string; seq: number } };
      nudge(userId, message.conversationId, message.seq).catch((error: Error) =>
        deps.log.warn({ reason: error.message }, 'nudge not told'),
      );
    },
  };
}
