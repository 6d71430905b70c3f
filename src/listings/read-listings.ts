import { invalid, type request, type view } from '../contract/index.js';
import { mustSee } from '../domain/listing-access.js';
import type { Actor } from '../platform/actor.js';
import { readPage } from '../platform/pages.js';
import type { ListingContext } from './listing-context.js';
import { presentListing, presentListings } from './listing.presenter.js';
import type { Placed } from './listing.store.js';

const positionOf = ({ listing, at }: Placed): [number, string] => [at, listing.id];

/** Reads one listing, the feed, or one's own. */
export const createReadListings = ({ listings, users, blocks }: ListingContext) => ({
  /** Throws NOT_FOUND, also for a listing that the caller may not see. */
  async get(actor: Actor, id: string): Promise<view.Listing> {
    const listing = await listings.get(id);
    mustSee(listing, actor.userId, await blocks.around(actor.userId));
    return presentListing(users, listing, actor);
  },

  /**
   * The feed, without the listings of people whom a block keeps apart from the reader. A cursor works only with the
   * filters and the order that it was made with.
   */
  async list({ userId }: Actor, query: request.ListListings) {
    if (query.sort === 'distance' && !query.near)
      throw invalid('query.near', 'is needed to sort by distance');
    const { limit: _limit, cursor: _cursor, ...scope } = query;
    const apart = await blocks.around(userId);
    const { shown, nextCursor } = await readPage(
      ['feed', scope],
      query,
      (after, limit) => listings.feed(query, limit, after, apart),
      positionOf,
    );
    const found = shown.map(({ listing }) => listing);
    return { items: await presentListings(users, found, { userId, near: query.near }), nextCursor };
  },

  async listMine(actor: Actor, query: { limit: number; cursor?: string | undefined }) {
    const { shown, nextCursor } = await readPage(
      ['mine', actor.userId],
      query,
      (after, limit) => listings.ofSeller(actor.userId, limit, after),
      positionOf,
    );
    const found = shown.map(({ listing }) => listing);
    return { items: await presentListings(users, found, actor), nextCursor };
  },
});
