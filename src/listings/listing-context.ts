import type { ClientSession } from 'mongoose';
import { limits } from '../contract/index.js';
import type { Context } from '../context.js';
import type { Listing } from '../domain/listing.js';
import type { Media } from '../media/index.js';
import { Hook } from '../platform/hook.js';
import { Gate } from '../platform/turns.js';
import type { Users } from '../users/index.js';
import { FavouriteStore } from './favourite.store.js';
import { FeedAnswers } from './feed-answers.js';
import { FeedPages } from './feed-pages.js';
import { ListingCards } from './listing-cards.js';
import { ListingCountStore } from './listing-count.store.js';
import { ListingStore } from './listing.store.js';
import { MongoListingSearch } from './mongo-listing-search.js';
import { PageFactsReader } from './page-facts.js';
import { PastPriceStore } from './past-price.store.js';
import { Views } from './views.js';

/** A change of a listing, passed on inside its transaction. */
export interface ListingChange {
  after: Listing;
  session: ClientSession;
}

/** Tells others of the change; called once the transaction is committed. */
export type TellLater = () => Promise<void>;

/** What everything in this slice works with. */
export type ListingContext = ReturnType<typeof createListingContext>;

export function createListingContext(context: Context, { users, blocks }: Users, media: Media) {
  const { config, mongo, quotas, clock, log, news } = context;
  const counts = context.store(new ListingCountStore(mongo));
  /** Called when what conversations show of a listing has changed, or may have. */
  const cardChanged = new Hook<string>();
  const search = context.store(new MongoListingSearch(mongo));
  const feedPages = new FeedPages(context);
  const listings = context.store(
    new ListingStore(mongo, search, {
      changed: (listingId, card) => {
        news.announce({ kind: 'listingChanged', listingId });
        if (card) void cardChanged.run(listingId);
      },
      placed: (listing) => feedPages.placed(listing),
    }),
  );
  return {
    mongo,
    clock,
    recentWrites: context.recentWrites,
    switchedOff: config.switchedOff,
    users,
    blocks,
    images: media.shelf,
    listings,
    cards: new ListingCards(listings, config.readCaches),
    feedPages,
    pageFacts: new PageFactsReader(mongo),
    feedAnswers: new FeedAnswers(),
    /** What all that look for something may ask of the database. */
    feedReads: new Gate(limits.feedReadsAtOnce, limits.feedReadsWaiting),
    search,
    counts,
    views: context.store(new Views({ mongo, counts, clock, log })),
    favourites: context.store(new FavouriteStore(mongo)),
    pastPrices: context.store(new PastPriceStore(mongo)),
    cardChanged,
    /** Asked for the banned terms in the words of a listing that is written. */
    screening: new Hook<string, string[]>(),
    /** Called inside the transaction of any change to a listing. */
    changing: new Hook<ListingChange, TellLater>(),
    quota: quotas.window('listings', { limit: limits.listingsPerHour, seconds: 3600 }),
  };
}
