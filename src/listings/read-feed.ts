import { invalid, type request } from '../contract/index.js';
import type { Listing } from '../domain/listing.js';
import { encodeCursor, readPage } from '../platform/pages.js';
import type { FeedPage } from './feed-pages.js';
import type { ListingContext } from './listing-context.js';
import type { Placed } from './listing.store.js';

export const positionOf = ({ listing, at }: Placed): [number, string] => [at, listing.id];

/**
 * A page of the feed for a reader. The first one comes out of the cache, where everybody has it in common, if it is still
 * what the database has, down to the versions, and if nobody in it is kept apart from the reader.
 */
export async function readFeed(
  market: ListingContext,
  query: request.ListListings,
  { without }: { without: ReadonlySet<string> },
): Promise<{ found: Listing[]; nextCursor: string | null }> {
  const { listings, cards, feedPages, feedReads } = market;
  const { limit: _limit, cursor, ...scope } = query;
  const { sort = 'recent' } = query;
  if (sort === 'relevance') throw invalid('query.q', 'is needed to sort by relevance');
  const read = (apart: ReadonlySet<string>) =>
    feedReads.pass(() =>
      readPage(
        ['feed', scope],
        query,
        (after, limit) => listings.feed(query, sort, limit, after, apart),
        positionOf,
      ),
    );
  const readForReader = async () => {
    const { shown, nextCursor } = await read(without);
    return { found: shown.map(({ listing }) => listing), nextCursor };
  };
  if (cursor !== undefined) return readForReader();

  const page = await feedPages.first(query, sort, async (): Promise<FeedPage> => {
    const { shown, nextCursor } = await read(new Set());
    cards.keep(shown.map(({ listing }) => listing));
    return {
      items: shown.map(({ listing }) => [listing.id, listing.version]),
      next: nextCursor === null ? null : positionOf(shown.at(-1)!),
    };
  });
  const known = await cards.getMany(page.items.map(([id]) => id));
  const found = page.items.flatMap(([id]) => known.get(id) ?? []);
  if (page.items.some(([id, version]) => known.get(id)?.version !== version)) {
    feedPages.forget(query, sort);
    return readForReader();
  }
  if (found.some(({ sellerId }) => without.has(sellerId))) return readForReader();
  return { found, nextCursor: page.next && encodeCursor(['feed', scope], page.next) };
}
