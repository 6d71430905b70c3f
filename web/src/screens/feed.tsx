import { Link } from 'wouter';
import { NewsBell } from '../alerts/news-bell.js';
import { useHaggle } from '../app/haggle-context.js';
import { usePlace } from '../app/place.js';
import { useToast } from '../app/toast.js';
import { useReadable } from '../app/use-readable.js';
import { useKeptScroll } from '../app/use-kept-scroll.js';
import { useLanguage } from '../i18n/language.js';
import { Empty } from '../parts/empty.js';
import { Icon } from '../parts/icon.js';
import { NodeBadge } from '../parts/node-badge.js';
import { ScreenHeading } from '../parts/screen-heading.js';
import { useCategories } from '../parts/use-categories.js';
import { FilterBar } from '../search/filter-bar.js';
import { askedBy, isNarrow, unset, useFilters } from '../search/filters.js';
import { FoundList } from '../search/found-list.js';
import { useFound } from '../search/use-found.js';

/** Things for sale near a point or anywhere, the newest first unless one chooses otherwise. */
export function FeedScreen() {
  const { t } = useLanguage();
  const toast = useToast();
  const { client } = useHaggle();
  const isSignedIn = useReadable(client.session) !== null;
  const { place, locating, locate, reset } = usePlace();
  const { filters, change } = useFilters('feed', 5);
  const found = useFound('feed', askedBy(filters, place));
  const category = useCategories().find(({ id }) => id === filters.category);
  const scroller = useKeptScroll('feed-scroll');
  return (
    <div class="scroll" ref={scroller}>
      <div class="page feed">
        <div class="feed-head">
          <ScreenHeading title={t('feed.title')} class="feed-place">
            <Icon name="pin" />
            <span>{t(place.here ? 'place.here' : 'place.mangwon')}</span>
            <span class="visually-hidden"> {t('feed.title')}</span>
          </ScreenHeading>
          <div class="feed-tools">
            <button
              type="button"
              class="button-text feed-locate"
              disabled={locating}
              onClick={() => {
                if (place.here) reset();
                else locate().catch(() => toast(t('feed.locationFailed')));
              }}
            >
              <Icon name="locate" />
              <span class="feed-locate-words">{t(locateKey(locating, place.here))}</span>
            </button>
            {isSignedIn && (
              <>
                <span class="phone-only">
                  <NewsBell />
                </span>
                <span class="phone-only">
                  <NodeBadge />
                </span>
              </>
            )}
          </div>
        </div>
        <Link href="/search" class="search-field search-link">
          <Icon name="search" />
          <span>{t('search.placeholder')}</span>
        </Link>
        <FilterBar
          filters={filters}
          onChange={(some) => {
            change(some);
            scroller.current?.scrollTo({ top: 0 });
          }}
        />
        {found.showNewer && (
          <button
            type="button"
            class="feed-newer"
            onClick={() => {
              found.showNewer?.();
              scroller.current?.scrollTo({ top: 0 });
            }}
          >
            {t('feed.newer')}
          </button>
        )}
        <FoundList found={found}>
          {isNarrow(filters) ? (
            <>
              <Empty text={category ? t('feed.none', category.name) : t('feed.noneSuch')} />
              <button
                type="button"
                class="button feed-more"
                onClick={() => change({ ...unset, band: filters.band })}
              >
                {t('feed.showAll')}
              </button>
            </>
          ) : (
            <Empty text={t('feed.empty')} href="/sell" action={t('feed.emptyAction')} />
          )}
        </FoundList>
      </div>
    </div>
  );
}

function locateKey(locating: boolean, here: boolean) {
  if (locating) return 'feed.locating';
  return here ? 'feed.useDefault' : 'feed.useLocation';
}
