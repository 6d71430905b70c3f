import type { Model } from 'mongoose';
import { distanceKm, type Coordinates } from '../domain/grid.js';
import { pointAt } from '../domain/quadkey.js';
import { preferenceOf, type ReadFrom } from '../platform/mongo.js';
import type { KeysetPosition } from '../platform/pages.js';
import { feedCellsFor, inFeed, type FeedFilters, type FeedQuery } from './feed-filter.js';

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
const keyFields = { _id: 1, bumpedAt: 1, price: 1, quadkey: 1 } as const;

// Equal ones come newest id first, and by falling price last.
const orders = {
  recent: { index: byTime, key: 'bumpedAt', way: -1, idWay: -1 },
  priceAsc: { index: byPrice, key: 'price', way: 1, idWay: -1 },
  // The same index backwards.
  priceDesc: { index: byPrice, key: 'price', way: -1, idWay: 1 },
} as const;
export type CellOrder = keyof typeof orders;

/** The part of a list behind a position, merged from its cells. */
export function readDocuments<D extends { _id: string }>(
  part: FeedPart<D>,
  sort: CellOrder,
  after: KeysetPosition | null,
): Promise<D[]> {
  const { where, query, limit } = part;
  const filter = { $and: [where, inFeed(query)] };
  return readBehind<D, D>(part, { sort, filter, fields: withoutTokens }, after, limit);
}

/** The next by time, whatever their price and seller, from the index alone; some are outside the circle. */
export function readKeys<D extends { _id: string }>(
  part: FeedPart<D>,
  after: KeysetPosition | null,
  count: number,
): Promise<FeedKey[]> {
  const { location: _notInIndex, ...around } = { location: null, ...inFeed(part.query) };
  const filter = { state: part.where.state, ...around };
  return readBehind<D, FeedKey>(part, { sort: 'recent', filter, fields: keyFields }, after, count);
}

/**
 * The rest of what is equal to the position, which may be very many, and then what follows: each is a range of the index.
 * In one filter the database would weigh two plans, and fetch what it could see in the index.
 */
async function readBehind<D extends { _id: string }, Found>(
  { documents, from }: FeedPart<D>,
  {
    sort,
    filter,
    fields,
  }: { sort: CellOrder; filter: object; fields: Readonly<Record<string, 0 | 1>> },
  after: KeysetPosition | null,
  limit: number,
): Promise<Found[]> {
  const { index, key, way, idWay } = orders[sort];
  const read = (place: object, order: Record<string, 1 | -1>, most: number) =>
    documents
      .find({ ...filter, ...place }, fields)
      .read(preferenceOf(from))
      .sort(order)
      // Of its own accord the database takes the index of ids for a few of one price, and reads all others between.
      .hint(index)
      .limit(most)
      .maxTimeMS(readMs)
      .lean<Found[]>();
  const whole = { [key]: way, _id: idWay };
  if (!after) return read({}, whole, limit);
  const [value, id] = [key === 'bumpedAt' ? new Date(after[0]) : after[0], after[1]];
  const same = await read({ [key]: value, _id: { [further(idWay)]: id } }, { _id: idWay }, limit);
  if (same.length === limit) return same;
  return [
    ...same,
    ...(await read({ [key]: { [further(way)]: value } }, whole, limit - same.length)),
  ];
}

const further = (way: 1 | -1) => (way === 1 ? '$gt' : '$lt');

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
