import { useState } from 'preact/hooks';
import { useLanguage } from '../i18n/language.js';
import { ChipSelect } from '../parts/chip-select.js';
import { Icon } from '../parts/icon.js';
import { CategoryChips } from './category-chips.js';
import { FilterSheet } from './filter-sheet.js';
import { bands, countSet, isAnywhere, sorts, type Filters, type Sort } from './filters.js';

/** How far, in which order, which categories; price and state in a sheet of their own. */
export function FilterBar(props: {
  filters: Filters;
  /** A search can be sorted by how well it fits. */
  searching?: boolean;
  onChange: (some: Partial<Filters>) => void;
}) {
  const { filters, searching = false, onChange } = props;
  const { t } = useLanguage();
  const [open, setOpen] = useState(false);
  const possible = sorts.filter((sort) => sort !== 'distance' || !isAnywhere(filters));
  const orders: readonly Sort[] = searching ? ['relevance', ...possible] : possible;
  const set = countSet(filters);
  return (
    <>
      <div class="filter-bar">
        <select
          class="chip-button"
          aria-label={t('filter.band')}
          value={filters.circle ? 'saved' : String(filters.band)}
          onChange={({ currentTarget: { value } }) =>
            onChange({ band: bands.find((band) => String(band) === value), circle: undefined })
          }
        >
          {filters.circle && (
            <option value="saved">{t('filter.saved', filters.circle.radiusKm)}</option>
          )}
          {bands.map((band) => (
            <option key={band} value={String(band)}>
              {band === 'anywhere' ? t('filter.anywhere') : t('filter.within', band)}
            </option>
          ))}
        </select>
        <ChipSelect
          title={t('filter.sort')}
          all={orders.map((id) => ({ id, name: t(`filter.sort.${id}`) }))}
          chosen={filters.sort ?? orders[0]}
          onChoose={(sort) => onChange({ sort })}
        />
        <button
          type="button"
          class="chip-button filter-more"
          aria-pressed={set > 0}
          aria-haspopup="dialog"
          onClick={() => setOpen(true)}
        >
          <Icon name="filter" />
          {set > 0 ? t('filter.set', set) : t('filter.title')}
        </button>
      </div>
      <CategoryChips chosen={filters.category} onChoose={(category) => onChange({ category })} />
      {open && <FilterSheet filters={filters} onChange={onChange} onClose={() => setOpen(false)} />}
    </>
  );
}
