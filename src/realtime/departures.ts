import type { HaggleSocket, SocketDoor } from './socket-door.js';
import { isWritten, terminate } from './terminate.js';

/** Each device is given a random time to leave, up to this (ms). */
export const leaveWithinMs = 200;
/**
 * After that time, and after each answer to what was under way, it has this much longer (ms); then it is cut off behind
 * the next `DRAINING` that it gets.
 */
const patienceMs = 500;
/** A device that says nothing for this long (ms) is cut off, too. */
export const silentMs = 2_000;
/** How often (ms) it is checked who is to be told, and who is silent. */
const tickMs = 20;
/** A process that stood still tells no more devices at once than within this time (ms). */
const catchUpMs = 100;

/** Hands out turns at an even pace. What was missed while nobody asked is not made up for. */
export class Pace {
  private readonly perMs: number;
  private last: number;
  private due = 0;

  constructor(perSecond: number, now: number) {
    this.perMs = perSecond / 1_000;
    this.last = now;
  }

  /** How many have their turn by now (ms). */
  take(now: number): number {
    this.due += Math.min(now - this.last, catchUpMs) * this.perMs;
    this.last = now;
    const turns = Math.floor(this.due);
    this.due -= turns;
    return turns;
  }
}

/** The most devices that come back within a second at this pace, where they leave when they are asked to. */
export const sliceOf = (perSecond: number): number =>
  Math.ceil(perSecond * (1 + (leaveWithinMs + catchUpMs) / 1_000)) + 1;

/** What a device was told: when it may be cut off, and since when it is silent. */
interface Told {
  goneAt: number;
  silentSince: number;
}

/**
 * Sends devices to another node, one after another at an even pace. Each is told `server:draining` and from then on
 * answered `DRAINING`. A device that does not leave by itself is cut off once none of its requests is under way and every
 * answer is written. The cut follows a `DRAINING`: a device that was just told to come again has sent nothing else, while
 * a cut at any other moment may lose what it sends. A device that asks for several things at once may follow each
 * ordinary answer by its next request, so the cut waits until it had time for that. No client must handle the event,
 * since every client reopens a connection that is cut without a close frame.
 */
export class Departures {
  private readonly waiting = new Set<HaggleSocket>();
  private readonly told = new Map<HaggleSocket, Told>();
  private ticking = false;

  constructor(
    private readonly door: SocketDoor,
    private readonly perSecond: number,
    /** What the devices are told beside the time; left out: this node ends. */
    private readonly reason?: 'balance',
  ) {}

  /** The device leaves when it is its turn. */
  add(socket: HaggleSocket): void {
    if (this.waiting.has(socket) || this.told.has(socket) || !socket.connected) return;
    this.waiting.add(socket);
    socket.once('disconnect', () => {
      this.waiting.delete(socket);
      this.told.delete(socket);
    });
    if (!this.ticking) void this.tick();
  }

  private async tick(): Promise<void> {
    this.ticking = true;
    const pace = new Pace(this.perSecond, performance.now());
    while (this.waiting.size + this.told.size > 0) {
      await new Promise((resolve) => setTimeout(resolve, tickMs));
      // Waits until all that has arrived was read, so that a device is answered before it is checked.
      await new Promise((resolve) => setImmediate(resolve));
      const now = performance.now();
      for (const [socket, told] of this.told)
        if (now - told.silentSince > silentMs) this.cutWhenDone(socket);
      let turns = pace.take(now);
      for (const socket of this.waiting) {
        if ((turns -= 1) < 0) break;
        this.tell(socket, now);
      }
    }
    this.ticking = false;
  }

  private tell(socket: HaggleSocket, now: number): void {
    const reconnectInMs = Math.round(Math.random() * leaveWithinMs);
    const told = { goneAt: now + reconnectInMs + patienceMs, silentSince: now };
    this.waiting.delete(socket);
    this.told.set(socket, told);
    this.door.refuse(socket, (draining) => {
      told.silentSince = performance.now();
      if (!draining) told.goneAt = Math.max(told.goneAt, told.silentSince + patienceMs);
      // By then the kernel has the answer.
      else if (told.silentSince >= told.goneAt) setImmediate(() => this.cutWhenDone(socket));
    });
    socket.emit('server:draining', {
      reconnectInMs,
      ...(this.reason && { reason: this.reason }),
    });
  }

  private cutWhenDone(socket: HaggleSocket): void {
    if (this.door.activity(socket).underWay === 0 && isWritten(socket)) terminate(socket);
  }
}
