import type { view } from '../contract/index.js';
import { limits } from '../contract/index.js';
import { categoriesNamed, readingsOf } from '../domain/search/suggestions.js';
import { lru } from '../platform/lru.js';
import type { ListingContext } from './listing-context.js';

/** Texts whose suggestions are kept, the same for everybody: what many people type at the moment. */
const keptMost = 2_000;
/** So long: a phrase may outlive its listing by this, and says nothing of it. */
const keptMs = 30_000;

/** What to search for, while it is typed; nothing where operators switched it off. Throws UNAVAILABLE when it takes too long. */
export function createSuggestSearches({ search, switchedOff }: ListingContext) {
  // Promises, so that people who type the same at once share one look-up.
  const kept = lru<Promise<view.SearchSuggestions>>(keptMost, keptMs);
  const look = async (q: string): Promise<view.SearchSuggestions> => {
    for (const query of readingsOf(q)) {
      const words = await search.suggest(query, limits.suggestions);
      const categories = categoriesNamed(query);
      if (words.length + categories.length > 0) return { words, categories };
    }
    return { words: [], categories: [] };
  };
  return async (q: string): Promise<view.SearchSuggestions> => {
    if (switchedOff.has('suggestions')) return { words: [], categories: [] };
    const known = kept.get(q);
    if (known) return known;
    const found = look(q);
    kept.set(q, found);
    found.catch(() => kept.delete(q));
    return found;
  };
}
