import { invalid, type request, type view } from '../contract/index.js';
import type { Actor } from '../platform/actor.js';
import { readPage } from '../platform/pages.js';
import type { Blocks } from '../users/index.js';
import type { PresentListings } from './listing.presenter.js';
import type { ListingStore, Placed } from './listing.store.js';

interface ListingsPage {
  items: view.Listing[];
  nextCursor: string | null;
}

const positionOf = ({ listing, at }: Placed): [number, string] => [at, listing.id];

/**
 * The feed, without the listings of people whom a block keeps apart from the reader. A cursor works only with the
 * filters and the order that it was made with.
 */
export const createListListings =
  (deps: { listings: ListingStore; blocks: Blocks; present: PresentListings }) =>
  async ({ userId }: Actor, query: request.ListListings): Promise<ListingsPage> => {
    if (query.sort === 'distance' && !query.near)
      throw invalid('query.near', 'is needed to sort by distance');
    const { limit: _limit, cursor: _cursor, ...scope } = query;
    const apart = await deps.blocks.around(userId);
    const { shown, nextCursor } = await readPage(
      ['feed', scope],
      query,
      (after, limit) => deps.listings.feed(query, limit, after, apart),
      positionOf,
    );
    const listings = shown.map(({ listing }) => listing);
    return { items: await deps.present(listings, { userId, near: query.near }), nextCursor };
  };

export const createListMyListings =
  (deps: { listings: ListingStore; present: PresentListings }) =>
  async (
    actor: Actor,
    query: { limit: number; cursor?: string | undefined },
  ): Promise<ListingsPage> => {
    const { shown, nextCursor } = await readPage(
      ['mine', actor.userId],
      query,
      (after, limit) => deps.listings.ofSeller(actor.userId, limit, after),
      positionOf,
    );
    const listings = shown.map(({ listing }) => listing);
    return { items: await deps.present(listings, actor), nextCursor };
  };
