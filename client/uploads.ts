import { limits } from '../src/contract/limits.js';
import type { Api, Upload } from './api.js';
import { backoffMs } from './waits.js';
import type { Image } from './contract-types.js';
import { HaggleError } from './haggle-error.js';
import { shrunk } from './shrink-image.js';

/** More at a time is what the server answers with "later". */
const atOnce = 2;
/** Tries of one picture, and the longest wait for the next one: nobody looks at a photo for longer. */
const triesMax = 6;
const waitMaxMs = 60_000;

/**
 * Pictures on their way to the server: as small as they are kept, two at a time, and again when there was no room for
 * them. Each stands for itself: one that is refused leaves the others alone.
 */
export class Uploads {
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  readonly #api: Api;

  constructor(api: Api) {
    this.#api = api;
  }

  /** Throws `PAYLOAD_TOO_LARGE` without asking the server, and whatever the server refuses for good. */
  async upload(image: Upload): Promise<Image> {
    if (this.#running < atOnce) this.#running += 1;
    // Whoever is done hands its place over.
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      const small = await shrunk(image);
      if (small instanceof Blob && small.size > limits.imageBytes)
        throw new HaggleError('PAYLOAD_TOO_LARGE');
      return await this.#insist(small);
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running -= 1;
    }
  }

  async #insist(image: Upload): Promise<Image> {
    for (let failures = 0; ; failures += 1) {
      try {
        return await this.#api.uploadImage(image);
      } catch (thrown) {
        const { retryable, retryAfterMs = 0 } = HaggleError.from(thrown);
        if (!retryable || failures + 1 >= triesMax || retryAfterMs > waitMaxMs) throw thrown;
        await new Promise((resolve) => setTimeout(resolve, retryAfterMs + backoffMs(failures)));
      }
    }
  }
}
