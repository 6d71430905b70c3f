const rfc3339 =
  /^(\d{4}-\d\d-\d\d)[Tt ]([01]\d|2[0-3]):([0-5]\d):([0-5]\d|60)(?:\.(\d+))?([Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

/**
 * Turns a time in any spelling of RFC 3339 (a note in its section 5.6 allows a blank between date and time) into UTC with
 * milliseconds; finer digits are cut off. Undefined when the text is no such time. A leap second, which only ends a day
 * of UTC, becomes the first second of the next day, because clocks have no place for it.
 */
export function inUtc(text: string): string | undefined {
  const [, date, hour, minute, second, fraction = '', offset = ''] = rfc3339.exec(text) ?? [];
  if (date === undefined || !isDay(date)) return undefined;
  const leap = second === '60';
  const ms = fraction.slice(0, 3).padEnd(3, '0');
  const zone = offset.toUpperCase().replace('-00:00', 'Z');
  const time = Date.parse(`${date}T${hour}:${minute}:${leap ? 59 : second}.${ms}${zone}`);
  const utc = new Date(time).toISOString();
  if (leap) return utc.slice(11, 19) === '23:59:59' ? later(time) : undefined;
  return withFourDigits(utc);
}

/** Whether the month has such a day; `Date.parse` would roll over to the next month. */
function isDay(date: string): boolean {
  const time = Date.parse(`${date}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(date);
}

const later = (time: number) => withFourDigits(new Date(time + 1_000).toISOString());

/** Undefined for years outside 0000 to 9999, which RFC 3339 cannot spell; an offset may lead to them. */
const withFourDigits = (utc: string): string | undefined => (utc.length === 24 ? utc : undefined);
