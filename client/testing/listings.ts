import { Refusal } from '../../src/contract/errors.js';
import type { request, view } from '../../src/contract/index.js';
import { distanceKm } from '../../src/domain/grid.js';
import { mustSee } from '../../src/domain/listing-access.js';
import { Listing, type ListingSnapshot } from '../../src/domain/listing.js';
import { presentListing } from '../../src/domain/listing-view.js';
import { presentUser } from './people.js';
import type { Actor, World } from './world.js';

export function addListing(
  world: World,
  sellerId: string,
  { title, price }: { title: string; price: number },
): Listing {
  const fields = { title, price, description: '', currency: 'KRW', category: 'other' } as const;
  const by = { id: world.nextId('listing'), sellerId, now: world.now() };
  return keepListing(world, Listing.create(fields, by));
}

export const listingOf = (world: World, id: string): Listing | null =>
  world.state.listings[id] ? new Listing(world.state.listings[id]) : null;

export function keepListing(world: World, listing: Listing): Listing {
  world.state.listings[listing.id] = listing.snapshot();
  return listing;
}

/** Leaves out listings of people whom a block keeps apart from the reader. Throws VALIDATION_FAILED. */
export function listListings(world: World, actor: Actor, query: request.ListListings) {
  const { near, radiusKm, category, minPrice = 0, maxPrice = Infinity, state, sort } = query;
  if (sort === 'distance' && !near)
    throw new Refusal('VALIDATION_FAILED', undefined, {
      errors: [{ path: 'query.near', message: 'is needed to sort by distance' }],
    });
  const states: view.ListingState[] = state ? [state] : ['onSale', 'reserved'];
  const apart = world.apartFrom(actor.userId);
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
    .filter((one) => !apart.has(one.sellerId) && states.includes(one.state))
    .filter(({ price }) => price >= minPrice && price <= maxPrice)
    .filter((one) => (!category || one.category === category) && (!near || away(one) <= radiusKm))
    .sort(order[sort])
    .map((is) => present(world, new Listing(is), { userId: actor.userId, near }));
}

/** Throws NOT_FOUND. */
export function getListing(world: World, actor: Actor, id: string): view.Listing {
  const listing = listingOf(world, id);
  mustSee(listing, actor.userId, world.apartFrom(actor.userId));
  return present(world, listing, actor);
}

const present = (world: World, listing: Listing, reader: Parameters<typeof presentListing>[2]) =>
  presentListing(listing, presentUser(world, listing.sellerId), reader);
