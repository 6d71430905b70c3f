import type { ComponentChildren } from 'preact';
import { useOnSight } from '../app/use-on-sight.js';
import { useLanguage } from '../i18n/language.js';
import { Failure } from '../parts/failure.js';
import { ListingCard } from '../parts/listing-card.js';
import type { useFound } from './use-found.js';

/** Listings that go on while one scrolls; `children` stand where there are none. */
export function FoundList({
  found,
  children,
}: {
  found: ReturnType<typeof useFound>;
  children: ComponentChildren;
}) {
  const { t } = useLanguage();
  const more = useOnSight(found.hasMore && !found.error, found.loadMore);
  return (
    <>
      {found.loaded && !found.hasMore && found.items.length === 0 && children}
      <div class="cards" aria-busy={!found.loaded}>
        {found.items.map((listing) => (
          <ListingCard key={listing.id} listing={listing} />
        ))}
        {!found.loaded && !found.error && <Skeletons />}
      </div>
      {Boolean(found.error) && <Failure error={found.error} onRetry={found.retry} />}
      {found.hasMore && !found.error && (
        <button ref={more} type="button" class="button feed-more" onClick={found.loadMore}>
          {t('feed.more')}
        </button>
      )}
      {found.loaded && !found.old && !found.hasMore && found.items.length > 0 && (
        <p class="feed-end">{t('feed.end')}</p>
      )}
    </>
  );
}

function Skeletons() {
  return (
    <>
      {Array.from({ length: 6 }, (_, index) => (
        <div key={index} class="card skeleton" aria-hidden="true">
          <div class="card-art" />
          <div class="card-body">
            <span />
            <span />
          </div>
        </div>
      ))}
    </>
  );
}
