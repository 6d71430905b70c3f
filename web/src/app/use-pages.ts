import { useState } from 'preact/hooks';
import { useLoad } from './use-load.js';

export interface Page<T> {
  items: readonly T[];
  nextCursor: string | null;
}

/** The next page that holds something, or the last one: the server leaves out what is out of sight, even whole pages. */
async function loadFilled<P extends Page<unknown>>(
  load: (page: { cursor?: string }) => Promise<P>,
  cursor: string | null,
): Promise<P> {
  const page = await load(cursor === null ? {} : { cursor });
  return page.items.length > 0 || page.nextCursor === null
    ? page
    : loadFilled(load, page.nextCursor);
}

/** A list as far as it is loaded. */
export interface Pages<P extends Page<unknown>> {
  /** Undefined until the first page is there. */
  items: P['items'] | undefined;
  /** The page that came last, for what it says beside its items. */
  page: P | undefined;
  /** Undefined at the end. */
  loadMore: (() => Promise<void>) | undefined;
  error: unknown;
  reload: () => void;
  /** Makes the list what an act made of it. */
  change: (edit: (items: P['items']) => P['items']) => void;
}

/**
 * Loads a list page after page; the first page is kept as `useLoad` keeps values. Give the component another key where
 * the list is to begin anew.
 */
export function usePages<P extends Page<unknown>>(
  key: string,
  load: (page: { cursor?: string }) => Promise<P>,
): Pages<P> {
  // All pages together, once there is more than one: a first page that is loaded again would not fit to the others.
  const [grown, setGrown] = useState<P>();
  const { value: first, error, reload, learn } = useLoad(key, () => loadFilled(load, null));
  const page = grown ?? first;
  const next = async ({ items, nextCursor }: P) => {
    const more = await loadFilled(load, nextCursor);
    setGrown({ ...more, items: [...items, ...more.items] });
  };
  return {
    items: page?.items,
    page,
    loadMore: page && page.nextCursor !== null ? () => next(page) : undefined,
    error,
    reload: () => {
      setGrown(undefined);
      reload();
    },
    change: (edit) => {
      if (first) learn({ ...first, items: edit(first.items) });
      if (grown) setGrown({ ...grown, items: edit(grown.items) });
    },
  };
}
