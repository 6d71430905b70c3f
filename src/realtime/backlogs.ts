import type { Context } from '../context.js';
import { webSocketOf, type Connection } from './terminate.js';

/** How often connections are checked to which nobody writes any more. */
const sweepMs = 1_000;
/** A device that reads nothing during so many checks is cut off, however little waits for it. */
const patience = 60;
/** Bytes of memory that a packet takes besides its text. */
const packetBytes = 200;

/** What waits to be read by one device. */
interface Backlog {
  conn: Connection;
  /** Bytes that Engine.IO holds back until the WebSocket has passed on what it got before. */
  queued: number;
  /** Checks in a row at which something waited and nothing had been read. */
  stuckFor: number;
  cut: boolean;
}

/**
 * Bounds the bytes that wait for devices that do not read, for each and for all together. A device beyond the bound is
 * cut off, connects again and syncs. Each write is checked, and a sweep checks connections that nobody writes to.
 */
export class Backlogs {
  /** Connections that were written to and may not have read all of it. */
  private readonly busy = new Set<Backlog>();
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly context: Context) {
    this.timer = setInterval(() => this.sweep(), sweepMs);
    this.timer.unref();
  }

  /** Watches a connection from its first byte on. */
  watch(conn: Connection): void {
    const backlog: Backlog = { conn, queued: 0, stuckFor: 0, cut: false };
    conn.on('packetCreate', ({ data }: { data?: string | Buffer }) => {
      // Sent within this turn of the event loop: then the bytes count as the WebSocket's.
      if (conn.transport.writable) return;
      backlog.queued += packetBytes + (data === undefined ? 0 : Buffer.byteLength(data));
      if (waiting(backlog) > this.context.config.backlog.each) this.cut(backlog, 'full');
    });
    // The WebSocket has passed on everything and now gets what was held back.
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
    const { each, all } = this.context.config.backlog;
    const slow: Backlog[] = [];
    let total = 0;
    for (const backlog of this.busy) {
      const bytes = waiting(backlog);
      if (bytes === 0 && backlog.conn.readyState === 'open') {
        this.busy.delete(backlog);
        continue;
      }
      backlog.stuckFor += 1;
      if (bytes > each) this.cut(backlog, 'full');
      else if (backlog.stuckFor > patience) this.cut(backlog, 'stuck');
      else {
        total += bytes;
        slow.push(backlog);
      }
    }
    this.context.metrics.socketBacklog.set(total);
    if (total <= all) return;
    slow.sort((one, other) => waiting(other) - waiting(one));
    for (const backlog of slow) {
      if (total <= all) break;
      total -= waiting(backlog);
      this.cut(backlog, 'crowd');
    }
  }

  private cut(backlog: Backlog, reason: 'full' | 'stuck' | 'crowd'): void {
    if (backlog.cut) return;
    backlog.cut = true;
    this.context.metrics.socketsCut.inc({ reason });
    this.context.log.info(
      { reason, bytes: waiting(backlog) },
      'a device that does not read was cut',
    );
    webSocketOf(backlog.conn).terminate();
  }
}

const waiting = ({ conn, queued }: Backlog): number => queued + webSocketOf(conn).bufferedAmount;
