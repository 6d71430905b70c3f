import type { Listing } from '../domain/listing.js';
import type { SearchQuery } from '../domain/search/search-query.js';
import type { ReadFrom } from '../platform/mongo.js';
import type { KeysetPosition } from '../platform/pages.js';
import type { FeedFilters } from './feed-filter.js';

export type SearchSort = 'relevance' | 'recent' | 'distance' | 'priceAsc' | 'priceDesc';

export interface ListingsAsked {
  query: SearchQuery;
  filters: FeedFilters;
  /** By distance it needs `filters.near`. */
  sort: SearchSort;
  /** Sellers whose listings are left out. */
  without: ReadonlySet<string>;
  /** `secondary`: an answer that is up to 90 s old will do. */
  from?: ReadFrom;
}

export interface Hits {
  ids: string[];
  /** Where to go on; null: nothing is left. There may be fewer ids than asked for, and more to come. */
  next: KeysetPosition | null;
}

/**
 * Finds listings by words. The engine behind it can be changed: another one takes the place of `MongoListingSearch` in
 * `listing-context.ts` when it passes `test/search/listing-search.ts`.
 */
export interface ListingSearch {
  /**
   * Called in every write of a listing, for the fields that are stored with it. The engine in the same database keeps
   * there what it finds the listing by, so that nothing is found late; one elsewhere marks what it has yet to take over.
   */
  index(listing: Listing): Record<string, unknown>;
  /**
   * The ids of what {@link SearchQuery} says, in order; of equal ones the newest id first, by falling price last. Pages neither skip nor repeat
   * while listings are added. Throws UNAVAILABLE when it takes too long.
   */
  find(asked: ListingsAsked, limit: number, after: KeysetPosition | null): Promise<Hits>;
  /**
   * What titles of listings that are on sale or reserved say where they match, see `suggestionsFrom`. It may look at the
   * newest only. Throws UNAVAILABLE when it takes too long.
   */
  suggest(query: SearchQuery, limit: number): Promise<string[]>;
}
