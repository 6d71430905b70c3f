import type { Category } from '../../../client/index.js';
import { useLanguage } from '../i18n/language.js';
import { useCategories } from '../parts/use-categories.js';

/** One row to scroll sideways: everything, or one category. */
export function CategoryChips(props: {
  chosen: Category | undefined;
  onChoose: (category: Category | undefined) => void;
}) {
  const { t } = useLanguage();
  const categories = useCategories();
  const chips = [{ id: undefined, name: t('feed.all') }, ...categories];
  return (
    <div class="chips" role="group" aria-label={t('feed.categories')}>
      {chips.map(({ id, name }) => (
        <button
          key={id ?? ''}
          type="button"
          class="chip-button"
          aria-pressed={props.chosen === id}
          onClick={() => props.onChoose(id)}
        >
          {name}
        </button>
      ))}
    </div>
  );
}
