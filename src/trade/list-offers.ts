import type { request, view } from '../contract/index.js';
import type { ListingStore } from '../listings/index.js';
import { mustOwn } from '../domain/listing-access.js';
import type { Actor } from '../platform/actor.js';
import { KeysetPosition, decodeCursor, encodeCursor } from '../platform/pages.js';
import type { Blocks } from '../users/index.js';
import type { Offer } from '../domain/offer.js';
import type { PresentOffers } from './offer.presenter.js';
import type { OfferStore } from './offer.store.js';

interface Deps {
  offers: OfferStore;
  listings: ListingStore;
  blocks: Blocks;
  present: PresentOffers;
}

interface OffersPage {
  items: view.OfferCard[];
  nextCursor: string | null;
}

/**
 * Lists the offers on one's own listing side by side, the highest first (requests for a give-away: the earliest first),
 * and the offers that one made or received. Throws NOT_FOUND, and FORBIDDEN for somebody else's listing.
 */
export function createListOffers(deps: Deps) {
  const page = async (
    actor: Actor,
    scope: unknown,
    { limit, cursor }: { limit: number; cursor?: string | undefined },
    read: (after: KeysetPosition | null, limit: number) => Promise<Offer[]>,
    keyOf: (offer: Offer) => number,
  ): Promise<OffersPage> => {
    const after = cursor === undefined ? null : decodeCursor(scope, cursor, KeysetPosition);
    const found = await read(after, limit + 1);
    const shown = found.slice(0, limit);
    const last = shown.at(-1);
    return {
      items: await deps.present.cards(shown, actor.userId),
      nextCursor: found.length > limit && last ? encodeCursor(scope, [keyOf(last), last.id]) : null,
    };
  };
  return {
    async ofListing(actor: Actor, listingId: string, query: request.ListOffers) {
      const listing = await deps.listings.get(listingId);
      mustOwn(listing, actor.userId, await deps.blocks.around(actor.userId));
      const { state } = query;
      return page(
        actor,
        ['offers', listingId, state],
        query,
        (after, limit) => deps.offers.sideBySide(listingId, state, limit, after),
        (offer) => offer.amount,
      );
    },

    async mine(actor: Actor, query: request.ListMyOffers) {
      const { role, state } = query;
      return page(
        actor,
        ['my offers', actor.userId, role, state],
        query,
        (after, limit) => deps.offers.ofPerson(role, actor.userId, state, limit, after),
        (offer) => offer.movedAt.getTime(),
      );
    },
  };
}
