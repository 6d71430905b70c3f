import { useFormat } from '../i18n/use-format.js';

/** Times of the day are offered in steps of so many minutes. */
const stepMinutes = 10;
const steps = Array.from({ length: (24 * 60) / stepMinutes }, (_, index) => index * stepMinutes);
const offered = steps.map((minutes) => timeOf(Math.floor(minutes / 60), minutes % 60));

/**
 * A time of the day, as `HH:MM`. A list, since a browser's own control speaks the language of the browser and not the
 * one that the reader chose.
 */
export function TimeSelect(props: {
  value: string;
  onChange: (time: string) => void;
  /** What ties the control to its label and note. */
  described: Record<string, string | boolean>;
}) {
  const format = useFormat();
  // One that was set elsewhere may lie between two steps.
  const times = [...new Set([...offered, props.value])].sort();
  return (
    <select
      {...props.described}
      value={props.value}
      onChange={({ currentTarget }) => props.onChange(currentTarget.value)}
    >
      {times.map((time) => (
        <option key={time} value={time}>
          {format.clock(`2026-01-01T${time}`)}
        </option>
      ))}
    </select>
  );
}

/** `HH:MM` */
export function timeOf(hours: number, minutes: number): string {
  return [hours, minutes].map((part) => String(part).padStart(2, '0')).join(':');
}
