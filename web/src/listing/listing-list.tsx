import type { Listing } from '../../../client/index.js';
import { usePages, type Page } from '../app/use-pages.js';
import { useLanguage } from '../i18n/language.js';
import { Empty } from '../parts/empty.js';
import { Failure } from '../parts/failure.js';
import { ListingCard } from '../parts/listing-card.js';
import { LoadMore } from '../parts/load-more.js';

/** A list of listings, page after page. Give it another key where it is to begin anew. */
export function ListingList(props: {
  name: string;
  load: (page: { cursor?: string }) => Promise<Page<Listing>>;
  empty: { text: string; href?: string; action?: string };
}) {
  const { t } = useLanguage();
  const { items, loadMore, error, reload } = usePages(props.name, props.load);
  if (error) return <Failure error={error} onRetry={reload} />;
  if (!items) return <p class="feed-end">{t('common.loading')}</p>;
  if (items.length === 0) return <Empty {...props.empty} />;
  return (
    <>
      <div class="cards">
        {items.map((listing) => (
          <ListingCard key={listing.id} listing={listing} />
        ))}
      </div>
      <LoadMore onMore={loadMore} />
    </>
  );
}
