import type { ComponentChildren } from 'preact';
import type { usePages } from '../app/use-pages.js';
import { useLanguage } from '../i18n/language.js';
import { Empty } from '../parts/empty.js';
import { Refused } from './refused.js';
import { LoadMore } from '../parts/load-more.js';

/** A list as far as it is loaded, with what there is to say where nothing is in it or it cannot be read. */
export function Listed<T>(props: {
  found: ReturnType<typeof usePages<T>>;
  none: string;
  children: (one: T) => ComponentChildren;
}) {
  const { t } = useLanguage();
  const { items, loadMore, error, reload } = props.found;
  return (
    <>
      {Boolean(error) && <Refused error={error} onRetry={reload} />}
      {!items && !error && <p class="feed-end">{t('common.loading')}</p>}
      {items?.length === 0 && <Empty text={props.none} />}
      <ul class="operator-list">{items?.map((one) => props.children(one))}</ul>
      <LoadMore onMore={loadMore} />
    </>
  );
}
