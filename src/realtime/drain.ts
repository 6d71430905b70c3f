import type { HaggleServer, HaggleSocket, SocketDoor } from './socket-door.js';
import { isWritten, terminate } from './terminate.js';

/** Sockets are asked to go one after another, each so much after the one before … */
const apartMs = 10;
/** … and all of them within this time, in no order: they come to the other nodes together. */
const spreadMaxMs = 3_000;
/** A device is told to be gone within this time, each another … */
const leaveWithinMs = 200;
/** … and has so much more for its way; then it is cut off with the next `DRAINING` that it gets … */
const patienceMs = 200;
/** … or once it has said nothing for so long. */
const silentMs = 2_000;
/** Whoever is still here then, whatever is under way, is cut off. */
export const drainPlanMs = 6_000;
/** How often is looked who is to be told, and who is silent. */
const tickMs = 20;

/** A device on its way out: when it is told; and once it was, when it may be cut and since when it says nothing. */
interface Leaving {
  tellAt: number;
  told?: { goneAt: number; silentSince: number };
}

/**
 * Brings every device of this node to another one. Each is told `server:draining` at a moment of its own and from then
 * on answered `DRAINING`; if it doesn't go by itself, it is cut off once nothing of it is under way and every answer is
 * written. That is done right behind a `DRAINING`: whoever was just told to come again has nothing on the way, while a
 * cut at any other moment crosses what is sent in it. Nobody has to handle the event: a connection that is cut without
 * a close frame is opened again by every client. Resolves when no connection is left, after {@link drainPlanMs} at the
 * latest.
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
    // Right after all that has arrived was read: what a device said is answered before it is looked at.
    await new Promise((resolve) => setImmediate(resolve));
    const now = performance.now();
    for (const socket of sockets.values()) sendAway(socket, planOf(socket, now), door, now);
    await new Promise((resolve) => setTimeout(resolve, tickMs));
  }
  // The rest, and those that opened a connection and never said who they are.
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
      if (!draining || told.silentSince < told.goneAt) return;
      // The answer is with the kernel then.
      setImmediate(() => cutWhenDone(socket, door));
    });
    socket.emit('server:draining', { reconnectInMs });
  }
}

function cutWhenDone(socket: HaggleSocket, door: SocketDoor): void {
  if (door.activity(socket).underWay === 0 && isWritten(socket)) terminate(socket);
}
