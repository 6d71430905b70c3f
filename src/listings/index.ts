import type { Connection } from 'mongoose';
import type { Clock } from '../platform/clock.js';
import type { Quota } from '../platform/quota.js';
import type { Blocks, UserStore } from '../users/index.js';
import { createEditListing, createRemoveListing } from './change-listing.js';
import { createCreateListing } from './create-listing.js';
import { createGetListing } from './get-listing.js';
import { createListListings, createListMyListings } from './list-listings.js';
import { createPresentListings } from './listing.presenter.js';
import { ListingStore } from './listing.store.js';

export { Listing } from './listing.js';
export { mustSee, mustStillBeThere } from './listing.policy.js';
export { presentCard } from './listing.presenter.js';
export { ListingStore } from './listing.store.js';
export type ListingCommands = ReturnType<typeof createListings>['commands'];

/** Builds the slice: things for sale and the feed. */
export function createListings(deps: {
  mongo: Connection;
  users: UserStore;
  blocks: Blocks;
  quota: Quota;
  clock: Clock;
}) {
  const listings = new ListingStore(deps.mongo);
  const { blocks } = deps;
  const present = createPresentListings(deps.users);
  return {
    listings,
    commands: {
      create: createCreateListing({ listings, present, quota: deps.quota, clock: deps.clock }),
      get: createGetListing({ listings, blocks, present }),
      edit: createEditListing({ listings, blocks, present }),
      remove: createRemoveListing({ listings, blocks, present }),
      list: createListListings({ listings, blocks, present }),
      listMine: createListMyListings({ listings, present }),
    },
    prepare: () => listings.prepare(),
  };
}
