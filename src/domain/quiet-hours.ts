/** Local times of day, `HH:MM`; over midnight when `from` is the later one. `to` itself is not quiet any more. */
export interface QuietHours {
  from: string;
  to: string;
}

const MINUTE = 60_000;
const DAY_MINUTES = 24 * 60;

/** The end of the quiet hours that are now, to the minute; null when it isn't quiet. */
export function quietUntil(hours: QuietHours, timeZone: string, now: Date): Date | null {
  const from = minutesOf(hours.from);
  const to = minutesOf(hours.to);
  const clock = wallClock(timeZone);
  const isQuiet = (at: number) => {
    const minute = clock(at);
    return from < to ? minute >= from && minute < to : minute >= from || minute < to;
  };
  let quiet = Math.floor(now.getTime() / MINUTE) * MINUTE;
  while (isQuiet(quiet)) {
    const end = quiet + ((to - clock(quiet) + DAY_MINUTES) % DAY_MINUTES) * MINUTE;
    // Clocks were put forward or back meanwhile: twice a year it is looked at minute by minute.
    if (clock(end) !== to) quiet += MINUTE;
    else return new Date(end);
  }
  return quiet > now.getTime() ? new Date(quiet) : null;
}

function minutesOf(time: string): number {
  const [hour, minute] = time.split(':').map(Number);
  return hour! * 60 + minute!;
}

const clocks = new Map<string, Intl.DateTimeFormat>();

/** Minute of the local day; a zone that nobody knows is that of the product. */
function wallClock(timeZone: string): (at: number) => number {
  let format = clocks.get(timeZone);
  if (!format) {
    format = formatIn(timeZone) ?? formatIn('Asia/Seoul')!;
    clocks.set(timeZone, format);
  }
  const known = format;
  return (at) => minutesOf(known.format(at));
}

function formatIn(timeZone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat('en-GB', {
      timeZone,
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });
  } catch {
    return undefined;
  }
}
