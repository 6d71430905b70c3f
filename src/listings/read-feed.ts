import { Refusal, invalid, type request } from '../contract/index.js';
import type { Listing } from '../domain/listing.js';
import { isIndexMissing, type ReadFrom } from '../platform/mongo.js';
import { readPage } from '../platform/pages.js';
import type { FeedPage } from './feed-pages.js';
import type { ListingContext } from './listing-context.js';
import type { Placed } from './listing.store.js';
import type { PageFacts } from './page-facts.js';

export const positionOf = ({ listing, at }: Placed): [number, string] => [at, listing.id];

interface Page {
  found: Listing[];
  nextCursor: string | null;
  /** The page that everybody has in common, when this is it, and what was looked up for this reader. */
  common?: { page: FeedPage; facts: PageFacts };
}

/** Who reads, whose listings are left out, and where the reader may read from. */
export interface FeedReader {
  userId: string;
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
  { userId, without, from }: FeedReader,
): Promise<Page> {
  const { listings, cards, feedPages, feedReads, pageFacts } = market;
  const { limit: _limit, cursor, ...scope } = query;
  const { sort = 'recent' } = query;
  if (sort === 'relevance') throw invalid('q', 'is needed to sort by relevance');
  const read = (apart: ReadonlySet<string>, where: ReadFrom) =>
    feedReads
      .pass(() =>
        readPage(
          ['feed', scope],
          query,
          (after, limit) => listings.feed(query, sort, limit, after, apart, where),
          positionOf,
        ),
      )
      .catch((error: unknown) => {
        // While very many are stored at once.
        if (isIndexMissing(error)) throw new Refusal('UNAVAILABLE', 'Lists are being prepared');
        throw error;
      });
  const readForReader = (first: ReadFrom) =>
    readUnchanged(market, first, (where) => read(without, where));
  if (cursor !== undefined) return readForReader(from);

  // What is kept is read from the primary, or it would be old for longer than it is kept.
  // Redis is asked what the page is, and the database of what it was: nearly always that is the same.
  const guess = feedPages.lastRead(query, sort);
  const early = guess && pageFacts.of(idsOf(guess), userId);
  early?.catch(() => undefined);
  const page = await feedPages.first(query, sort, async (): Promise<FeedPage> => {
    const { shown, nextCursor } = await read(new Set(), 'primary');
    cards.keep(shown.map(({ listing }) => listing));
    return {
      items: shown.map(({ listing }) => [listing.id, listing.version]),
      next: nextCursor === null ? null : positionOf(shown.at(-1)!),
    };
  });
  const facts = await (page === guess ? early! : pageFacts.of(idsOf(page), userId));
  const found = cards.known(page.items, facts.versions) ?? (await cards.unchanged(page.items));
  if (!found) feedPages.forget(query, sort);
  if (!found || found.some(({ sellerId }) => without.has(sellerId)))
    return readForReader('primary');
  return { found, nextCursor: feedPages.cursorOf(page, scope), common: { page, facts } };
}

const idsOf = ({ items }: FeedPage): string[] => items.map(([id]) => id);

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
