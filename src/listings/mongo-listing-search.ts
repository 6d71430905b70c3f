import type { Connection, mongo } from 'mongoose';
import { Refusal, limits } from '../contract/index.js';
import { areaAt, areasAround, distanceKm } from '../domain/grid.js';
import type { Listing } from '../domain/listing.js';
import { quadkeyOf } from '../domain/quadkey.js';
import { placeOf, type Place, type SearchQuery } from '../domain/search/search-query.js';
import { suggestionsFrom } from '../domain/search/suggestions.js';
import { tokensAsked, tokensOf, tokensVersion } from '../domain/search/tokens.js';
import { collectionOf, isIndexMissing, readPreferences } from '../platform/mongo.js';
import type { KeysetPosition } from '../platform/pages.js';
import { feedCellsOf, feedFilter, inCircle, inFeed } from './feed-filter.js';
import type { Hits, ListingSearch, ListingsAsked } from './listing-search.js';
import { settled } from './settled.js';
import type { CollectionSpec } from '../platform/store.js';

/** What is stored with a listing to find it by, beside what the store writes. */
export interface SearchFields {
  tokens: string[];
  /** One cell of its place, about 10 km wide; null: it has no place. */
  area: string | null;
  /** The {@link tokensVersion} that made the tokens. */
  indexed: number;
}

interface Candidate extends Partial<SearchFields> {
  _id: string;
  title: string;
  description: string;
  price: number;
  bumpedAt: Date;
  location: { coordinates: [number, number] } | null;
}
const read = { title: 1, description: 1, price: 1, bumpedAt: 1, location: 1 } as const;

/** Without the id, which would take most of the room: `settled` does without it. */
const byWord = { tokens: 1, bumpedAt: -1 } as const;
const byWordNear = { tokens: 1, area: 1, bumpedAt: -1 } as const;

/** So many places in an index are read side by side in one order; with more the database would sort by itself. */
const branchesMost = 200;
/** Tokens of one query. A few of the many that a long one has are enough to narrow, and plans are fewer. */
const tokensMost = 8;
const searchMs = 3_000;
/** Added to the time of a hit in the title, so that it comes before any that is only in the description. */
const titleScore = 4_000_000_000_000_000;

/**
 * Search in MongoDB: an index over tokens narrows, newest first, and what `domain/search` says of each listing decides.
 * Reads on until the page is full, and no further than `limits.searchCandidates`.
 */
export class MongoListingSearch implements ListingSearch {
  static readonly collections: readonly CollectionSpec[] = [
    {
      name: 'listings',
      indexes: [{ key: byWord }, { key: byWordNear }, { key: { indexed: 1 } }],
    },
  ];
  private readonly listings: mongo.Collection<Candidate>;

  constructor(connection: Connection) {
    this.listings = collectionOf<Candidate>(connection, 'listings');
  }

  /** Before very many are stored. Until they are made again, words answer UNAVAILABLE. */
  async dropIndexes(): Promise<void> {
    for (const { key, name } of await this.listings.indexes())
      if (name && 'tokens' in key) await this.listings.dropIndex(name);
  }

  index(listing: Listing): SearchFields & Record<string, unknown> {
    const is = listing.snapshot();
    return {
      tokens: tokensOf(is),
      area: is.location && areaAt(is.location),
      indexed: tokensVersion,
    };
  }

  async find(asked: ListingsAsked, limit: number, after: KeysetPosition | null): Promise<Hits> {
    switch (asked.sort) {
      case 'relevance':
        return this.byRelevance(asked, limit, after);
      case 'recent':
        return this.byTime(asked, undefined, limit, after);
      default:
        return this.compared(asked, limit, after);
    }
  }

  async suggest(query: SearchQuery, limit: number): Promise<string[]> {
    // From the primary: the answer is kept, and may not be later than that.
    const asked = {
      query,
      filters: { radiusKm: 0 },
      sort: 'recent',
      without: new Set<string>(),
    } as const;
    const titles: string[] = [];
    for await (const { title } of this.newest(asked, 'title', limits.suggestionCandidates, null))
      if (titles.push(title) === limits.suggestionCandidates) break;
    return suggestionsFrom(query, titles, limit);
  }

  /**
   * Gives tokens, and what feeds find them by, to some listings that were stored before there were any, or with those of
   * another version. Answers with how many it looked at; 0: all have theirs.
   */
  async indexOlder(limit: number): Promise<number> {
    const older = await this.listings
      .find<Candidate & { category: string }>(
        { indexed: { $ne: tokensVersion } },
        { projection: { ...read, category: 1 }, limit },
      )
      .toArray();
    if (older.length === 0) return 0;
    await this.listings.bulkWrite(
      older.map(({ _id, title, description, price, category, location }) => ({
        updateOne: {
          // What was changed meanwhile has its tokens from that change.
          filter: { _id, title, description, price, category, location },
          update: {
            $set: {
              tokens: tokensOf({ title, description, price }),
              cells: feedCellsOf(location && pointOf(location), category),
              area: location && areaAt(pointOf(location)),
              quadkey: location && quadkeyOf(pointOf(location)),
              indexed: tokensVersion,
            },
          },
        },
      })),
      { ordered: false },
    );
    return older.length;
  }

  private async byRelevance(
    asked: ListingsAsked,
    limit: number,
    after: KeysetPosition | null,
  ): Promise<Hits> {
    const inTitle = (at: number) => at >= titleScore;
    const begun = after ?? [Number.MAX_SAFE_INTEGER, ''];
    const first: Hits = inTitle(begun[0])
      ? await this.byTime(asked, 'title', limit, after && [after[0] - titleScore, after[1]])
      : { ids: [], next: null };
    if (first.next) return { ids: first.ids, next: [first.next[0] + titleScore, first.next[1]] };
    const rest = limit - first.ids.length;
    // All parts are in titles, so a description has nothing to add.
    if (!asked.query.parts.some(({ isWord }) => isWord)) return first;
    const told = await this.byTime(
      asked,
      'description',
      Math.max(rest, 1),
      after && !inTitle(after[0]) ? after : null,
    );
    if (rest > 0) return { ids: [...first.ids, ...told.ids], next: told.next };
    // The page is full: the next one begins with the descriptions.
    return { ids: first.ids, next: told.ids.length > 0 || told.next ? [titleScore - 1, ''] : null };
  }

  /** The newest first: all hits, or those that are in one place. */
  private async byTime(
    asked: ListingsAsked,
    only: Place | undefined,
    limit: number,
    after: KeysetPosition | null,
  ): Promise<Hits> {
    const ids: string[] = [];
    let last: KeysetPosition | null = null;
    let seen = 0;
    const stream = this.newest(asked, only, limit, after);
    for await (const one of settled(stream, ({ bumpedAt }) => bumpedAt.getTime())) {
      const at = one.bumpedAt.getTime();
      if (after && at === after[0] && one._id >= after[1]) continue;
      if (ids.length === limit || seen === limits.searchCandidates) return { ids, next: last };
      const place = placeOf(asked.query, one);
      if (place !== undefined && (only === undefined || place === only)) ids.push(one._id);
      last = [at, one._id];
      seen += 1;
    }
    return { ids, next: null };
  }

  /** By price or distance, which no index of words can give: the newest hits are compared. */
  private async compared(
    asked: ListingsAsked,
    limit: number,
    after: KeysetPosition | null,
  ): Promise<Hits> {
    const { query, sort, filters } = asked;
    const keyOf = ({ price, location }: Candidate): number =>
      sort === 'distance' ? distanceKm(filters.near!, pointOf(location!)) : price;
    const hits: { id: string; at: number }[] = [];
    let seen = 0;
    for await (const one of this.newest(asked, undefined, limits.searchCandidates, null)) {
      if (placeOf(query, one)) hits.push({ id: one._id, at: keyOf(one) });
      seen += 1;
      if (seen === limits.searchCandidates) break;
    }
    const way = sort === 'priceDesc' ? -1 : 1;
    const compare = (one: { id: string; at: number }, other: { id: string; at: number }) =>
      way * (one.at - other.at || (one.id < other.id ? 1 : -1));
    hits.sort(compare);
    const left = after
      ? hits.filter(
          (hit) => compare(hit, { at: after[0], id: after[1] }) > 0 && hit.id !== after[1],
        )
      : hits;
    const shown = left.slice(0, limit);
    const last = shown.at(-1);
    return {
      ids: shown.map(({ id }) => id),
      next: left.length > limit && last ? [last.at, last.id] : null,
    };
  }

  private async *newest(
    { query, filters, without, from = 'primary' }: ListingsAsked,
    only: Place | undefined,
    limit: number,
    after: KeysetPosition | null,
  ): AsyncGenerator<Candidate> {
    const { near, radiusKm } = filters;
    const tokens = some(tokensAsked(query, only === 'title' ? 'title' : 'anywhere'));
    const areas = near ? areasAround(near, radiusKm) : [];
    const byArea = tokens.length > 0 && areas.length > 0 && areas.length <= branchesMost;
    const minPrice = Math.max(query.minPrice, filters.minPrice ?? 0);
    const maxPrice = Math.min(query.maxPrice, filters.maxPrice ?? Infinity);
    const found = this.listings.find(
      {
        ...feedFilter(
          {
            ...filters,
            minPrice: minPrice > 0 ? minPrice : undefined,
            maxPrice: maxPrice < Infinity ? maxPrice : undefined,
          },
          without,
        ),
        ...(tokens.length > 0 ? { tokens: { $all: tokens } } : {}),
        ...(tokens.length === 0 ? inFeed(filters) : near ? inCircle(near, radiusKm) : {}),
        ...(byArea ? { area: { $in: areas } } : {}),
        ...(after ? { bumpedAt: { $lte: new Date(after[0]) } } : {}),
      } as mongo.Filter<Candidate>,
      {
        projection: read,
        readPreference: readPreferences[from],
        sort: { bumpedAt: -1 },
        // A little more than the page, since some are only nearly what is looked for.
        batchSize: Math.min(limit * 2, 500),
        maxTimeMS: searchMs,
        ...(tokens.length > 0 ? { hint: byArea ? byWordNear : byWord } : {}),
      },
    );
    try {
      yield* found;
    } catch (error) {
      throw isIndexMissing(error)
        ? new Refusal('UNAVAILABLE', 'The index of words is being built', { retryAfterMs: 10_000 })
        : error;
    } finally {
      await found.close();
    }
  }
}

const pointOf = ({ coordinates: [longitude, latitude] }: { coordinates: [number, number] }) => ({
  latitude,
  longitude,
});

/** At most {@link tokensMost} of them, from all over the query. */
const some = (tokens: string[]): string[] =>
  tokens.length <= tokensMost
    ? tokens
    : Array.from(
        { length: tokensMost },
        (_, index) => tokens[Math.floor((index * tokens.length) / tokensMost)]!,
      );
