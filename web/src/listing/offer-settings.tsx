import { limits } from '../../../client/index.js';
import { tradeLimits } from '../../../client/market.js';
import { useLanguage } from '../i18n/language.js';
import { Field, described } from '../parts/field.js';
import { grouped } from './grouped.js';

/** The seller's rules for offers: how long one stands, and, seen by nobody else, what answers it. */
export function OfferSettings(props: {
  hours: string;
  minimum: string;
  autoAccept: string;
  errors: Partial<Record<string, string>>;
  onChange: (some: { hours?: string; minimum?: string; autoAccept?: string }) => void;
}) {
  const { t } = useLanguage();
  const { errors, onChange } = props;
  return (
    <details class="offer-settings" open={Boolean(errors.minimum ?? errors.autoAccept)}>
      <summary>{t('sell.offerSettings')}</summary>
      <Field name="hours" label={t('sell.hours')} hint={t('sell.hoursHint')}>
        <select
          {...described('hours', undefined)}
          value={props.hours}
          onChange={({ currentTarget: { value } }) => onChange({ hours: value })}
        >
          {[limits.offerHours, tradeLimits.offerHoursLong].map((hours) => (
            <option key={hours} value={hours}>
              {t('sell.hoursOf', hours)}
            </option>
          ))}
        </select>
      </Field>
      <p class="field-note">{t('sell.offerSettingsHint')}</p>
      {(['minimum', 'autoAccept'] as const).map((name) => (
        <Field
          key={name}
          name={name}
          label={t(`sell.${name}`)}
          hint={t(`sell.${name}Hint`)}
          error={errors[name]}
        >
          <div class="with-unit">
            <input
              {...described(name, errors[name])}
              inputMode="numeric"
              autoComplete="off"
              value={grouped(props[name])}
              onInput={({ currentTarget: { value } }) =>
                onChange({ [name]: value.replace(/\D/g, '') })
              }
            />
            <span aria-hidden="true">{t('sell.priceUnit')}</span>
          </div>
        </Field>
      ))}
    </details>
  );
}
