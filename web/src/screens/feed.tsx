import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Category } from '../../../client/index.js';
import { useHaggle } from '../app/haggle-context.js';
import { usePlace } from '../app/place.js';
import { useToast } from '../app/toast.js';
import { useLanguage } from '../i18n/language.js';
import { Empty } from '../parts/empty.js';
import { Failure } from '../parts/failure.js';
import { Icon } from '../parts/icon.js';
import { LanguageSwitch } from '../parts/language-switch.js';
import { ListingCard } from '../parts/listing-card.js';
import { NodeBadge } from '../parts/node-badge.js';
import { CategoryChips } from './category-chips.js';
import { useFeed } from './use-feed.js';

/** Things for sale near a point, newest first. */
export function FeedScreen() {
  const { t } = useLanguage();
  const { memory } = useHaggle();
  const toast = useToast();
  const { place, locating, locate, reset } = usePlace();
  const [category, setCategory] = useState(() => memory.get('category') as Category | undefined);
  const feed = useFeed(place, category);
  const scroller = useKeptScroll('feed-scroll');
  const more = useOnSight(feed.hasMore && !feed.error, feed.loadMore);

  const choose = (next: Category | undefined) => {
    memory.set('category', next);
    setCategory(next);
    scroller.current?.scrollTo({ top: 0 });
  };
  return (
    <div class="scroll" ref={scroller}>
      <div class="page feed">
        <div class="feed-head">
          <h1 class="feed-place">
            <Icon name="pin" />
            <span>{t(place.here ? 'place.here' : 'place.mangwon')}</span>
            <span class="visually-hidden"> {t('feed.title')}</span>
          </h1>
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
            <span class="phone-only">
              <NodeBadge />
            </span>
            <span class="phone-only">
              <LanguageSwitch />
            </span>
          </div>
        </div>
        <CategoryChips chosen={category} onChoose={choose} />
        {feed.loaded && feed.items.length === 0 && (
          <Empty text={t('feed.empty')} href="/sell" action={t('feed.emptyAction')} />
        )}
        <div class="cards" aria-busy={!feed.loaded}>
          {feed.items.map((listing) => (
            <ListingCard key={listing.id} listing={listing} />
          ))}
          {!feed.loaded && !feed.error && <Skeletons />}
        </div>
        {Boolean(feed.error) && <Failure error={feed.error} onRetry={feed.retry} />}
        {feed.hasMore && !feed.error && (
          <button ref={more} type="button" class="button feed-more" onClick={feed.loadMore}>
            {t('feed.more')}
          </button>
        )}
        {feed.loaded && !feed.hasMore && feed.items.length > 0 && (
          <p class="feed-end">{t('feed.end')}</p>
        )}
      </div>
    </div>
  );
}

function locateKey(locating: boolean, here: boolean) {
  if (locating) return 'feed.locating';
  return here ? 'feed.useDefault' : 'feed.useLocation';
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

/** How far the feed was scrolled when a listing was opened. */
function useKeptScroll(key: string) {
  const { memory } = useHaggle();
  const scroller = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    element.scrollTop = (memory.get(key) as number | undefined) ?? 0;
    const keep = () => memory.set(key, element.scrollTop);
    element.addEventListener('scroll', keep, { passive: true });
    return () => element.removeEventListener('scroll', keep);
  }, []);
  return scroller;
}

/** Calls `act` when the element comes near the screen. */
function useOnSight(on: boolean, act: () => void) {
  const element = useRef<HTMLButtonElement>(null);
  const latest = useRef(act);
  latest.current = act;
  useEffect(() => {
    if (!on || !element.current) return;
    const observer = new IntersectionObserver(
      (entries) => entries.some((entry) => entry.isIntersecting) && latest.current(),
      { rootMargin: '600px' },
    );
    observer.observe(element.current);
    return () => observer.disconnect();
  });
  return element;
}
