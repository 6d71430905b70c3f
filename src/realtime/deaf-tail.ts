import type { view } from '../contract/index.js';
import type { Entry } from '../domain/entry.js';
import type { GatewayContext } from '../context.js';
import type { Probe } from '../platform/probe.js';
import { deliver } from './carried-traces.js';
import type { LiveSessions } from './sessions.js';

/** The tail goes on for this long after the node hears again, so that entries in between come twice and not never. */
const overlapMs = 2_000;
/** After a failure of the database the log is opened again after this long. */
const retryMs = 500;

/** A time of the database, which is only passed on. */
type Time = Probe['heardUpTo'];

/** What one person's devices are told of an entry. */
export interface Telling {
  userId: string;
  payload: { message: view.Message; clientMessageId?: string };
}

/** Reads the log. Slices above implement it. */
export interface LogReader {
  /** Entries since a time of the database, each with its time; null when caught up. */
  writtenSince(time: Time): AsyncIterable<{ entry: Entry; time: Time } | null>;
}

interface Deps {
  messages: LogReader;
  tellings: (entry: Entry) => Promise<Telling[]>;
  live: LiveSessions;
  /** Resolves when Redis has every subscription of this node again. */
  subscribed: () => Promise<void>;
}

/**
 * While the node is deaf it reads the log as it is written and tells its own sockets, and only those: chat goes on
 * across nodes with Redis dead. Each deaf node then reads the whole log; only an outage costs this.
 */
export class DeafTail {
  private reading = false;
  private closed = false;
  private readonly waiting = new Set<() => void>();
  private open = false;
  private endAt = Infinity;

  constructor(
    private readonly context: GatewayContext,
    private readonly deps: Deps,
  ) {
    context.hearing.onChange((deaf) => (deaf ? this.begin() : void this.endSoon()));
  }

  /**
   * Calls back, once, when this node is deaf and reads the log: what is written from then on reaches its sockets.
   * Returns a function that stops waiting.
   */
  onceLive(listener: () => void): () => void {
    if (this.open && this.context.hearing.deaf) listener();
    else this.waiting.add(listener);
    return () => this.waiting.delete(listener);
  }

  close(): void {
    this.closed = true;
  }

  private begin(): void {
    this.endAt = Infinity;
    if (!this.reading) void this.read(this.context.hearing.heardUpTo);
  }

  private async endSoon(): Promise<void> {
    await this.deps.subscribed().catch(() => undefined);
    if (!this.context.hearing.deaf) this.endAt = performance.now() + overlapMs;
  }

  private get over(): boolean {
    return this.closed || performance.now() >= this.endAt;
  }

  private async read(since: Time): Promise<void> {
    this.reading = true;
    while (!this.over) {
      try {
        for await (const next of this.deps.messages.writtenSince(since)) {
          this.opened();
          if (next) await this.bring(next.entry);
          since = next?.time ?? since;
          if (this.over) break;
        }
      } catch (error) {
        this.open = false;
        this.context.log.warn({ reason: (error as Error).message }, 'the log could not be read');
        await new Promise((resolve) => setTimeout(resolve, retryMs));
      }
    }
    this.open = false;
    this.reading = false;
    this.endAt = Infinity;
    // The node went deaf again while the last entry was told.
    if (this.context.hearing.deaf && !this.closed) this.begin();
  }

  private opened(): void {
    this.open = true;
    if (!this.context.hearing.deaf) return;
    for (const listener of this.waiting) listener();
    this.waiting.clear();
  }

  private async bring(entry: Entry): Promise<void> {
    const { tracing, metrics } = this.context;
    const tellings = await this.deps.tellings(entry);
    deliver(tracing, entry.trace, 'message:new', () => {
      for (const { userId, payload } of tellings) {
        for (const socket of this.deps.live.of(userId)) {
          socket.emit('message:new', payload);
          metrics.tailed.inc();
        }
      }
    });
  }
}
