const gatherMs = 10 * 60_000;
const perDay = 20;
const DAY = 24 * 3_600_000;

/**
 * When an alert may be shown: null: at once; else it is held until then, with all that come meanwhile. The first shows
 * at once, what follows within ten minutes is gathered, and within 24 hours a person is shown no more than twenty.
 * Source: the caps of the push rules, docs/push.md.
 *
 * `shown`: when alerts were shown to this person in the last 24 hours, and when held ones will be, in any order.
 */
export function alertHeldUntil(shown: readonly Date[], now: Date): Date | null {
  const times = [...new Set(shown.map((at) => at.getTime()))].sort((a, b) => a - b);
  const planned = times.find((at) => at > now.getTime());
  if (planned !== undefined && planned - now.getTime() <= gatherMs) return new Date(planned);
  const ofDay = times.filter((at) => at > now.getTime() - DAY);
  const last = ofDay.filter((at) => at <= now.getTime()).at(-1);
  const gathered = last === undefined ? 0 : last + gatherMs;
  const allowed = ofDay.length < perDay ? 0 : ofDay.at(-perDay)! + DAY;
  const at = Math.max(gathered, allowed);
  return at > now.getTime() ? new Date(at) : null;
}
