/**
 * Day and time for a person: `Nov 28, 3:00 PM`, `11월 28일 오후 3시`. The Korean text is built here: Intl writes `PM 3:00`
 * or `오후 3:00` depending on its version, and a particle must follow 시 or 분, as it is spoken.
 */
export function momentIn(locale: string, timeZone: string, at: Date): string {
  const clock = clockOf(locale, timeZone);
  if (locale === 'en') return clock.format(at);
  const part = Object.fromEntries(
    clock.formatToParts(at).map(({ type, value }) => [type, Number(value)]),
  );
  const { month = 0, day = 0, hour = 0, minute = 0 } = part;
  const time = `${hour < 12 ? '오전' : '오후'} ${hour % 12 || 12}시${minute ? ` ${minute}분` : ''}`;
  return `${month}월 ${day}일 ${time}`;
}

const clocks = new Map<string, Intl.DateTimeFormat>();

function clockOf(locale: string, timeZone: string): Intl.DateTimeFormat {
  const key = `${locale}/${timeZone}`;
  const known = clocks.get(key);
  if (known) return known;
  const english = locale === 'en';
  const made = new Intl.DateTimeFormat('en-US', {
    timeZone,
    month: english ? 'short' : 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
    ...(english ? {} : { hourCycle: 'h23' }),
  });
  clocks.set(key, made);
  return made;
}
