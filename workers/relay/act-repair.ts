import type { Logger } from '../../src/platform/logger.js';
import type { Term } from './term.js';

/** A command normally finishes its entries within milliseconds, so after this long it must have died. */
const graceMs = 2_000;
const repairsAtOnce = 1_000;

/** Something whose acts are told in the log by derived entries: offers, deals. */
interface Told {
  readonly id: string;
  /** When it last acted. */
  readonly movedAt: Date;
}

/** Stores things whose acts are not all in the log yet. */
export interface UnloggedStore<T extends Told> {
  /** A stream that tells of each further one. */
  watchUnlogged(): Stream;
  unlogged(limit: number): Promise<T[]>;
}

interface Stream {
  on(event: 'change', listener: () => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  close(): Promise<void>;
}

interface Deps<T extends Told> {
  /** Their name in the log of the worker. */
  name: string;
  store: UnloggedStore<T>;
  /** Writes the missing entries. A repeat finds what is there. */
  record: (one: T) => Promise<unknown>;
  term: Term;
  log: Logger;
}

/**
 * Finishes the log entries of acts whose command died between its transaction and the log. Changes wake it, and it also
 * runs once at the start of its term, for acts that came while no relay ran.
 */
export class ActRepair<T extends Told> {
  private timer: NodeJS.Timeout | undefined;
  private stream: Stream | undefined;

  private stopped = false;

  constructor(private readonly deps: Deps<T>) {}

  start(): void {
    this.wake();
    this.listen();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    const { stream } = this;
    this.stream = undefined;
    await stream?.close();
  }

  private listen(): void {
    const stream = this.deps.store.watchUnlogged();
    this.stream = stream;
    stream.on('change', () => this.wake());
    stream.on('error', (error: Error) => {
      this.deps.log.warn({ reason: error.message }, `repair of ${this.deps.name} listens again`);
      if (this.stream !== stream) return;
      setTimeout(() => {
        if (this.stream === stream) this.start();
      }, 1_000);
    });
  }

  private wake(): void {
    if (this.stopped) return;
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      void this.repair();
    }, graceMs);
  }

  private async repair(): Promise<void> {
    let again = false;
    try {
      const settled = new Date(Date.now() - graceMs / 2);
      for (const one of await this.deps.store.unlogged(repairsAtOnce)) {
        if (this.stopped || !this.deps.term.held) return;
        // The command may still be at work on a younger one.
        if (one.movedAt > settled || !(await this.finish(one))) again = true;
      }
    } catch (error) {
      this.deps.log.warn({ reason: (error as Error).message }, `${this.deps.name} not read`);
      again = true;
    }
    if (again) this.wake();
  }

  /** Never rejects, so that one failure does not hold up the others. */
  private async finish(one: T): Promise<boolean> {
    try {
      await this.deps.record(one);
      return true;
    } catch (error) {
      const { name, log } = this.deps;
      log.warn({ id: one.id, reason: (error as Error).message }, `one of ${name} not repaired`);
      return false;
    }
  }
}
