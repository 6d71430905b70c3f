import { Link } from 'wouter';
import type { Listing } from '../../../client/index.js';
import { useHaggle } from '../app/haggle-context.js';
import { useLoad } from '../app/use-load.js';
import { useReadable } from '../app/use-readable.js';
import { useLanguage } from '../i18n/language.js';
import { Icon } from '../parts/icon.js';

/** More are shown as "99+". */
const most = 99;

/** The owner's way to the offers on a listing, with how many wait for an answer. */
export function OffersLink({ listing: { id, price } }: { listing: Listing }) {
  const { client, market } = useHaggle();
  const { t } = useLanguage();
  // An offer is an entry of a conversation: when one grows there may be another offer, or one less.
  const logs = useReadable(client.conversations).filter((one) => one.listing.id === id);
  const { value: offers } = useLoad(
    `open offers on ${id}`,
    () => (price === 0 ? market.listRequests : market.listOffersOfListing)(id, { limit: most + 1 }),
    logs.map(({ lastSeq }) => lastSeq).join(),
  );
  const waiting = offers?.items.filter(({ abilities }) => abilities?.decline).length ?? 0;
  return (
    <Link href={`/listings/${id}/offers`} class="listing-offers">
      <Icon name="tag" />
      <span>
        {t(price === 0 ? 'offers.requests' : 'offers.title')}
        {waiting > 0 && <strong> {waiting > most ? `${most}+` : waiting}</strong>}
      </span>
      <Icon name="next" />
    </Link>
  );
}
