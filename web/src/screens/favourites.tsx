import { useHaggle } from '../app/haggle-context.js';
import { useKeptScroll } from '../app/use-kept-scroll.js';
import { useLanguage } from '../i18n/language.js';
import { ListingList } from '../listing/listing-list.js';
import { ScreenBar } from '../parts/screen-bar.js';

/** What one has put among the favourites. */
export function FavouritesScreen() {
  const { market } = useHaggle();
  const { t } = useLanguage();
  const scroller = useKeptScroll('favourites-scroll');
  return (
    <div class="with-bar">
      <ScreenBar title={t('favourites.title')} back="/me" />
      <div class="scroll" ref={scroller}>
        <div class="page">
          <ListingList
            name="favourites"
            load={(page) => market.listFavourites(page)}
            empty={{ text: t('favourites.empty'), href: '/', action: t('chats.emptyAction') }}
          />
        </div>
      </div>
    </div>
  );
}
