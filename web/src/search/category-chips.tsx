import type { Category } from '../../../client/index.js';
import { useLanguage } from '../i18n/language.js';
import { ChipChoice } from '../parts/chip-choice.js';
import { useCategories } from '../parts/use-categories.js';

/** One row to scroll sideways: everything, or one category. */
export function CategoryChips(props: {
  chosen: Category | undefined;
  onChoose: (category: Category | undefined) => void;
}) {
  const { t } = useLanguage();
  const categories = useCategories();
  return (
    <ChipChoice<Category | undefined>
      title={t('feed.categories')}
      all={[{ id: undefined, name: t('feed.all') }, ...categories]}
      chosen={props.chosen}
      onChoose={props.onChoose}
    />
  );
}
