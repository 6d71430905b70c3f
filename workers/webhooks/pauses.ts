/** A pause never grows beyond this. */
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

/** Longer than that nobody is obeyed: an event is given up after a day. */
const obeyedMs = 24 * 3_600_000;

/** What a `Retry-After` says, in milliseconds from now: seconds, or a date. Undefined: nothing that can be read. */
export function readRetryAfter(header: string | null, now: Date): number | undefined {
  if (header === null) return undefined;
  const ms = /^\d+$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - now.getTime();
  return Number.isNaN(ms) ? undefined : Math.min(obeyedMs, Math.max(0, ms));
}
