import { tradeLimits } from '../contract/trade-limits.js';

/** Where the market lives: its nights are the ones that a deadline skips. */
const marketTimeZone = 'Asia/Seoul';

const hourMs = 3_600_000;

/** By time zone, of which there are a few hundred: to make one takes longer than all else here. */
const clocks = new Map<string, Intl.DateTimeFormat>();

function clockIn(timeZone: string): Intl.DateTimeFormat {
  const known = clocks.get(timeZone);
  if (known) return known;
  const parts = { hour: '2-digit', minute: '2-digit', second: '2-digit' } as const;
  const clock = new Intl.DateTimeFormat('en-GB', { timeZone, ...parts, hourCycle: 'h23' });
  clocks.set(timeZone, clock);
  return clock;
}

/** Milliseconds since local midnight. */
function timeOfDay(moment: Date, timeZone: string): number {
  const part = Object.fromEntries(
    clockIn(timeZone)
      .formatToParts(moment)
      .map(({ type, value }) => [type, Number(value)]),
  );
  return (
    ((part['hour']! * 60 + part['minute']!) * 60 + part['second']!) * 1_000 +
    moment.getUTCMilliseconds()
  );
}

/**
 * The moment so many hours later, but never in the night, when nobody could answer: one that falls between 22:00 and
 * 8:00 local time moves to 10:00. In a time zone with summer time the night of the change is an hour off.
 */
export function deadlineAfter(from: Date, hours: number, timeZone = marketTimeZone): Date {
  const { nightFromHour, nightUntilHour, morningHour } = tradeLimits;
  const plain = new Date(from.getTime() + hours * hourMs);
  const time = timeOfDay(plain, timeZone);
  if (time >= nightFromHour * hourMs)
    return new Date(plain.getTime() + (24 + morningHour) * hourMs - time);
  if (time < nightUntilHour * hourMs)
    return new Date(plain.getTime() + morningHour * hourMs - time);
  return plain;
}
