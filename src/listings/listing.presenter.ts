import type { view } from '../contract/index.js';
import type { Coordinates, Listing } from '../domain/listing.js';
import { presentListing as presentOne } from '../domain/listing-view.js';
import { presentPeople, type UserStore } from '../users/index.js';

export interface Reader {
  userId: string;
  near?: Coordinates | undefined;
}

/** Listings as a reader sees them, each with its seller. */
export async function presentListings(
  users: UserStore,
  listings: Listing[],
  reader: Reader,
): Promise<view.Listing[]> {
  const seller = await presentPeople(
    users,
    listings.map(({ sellerId }) => sellerId),
  );
  return listings.map((one) => presentOne(one, seller(one.sellerId), reader));
}

export async function presentListing(
  users: UserStore,
  listing: Listing,
  reader: Reader,
): Promise<view.Listing> {
  const [presented] = await presentListings(users, [listing], reader);
  return presented!;
}
