/** What a check found out: `ok`, `warn` (it works, but not as it should in production) or `fail`. */
export interface Finding {
  is: 'ok' | 'warn' | 'fail';
  about: string;
  /** What was seen. */
  what: string;
  /** What to do about it. */
  remedy?: string;
}

export const ok = (about: string, what: string): Finding => ({ is: 'ok', about, what });
export const warn = (about: string, what: string, remedy: string): Finding => ({
  is: 'warn',
  about,
  what,
  remedy,
});
export const fail = (about: string, what: string, remedy: string): Finding => ({
  is: 'fail',
  about,
  what,
  remedy,
});

/** True when the first version is the second one or a later one. */
export function isFrom(version: string, least: string): boolean {
  const [a, b] = [version, least].map((text) => text.split('.').map(Number));
  for (const at of [0, 1]) if (a![at] !== b![at]) return (a![at] ?? 0) > (b![at] ?? 0);
  return true;
}

/** Clocks that differ by less than this do no harm; relay and sync allow for a minute. */
export function clockFinding(about: string, differenceMs: number): Finding {
  const seconds = Math.abs(Math.round(differenceMs / 1_000));
  const remedy = 'Let all machines keep their clocks by NTP.';
  if (seconds >= 60) return fail(about, `its clock differs from ours by ${seconds} s`, remedy);
  if (seconds >= 2) return warn(about, `its clock differs from ours by ${seconds} s`, remedy);
  return ok(about, 'its clock agrees with ours');
}
