import type { Listing } from '../../../client/index.js';
import { useLanguage } from '../i18n/language.js';

/** How many people take notice of a listing; nothing while nobody does. */
export function Counts({ listing }: { listing: Listing }) {
  const { t } = useLanguage();
  const { favourites = 0, conversations = 0, views = 0 } = listing.counts ?? {};
  const shown = [
    favourites > 0 && t('counts.favourites', favourites),
    conversations > 0 && t('counts.conversations', conversations),
    views > 0 && t('counts.views', views),
  ].filter(Boolean);
  return shown.length > 0 ? <p class="counts-line">{shown.join(' · ')}</p> : null;
}
