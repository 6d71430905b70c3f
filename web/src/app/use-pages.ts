import { useState } from 'preact/hooks';
import { describeError } from '../i18n/describe-error.js';
import { useLanguage } from '../i18n/language.js';
import { useToast } from './toast.js';
import { useLoad } from './use-load.js';

export interface Page<T> {
  items: readonly T[];
  nextCursor: string | null;
}

/** The next page that holds something, or the last one: the server leaves out what is out of sight, even whole pages. */
async function loadFilled<T>(
  load: (page: { cursor?: string }) => Promise<Page<T>>,
  cursor: string | null,
): Promise<Page<T>> {
  const page = await load(cursor === null ? {} : { cursor });
  return page.items.length > 0 || page.nextCursor === null
    ? page
    : loadFilled(load, page.nextCursor);
}

/**
 * Loads a list page after page. `items` is undefined until the first page is there; `loadMore` says in words why the
 * next one did not come. Give the component another key where the list is to begin anew.
 */
export function usePages<T>(key: string, load: (page: { cursor?: string }) => Promise<Page<T>>) {
  const { t } = useLanguage();
  const toast = useToast();
  const [more, setMore] = useState<Page<T>>();
  const { value, error, reload } = useLoad(key, () => loadFilled(load, null));
  const cursor = more ? more.nextCursor : (value?.nextCursor ?? null);
  const next = async (from: string) => {
    try {
      const page = await loadFilled(load, from);
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
