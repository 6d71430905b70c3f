const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** As much as others may know: to ten minutes within the hour, to the hour within the day, else to the day. */
export function coarsely(at: Date, now: Date): Date {
  const ago = now.getTime() - at.getTime();
  const grain = ago < hour ? 10 * minute : ago < day ? hour : day;
  return new Date(Math.floor(at.getTime() / grain) * grain);
}
