import type { Logger } from '../../src/platform/logger.js';
import { Loop } from '../loop.js';

/** Listings at a time, so that the database serves others in between. */
const atOnce = 500;
const betweenMs = 100;
/** Time until it looks again: while releases change, an older one may still write listings without tokens. */
const lookEachMs = 60_000;

/** Makes listings findable that were stored by a release without search, or with other tokens. */
export class IndexOlder extends Loop {
  constructor(
    private readonly deps: { indexOlder: (limit: number) => Promise<number>; log: Logger },
  ) {
    super();
  }

  protected async turn(): Promise<void> {
    let looked = 0;
    try {
      looked = await this.deps.indexOlder(atOnce);
    } catch (error) {
      this.deps.log.warn(
        { reason: (error as Error).message },
        'older listings could not be indexed: the next round tries again',
      );
    }
    await this.pause(looked > 0 ? betweenMs : lookEachMs);
  }
}
