import { useState } from 'preact/hooks';
import { useLanguage } from '../i18n/language.js';
import { useFormat } from '../i18n/use-format.js';
import { Field, described } from '../parts/field.js';
import { TimeSelect, timeOf } from '../parts/time-select.js';

/** A day from today on and a time, in the time zone of this device. */
export function MomentField(props: {
  label: string;
  error: string | undefined;
  /** ISO 8601 */
  at: string;
  /** The last day that can be chosen, counted from today. */
  days: number;
  onChange: (at: string) => void;
}) {
  const { label, error, onChange } = props;
  const { t } = useLanguage();
  const format = useFormat();
  const [today] = useState(() => new Date().setHours(0, 0, 0, 0));
  const at = new Date(props.at);
  const time = timeOf(at.getHours(), at.getMinutes());
  const days = Array.from({ length: props.days + 1 }, (_, index) => {
    const day = new Date(today);
    day.setDate(day.getDate() + index);
    return day;
  });
  const change = (day: Date, [hours, minutes] = time.split(':').map(Number)) =>
    onChange(new Date(new Date(day).setHours(hours!, minutes, 0, 0)).toISOString());
  const near = [t('appointment.today'), t('appointment.tomorrow')];
  return (
    <Field name="at" label={label} error={error}>
      <div class="moment">
        <select
          {...described('at', error)}
          value={at.toDateString()}
          onChange={({ currentTarget }) => change(days[currentTarget.selectedIndex]!)}
        >
          {days.map((day, index) => (
            <option key={day.toDateString()} value={day.toDateString()}>
              {[near[index], format.day(day.toISOString())].filter(Boolean).join(', ')}
            </option>
          ))}
        </select>
        <TimeSelect
          described={{ 'aria-label': t('appointment.time') }}
          value={time}
          onChange={(chosen) => change(at, chosen.split(':').map(Number))}
        />
      </div>
    </Field>
  );
}
