import type { ComponentChildren } from 'preact';
import type { Load } from '../app/use-load.js';
import type { Page, Pages } from '../app/use-pages.js';
import { useLanguage } from '../i18n/language.js';
import { Failure } from './failure.js';
import { LoadMore } from './load-more.js';

interface LoadedProps<T> {
  load: Pick<Load<T>, 'value' | 'error' | 'reload'>;
  /** Said to who may not look, or no longer. */
  forbidden?: string | undefined;
  children: (value: T) => ComponentChildren;
}

/** What was loaded; until it is there that it comes, or why it does not, or not anew. */
export function Loaded<T>({ load, forbidden, children }: LoadedProps<T>) {
  const { value, error, reload } = load;
  return (
    <>
      {value !== undefined && children(value)}
      {Boolean(error) && <Failure error={error} forbidden={forbidden} onRetry={reload} />}
      {value === undefined && !error && <Loading />}
    </>
  );
}

/** Stands where something will be. What is below waits for it, so that nothing moves under a finger. */
export function Loading() {
  const { t } = useLanguage();
  return <p class="feed-end loading">{t('common.loading')}</p>;
}

/** A list as far as it is loaded, and the way to more of it; `none` where nothing is in it. */
export function Listed<T>(props: {
  found: Pick<Pages<Page<T>>, 'items' | 'loadMore' | 'error' | 'reload'>;
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
