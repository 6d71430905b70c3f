import type { request, view } from '../contract/index.js';
import { isSeen } from '../domain/listing-access.js';
import { fits } from '../domain/wanted-view.js';
import { inOtherLayout } from '../domain/search/other-layout.js';
import { looksForNothing, readQuery } from '../domain/search/search-query.js';
import { KeysetPosition, decodeCursor, encodeCursor } from '../platform/pages.js';
import type { ListingContext } from './listing-context.js';
import type { Hits, SearchSort } from './listing-search.js';
import { presentListings } from './listing.presenter.js';
import type { FeedReader } from './read-feed.js';

/** What has all the words of `q`. Where nothing has, it says what the other keyboard layout would have found. */
export async function findListings(
  market: ListingContext,
  asked: request.ListListings & { q: string; sort: SearchSort },
  reader: FeedReader,
): Promise<view.ListingPage> {
  const { search, cards, feedReads } = market;
  const { limit, cursor, ...scope } = asked;
  const { q, sort, ...filters } = scope;
  const { userId, without, from } = reader;
  const after =
    cursor === undefined ? null : decodeCursor(['found', scope], cursor, KeysetPosition);
  const find = async (words: string, most: number): Promise<Hits> => {
    const query = readQuery(words);
    if (looksForNothing(query)) return { ids: [], next: null };
    return feedReads.pass(() => search.find({ query, filters, sort, without, from }, most, after));
  };
  const { ids, next } = await find(q, limit);
  const known = await cards.getMany(ids);
  const found = ids.flatMap((id) => {
    const listing = known.get(id);
    // What finds it may be behind what was written.
    return isSeen(listing, userId, without) && fits(listing.snapshot(), filters) ? [listing] : [];
  });
  const page = {
    items: await presentListings(market, found, { userId, near: filters.near, from }),
    nextCursor: next && encodeCursor(['found', scope], next),
  };
  if (ids.length > 0 || next !== null || after !== null) return page;
  for (const other of inOtherLayout(q))
    if ((await find(other, 1)).ids.length > 0) return { ...page, didYouMean: other };
  return page;
}
