import type { view } from '../contract/index.js';
import { presentGone, presentProfile, type UserStore } from '../users/index.js';
import { distanceKm } from '../domain/grid.js';
import type { Coordinates, Listing, ListingSnapshot } from '../domain/listing.js';
import { listingAbilities } from '../domain/listing-access.js';

export type PresentListings = (
  listings: Listing[],
  reader: { userId: string; near?: Coordinates | undefined },
) => Promise<view.Listing[]>;

/** For the strip above a chat and for lists of offers and deals; one that was removed keeps its place. */
export function presentCard(id: string, listing: Listing | undefined): view.ListingCard {
  const is = listing?.snapshot();
  return {
    id,
    title: is?.title ?? '',
    thumb: null,
    price: is?.price ?? 0,
    currency: is?.currency ?? 'KRW',
    state: is?.state ?? 'removed',
    category: is?.category ?? 'other',
    offers: {
      enabled: listing?.takesOffers ?? false,
      ...(is ? { hours: is.offerHours } : {}),
    },
  };
}

/** What only the owner may see of the limits: whoever knew them could haggle with them. */
const hiddenOf = ({ minimum, autoAccept }: ListingSnapshot) => ({
  ...(minimum === null ? {} : { minimum }),
  ...(autoAccept === null ? {} : { autoAccept }),
});

/** The only shape of a listing that leaves. */
export const createPresentListings =
  (users: UserStore): PresentListings =>
  async (listings, reader) => {
    const profiles = await users.profilesOf(listings.map((listing) => listing.sellerId));
    return listings.map((listing) => {
      const is = listing.snapshot();
      const profile = profiles.get(is.sellerId);
      const { location } = is;
      return {
        id: is.id,
        seller: profile ? presentProfile(profile) : presentGone(is.sellerId),
        title: is.title,
        description: is.description,
        price: is.price,
        currency: is.currency,
        category: is.category,
        location,
        ...(location && reader.near
          ? { distanceKm: Math.round(distanceKm(reader.near, location) * 10) / 10 }
          : {}),
        state: is.state,
        offers: {
          enabled: listing.takesOffers,
          hours: is.offerHours,
          ...(listing.isSoldBy(reader.userId) ? hiddenOf(is) : {}),
        },
        ...(is.dealId !== null && listing.isSoldBy(reader.userId) ? { dealId: is.dealId } : {}),
        version: is.version,
        bumpedAt: is.bumpedAt.toISOString(),
        createdAt: is.createdAt.toISOString(),
        abilities: listingAbilities(listing, reader.userId),
      };
    });
  };
