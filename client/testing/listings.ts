import { Refusal } from '../../src/contract/errors.js';
import { Listing } from '../../src/domain/listing.js';
import { mustSee } from '../../src/domain/listing-access.js';
import { presentListing } from '../../src/domain/listing-view.js';
import type { Listing as ListingView } from '../contract-types.js';
import { apartFrom, presentUser } from './people.js';
import type { Actor, World } from './world.js';

export function addListing(
  world: World,
  sellerId: string,
  { title, price }: { title: string; price: number },
): Listing {
  const fields = { title, price, description: '', currency: 'KRW', category: 'other' } as const;
  const by = { id: world.nextId('listing'), sellerId, now: world.now() };
  const listing = Listing.create(fields, by);
  keepListing(world, listing);
  return listing;
}

export const listingOf = (world: World, id: string): Listing | null =>
  world.state.listings[id] ? new Listing(world.state.listings[id]) : null;

export function keepListing(world: World, listing: Listing): void {
  world.state.listings[listing.id] = listing.snapshot();
}

/** Newest first, without those of people from whom a block keeps the reader apart. */
export function listListings(world: World, actor: Actor): ListingView[] {
  const apart = apartFrom(world, actor.userId);
  return Object.values(world.state.listings)
    .reverse()
    .filter(({ sellerId, state }) => !apart.has(sellerId) && state !== 'removed')
    .map((is) => present(world, new Listing(is), actor));
}

/** Throws NOT_FOUND. */
export function getListing(world: World, actor: Actor, id: string): ListingView {
  const listing = listingOf(world, id);
  mustSee(listing, actor.userId, apartFrom(world, actor.userId));
  return present(world, listing, actor);
}

const present = (world: World, listing: Listing, actor: Actor): ListingView =>
  presentListing(listing, presentUser(world, listing.sellerId), { userId: actor.userId });

/** Throws LISTING_UNAVAILABLE. */
export function mustBeOnSale(listing: Listing | null): asserts listing is Listing {
  if (!listing?.isOnSale) throw new Refusal('LISTING_UNAVAILABLE');
}
