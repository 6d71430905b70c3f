import { limits } from '../src/contract/limits.js';
import { backoffMs, waitMaxMs } from './waits.js';
import type { Image } from './contract-types.js';
import { HaggleError } from './haggle-error.js';
import { shrunk, type Upload } from './shrink-image.js';
import type { OnProgress } from './upload-progress.js';

/** The most uploads at a time, since the server refuses more for the moment. */
const atOnce = 2;
/** The most tries of one picture. */
const triesMax = 6;

/** One try to upload a picture. */
export type Send = (image: Upload, signal?: AbortSignal, onProgress?: OnProgress) => Promise<Image>;

/**
 * Uploads pictures: shrunk to the size that the server keeps, two at a time, and again later when there was no room.
 * Each is on its own: a refused one leaves the others alone.
 */
export class Uploads {
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  readonly #send: Send;

  constructor(send: Send) {
    this.#send = send;
  }

  /**
   * Throws `PAYLOAD_TOO_LARGE` without asking the server, `DISCARDED` once `signal` gives it up, and whatever the server
   * refuses for good.
   */
  async upload(image: Upload, signal?: AbortSignal, onProgress?: OnProgress): Promise<Image> {
    if (this.#running < atOnce) this.#running += 1;
    // An upload that ends hands over its place.
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      mustBeWanted(signal);
      const small = await shrunk(image);
      if (small instanceof Blob && small.size > limits.imageBytes)
        throw new HaggleError('PAYLOAD_TOO_LARGE');
      return await this.#insist(small, signal, onProgress);
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running -= 1;
    }
  }

  async #insist(...[image, signal, onProgress]: Parameters<Send>): Promise<Image> {
    for (let failures = 0; ; failures += 1) {
      mustBeWanted(signal);
      try {
        return await this.#send(image, signal, onProgress);
      } catch (thrown) {
        mustBeWanted(signal);
        const { retryable, retryAfterMs = 0 } = HaggleError.from(thrown);
        if (!retryable || failures + 1 >= triesMax || retryAfterMs > waitMaxMs) throw thrown;
        await pause(retryAfterMs + backoffMs(failures), signal);
      }
    }
  }
}

/** Asked before each request: one that begins after it was given up would not notice. */
export function mustBeWanted(signal?: AbortSignal): void {
  if (signal?.aborted) throw new HaggleError('DISCARDED');
}

/** Ends early once it is given up. */
const pause = (ms: number, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal?.addEventListener('abort', end);
  });
