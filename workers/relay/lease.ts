import { setTimeout as wait } from 'node:timers/promises';
import type { Logger } from '../../src/platform/logger.js';
import type { Metrics } from '../../src/metrics.js';
import type { LeaseStore } from './lease.store.js';
import { Term } from './term.js';

/** What the holder does for a term. `stop` finishes what is in hand and acts no more once the term isn't held. */
export interface Acting {
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
export class Lease {
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;

  constructor(private readonly deps: Deps) {}

  /** Returns at once: a worker that stands by is as ready as the one that acts. */
  start(): void {
    this.running = this.run();
  }

  /** Gives the lease up, once what was in hand is done. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private get stopped(): boolean {
    return this.stopping.signal.aborted;
  }

  private async pause(ms: number): Promise<void> {
    await wait(ms, undefined, { signal: this.stopping.signal }).catch(() => undefined);
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      const term = await this.take();
      if (term) await this.serve(term);
      else await this.pause(tryEachMs);
    }
  }

  private async take(): Promise<Term | null> {
    // Counted from before the question: the database counts from later on.
    const asked = performance.now();
    try {
      const fence = await this.deps.store.take(this.deps.holder, leaseMs);
      return fence === null ? null : new Term(fence, asked + leaseMs);
    } catch (error) {
      this.deps.log.debug({ reason: (error as Error).message }, 'lease of the relay not asked for');
      return null;
    }
  }

  private async serve(term: Term): Promise<void> {
    const { log, metrics, store } = this.deps;
    const { fence } = term;
    log.info({ fence }, 'this relay acts');
    metrics.relayActing.set(1);
    metrics.relayTakeovers.inc();
    const acting = this.deps.act(term);
    acting.start();
    while (!this.stopped && term.held) {
      await this.pause(renewEachMs);
      // A renewal that hangs must not outlast the term.
      if (!this.stopped && term.held) await Promise.race([this.renew(term), wait(term.leftMs)]);
    }
    metrics.relayActing.set(0);
    if (!this.stopped) {
      log.warn({ fence }, 'this relay lost its lease and stands by');
      // Not waited for: what hangs in it does nothing any more, and the next term begins on its own.
      acting.stop().catch((error: Error) => log.warn({ reason: error.message }, 'relay stop'));
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
      this.deps.log.warn({ reason: (error as Error).message }, 'lease of the relay not renewed');
    }
  }
}
