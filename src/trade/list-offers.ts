import type { request } from '../contract/index.js';
import { mustOwn } from '../domain/listing-access.js';
import type { Actor } from '../platform/actor.js';
import { readPage } from '../platform/pages.js';
import { presentOfferCards } from './offer.presenter.js';
import type { TradeContext } from './trade-context.js';

/**
 * Lists the offers on one's own listing side by side, the highest first (requests for a give-away: the earliest first),
 * and the offers that one made or received. Throws NOT_FOUND, and FORBIDDEN for somebody else's listing.
 */
export const createListOffers = (trade: TradeContext) => ({
  async ofListing({ userId }: Actor, listingId: string, query: request.ListOffers) {
    const listing = await trade.listings.get(listingId);
    mustOwn(listing, userId, await trade.blocks.around(userId));
    const { state } = query;
    const { shown, nextCursor } = await readPage(
      ['offers', listingId, state],
      query,
      (after, limit) => trade.offers.sideBySide(listingId, state, limit, after),
      ({ amount, id }) => [amount, id],
    );
    return { items: await presentOfferCards(trade, shown, userId), nextCursor };
  },

  async mine({ userId }: Actor, query: request.ListMyOffers) {
    const { role, state } = query;
    const { shown, nextCursor } = await readPage(
      ['my offers', userId, role, state],
      query,
      (after, limit) => trade.offers.ofPerson(role, userId, state, limit, after),
      ({ movedAt, id }) => [movedAt.getTime(), id],
    );
    return { items: await presentOfferCards(trade, shown, userId), nextCursor };
  },
});
