import type { Context } from '../context.js';
import type { Media } from '../media/index.js';
import type { Users } from '../users/index.js';
import { createEditListing, createPutListing, createRemoveListing } from './change-listing.js';
import { createCreateListing } from './create-listing.js';
import { createListingContext } from './listing-context.js';
import { presentListings } from './listing.presenter.js';
import { createReadListings } from './read-listings.js';

export type { ListingChange, TellLater } from './listing-context.js';
export type { ListingStore } from './listing.store.js';
export type Listings = ReturnType<typeof createListings>;
export type ListingCommands = Listings['commands'];
export type PresentListings = Listings['present'];

/** Builds the slice: things for sale and the feed. */
export function createListings(context: Context, users: Users, media: Media) {
  const market = createListingContext(context, users, media);
  const { listings, search, cardChanged, changing } = market;
  return {
    listings,
    cardChanged,
    changing,
    /** See `MongoListingSearch.indexOlder`. */
    indexOlder: (limit: number) => search.indexOlder(limit),
    present: presentListings.bind(null, market.users),
    commands: {
      create: createCreateListing(market),
      edit: createEditListing(market),
      remove: createRemoveListing(market),
      put: createPutListing(market),
      ...createReadListings(market),
    },
  };
}
