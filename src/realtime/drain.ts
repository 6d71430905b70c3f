import { Departures, leaveWithinMs, silentMs } from './departures.js';
import type { HaggleServer, SocketDoor } from './socket-door.js';

/** Many sockets are sent away over this long (ms), so that the nodes to which they go take them in their stride. */
const spreadMs = 20_000;
/** Few leave at this many a second, and so are gone sooner. */
const paceLeast = 100;
/** How often (ms) it is checked whether all have gone. */
const tickMs = 20;
/** What devices take that do not go by themselves: silence, and what of theirs is under way. */
const stragglersMs = 4_000;
/** Devices that are still here after this time are cut off, whatever they do. */
export const drainPlanMs = spreadMs + leaveWithinMs + silentMs + stragglersMs;

/** How many sockets of so many are told to leave in a second. */
export const drainPaceOf = (sockets: number): number =>
  Math.max(paceLeast, Math.ceil(sockets / (spreadMs / 1_000)));

/**
 * Moves every device of this node to another one, a slice a second. Resolves when no connection is left, after
 * {@link drainPlanMs} at the latest: stragglers are then cut off.
 */
export async function drainSockets(io: HaggleServer, door: SocketDoor): Promise<void> {
  const start = performance.now();
  const { sockets } = io.sockets;
  const departures = new Departures(door, drainPaceOf(sockets.size));
  while (sockets.size > 0 && performance.now() - start < drainPlanMs) {
    // Again and again, for some were let in while this node began to leave.
    for (const socket of sockets.values()) departures.add(socket);
    await new Promise((resolve) => setTimeout(resolve, tickMs));
  }
  // Closes the rest, and connections that never said who they are.
  io.engine.close();
}
