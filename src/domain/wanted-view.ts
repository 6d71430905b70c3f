import type { request, view } from '../contract/index.js';
import { feedStates } from './listing-access.js';
import type { ListingSnapshot } from './listing.js';
import { meets, type Wanted } from './wanted.js';

interface Kept extends Wanted {
  id: string;
  createdAt: Date;
}

/** What is asked for, with null for what is left out, and one blank between words. */
export const wantedBy = ({
  q,
  near,
  radiusKm,
  category,
  minPrice,
  maxPrice,
}: request.AddSavedSearch): Wanted => ({
  q: q?.replace(/\s+/g, ' ') ?? null,
  near: near ?? null,
  radiusKm,
  category: category ?? null,
  minPrice: minPrice ?? null,
  maxPrice: maxPrice ?? null,
});

/** Whether a listing has what the filters of the feed ask for; they ask for no words. */
export function fits(
  listing: ListingSnapshot,
  { state, ...filters }: Omit<request.AddSavedSearch, 'q'> & { state?: view.ListingState },
): boolean {
  const states: readonly view.ListingState[] = state ? [state] : feedStates;
  return states.includes(listing.state) && meets({ ...wantedBy(filters), q: null }, listing);
}

/** Both without what they do not ask for. */
export const presentKeywordAlert = (kept: Kept): view.KeywordAlert => ({
  id: kept.id,
  keyword: kept.q ?? '',
  ...placeOf(kept),
  ...(kept.maxPrice === null ? {} : { maxPrice: kept.maxPrice }),
  createdAt: kept.createdAt.toISOString(),
});

export const presentSavedSearch = (kept: Kept): view.SavedSearch => ({
  id: kept.id,
  ...(kept.q === null ? {} : { q: kept.q }),
  ...placeOf(kept),
  ...(kept.category === null ? {} : { category: kept.category }),
  ...(kept.minPrice === null ? {} : { minPrice: kept.minPrice }),
  ...(kept.maxPrice === null ? {} : { maxPrice: kept.maxPrice }),
  createdAt: kept.createdAt.toISOString(),
});

const placeOf = ({ near, radiusKm }: Wanted) => (near ? { near, radiusKm } : {});
