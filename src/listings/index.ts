import { limits } from '../contract/index.js';
import type { Context } from '../context.js';
import { Hook } from '../platform/hook.js';
import type { Users } from '../users/index.js';
import {
  createEditListing,
  createPutListing,
  createRemoveListing,
  type ListingChange,
  type TellLater,
} from './change-listing.js';
import { createCreateListing } from './create-listing.js';
import { createGetListing } from './get-listing.js';
import { createListListings, createListMyListings } from './list-listings.js';
import { createPresentListings } from './listing.presenter.js';
import { ListingStore } from './listing.store.js';

export type { ListingChange, TellLater } from './change-listing.js';
export type { PresentListings } from './listing.presenter.js';
export type { ListingStore } from './listing.store.js';
export type Listings = ReturnType<typeof createListings>;
export type ListingCommands = Listings['commands'];

/** Builds the slice: things for sale and the feed. */
export function createListings(context: Context, { users, blocks }: Users) {
  const { mongo, quotas, clock } = context;
  /** Called when what conversations show of a listing has changed, or may have. */
  const cardChanged = new Hook<string>();
  /** Called inside the transaction of any change to a listing. */
  const changing = new Hook<ListingChange, TellLater>();
  const listings = context.store(new ListingStore(mongo, (id) => void cardChanged.run(id)));
  const present = createPresentListings(users);
  const quota = quotas.window('listings', { limit: limits.listingsPerHour, seconds: 3600 });
  const change = { mongo, listings, blocks, present, changing };
  return {
    listings,
    present,
    cardChanged,
    changing,
    commands: {
      create: createCreateListing({ listings, present, quota, clock }),
      get: createGetListing({ listings, blocks, present }),
      edit: createEditListing(change),
      remove: createRemoveListing(change),
      put: createPutListing(change),
      list: createListListings({ listings, blocks, present }),
      listMine: createListMyListings({ listings, present }),
    },
  };
}
