import type { view } from '../contract/index.js';
import { isSeen, mustSee } from '../domain/listing-access.js';
import { presentGone, presentListing } from '../domain/listing-view.js';
import type { Actor } from '../platform/actor.js';
import { presentPeople } from '../users/index.js';
import type { ListingContext } from './listing-context.js';

/** Shows changes of listings to many people at once. */
export const createShowListing = ({
  listings,
  users,
  counts,
  favourites,
  blocks,
  clock,
}: ListingContext) => ({
  /** Throws NOT_FOUND unless this person may look at all of them. */
  async mustSeeAll({ userId }: Actor, listingIds: string[]): Promise<void> {
    const [found, apart] = await Promise.all([listings.getMany(listingIds), blocks.around(userId)]);
    for (const id of listingIds) mustSee(found.get(id) ?? null, userId, apart);
  },

  /** A listing as each of these people sees it now: `removed` for who may see it no more. */
  async toPeople(
    listingId: string,
    userIds: readonly string[],
  ): Promise<Map<string, view.Listing>> {
    const listing = await listings.get(listingId);
    if (!listing) return new Map();
    const [seller, counted, having, around] = await Promise.all([
      presentPeople(users, [listing.sellerId]),
      counts.of([listingId]),
      favourites.havingOne(listingId, userIds),
      blocks.aroundMany(userIds),
    ]);
    const now = clock();
    return new Map(
      userIds.map((userId) => {
        const ground = { counts: counted.get(listingId), favourite: having.has(userId), now };
        const shown = presentListing(listing, seller(listing.sellerId), { userId }, ground);
        const seen = isSeen(listing, userId, around.get(userId)!);
        return [userId, seen ? shown : presentGone(shown)];
      }),
    );
  },
});
