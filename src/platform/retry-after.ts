/**
 * The wait that a `Retry-After` asks for (RFC 9110, 10.2.3: seconds, or a date), in milliseconds from `now`; below 0
 * for a date that has passed. Undefined: it cannot be read. How much of it is obeyed is up to the caller.
 */
export function readRetryAfter(value: string | null | undefined, now: number): number | undefined {
  if (!value?.trim()) return undefined;
  const seconds = Number(value);
  const ms = Number.isNaN(seconds) ? Date.parse(value) - now : seconds * 1_000;
  return Number.isNaN(ms) ? undefined : ms;
}
