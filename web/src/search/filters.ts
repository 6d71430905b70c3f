import { useState } from 'preact/hooks';
import type { Category } from '../../../client/index.js';
import { useHaggle } from '../app/haggle-context.js';
import type { FeedPoint } from '../app/place.js';
import type { Asked } from './use-found.js';

/** How far from the point, in kilometres; `anywhere` needs no point. */
export const bands = [2, 3, 4, 5, 6, 'anywhere'] as const;
export type Band = (typeof bands)[number];

export const sorts = ['recent', 'distance', 'priceAsc', 'priceDesc'] as const;
export type Sort = (typeof sorts)[number] | 'relevance';

export const shownStates = ['onSale', 'reserved', 'sold'] as const;

interface Circle {
  near: { latitude: number; longitude: number };
  radiusKm: number;
}

export interface Filters {
  /** Around where one is. */
  band: Band;
  /** Around where one was when the search was saved, instead of the band. */
  circle?: Circle | undefined;
  category?: Category | undefined;
  minPrice?: number | undefined;
  maxPrice?: number | undefined;
  /** Left out: what is on sale or reserved. */
  state?: (typeof shownStates)[number] | undefined;
  /** Left out: the newest first, of a search what fits best. */
  sort?: Sort | undefined;
}

/** What somebody chose on one screen, kept while others are shown. */
export function useFilters(screen: string, start: Band) {
  const { memory } = useHaggle();
  const key = `${screen}-filters`;
  const [filters, setFilters] = useState(
    () => (memory.get(key) as Filters | undefined) ?? { band: start },
  );
  const change = (some: Partial<Filters>) => {
    const next = possible({ ...filters, ...some });
    memory.set(key, next);
    setFilters(next);
  };
  return { filters, change };
}

/** Nothing is near or far without a point. */
const possible = (filters: Filters): Filters =>
  isAnywhere(filters) && filters.sort === 'distance' ? { ...filters, sort: undefined } : filters;

export const isAnywhere = ({ band, circle }: Filters): boolean =>
  band === 'anywhere' && circle === undefined;

/** The filters as the endpoint takes them. */
export function askedBy(
  { band, circle, ...filters }: Filters,
  place: FeedPoint,
  q?: string,
): Asked {
  const { latitude, longitude } = place;
  const here = band === 'anywhere' ? {} : { near: { latitude, longitude }, radiusKm: band };
  const chosen = Object.entries({ ...filters, q }).filter(([, value]) => value !== undefined);
  return {
    ...Object.fromEntries(chosen),
    ...(circle ?? here),
  };
}

/** Filters of the sheet that are set. */
export const countSet = ({ minPrice, maxPrice, state }: Filters): number =>
  Number(minPrice !== undefined || maxPrice !== undefined) + Number(state !== undefined);

/** Whether more than the distance is asked for. */
export const isNarrow = (filters: Filters): boolean =>
  filters.category !== undefined || countSet(filters) > 0;

/** Without any filter. */
export const unset: Filters = {
  band: 'anywhere',
  circle: undefined,
  category: undefined,
  minPrice: undefined,
  maxPrice: undefined,
  state: undefined,
};

/** All filters of a saved search, as its address names them; undefined where the address names words alone. */
export function savedFilters(given: URLSearchParams): Filters | undefined {
  if (!given.has('saved')) return undefined;
  const amount = (name: string) => {
    const value = Number(given.get(name) ?? NaN);
    return Number.isInteger(value) && value >= 0 ? { [name]: value } : {};
  };
  const category = given.get('category');
  const [latitude = NaN, longitude = NaN, radiusKm = NaN] = (given.get('place') ?? '')
    .split(',')
    .map(Number);
  const isPlace = Number.isFinite(latitude + longitude) && radiusKm > 0;
  return {
    ...unset,
    // In the order of a search that nobody has sorted yet.
    sort: undefined,
    ...(category ? { category: category as Category } : {}),
    ...amount('minPrice'),
    ...amount('maxPrice'),
    ...(isPlace ? { circle: { near: { latitude, longitude }, radiusKm } } : {}),
  };
}
