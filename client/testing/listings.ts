import { invalid } from '../../src/contract/errors.js';
import { distanceKm } from '../../src/domain/grid.js';
import { mustSee } from '../../src/domain/listing-access.js';
import { Listing, type ListingSnapshot } from '../../src/domain/listing.js';
import { presentListing } from '../../src/domain/listing-view.js';
import type { request } from '../../src/contract/index.js';
import type { Caller, Route, World } from './world.js';

export function addListing(
  world: World,
  sellerId: string,
  given: { title: string; price: number },
) {
  const fields = { ...given, description: '', currency: 'KRW', category: 'other' } as const;
  const by = { id: world.nextId('listing'), sellerId, now: world.now() };
  world.keep('listings', Listing.create(fields, by));
  return by.id;
}

/** Leaves out listings of people whom a block keeps apart from the reader. */
export function listListings(me: Caller, query: request.ListListings) {
  const { world, userId } = me;
  const { near, radiusKm, category, minPrice = 0, maxPrice = Infinity, state, sort } = query;
  if (sort === 'distance' && !near) throw invalid('query.near', 'is needed to sort by distance');
  const apart = world.apartFrom(userId);
  const away = ({ location }: ListingSnapshot) =>
    near && location ? distanceKm(near, location) : Infinity;
  const order: Record<typeof sort, (one: ListingSnapshot, other: ListingSnapshot) => number> = {
    recent: (one, other) => other.bumpedAt.getTime() - one.bumpedAt.getTime(),
    distance: (one, other) => away(one) - away(other),
    priceAsc: (one, other) => one.price - other.price,
    priceDesc: (one, other) => other.price - one.price,
  };
  return Object.values(world.state.listings)
    .reverse()
    .filter((one) => (state ? [state] : ['onSale', 'reserved']).includes(one.state))
    .filter(({ sellerId, price }) => !apart.has(sellerId) && price >= minPrice && price <= maxPrice)
    .filter((one) => (!category || one.category === category) && (!near || away(one) <= radiusKm))
    .sort(order[sort])
    .map((is) => presentListing(new Listing(is), world.user(is.sellerId), { userId, near }));
}

export const getListing: Route<'getListing'> = ({ world, userId }, { id }) => {
  const listing = world.get('listings', id);
  mustSee(listing, userId, world.apartFrom(userId));
  return presentListing(listing, world.user(listing.sellerId), { userId });
};
