import type { view } from '../contract/index.js';
import type { Coordinates, Listing } from '../domain/listing.js';
import { presentListing } from '../domain/listing-view.js';
import { presentGone, presentProfile, type UserStore } from '../users/index.js';

export type PresentListings = (
  listings: Listing[],
  reader: { userId: string; near?: Coordinates | undefined },
) => Promise<view.Listing[]>;

/** Listings as a reader sees them, each with its seller. */
export const createPresentListings =
  (users: UserStore): PresentListings =>
  async (listings, reader) => {
    const profiles = await users.profilesOf(listings.map((listing) => listing.sellerId));
    return listings.map((listing) => {
      const profile = profiles.get(listing.sellerId);
      const seller = profile ? presentProfile(profile) : presentGone(listing.sellerId);
      return presentListing(listing, seller, reader);
    });
  };
