import { useState } from 'preact/hooks';
import { limits } from '../../../client/index.js';
import { useLanguage } from '../i18n/language.js';
import { Field, described } from '../parts/field.js';
import { Sheet } from '../parts/sheet.js';
import { shownStates, type Filters } from './filters.js';

/** The price from and to, and the state. */
export function FilterSheet(props: {
  filters: Filters;
  onChange: (some: Partial<Filters>) => void;
  onClose: () => void;
}) {
  const { t } = useLanguage();
  const [from, setFrom] = useState(text(props.filters.minPrice));
  const [to, setTo] = useState(text(props.filters.maxPrice));
  const [state, setState] = useState(props.filters.state);
  const [error, setError] = useState<string>();
  const apply = (event: SubmitEvent) => {
    event.preventDefault();
    const [minPrice, maxPrice] = [amount(from), amount(to)];
    if (minPrice !== undefined && maxPrice !== undefined && minPrice > maxPrice)
      return setError(t('filter.priceOrder'));
    props.onChange({ minPrice, maxPrice, state });
    props.onClose();
  };
  return (
    <Sheet title={t('filter.title')} onClose={props.onClose}>
      <form class="form filter-form" noValidate onSubmit={apply}>
        <div class="filter-prices">
          <Price name="from" label={t('filter.minPrice')} value={from} onInput={setFrom} />
          <Price name="to" label={t('filter.maxPrice')} value={to} onInput={setTo} error={error} />
        </div>
        <div class="filter-states" role="group" aria-label={t('filter.state')}>
          {[undefined, ...shownStates].map((one) => (
            <button
              key={one ?? ''}
              type="button"
              class="chip-button"
              aria-pressed={state === one}
              onClick={() => setState(one)}
            >
              {t(one ? `listing.state.${one}` : 'filter.live')}
            </button>
          ))}
        </div>
        <div class="sheet-actions">
          <button
            type="button"
            class="button"
            onClick={() => {
              props.onChange({ minPrice: undefined, maxPrice: undefined, state: undefined });
              props.onClose();
            }}
          >
            {t('filter.reset')}
          </button>
          <button type="submit" class="button button-primary">
            {t('filter.apply')}
          </button>
        </div>
      </form>
    </Sheet>
  );
}

function Price(props: {
  name: string;
  label: string;
  value: string;
  error?: string | undefined;
  onInput: (digits: string) => void;
}) {
  const { t } = useLanguage();
  return (
    <Field name={props.name} label={props.label} error={props.error}>
      <div class="with-unit">
        <input
          {...described(props.name, props.error)}
          inputMode="numeric"
          autoComplete="off"
          value={props.value}
          onInput={({ currentTarget }) => props.onInput(currentTarget.value.replace(/\D/g, ''))}
        />
        <span aria-hidden="true">{t('sell.priceUnit')}</span>
      </div>
    </Field>
  );
}

const text = (price: number | undefined) => (price === undefined ? '' : String(price));
const amount = (digits: string) =>
  digits === '' ? undefined : Math.min(Number(digits), limits.priceMaxWon);
