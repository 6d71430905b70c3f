import { Link } from 'wouter';
import type { Conversation } from '../../../client/index.js';
import { useLanguage } from '../i18n/language.js';
import { useFormat } from '../i18n/use-format.js';
import { ListingPicture } from '../parts/listing-picture.js';
import { StateChip } from '../parts/state-chip.js';

/** What the conversation is about, always in sight. */
export function ListingStrip(props: {
  listing: Conversation['listing'];
  /** What the two agreed on, where that is another price. */
  agreed?: number;
}) {
  const { listing, agreed = listing.price } = props;
  const { t } = useLanguage();
  const format = useFormat();
  return (
    <Link href={`/listings/${listing.id}`} class="strip">
      <span class="visually-hidden">{t('room.listing')}: </span>
      <span class="strip-art">
        <ListingPicture listing={listing} />
      </span>
      <span class="strip-text">
        <span class="strip-title">
          <StateChip state={listing.state} always />
          <span>{listing.title}</span>
        </span>
        <span>
          <strong>{format.price(agreed)}</strong>
          {agreed !== listing.price && <s class="strip-asked">{format.price(listing.price)}</s>}
        </span>
      </span>
    </Link>
  );
}
