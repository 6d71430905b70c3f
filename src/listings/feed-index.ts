import type { Model } from 'mongoose';
import { distanceKm, type Coordinates } from '../domain/grid.js';
import { pointAt } from '../domain/quadkey.js';
import { preferenceOf, type ReadFrom } from '../platform/mongo.js';
import { feedCellsFor, type FeedFilters, type FeedQuery } from './feed-filter.js';

/**
 * In the order of the feed, cell by cell. What stands behind the id narrows, so that hardly more than what is shown is
 * fetched, and lets {@link fewMatches} do with the index alone.
 */
export const byTime = {
  cells: 1,
  state: 1,
  bumpedAt: -1,
  _id: -1,
  price: 1,
  quadkey: 1,
} as const;
export const byPrice = {
  cells: 1,
  state: 1,
  price: 1,
  _id: -1,
  bumpedAt: 1,
  quadkey: 1,
} as const;

/** What search keeps in a document is most of it, and nobody else reads it. */
export const withoutTokens = { tokens: 0 } as const;
export const readMs = 5_000;

/** One part of a feed, as everybody reads it who helps with it. */
export interface FeedPart<D extends { _id: string }> {
  documents: Model<D>;
  query: FeedFilters;
  where: FeedQuery;
  from: ReadFrom;
  /** How many are to be found. */
  limit: number;
}

/** What the feed's indexes know of a listing. */
export interface FeedKey {
  _id: string;
  bumpedAt: Date;
  price: number;
  quadkey: string | null;
}
export const keyFields = { _id: 1, bumpedAt: 1, price: 1, quadkey: 1 } as const;

/** So many that match are few: they are all read, and sorted here. */
export const fewMost = 1_000;

/**
 * Everything that matches, wherever in the list; null: more than {@link fewMost} do. What is rare is far apart in an index
 * that has the order of the list, and together in the one by price.
 */
export async function fewMatches<D extends { _id: string }>({
  documents,
  query,
  where,
  from,
}: FeedPart<D>): Promise<FeedKey[] | null> {
  // The cells hold the category, and nothing in the index the seller.
  const { sellerId: _seller, category: _category, ...filter } = where;
  const found = await documents
    .find({ ...filter, cells: { $in: feedCellsFor(query) } } as object, keyFields)
    .read(preferenceOf(from))
    .hint(byPrice)
    .limit(fewMost + 1)
    .maxTimeMS(readMs)
    .lean<FeedKey[]>();
  return found.length > fewMost ? null : found.filter(({ quadkey }) => isInside(query, quadkey));
}

export const isInside = (
  { near, radiusKm }: { near?: Coordinates; radiusKm: number },
  quadkey: string | null,
): boolean => !near || (quadkey !== null && distanceKm(near, pointAt(quadkey)) <= radiusKm);

/** A listing that is to be fetched, and the number by which it has its place in the list. */
export interface Place {
  id: string;
  at: number;
}

/** In the order of a list; of equal ones the newest id first. */
export const inOrder = (places: Place[], way: 1 | -1): Place[] =>
  places.sort((one, other) => way * (one.at - other.at) || (one.id < other.id ? 1 : -1));

/**
 * Fetches until the page is full what comes in the order of the list, no more at a time than are wanted; `wanted` is
 * told how many that still are.
 */
export async function fetchInOrder<D extends { _id: string }>(
  { documents, where, from, limit }: FeedPart<D>,
  inOrder: AsyncIterable<Place[]> | Place[][],
  wanted: (count: number) => void = () => undefined,
): Promise<{ document: D; at: number }[]> {
  const found: { document: D; at: number }[] = [];
  for await (const places of inOrder)
    for (let start = 0; start < places.length;) {
      const portion = places.slice(start, start + limit - found.length);
      start += portion.length;
      const known = await documents
        .find({ ...where, _id: { $in: portion.map(({ id }) => id) } } as object)
        .read(preferenceOf(from))
        // Of its own accord the database would try other indexes, too.
        .hint({ _id: 1 })
        .select(withoutTokens)
        .maxTimeMS(readMs)
        .lean<D[]>();
      const byId = new Map(known.map((document) => [document._id, document]));
      for (const { id, at } of portion) {
        const document = byId.get(id);
        if (document) found.push({ document, at });
      }
      if (found.length === limit) return found;
      wanted(limit - found.length);
    }
  return found;
}
