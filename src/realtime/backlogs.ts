import type { Logger } from '../platform/logger.js';
import type { Metrics } from '../metrics.js';
import type { HaggleSocket } from './socket-door.js';

/** How often connections are looked at to which nobody writes any more. */
const sweepMs = 1_000;
/** A device that takes nothing at all for so many looks is cut, however little waits for it. */
const patience = 60;
/** What a packet holds in memory beside its text. */
const packetBytes = 200;

/** One connection of Engine.IO, under the sockets of whoever speaks over it. */
export type Connection = HaggleSocket['conn'];

/** As much of a WebSocket as Engine.IO keeps to itself in its types. */
interface RawWebSocket {
  /** Bytes written to it that the system has not taken yet. */
  readonly bufferedAmount: number;
  /** Ends the connection whatever state it is in, and gives back what waits for it. */
  terminate(): void;
}

const webSocketOf = (conn: Connection): RawWebSocket =>
  (conn.transport as unknown as { socket: RawWebSocket }).socket;

/** What waits to be read by one device. */
interface Backlog {
  conn: Connection;
  /** Bytes that Engine.IO holds back, while the WebSocket has not passed on what it got before. */
  queued: number;
  /** Looks in a row at which something waited and nothing had been taken. */
  stuckFor: number;
  cut: boolean;
}

/**
 * Bounds what waits for devices that do not read, in bytes, each and all together. Volatile packets are dropped by
 * Socket.IO as soon as anything waits; whoever goes beyond the bound is cut, comes again and syncs. Each write is
 * looked at, and a sweep sees those that nobody writes to.
 */
export class Backlogs {
  /** Those that were written to and may not have read it all yet. */
  private readonly busy = new Set<Backlog>();
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly deps: {
      /** Bytes that may wait for one device, and for all of this gateway together. */
      bounds: { each: number; all: number };
      log: Logger;
      metrics: Metrics;
    },
  ) {
    this.timer = setInterval(() => this.sweep(), sweepMs);
    this.timer.unref();
  }

  /** Every connection, from its first byte on. */
  watch(conn: Connection): void {
    const backlog: Backlog = { conn, queued: 0, stuckFor: 0, cut: false };
    conn.on('packetCreate', ({ data }: { data?: string | Buffer }) => {
      // Goes out at once, and then counts as bytes of the WebSocket.
      if (conn.transport.writable) return;
      backlog.queued += packetBytes + (data === undefined ? 0 : Buffer.byteLength(data));
      if (waiting(backlog) > this.deps.bounds.each) this.cut(backlog, 'full');
    });
    // The WebSocket has passed on everything and gets what was held back.
    conn.on('flush', () => {
      backlog.queued = 0;
      backlog.stuckFor = 0;
      this.busy.add(backlog);
    });
    conn.on('close', () => this.busy.delete(backlog));
  }

  close(): void {
    clearInterval(this.timer);
  }

  private sweep(): void {
    const slow: Backlog[] = [];
    let total = 0;
    for (const backlog of this.busy) {
      const bytes = waiting(backlog);
      if (bytes === 0 && backlog.conn.readyState === 'open') {
        this.busy.delete(backlog);
        continue;
      }
      backlog.stuckFor += 1;
      if (bytes > this.deps.bounds.each) this.cut(backlog, 'full');
      else if (backlog.stuckFor > patience) this.cut(backlog, 'stuck');
      else {
        total += bytes;
        slow.push(backlog);
      }
    }
    this.deps.metrics.socketBacklog.set(total);
    if (total <= this.deps.bounds.all) return;
    slow.sort((one, other) => waiting(other) - waiting(one));
    for (const backlog of slow) {
      if (total <= this.deps.bounds.all) break;
      total -= waiting(backlog);
      this.cut(backlog, 'crowd');
    }
  }

  private cut(backlog: Backlog, reason: 'full' | 'stuck' | 'crowd'): void {
    if (backlog.cut) return;
    backlog.cut = true;
    this.deps.metrics.socketsCut.inc({ reason });
    this.deps.log.info({ reason, bytes: waiting(backlog) }, 'a device that does not read was cut');
    webSocketOf(backlog.conn).terminate();
  }
}

const waiting = ({ conn, queued }: Backlog): number => queued + webSocketOf(conn).bufferedAmount;
