import type { Listing } from '../../../client/index.js';
import { useHaggle } from '../app/haggle-context.js';
import { useLoad } from '../app/use-load.js';
import { useLanguage } from '../i18n/language.js';
import { useFormat } from '../i18n/use-format.js';

/** What a listing has cost, newest first; nothing where it always cost the same. */
export function PriceHistory({ listing }: { listing: Listing }) {
  // Nobody has changed a listing that is in its first version.
  return listing.version > 1 ? <Prices listing={listing} /> : null;
}

function Prices({ listing }: { listing: Listing }) {
  const { market } = useHaggle();
  const { t } = useLanguage();
  const format = useFormat();
  const { value, error } = useLoad(
    `prices of ${listing.id}`,
    () => market.listPrices(listing.id),
    listing.version,
  );
  if (!value && !error) return <p class="loading" />;
  const prices = value?.items ?? [];
  const [present, before] = prices;
  if (!present || !before) return null;
  const fell = before.price - present.price;
  return (
    <details class="prices">
      <summary>
        {t('listing.prices')}
        {fell > 0 && (
          <strong class="prices-fell">
            {t('listing.priceFell', format.won(fell), format.percent(fell / before.price))}
          </strong>
        )}
      </summary>
      <ol>
        {prices.map(({ price, at }, index) => (
          <li key={at}>
            <span>{format.price(price)}</span>
            <time dateTime={at}>
              {index === 0 ? t('listing.priceSince', format.ago(at)) : format.ago(at)}
            </time>
          </li>
        ))}
      </ol>
    </details>
  );
}
