import type { view } from '../contract/index.js';
import { mustSee } from '../domain/listing-access.js';
import { presentPrice } from '../domain/listing-view.js';
import type { Actor } from '../platform/actor.js';
import { readPage } from '../platform/pages.js';
import type { ListingContext } from './listing-context.js';

/** The prices of a listing, the present one first, for everybody who sees it. Throws NOT_FOUND. */
export const createListPrices =
  ({ listings, pastPrices, blocks }: ListingContext) =>
  async (
    { userId }: Actor,
    id: string,
    query: { limit: number; cursor?: string | undefined },
  ): Promise<{ items: view.ListingPrice[]; nextCursor: string | null }> => {
    const listing = await listings.get(id);
    mustSee(listing, userId, await blocks.around(userId));
    // Ids of past prices come behind no id, so that this one is not given again once it has passed.
    const present = { id: '', price: listing.price, at: listing.pricedAt };
    const { shown, nextCursor } = await readPage(
      ['prices', id],
      query,
      async (after, limit) =>
        after
          ? pastPrices.of(id, limit, after)
          : [present, ...(await pastPrices.of(id, limit - 1, null))],
      (one) => [one.at.getTime(), one.id],
    );
    return { items: shown.map((one) => presentPrice(one, listing.snapshot())), nextCursor };
  };
