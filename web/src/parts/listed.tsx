import type { ComponentChildren } from 'preact';
import type { Load } from '../app/use-load.js';
import type { usePages } from '../app/use-pages.js';
import { useLanguage } from '../i18n/language.js';
import { Failure } from './failure.js';
import { LoadMore } from './load-more.js';

interface LoadedProps<T> {
  load: Load<T>;
  /** Said to who may not look, or no longer. */
  forbidden?: string | undefined;
  children: (value: T) => ComponentChildren;
}

/** What was loaded; until it is there that it comes, or why it does not. */
export function Loaded<T>({ load, forbidden, children }: LoadedProps<T>) {
  const { t } = useLanguage();
  const { value, error, reload } = load;
  if (error) return <Failure error={error} forbidden={forbidden} onRetry={reload} />;
  if (!value) return <p class="feed-end">{t('common.loading')}</p>;
  return <>{children(value)}</>;
}

/** A list as far as it is loaded, and the way to more of it; `none` where nothing is in it. */
export function Listed<T>(props: {
  found: ReturnType<typeof usePages<T>>;
  none: ComponentChildren;
  forbidden?: string | undefined;
  children: (items: readonly T[]) => ComponentChildren;
}) {
  const { items, loadMore, ...load } = props.found;
  return (
    <Loaded load={{ ...load, value: items }} forbidden={props.forbidden}>
      {(all) => (
        <>
          {all.length === 0 && !loadMore ? props.none : props.children(all)}
          <LoadMore onMore={loadMore} />
        </>
      )}
    </Loaded>
  );
}
