import type { request } from '../contract/index.js';
import { feedStates } from '../domain/listing-access.js';
import { cellsAround, earthRadiusKm, type Coordinates } from '../domain/grid.js';

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

/** Filter for a circle. */
export const inCircle = ({ longitude, latitude }: Coordinates, radiusKm: number) => ({
  location: {
    $geoWithin: { $centerSphere: [[longitude, latitude], radiusKm / earthRadiusKm] },
  },
});

/** The same, with the cells by which the feed's indexes find it. */
export const within = (centre: Coordinates, radiusKm: number) => ({
  cells: { $in: cellsAround(centre, radiusKm) },
  ...inCircle(centre, radiusKm),
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
