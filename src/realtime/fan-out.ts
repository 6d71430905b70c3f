import type { FanOut } from '../platform/fan-out.js';
import type { Presence } from './presence.js';
import type { Probe } from '../platform/probe.js';
import type { HaggleServer } from './socket-door.js';

/**
 * The room of one person's devices, on whatever node. Its name must not be 20 characters long, since the adapter would
 * take it for a socket.
 */
export const roomOf = (userId: string): string => `user:${userId}`;

/**
 * Publishes once per person. Each room is told by itself: an emit to two rooms at once uses the adapter's shared
 * channel, and so reaches every node. The adapter publishes before it delivers on the same node, so Redis is left out
 * for a person who is connected only here, and while Redis is away and the other nodes read the log.
 */
export function createFanOut(deps: {
  io: HaggleServer;
  probe: Pick<Probe, 'speaks'>;
  presence: Pick<Presence, 'isOnlyHere'>;
}): FanOut {
  const { io, probe, presence } = deps;
  return {
    isOnlyHere: (userId) => presence.isOnlyHere(userId),
    toUser(userId, event, payload, options) {
      const name = roomOf(userId);
      const near = presence.isOnlyHere(userId);
      if (near && options?.exceptSocket && io.sockets.adapter.rooms.get(name)?.size === 1) return;
      const all = near || !probe.speaks ? io.local.to(name) : io.to(name);
      const room = options?.exceptSocket ? all.except(options.exceptSocket) : all;
      room.emit(event, ...([payload] as never));
    },
  };
}
