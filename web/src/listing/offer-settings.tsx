import { useLanguage } from '../i18n/language.js';
import { Field, described } from '../parts/field.js';
import { grouped } from './grouped.js';

/** How the seller's rules answer offers: what nobody else sees. */
export function OfferSettings(props: {
  minimum: string;
  autoAccept: string;
  errors: Partial<Record<string, string>>;
  onChange: (some: { minimum?: string; autoAccept?: string }) => void;
}) {
  const { t } = useLanguage();
  const { errors, onChange } = props;
  return (
    <details class="offer-settings" open={Boolean(errors.minimum ?? errors.autoAccept)}>
      <summary>{t('sell.offerSettings')}</summary>
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
