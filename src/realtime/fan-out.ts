import type { FanOut } from '../platform/fan-out.js';
import type { Presence } from './presence.js';
import type { Probe } from '../platform/probe.js';
import type { HaggleServer } from './socket-door.js';

/** The room of one person's devices, on whatever node. Not 20 characters long: the adapter would take it for a socket. */
export const roomOf = (userId: string): string => `user:${userId}`;

/**
 * One publish per person. Each room by itself: an emit to two rooms at once takes the adapter's shared channel, and so
 * reaches every node. The adapter waits for its publish before it delivers on the same node; there is no sense in that
 * for somebody who is connected here alone, nor while Redis takes nothing and the others read the log.
 */
export function createFanOut(deps: {
  io: HaggleServer;
  probe: Pick<Probe, 'speaks'>;
  presence: Pick<Presence, 'isOnlyHere'>;
}): FanOut {
  const { io, probe, presence } = deps;
  return {
    toUser(userId, event, payload, options) {
      const name = roomOf(userId);
      const near = presence.isOnlyHere(userId);
      if (near && options?.exceptSocket && io.sockets.adapter.rooms.get(name)?.size === 1) return;
      const all = near || !probe.speaks ? io.local.to(name) : io.to(name);
      const room = options?.exceptSocket ? all.except(options.exceptSocket) : all;
      (options?.volatile ? room.volatile : room).emit(event, ...([payload] as never));
    },
  };
}
