import type { Listing } from '../../../client/index.js';
import { usePages, type Page } from '../app/use-pages.js';
import { Empty } from '../parts/empty.js';
import { Listed } from '../parts/listed.js';
import { ListingCard } from '../parts/listing-card.js';

/** A list of listings, page after page; forgotten when one's own listings change. Give it another key where it is to begin anew. */
export function ListingList(props: {
  name: string;
  load: (page: { cursor?: string }) => Promise<Page<Listing>>;
  empty: { text: string; href?: string; action?: string };
}) {
  return (
    <Listed
      found={usePages(`listings ${props.name}`, props.load)}
      none={<Empty {...props.empty} />}
    >
      {(listings) => (
        <div class="cards">
          {listings.map((listing) => (
            <ListingCard key={listing.id} listing={listing} />
          ))}
        </div>
      )}
    </Listed>
  );
}
