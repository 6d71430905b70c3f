import { invalid, type request, type view } from '../contract/index.js';
import type { Actor } from '../platform/actor.js';
import { KeysetPosition, decodeCursor, encodeCursor } from '../platform/pages.js';
import type { Blocks } from '../users/index.js';
import type { PresentListings } from './listing.presenter.js';
import type { ListingStore } from './listing.store.js';

interface Deps {
  listings: ListingStore;
  present: PresentListings;
}

interface ListingsPage {
  items: view.Listing[];
  nextCursor: string | null;
}

/**
 * The feed, without the listings of people whom a block keeps apart from the reader. A cursor works only with the
 * filters and the order that it was made with.
 */
export const createListListings =
  (deps: Deps & { blocks: Blocks }) =>
  async (actor: Actor, query: request.ListListings): Promise<ListingsPage> => {
    if (query.sort === 'distance' && !query.near)
      throw invalid('query.near', 'is needed to sort by distance');
    const { limit: _limit, cursor, ...scope } = query;
    const page = await deps.listings.feed(
      query,
      positionIn(['feed', scope], cursor),
      await deps.blocks.around(actor.userId),
    );
    return {
      items: await deps.present(page.listings, { userId: actor.userId, near: query.near }),
      nextCursor: page.next && encodeCursor(['feed', scope], page.next),
    };
  };

export const createListMyListings =
  (deps: Deps) =>
  async (
    actor: Actor,
    query: { limit: number; cursor?: string | undefined },
  ): Promise<ListingsPage> => {
    const scope = ['mine', actor.userId];
    const page = await deps.listings.ofSeller(
      actor.userId,
      query.limit,
      positionIn(scope, query.cursor),
    );
    return {
      items: await deps.present(page.listings, actor),
      nextCursor: page.next && encodeCursor(scope, page.next),
    };
  };

function positionIn(scope: unknown, cursor: string | undefined): KeysetPosition | null {
  return cursor === undefined ? null : decodeCursor(scope, cursor, KeysetPosition);
}
