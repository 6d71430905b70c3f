import type { Connection } from 'mongoose';
import type { Clock } from '../platform/clock.js';
import type { Quota } from '../platform/quota.js';
import type { Blocks, UserStore } from '../users/index.js';
import { createEditListing, createPutListing, createRemoveListing } from './change-listing.js';
import { createCreateListing } from './create-listing.js';
import { createGetListing } from './get-listing.js';
import { createListListings, createListMyListings } from './list-listings.js';
import { createPresentListings } from './listing.presenter.js';
import { ListingStore } from './listing.store.js';
import type { ReachOffers } from './offers-port.js';

export { createPresentListings, type PresentListings } from './listing.presenter.js';
export { ListingStore } from './listing.store.js';
export type { ReachOffers } from './offers-port.js';
export type ListingCommands = ReturnType<typeof createListings>['commands'];

/** Builds the slice: things for sale and the feed. */
export function createListings(deps: {
  mongo: Connection;
  users: UserStore;
  blocks: Blocks;
  reachOffers: ReachOffers;
  /** Conversations show a listing: called after it changed as they show it. */
  cardChanged: (listingId: string) => void;
  quota: Quota;
  clock: Clock;
}) {
  const listings = new ListingStore(deps.mongo, deps.cardChanged);
  const { mongo, blocks, reachOffers } = deps;
  const present = createPresentListings(deps.users);
  const changing = { mongo, listings, blocks, present, reachOffers };
  return {
    listings,
    commands: {
      create: createCreateListing({ listings, present, quota: deps.quota, clock: deps.clock }),
      get: createGetListing({ listings, blocks, present }),
      edit: createEditListing(changing),
      remove: createRemoveListing(changing),
      put: createPutListing(changing),
      list: createListListings({ listings, blocks, present }),
      listMine: createListMyListings({ listings, present }),
    },
    prepare: () => listings.prepare(),
  };
}
