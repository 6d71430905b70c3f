import type { Connection } from 'mongoose';
import type { Clock } from '../platform/clock.js';
import type { Quota } from '../platform/quota.js';
import type { UserStore } from '../users/index.js';
import { createEditListing, createRemoveListing } from './change-listing.js';
import { createCreateListing } from './create-listing.js';
import { createGetListing } from './get-listing.js';
import { createListListings, createListMyListings } from './list-listings.js';
import { createPresentListings } from './listing.presenter.js';
import { ListingStore } from './listing.store.js';

export { Listing } from './listing.js';
export { mustSee, mustStillBeThere } from './listing.policy.js';
export type { ListingStore } from './listing.store.js';
export type ListingCommands = ReturnType<typeof createListings>['commands'];

/** Builds the slice: things for sale and the feed. */
export function createListings(deps: {
  mongo: Connection;
  users: UserStore;
  quota: Quota;
  clock: Clock;
}) {
  const listings = new ListingStore(deps.mongo);
  const present = createPresentListings(deps.users);
  return {
    listings,
    commands: {
      create: createCreateListing({ listings, present, quota: deps.quota, clock: deps.clock }),
      get: createGetListing({ listings, present }),
      edit: createEditListing({ listings, present }),
      remove: createRemoveListing({ listings, present }),
      list: createListListings({ listings, present }),
      listMine: createListMyListings({ listings, present }),
    },
    prepare: () => listings.prepare(),
  };
}
