import { useHaggle } from '../app/haggle-context.js';
import { useLoad } from '../app/use-load.js';
import { useLanguage } from '../i18n/language.js';
import type { Category } from '../../../client/index.js';

/** The categories with their names in the chosen language; asked for once. */
export function useCategories(): readonly { id: Category; name: string }[] {
  const { market, memory } = useHaggle();
  const { language } = useLanguage();
  const { value } = useLoad('categories', () => {
    const known = memory.get('categories') as ReturnType<typeof market.listCategories>;
    const loading = known ?? market.listCategories();
    memory.set('categories', loading);
    loading.catch(() => memory.delete('categories'));
    return loading;
  });
  return (value?.items ?? []).map((category) => ({ id: category.id, name: category[language] }));
}
