import { Refusal } from '../../src/contract/errors.js';
import { limits } from '../../src/contract/limits.js';
import type { Listing } from '../contract-types.js';
import { presentUser } from './people.js';
import type { StoredListing, World } from './world.js';

export function addListing(
  world: World,
  sellerId: string,
  { title, price }: { title: string; price: number },
): StoredListing {
  const at = world.now().toISOString();
  const listing: StoredListing = {
    id: world.nextId('listing'),
    sellerId,
    title,
    description: '',
    price,
    currency: 'KRW',
    category: 'other',
    location: null,
    state: 'onSale',
    offers: { enabled: price > 0, hours: limits.offerHours },
    version: 1,
    bumpedAt: at,
    createdAt: at,
  };
  world.state.listings[listing.id] = listing;
  return listing;
}

/** Throws NOT_FOUND. */
export function presentListing(world: World, id: string, reader: string): Listing {
  const stored = world.state.listings[id];
  if (!stored) throw new Refusal('NOT_FOUND', 'No such listing');
  const { sellerId, ...listing } = stored;
  const own = sellerId === reader;
  return {
    ...listing,
    seller: presentUser(world, sellerId),
    abilities: { edit: own, remove: own, contact: !own },
  };
}
