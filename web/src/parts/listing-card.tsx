import { Link } from 'wouter';
import type { Listing } from '../../../client/index.js';
import { useFormat } from '../i18n/use-format.js';
import { Counts } from '../listing/counts.js';
import { ListingPicture } from './listing-picture.js';
import { StateChip } from './state-chip.js';

/** One listing in a feed: picture, title, where and when, price. */
export function ListingCard({ listing }: { listing: Listing }) {
  const format = useFormat();
  const [cover] = listing.images ?? [];
  const facts = [
    listing.distanceKm !== undefined && format.distance(listing.distanceKm),
    format.ago(listing.bumpedAt),
  ].filter(Boolean);
  return (
    <article class={`card ${listing.state === 'sold' ? 'is-over' : ''}`}>
      <Link href={`/listings/${listing.id}`} class="card-link">
        <div class="card-art">
          <ListingPicture
            listing={{ ...listing, thumb: cover?.urls.thumb, thumbhash: cover?.thumbhash }}
          />
        </div>
        <div class="card-body">
          <h2 class="card-title">{listing.title}</h2>
          <p class="card-facts">{facts.join(' · ')}</p>
          <p class="card-price">
            <StateChip state={listing.state} />
            <span class={listing.price === 0 ? 'is-free' : ''}>{format.price(listing.price)}</span>
          </p>
          <Counts listing={listing} />
        </div>
      </Link>
    </article>
  );
}
