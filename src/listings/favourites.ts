import type { ClientSession } from 'mongoose';
import { Refusal, type view } from '../contract/index.js';
import { tradeLimits } from '../contract/trade-limits.js';
import { isSeen, mustBeOfOthers, mustSee } from '../domain/listing-access.js';
import type { Listing } from '../domain/listing.js';
import type { Actor } from '../platform/actor.js';
import { readPage, type KeysetPosition } from '../platform/pages.js';
import { inTransaction } from '../platform/transaction.js';
import type { ListingContext } from './listing-context.js';
import { presentListing, presentListings } from './listing.presenter.js';

interface Found {
  listing: Listing;
  position: KeysetPosition;
}

/** Puts listings among the favourites of a person, takes them out and lists them. */
export function createFavourites(market: ListingContext) {
  const { listings, favourites, counts, blocks } = market;

  /** Counts a change where there was one, in one transaction with it. */
  const counted = (
    listingId: string,
    by: 1 | -1,
    change: (session: ClientSession) => Promise<boolean>,
  ): Promise<void> =>
    inTransaction(
      market.mongo,
      async (session) => {
        if (await change(session)) await counts.add(listingId, 'favourites', by, session);
        else await session.abortTransaction();
      },
      { inTurnFor: `favourites:${listingId}` },
    );

  return {
    /** Again changes nothing. Throws NOT_FOUND, FORBIDDEN (one's own, or more than anybody looks through). */
    async addFavourite(actor: Actor, listingId: string): Promise<view.Listing> {
      const { userId } = actor;
      const listing = await listings.get(listingId);
      mustSee(listing, userId, await blocks.around(userId));
      mustBeOfOthers(listing, userId);
      const known = (await favourites.among(userId, [listingId])).has(listingId);
      if (!known && (await favourites.count(userId)) >= tradeLimits.favourites)
        throw new Refusal('FORBIDDEN', `At most ${tradeLimits.favourites} favourites can be kept`);
      const favourite = { userId, listingId, at: market.clock(), price: listing.price };
      if (!known) await counted(listingId, 1, (session) => favourites.add(favourite, session));
      return presentListing(market, listing, actor);
    },

    /** Also for a listing that is gone. */
    async removeFavourite({ userId }: Actor, listingId: string): Promise<void> {
      await counted(listingId, -1, (session) => favourites.remove(userId, listingId, session));
    },

    /** Takes all of them out, because the account is deleted. */
    async forgetFavourites(userId: string): Promise<void> {
      for (;;) {
        const some = await favourites.ofPerson(userId, 100, null);
        if (some.length === 0) return;
        for (const { listingId } of some)
          await counted(listingId, -1, (session) => favourites.remove(userId, listingId, session));
      }
    },

    /** Without what the person may not see any more. */
    async listFavourites(actor: Actor, query: { limit: number; cursor?: string | undefined }) {
      const { userId } = actor;
      const apart = await blocks.around(userId);
      const read = async (after: KeysetPosition | null, limit: number): Promise<Found[]> => {
        const found: Found[] = [];
        let from = after;
        while (found.length < limit) {
          const some = await favourites.ofPerson(userId, limit, from);
          const known = await listings.getMany(some.map(({ listingId }) => listingId));
          for (const { listingId, at } of some) {
            from = [at.getTime(), listingId];
            const listing = known.get(listingId);
            if (isSeen(listing, userId, apart)) found.push({ listing, position: from });
          }
          if (some.length < limit) break;
        }
        return found.slice(0, limit);
      };
      const { shown, nextCursor } = await readPage(
        ['favourites', userId],
        query,
        read,
        ({ position }) => position,
      );
      const items = await presentListings(
        market,
        shown.map(({ listing }) => listing),
        actor,
      );
      return { items, nextCursor };
    },
  };
}
