import type { FanOut } from '../platform/fan-out.js';
import type { Probe } from '../platform/probe.js';
import type { HaggleServer } from './socket-door.js';

/** The room of one person's devices, on whatever node. Not 20 characters long: the adapter would take it for a socket. */
export const roomOf = (userId: string): string => `user:${userId}`;

/**
 * One publish per person. Each room by itself: an emit to two rooms at once takes the adapter's shared channel, and so
 * reaches every node. The adapter waits for its publish before it delivers on the same node; while Redis takes
 * nothing there is no sense in that, and the others read the log.
 */
export function createFanOut(io: HaggleServer, probe: Pick<Probe, 'speaks'>): FanOut {
  return {
    toUser(userId, event, payload, options) {
      const all = probe.speaks ? io.to(roomOf(userId)) : io.local.to(roomOf(userId));
      const room = options?.exceptSocket ? all.except(options.exceptSocket) : all;
      (options?.volatile ? room.volatile : room).emit(event, ...([payload] as never));
    },
  };
}
