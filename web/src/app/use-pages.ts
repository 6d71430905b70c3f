import { useState } from 'preact/hooks';
import { describeError } from '../i18n/describe-error.js';
import { useLanguage } from '../i18n/language.js';
import { useToast } from './toast.js';
import { useLoad } from './use-load.js';

export interface Page<T> {
  items: readonly T[];
  nextCursor: string | null;
}

/**
 * Loads a list page after page. `items` is undefined until the first page is there; `loadMore` says in words why the
 * next one did not come. Give the component another key where the list is to begin anew.
 */
export function usePages<T>(key: string, load: (page: { cursor?: string }) => Promise<Page<T>>) {
  const { t } = useLanguage();
  const toast = useToast();
  const [more, setMore] = useState<Page<T>>();
  const { value, error, reload } = useLoad(key, () => load({}));
  const cursor = more ? more.nextCursor : (value?.nextCursor ?? null);
  const next = async (from: string) => {
    try {
      const page = await load({ cursor: from });
      setMore({ ...page, items: [...(more?.items ?? []), ...page.items] });
    } catch (thrown) {
      toast(describeError(thrown, t));
    }
  };
  return {
    items: value && [...value.items, ...(more?.items ?? [])],
    /** Undefined at the end. */
    loadMore: cursor === null ? undefined : () => void next(cursor),
    error,
    reload,
  };
}
