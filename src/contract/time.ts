const rfc3339 =
  /^(\d{4}-\d\d-\d\d)[Tt ]([01]\d|2[0-3]):([0-5]\d):([0-5]\d|60)(?:\.(\d+))?([Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

/**
 * A time in any spelling of RFC 3339 (a note in its section 5.6 allows a blank between date and time) as UTC with
 * milliseconds, what is finer cut off; undefined when it is none. A
 * leap second, which only ends a day of UTC, is the first one of the next day: clocks have no place for it.
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

/** Whether the month has such a day; dates roll over otherwise. */
function isDay(date: string): boolean {
  const time = Date.parse(`${date}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(date);
}

const later = (time: number) => withFourDigits(new Date(time + 1_000).toISOString());

/** Other years have no spelling in RFC 3339; an offset may lead to them. */
const withFourDigits = (utc: string): string | undefined => (utc.length === 24 ? utc : undefined);
