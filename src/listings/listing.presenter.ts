import type { view } from '../contract/index.js';
import type { Coordinates, Listing } from '../domain/listing.js';
import { presentListing as presentOne } from '../domain/listing-view.js';
import type { ReadFrom } from '../platform/mongo.js';
import { presentPeople } from '../users/index.js';
import type { ListingContext } from './listing-context.js';

type Sources = Pick<ListingContext, 'users' | 'clock' | 'counts' | 'favourites'>;

export interface Reader {
  userId: string;
  near?: Coordinates | undefined;
  /** Where the counts may come from. */
  from?: ReadFrom;
}

/** Listings as a reader sees them, each with its seller, its counts and whether it is a favourite. */
export async function presentListings(
  { users, clock, counts, favourites }: Sources,
  listings: Listing[],
  reader: Reader,
): Promise<view.Listing[]> {
  const ids = listings.map(({ id }) => id);
  const [seller, counted, own] = await Promise.all([
    presentPeople(
      users,
      listings.map(({ sellerId }) => sellerId),
    ),
    counts.of(ids, reader.from),
    favourites.among(reader.userId, ids),
  ]);
  const now = clock();
  return listings.map((one) => {
    const ground = { counts: counted.get(one.id), favourite: own.has(one.id), now };
    return presentOne(one, seller(one.sellerId), reader, ground);
  });
}

export async function presentListing(
  sources: Sources,
  listing: Listing,
  reader: Reader,
): Promise<view.Listing> {
  const [presented] = await presentListings(sources, [listing], reader);
  return presented!;
}
