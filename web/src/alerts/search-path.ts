import type { SavedSearch } from '../../../client/alerts.js';

/** The search screen with exactly what was saved; the screen reads the same names. */
export function searchPathOf({
  q,
  category,
  radiusKm,
  near,
  minPrice,
  maxPrice,
}: Partial<SavedSearch>): string {
  const place = near && radiusKm && `${near.latitude},${near.longitude},${radiusKm}`;
  const filled = Object.entries({ q, category, minPrice, maxPrice, place });
  // Also one without filters says so: the screen then shows none instead of those that were chosen last.
  const words = new URLSearchParams({ saved: '' });
  for (const [name, value] of filled) if (value !== undefined) words.set(name, String(value));
  return `/search?${words}`;
}
