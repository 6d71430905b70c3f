import type { HaggleServer, HaggleSocket, SocketDoor } from './socket-door.js';
import { isWritten, terminate } from './terminate.js';

/** Sockets are asked to leave at random moments within a span that grows by this much (ms) per socket. */
const apartMs = 10;
/** The longest such span (ms). */
const spreadMaxMs = 3_000;
/** Each device is given a random time to leave, up to this (ms). */
const leaveWithinMs = 200;
/**
 * After that time, and after each answer to what was under way, it has this much longer (ms); then it is cut off behind
 * the next `DRAINING` that it gets.
 */
const patienceMs = 500;
/** A device that says nothing for this long (ms) is cut off, too. */
const silentMs = 2_000;
/** Devices that are still here after this time are cut off, whatever they do. */
export const drainPlanMs = 6_000;
/** How often (ms) it is checked who is to be told, and who is silent. */
const tickMs = 20;

/** A device that is to leave: when it is told, and afterwards when it may be cut off and since when it is silent. */
interface Leaving {
  tellAt: number;
  told?: { goneAt: number; silentSince: number };
}

/**
 * Moves every device of this node to another one. Each is told `server:draining` at a moment of its own and from then
 * on answered `DRAINING`. A device that does not leave by itself is cut off once none of its requests is under way and
 * every answer is written. The cut follows a `DRAINING`: a device that was just told to come again has sent nothing
 * else, while a cut at any other moment may lose what it sends. A device that asks for several things at once may
 * follow each ordinary answer by its next request, so the cut waits until it had time for that. No client must handle
 * the event, since every client reopens a connection that is cut without a close frame. Resolves when no connection is
 * left, after {@link drainPlanMs} at the latest.
 */
export async function drainSockets(io: HaggleServer, door: SocketDoor): Promise<void> {
  const start = performance.now();
  const { sockets } = io.sockets;
  const spreadMs = Math.min(spreadMaxMs, sockets.size * apartMs);
  const plans = new WeakMap<HaggleSocket, Leaving>();
  const planOf = (socket: HaggleSocket, now: number): Leaving => {
    const plan = plans.get(socket) ?? { tellAt: now + Math.random() * spreadMs };
    plans.set(socket, plan);
    return plan;
  };
  while (sockets.size > 0 && performance.now() - start < drainPlanMs) {
    // Waits until all that has arrived was read, so that a device is answered before it is checked.
    await new Promise((resolve) => setImmediate(resolve));
    const now = performance.now();
    for (const socket of sockets.values()) sendAway(socket, planOf(socket, now), door, now);
    await new Promise((resolve) => setTimeout(resolve, tickMs));
  }
  // Closes the rest, and connections that never said who they are.
  io.engine.close();
}

function sendAway(socket: HaggleSocket, plan: Leaving, door: SocketDoor, now: number): void {
  if (plan.told) {
    if (now - plan.told.silentSince > silentMs) cutWhenDone(socket, door);
  } else if (now >= plan.tellAt) {
    const reconnectInMs = Math.round(Math.random() * leaveWithinMs);
    const told = { goneAt: now + reconnectInMs + patienceMs, silentSince: now };
    plan.told = told;
    door.refuse(socket, (draining) => {
      told.silentSince = performance.now();
      if (!draining) told.goneAt = Math.max(told.goneAt, told.silentSince + patienceMs);
      // By then the kernel has the answer.
      else if (told.silentSince >= told.goneAt) setImmediate(() => cutWhenDone(socket, door));
    });
    socket.emit('server:draining', { reconnectInMs });
  }
}

function cutWhenDone(socket: HaggleSocket, door: SocketDoor): void {
  if (door.activity(socket).underWay === 0 && isWritten(socket)) terminate(socket);
}
