import { setTimeout as wait } from 'node:timers/promises';
import type { Logger } from '../../src/platform/logger.js';
import type { Metrics } from '../../src/metrics.js';
import { Loop } from '../loop.js';
import type { LeaseStore } from '../../src/platform/lease.store.js';
import { Term } from './term.js';

/** What the holder does for a term. `stop` finishes what is in hand and acts no more once the term isn't held. */
interface Acting {
  start(): void;
  stop(): Promise<void>;
}

interface Deps {
  store: LeaseStore;
  holder: string;
  act: (term: Term) => Acting;
  log: Logger;
  metrics: Pick<Metrics, 'relayActing' | 'relayTakeovers'>;
}

/** A holder that died is followed after at most lease + try: seven seconds. */
const leaseMs = 6_000;
const tryEachMs = 1_000;
/** Two renewals may fail before the lease runs out. */
const renewEachMs = 2_000;

/**
 * Of any number of relays one acts, the others stand by. Each term works on a fresh memory, so that a relay which was
 * paused, or cut off from the database, comes back with nothing old to act upon.
 */
export class Lease extends Loop {
  constructor(private readonly deps: Deps) {
    super();
  }

  protected async turn(): Promise<void> {
    const term = await this.take();
    if (term) await this.serve(term);
    else await this.pause(tryEachMs);
  }

  private async take(): Promise<Term | null> {
    // Counted from before the question: the database counts from later on.
    const asked = performance.now();
    try {
      const fence = await this.deps.store.take(this.deps.holder, leaseMs);
      return fence === null ? null : new Term(fence, asked + leaseMs);
    } catch (error) {
      this.deps.log.debug(
        { reason: (error as Error).message },
        'the lease of the relay could not be asked for',
      );
      return null;
    }
  }

  /** Ends with the term. When the loop is stopped it gives the lease up, once what was in hand is done. */
  private async serve(term: Term): Promise<void> {
    const { log, metrics, store } = this.deps;
    const { fence } = term;
    log.info({ fence }, 'this relay acts');
    metrics.relayActing.set(1);
    metrics.relayTakeovers.inc();
    const acting = this.deps.act(term);
    acting.start();
    while (this.goesOn && term.held) {
      await this.pause(renewEachMs);
      // A renewal that hangs must not outlast the term.
      if (this.goesOn && term.held) await Promise.race([this.renew(term), wait(term.leftMs)]);
    }
    metrics.relayActing.set(0);
    if (this.goesOn) {
      log.warn({ fence }, 'this relay lost its lease and stands by');
      // Not waited for: what hangs in it does nothing any more, and the next term begins on its own.
      acting
        .stop()
        .catch((error: Error) =>
          log.warn({ reason: error.message }, 'a relay that lost its lease could not stop'),
        );
      return;
    }
    await acting.stop();
    term.end();
    await store.giveUp(fence);
  }

  private async renew(term: Term): Promise<void> {
    const asked = performance.now();
    try {
      if (await this.deps.store.renew(term.fence, leaseMs)) term.extend(asked + leaseMs);
      else term.end();
    } catch (error) {
      this.deps.log.warn(
        { reason: (error as Error).message },
        'the lease of the relay was not renewed',
      );
    }
  }
}
