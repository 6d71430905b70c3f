import type { Logger } from '../../src/platform/logger.js';
import { Loop } from '../loop.js';
import type { Term } from './term.js';

const lookEachMs = 2_000;
/** A command normally finishes its entries within milliseconds, so after this long it must have died. */
const graceMs = 1_000;
const repairsAtOnce = 1_000;

/** Something whose acts are told in the log by derived entries: offers, deals. */
interface Told {
  readonly id: string;
  /** When it last acted. */
  readonly movedAt: Date;
}

interface Deps<T extends Told> {
  /** Their name in the log of the worker. */
  name: string;
  /** Finds those whose acts are not all in the log yet. */
  store: { unlogged(limit: number): Promise<T[]> };
  /** Writes the missing entries. A repeat finds what is there. */
  record: (one: T) => Promise<unknown>;
  term: Term;
  log: Logger;
}

/** Finishes the log entries of acts whose command died between its transaction and the log. */
export class ActRepair<T extends Told> extends Loop {
  constructor(private readonly deps: Deps<T>) {
    super();
  }

  protected override get goesOn(): boolean {
    return super.goesOn && this.deps.term.held;
  }

  protected async turn(): Promise<void> {
    const { name, store, log } = this.deps;
    try {
      const settled = new Date(Date.now() - graceMs);
      for (const one of await store.unlogged(repairsAtOnce))
        if (one.movedAt <= settled && this.goesOn) await this.finish(one);
    } catch (error) {
      log.warn({ reason: (error as Error).message }, `${name} could not be read`);
    }
    await this.pause(lookEachMs);
  }

  /** Never rejects, so that one failure does not hold up the others. */
  private async finish(one: T): Promise<void> {
    const { name, record, log } = this.deps;
    try {
      await record(one);
    } catch (error) {
      log.warn(
        { id: one.id, reason: (error as Error).message },
        `one of ${name} could not be repaired`,
      );
    }
  }
}
