import type { Logger } from '../../src/platform/logger.js';
import { Loop } from '../loop.js';

/** What is left costs room and harms nobody, so it may wait. */
const lookEachMs = 6 * 3_600_000;

/** Removes the bytes of images from the bucket that the database has forgotten: it deletes by itself what is past its time. */
export class ImageLeftovers extends Loop {
  constructor(
    private readonly deps: { images: { removeLeftovers(): Promise<number> }; log: Logger },
  ) {
    super();
  }

  protected async turn(): Promise<void> {
    try {
      const removed = await this.deps.images.removeLeftovers();
      if (removed > 0) this.deps.log.info({ removed }, 'images were removed from the bucket');
    } catch (error) {
      this.deps.log.warn(
        { reason: (error as Error).message },
        'images could not be removed from the bucket: the next round tries again',
      );
    }
    await this.pause(lookEachMs);
  }
}
