import { HaggleError } from './haggle-error.js';
import type { Readable } from './readable.js';

/** The first upper bound of the wait, and the highest one (ms). */
const firstMs = 500;
const highestMs = 30_000;

/** The longest wait for the next try that a photo is given (ms): nobody waits longer for one. */
export const waitMaxMs = 60_000;

/**
 * Full jitter: anything between zero and a ceiling that doubles with every failure. Thousands of clients that lost
 * the same node come back spread over the whole span instead of in waves.
 */
export function backoffMs(failures: number, random: () => number = Math.random): number {
  const ceiling = Math.min(highestMs, firstMs * 2 ** Math.min(failures, 16));
  return Math.round(random() * ceiling);
}

/** Returns what the work returns, or what `late` returns when it takes longer; `late` may throw. */
export function within<T>(ms: number, work: Promise<T>, late: () => T): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const over = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  return Promise.race([work, over.then(late)]).finally(() => clearTimeout(timer));
}

/** Throws `CLOSED` once the client is closed. */
export function mustBeOpen(closed: Readable<boolean>): void {
  if (closed.snapshot()) throw new HaggleError('CLOSED');
}

/** Settles like the work, but with `CLOSED` as soon as the client is closed; afterwards no work is begun. */
export async function unlessClosed<T>(
  closed: Readable<boolean>,
  work: () => Promise<T>,
): Promise<T> {
  mustBeOpen(closed);
  let stop: (() => void) | undefined;
  const over = new Promise<never>((_, reject) => {
    stop = closed.subscribe(() => reject(new HaggleError('CLOSED')));
  });
  return Promise.race([work(), over]).finally(stop);
}
