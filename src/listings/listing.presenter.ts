import type { view } from '../contract/index.js';
import type { Coordinates, Listing } from '../domain/listing.js';
import { presentListing } from '../domain/listing-view.js';
import { presentPeople, type UserStore } from '../users/index.js';

export type PresentListings = (
  listings: Listing[],
  reader: { userId: string; near?: Coordinates | undefined },
) => Promise<view.Listing[]>;

/** Listings as a reader sees them, each with its seller. */
export const createPresentListings =
  (users: UserStore): PresentListings =>
  async (listings, reader) => {
    const seller = await presentPeople(
      users,
      listings.map(({ sellerId }) => sellerId),
    );
    return listings.map((one) => presentListing(one, seller(one.sellerId), reader));
  };
