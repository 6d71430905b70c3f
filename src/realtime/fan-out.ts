import type { FanOut } from '../platform/fan-out.js';
import type { HaggleServer } from './socket-door.js';

/** The room of one person's devices, on whatever node. Not 20 characters long: the adapter would take it for a socket. */
export const roomOf = (userId: string): string => `user:${userId}`;

/**
 * One publish per person. Each room by itself: an emit to two rooms at once takes the adapter's shared channel, and so
 * reaches every node.
 */
export function createFanOut(io: HaggleServer): FanOut {
  return {
    toUser(userId, event, payload, options) {
      const room = options?.exceptSocket
        ? io.to(roomOf(userId)).except(options.exceptSocket)
        : io.to(roomOf(userId));
      (options?.volatile ? room.volatile : room).emit(event, ...([payload] as never));
    },
  };
}
