import type { SavedSearch } from '../../../client/alerts.js';

/** The search screen with what was saved; the screen reads the same names. */
export function searchPathOf({
  q,
  category,
  radiusKm,
  near,
  minPrice,
  maxPrice,
}: Partial<SavedSearch>): string {
  const filled = Object.entries({ q, category, minPrice, maxPrice, band: near && radiusKm });
  const words = new URLSearchParams();
  for (const [name, value] of filled) if (value !== undefined) words.set(name, String(value));
  return `/search?${words}`;
}
