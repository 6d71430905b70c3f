import type { OfferStore, RecordOffer } from '../../src/offers/index.js';
import type { Logger } from '../../src/platform/logger.js';

/** A command normally finishes its entries within milliseconds; after this long it must have died. */
const graceMs = 2_000;

/**
 * Finishes the log entries of offers whose command died between its transaction and the log. Woken by the change
 * itself, and once at the start for what happened while no relay ran.
 */
export class OfferRepair {
  private timer: NodeJS.Timeout | undefined;
  private stream: ReturnType<OfferStore['watchUnlogged']> | undefined;

  constructor(private readonly deps: { offers: OfferStore; record: RecordOffer; log: Logger }) {}

  start(): void {
    this.wake();
    this.listen();
  }

  async stop(): Promise<void> {
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
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      void this.repair();
    }, graceMs);
  }

  private async repair(): Promise<void> {
    try {
      const before = Date.now() - graceMs / 2;
      for (const offer of await this.deps.offers.unlogged(100)) {
        const last = offer.snapshot().steps.at(-1)!;
        // Still in the hands of its command.
        if (last.at.getTime() > before) this.wake();
        else await this.deps.record(offer, offer.version);
      }
    } catch (error) {
      this.deps.log.warn({ reason: (error as Error).message }, 'offer repair tries again');
      this.wake();
    }
  }
}
