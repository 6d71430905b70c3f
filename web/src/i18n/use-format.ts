import { useLanguage, type Language } from './language.js';
import type { Translate } from './messages.js';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** One for each language that was spoken: its formatters are dear, and every row of a list needs them. */
const formats = new WeakMap<Translate, Format>();

/** Money, times and distances as people of the chosen language write them. */
export function useFormat(): Format {
  const { language, t } = useLanguage();
  let format = formats.get(t);
  if (!format) formats.set(t, (format = createFormat(language, t)));
  return format;
}

export type Format = ReturnType<typeof createFormat>;

function createFormat(language: Language, t: Translate) {
  const locale = language === 'ko' ? 'ko-KR' : 'en-GB';
  const digits = new Intl.NumberFormat(locale);
  const clock = new Intl.DateTimeFormat(locale, { hour: 'numeric', minute: '2-digit' });
  const date = new Intl.DateTimeFormat(locale, { month: 'short', day: 'numeric' });
  const fullDate = new Intl.DateTimeFormat(locale, {
    year: 'numeric',
    month: 'long',
    day: 'numeric',
    weekday: 'long',
  });
  const meeting = new Intl.DateTimeFormat(locale, {
    month: 'short',
    day: 'numeric',
    weekday: 'short',
    hour: 'numeric',
    minute: '2-digit',
  });
  const weekday = new Intl.DateTimeFormat(locale, {
    month: 'short',
    day: 'numeric',
    weekday: 'short',
  });
  const ago = new Intl.RelativeTimeFormat(locale, { numeric: 'always', style: 'short' });
  const unit = (value: number, name: 'hour' | 'minute' | 'second') =>
    new Intl.NumberFormat(locale, { style: 'unit', unit: name, unitDisplay: 'short' }).format(
      value,
    );
  const won = (amount: number) =>
    language === 'ko' ? `${digits.format(amount)}원` : `₩${digits.format(amount)}`;

  return {
    won,
    price: (amount: number) => (amount === 0 ? t('listing.free') : won(amount)),
    clock: (iso: string) => clock.format(new Date(iso)),
    date: (iso: string) => date.format(new Date(iso)),
    /** A day to come, with the day of the week. */
    day: (iso: string) => weekday.format(new Date(iso)),
    /** When people meet: day of the week and time with it. */
    meeting: (iso: string) =>
      // What belongs together stays on one line: the time never stands there without its half of the day.
      meeting.format(new Date(iso)).replace(/ (?=\d{1,2}:)/, '\u00a0'),
    degrees: (degrees: number) => `${degrees.toFixed(1)}°C`,
    /** A signed number with up to two decimals. */
    signed: (value: number) =>
      new Intl.NumberFormat(locale, { maximumFractionDigits: 2, signDisplay: 'exceptZero' }).format(
        value,
      ),
    /** Before the messages of a day. */
    dayLine: (iso: string, now = Date.now()) => {
      const days = daysBetween(new Date(iso), new Date(now));
      if (days > 1) return fullDate.format(new Date(iso));
      return t(days === 1 ? 'chats.yesterday' : 'room.today');
    },
    /** In lists: the clock today, then "yesterday", then the date. */
    listTime: (iso: string, now = Date.now()) => {
      const days = daysBetween(new Date(iso), new Date(now));
      if (days <= 0) return clock.format(new Date(iso));
      return days === 1 ? t('chats.yesterday') : date.format(new Date(iso));
    },
    ago: (iso: string, now = Date.now()) => {
      const past = now - Date.parse(iso);
      if (past < minute) return t('common.justNow');
      if (past < hour) return ago.format(-Math.floor(past / minute), 'minute');
      if (past < day) return ago.format(-Math.floor(past / hour), 'hour');
      if (past < 30 * day) return ago.format(-Math.floor(past / day), 'day');
      return date.format(new Date(iso));
    },
    /** What is left until then, in its two largest units. */
    left: (iso: string, now: number) => {
      const ms = Math.max(0, Date.parse(iso) - now);
      if (ms < minute) return unit(Math.floor(ms / 1_000), 'second');
      const hours = Math.floor(ms / hour);
      if (hours >= 48)
        return new Intl.NumberFormat(locale, {
          style: 'unit',
          unit: 'day',
          unitDisplay: 'short',
        }).format(Math.floor(hours / 24));
      const minutes = Math.floor((ms % hour) / minute);
      return [hours > 0 && unit(hours, 'hour'), minutes > 0 && unit(minutes, 'minute')]
        .filter(Boolean)
        .join(' ');
    },
    distance: (km: number) =>
      km < 1 ? `${Math.max(100, Math.round(km * 10) * 100)} m` : `${km.toFixed(1)} km`,
    percent: (share: number) =>
      new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 }).format(share),
  };
}

/** Calendar days of this device's time zone. */
function daysBetween(from: Date, to: Date): number {
  const midnight = (at: Date) => new Date(at.getFullYear(), at.getMonth(), at.getDate()).getTime();
  return Math.round((midnight(to) - midnight(from)) / day);
}
