import type { request } from '../contract/index.js';
import { feedStates } from '../domain/listing-access.js';
import { cellsAround, cellsAt, earthRadiusKm, type Coordinates } from '../domain/grid.js';
import { coverOf } from '../domain/quadkey.js';

export type FeedFilters = Pick<
  request.ListListings,
  'near' | 'radiusKm' | 'category' | 'minPrice' | 'maxPrice' | 'state'
>;

export type FeedQuery = ReturnType<typeof feedFilter>;

/** Filter for everything that a feed may show but its place: without the sellers in `without`. */
export function feedFilter(query: FeedFilters, without: ReadonlySet<string>) {
  return {
    ...(without.size > 0 ? { sellerId: { $nin: [...without] } } : {}),
    state: query.state ?? { $in: [...feedStates] },
    ...(query.category ? { category: query.category } : {}),
    ...priceRange(query),
  };
}

/** The cell that everything lies in. */
const everywhere = '*';
const ofCategory = (cell: string, category: string) => `${cell}/${category}`;

/**
 * What feeds find a listing by: the cells of its place and the one of everywhere, each for all categories and for its
 * own, so that a rare category is read as a common one is.
 */
export function feedCellsOf(location: Coordinates | null | undefined, category: string): string[] {
  const cells = [everywhere, ...(location ? cellsAt(location) : [])];
  return [...cells, ...cells.map((cell) => ofCategory(cell, category))];
}

/** The cells that a feed is read from. */
export function feedCellsFor({ near, radiusKm, category }: FeedFilters): string[] {
  const cells = near ? cellsAround(near, radiusKm) : [everywhere];
  return category ? cells.map((cell) => ofCategory(cell, category)) : cells;
}

/** Filter for a circle. */
export const inCircle = ({ longitude, latitude }: Coordinates, radiusKm: number) => ({
  location: {
    $geoWithin: { $centerSphere: [[longitude, latitude], radiusKm / earthRadiusKm] },
  },
});

/**
 * Squares that cover a circle, for the listings that are fetched to be hardly more than those that lie in it. With more of
 * them the database plans longer than it then saves: these take it some 2 ms.
 */
const squares = { points: 0, squares: 64 };

/** Filter for where a feed looks, by the cells and squares of its indexes. */
export function inFeed(query: FeedFilters) {
  const cells = { cells: { $in: feedCellsFor(query) } };
  const { near, radiusKm } = query;
  if (!near) return cells;
  const beginnings = coverOf(near, circleAsRing(radiusKm), squares);
  return {
    ...cells,
    quadkey: { $in: beginnings.map((name) => new RegExp(`^${name}`)) },
    ...inCircle(near, radiusKm),
  };
}

/** Distances are rounded, so that what is on the rim is inside. */
export const circleAsRing = (radiusKm: number) => ({
  inner: 0,
  outer: Math.floor(radiusKm * 10_000) + 2,
});

function priceRange({ minPrice, maxPrice }: FeedFilters) {
  if (minPrice === undefined && maxPrice === undefined) return {};
  return {
    price: {
      ...(minPrice === undefined ? {} : { $gte: minPrice }),
      ...(maxPrice === undefined ? {} : { $lte: maxPrice }),
    },
  };
}
