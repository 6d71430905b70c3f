import type { Listing } from '../../../client/index.js';
import { useHaggle } from '../app/haggle-context.js';
import { useLoad } from '../app/use-load.js';
import { useLanguage } from '../i18n/language.js';
import { ListingCard } from '../parts/listing-card.js';

/** Two rows on a wide screen. */
const shownMost = 4;
const nearKm = 10;
/** Words of a title that say what the thing is; what follows is mostly its state. */
const tellingWords = 2;

/** What else there is of the kind: what has the first words of its title, else what is near in its category. */
export function SimilarListings({ listing }: { listing: Listing }) {
  const { market } = useHaggle();
  const { t } = useLanguage();
  const { value } = useLoad(`listings like ${listing.id}`, async () => {
    const { category, location } = listing;
    const near = location ? { near: location, radiusKm: nearKm } : {};
    const q = listing.title.split(/\s+/).slice(0, tellingWords).join(' ');
    const found: Listing[] = [];
    for (const asked of [{ q }, { category, ...near }]) {
      // One more, since the listing itself may be among them.
      const { items } = await market.listListings({ ...asked, limit: shownMost + 1 });
      const known = new Set([listing.id, ...found.map(({ id }) => id)]);
      found.push(...items.filter(({ id }) => !known.has(id)));
      if (found.length >= shownMost) break;
    }
    return found.slice(0, shownMost);
  });
  if (!value || value.length === 0) return null;
  return (
    <section class="similar">
      <h2 class="section-title">{t('listing.similar')}</h2>
      <div class="cards">
        {value.map((one) => (
          <ListingCard key={one.id} listing={one} />
        ))}
      </div>
    </section>
  );
}
