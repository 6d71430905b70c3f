import type { Offer, OfferStore, RecordOffer } from '../../src/offers/index.js';
import type { Logger } from '../../src/platform/logger.js';
import type { Term } from './term.js';

/** A command normally finishes its entries within milliseconds; after this long it must have died. */
const graceMs = 2_000;
const repairsAtOnce = 1_000;

/**
 * Finishes the log entries of offers whose command died between its transaction and the log. Woken by the change
 * itself, and once at the start of its term for what happened while no relay acted.
 */
export class OfferRepair {
  private timer: NodeJS.Timeout | undefined;
  private stream: ReturnType<OfferStore['watchUnlogged']> | undefined;

  private stopped = false;

  constructor(
    private readonly deps: { offers: OfferStore; record: RecordOffer; term: Term; log: Logger },
  ) {}

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
    const stream = this.deps.offers.watchUnlogged();
    this.stream = stream;
    stream.on('change', () => this.wake());
    stream.on('error', (error: Error) => {
      this.deps.log.warn({ reason: error.message }, 'offer repair opens its stream again');
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
      for (const offer of await this.deps.offers.unlogged(repairsAtOnce)) {
        if (this.stopped || !this.deps.term.held) return;
        const last = offer.snapshot().steps.at(-1)!;
        // A younger one is still in the hands of its command.
        if (last.at > settled || !(await this.finish(offer))) again = true;
      }
    } catch (error) {
      this.deps.log.warn({ reason: (error as Error).message }, 'offers could not be read');
      again = true;
    }
    if (again) this.wake();
  }

  /** One that fails must not keep the others. */
  private async finish(offer: Offer): Promise<boolean> {
    try {
      await this.deps.record(offer, offer.version);
      return true;
    } catch (error) {
      this.deps.log.warn(
        { offerId: offer.id, reason: (error as Error).message },
        'offer not repaired',
      );
      return false;
    }
  }
}
