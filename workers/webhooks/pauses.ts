import { readRetryAfter } from '../../src/platform/retry-after.js';

/** The longest pause, in milliseconds. */
const longestMs = 3_600_000;

/**
 * How long to wait after so many failed tries (1, 2, …): exponential with full jitter, so that what failed together
 * does not come again together; not shorter than what the receiver asked for.
 *
 * @param random from 0 to 1
 */
export function pauseAfter(
  tries: number,
  options: { baseMs: number; random: number; retryAfterMs?: number | undefined },
): number {
  const most = Math.min(longestMs, options.baseMs * 2 ** (tries - 1));
  return (options.retryAfterMs ?? 0) + most * options.random;
}

/** A longer `Retry-After` is cut to this, since an event is given up after a day. */
const obeyedMs = 24 * 3_600_000;

/** How long a `Retry-After` is obeyed, in milliseconds; undefined when it cannot be read. */
export function obeyedRetryAfter(header: string | null, now: Date): number | undefined {
  const ms = readRetryAfter(header, now.getTime());
  return ms === undefined ? undefined : Math.min(obeyedMs, Math.max(0, ms));
}
