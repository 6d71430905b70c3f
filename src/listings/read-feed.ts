import { invalid, type request } from '../contract/index.js';
import type { Listing } from '../domain/listing.js';
import type { ReadFrom } from '../platform/mongo.js';
import { encodeCursor, readPage } from '../platform/pages.js';
import type { FeedPage } from './feed-pages.js';
import type { ListingContext } from './listing-context.js';
import type { Placed } from './listing.store.js';

export const positionOf = ({ listing, at }: Placed): [number, string] => [at, listing.id];

interface Page {
  found: Listing[];
  nextCursor: string | null;
}

/** Whose listings are left out, and where the reader may read from. */
export interface FeedReader {
  without: ReadonlySet<string>;
  from: ReadFrom;
}

/**
 * A page of the feed for a reader. The first one comes out of the cache, where everybody has it in common, unless
 * something in it has changed, or somebody in it is kept apart from the reader.
 */
export async function readFeed(
  market: ListingContext,
  query: request.ListListings,
  { without, from }: FeedReader,
): Promise<Page> {
  const { listings, cards, feedPages, feedReads } = market;
  const { limit: _limit, cursor, ...scope } = query;
  const { sort = 'recent' } = query;
  if (sort === 'relevance') throw invalid('query.q', 'is needed to sort by relevance');
  const read = (apart: ReadonlySet<string>, where: ReadFrom) =>
    feedReads.pass(() =>
      readPage(
        ['feed', scope],
        query,
        (after, limit) => listings.feed(query, sort, limit, after, apart, where),
        positionOf,
      ),
    );
  const readForReader = (first: ReadFrom) =>
    readUnchanged(market, first, (where) => read(without, where));
  if (cursor !== undefined) return readForReader(from);

  // What is kept is read from the primary, or it would be old for longer than it is kept.
  const page = await feedPages.first(query, sort, async (): Promise<FeedPage> => {
    const { shown, nextCursor } = await read(new Set(), 'primary');
    cards.keep(shown.map(({ listing }) => listing));
    return {
      items: shown.map(({ listing }) => [listing.id, listing.version]),
      next: nextCursor === null ? null : positionOf(shown.at(-1)!),
    };
  });
  const found = await cards.unchanged(page.items);
  if (!found) feedPages.forget(query, sort);
  if (!found || found.some(({ sellerId }) => without.has(sellerId)))
    return readForReader('primary');
  return { found, nextCursor: page.next && encodeCursor(['feed', scope], page.next) };
}

/**
 * A page as the primary has it, down to the versions of its listings. It may be read from a secondary, so that only what
 * came in lately is missing; where something has changed since, it is read once more.
 */
export async function readUnchanged(
  { cards }: Pick<ListingContext, 'cards'>,
  from: ReadFrom,
  read: (from: ReadFrom) => Promise<{ shown: Placed[]; nextCursor: string | null }>,
): Promise<Page> {
  const { shown, nextCursor } = await read(from);
  const found = shown.map(({ listing }) => listing);
  cards.keep(found);
  if (from === 'primary') return { found, nextCursor };
  const unchanged = await cards.unchanged(found.map(({ id, version }) => [id, version]));
  return unchanged ? { found: unchanged, nextCursor } : readUnchanged({ cards }, 'primary', read);
}
