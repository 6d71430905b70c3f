import { distanceKm } from '../../src/domain/grid.js';
import type { Listing } from '../../src/domain/listing.js';
import { placeOf, type SearchQuery } from '../../src/domain/search/search-query.js';
import { suggestionsFrom } from '../../src/domain/search/suggestions.js';
import type { Hits, ListingSearch, ListingsAsked } from '../../src/listings/listing-search.js';
import type { KeysetPosition } from '../../src/platform/pages.js';

/** A second engine, which looks at every listing. It holds the suite against something that has no index. */
export class PlainListingSearch implements ListingSearch {
  private readonly listings = new Map<string, Listing>();

  index(listing: Listing) {
    this.listings.set(listing.id, listing);
    return {};
  }

  suggest(query: SearchQuery, limit: number): Promise<string[]> {
    const shown = [...this.listings.values()].map((listing) => listing.snapshot());
    const titles = shown
      .filter(({ state }) => ['onSale', 'reserved'].includes(state))
      .map(({ title }) => title)
      .reverse();
    return Promise.resolve(suggestionsFrom(query, titles, limit));
  }

  find(asked: ListingsAsked, limit: number, after: KeysetPosition | null): Promise<Hits> {
    const { near, radiusKm, category, minPrice = 0, maxPrice = Infinity, state } = asked.filters;
    const states: string[] = state ? [state] : ['onSale', 'reserved'];
    const hits = [...this.listings.values()].flatMap((listing) => {
      const is = listing.snapshot();
      const place = placeOf(asked.query, is);
      const km = near && is.location ? distanceKm(near, is.location) : Infinity;
      if (!place || !states.includes(is.state) || asked.without.has(is.sellerId)) return [];
      if (is.price < minPrice || is.price > maxPrice || (near && km > radiusKm)) return [];
      if (category && is.category !== category) return [];
      const time = is.bumpedAt.getTime();
      // The least first.
      const at = {
        relevance: -(time + (place === 'title' ? 4e15 : 0)),
        recent: -time,
        distance: km,
        priceAsc: is.price,
        priceDesc: -is.price,
      }[asked.sort];
      return [{ id: is.id, at }];
    });
    const newerFirst = asked.sort !== 'priceDesc';
    const before = (one: string, other: string) => one !== other && one > other === newerFirst;
    hits.sort((one, other) => one.at - other.at || (before(one.id, other.id) ? -1 : 1));
    const left = hits.filter(
      ({ id, at }) => !after || at > after[0] || (at === after[0] && before(after[1], id)),
    );
    const shown = left.slice(0, limit);
    const last = shown.at(-1);
    return Promise.resolve({
      ids: shown.map(({ id }) => id),
      next: left.length > limit && last ? [last.at, last.id] : null,
    });
  }
}
