import { limits } from '../contract/index.js';
import type { Logger } from '../platform/logger.js';
import type { NodeNews } from '../context.js';
import type { Presence } from './presence.js';
import type { LiveSessions } from './sessions.js';

/**
 * Closes the oldest of a person's sockets over all nodes when there are too many. With Redis away each node keeps the
 * bound by itself.
 */
export const createGiveWay =
  (deps: { presence: Presence; live: LiveSessions; news: NodeNews; nodeId: string; log: Logger }) =>
  async (userId: string): Promise<void> => {
    try {
      const sockets = await deps.presence.socketsOf(userId);
      const tooMany = Math.max(0, sockets.length - limits.socketsPerUser);
      for (const { nodeId: node, socketId } of sockets.slice(0, tooMany)) {
        if (node === deps.nodeId) deps.live.replace(userId, socketId);
        else await deps.news.tell(node, { kind: 'socketReplaced', userId, socketId });
      }
    } catch (error) {
      deps.log.warn({ reason: (error as Error).message }, 'no socket gave way');
    }
  };
