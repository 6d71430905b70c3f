import type { Context } from '../context.js';
import type { Media } from '../media/index.js';
import { inTheNameOf } from '../platform/actor.js';
import { allOf } from '../platform/pages.js';
import type { Users } from '../users/index.js';
import {
  createBumpListing,
  createEditListing,
  createModerateListing,
  createPutListing,
  createRemoveAllOf,
  createRemoveListing,
} from './change-listing.js';
import { createCreateListing } from './create-listing.js';
import { createFavourites } from './favourites.js';
import { createPreviewed } from './previewed.js';
import { createListPrices } from './list-prices.js';
import { createListingContext } from './listing-context.js';
import { presentListings } from './listing.presenter.js';
import { createReadListings } from './read-listings.js';
import { createSuggestSearches } from './suggest-searches.js';
import { createShowListing } from './show-listing.js';

export type { ListingChange, TellLater } from './listing-context.js';
export type { ListingStore, PendingNews } from './listing.store.js';
export type Listings = ReturnType<typeof createListings>;
export type ListingCommands = Listings['commands'];
export type PresentListings = Listings['present'];

/** Builds the slice: things for sale and the feed. */
export function createListings(context: Context, users: Users, media: Media) {
  const market = createListingContext(context, users, media);
  const { listings, counts, search, cardChanged, changing } = market;
  context.lifecycle.onStop('listings', () => market.views.flush());
  const favourites = createFavourites(market);
  users.erasing.on((userId) => favourites.forgetFavourites(userId));
  const reading = createReadListings(market);
  users.exporting.on((userId) => {
    const owner = inTheNameOf(userId);
    return {
      listings: allOf((page) => reading.listMine(owner, page)),
      favourites: allOf((page) => favourites.listFavourites(owner, page)),
    };
  });
  return {
    listings,
    cards: market.cards,
    counts,
    favourites: market.favourites,
    cardChanged,
    changing,
    screening: market.screening,
    moderate: createModerateListing(market),
    /** See `MongoListingSearch.indexOlder`. */
    indexOlder: (limit: number) => search.indexOlder(limit),
    removeAllOf: createRemoveAllOf(market),
    present: presentListings.bind(null, market),
    show: createShowListing(market),
    previewed: createPreviewed(context.config, reading),
    commands: {
      create: createCreateListing(market),
      edit: createEditListing(market),
      remove: createRemoveListing(market),
      put: createPutListing(market),
      bump: createBumpListing(market),
      listPrices: createListPrices(market),
      suggest: createSuggestSearches(market),
      ...favourites,
      ...reading,
    },
  };
}
