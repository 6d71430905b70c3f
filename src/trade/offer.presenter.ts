import type { view } from '../contract/index.js';
import type { ConversationStore } from '../conversations/index.js';
import type { Conversation } from '../domain/conversation.js';
import { presentCard } from '../domain/listing-view.js';
import type { ListingStore } from '../listings/index.js';
import type { Listing } from '../domain/listing.js';
import type { Clock } from '../platform/clock.js';
import { presentGone, presentProfile, type UserStore } from '../users/index.js';
import type { Offer } from '../domain/offer.js';

interface Deps {
  listings: ListingStore;
  conversations: ConversationStore;
  users: UserStore;
  clock: Clock;
}

export type PresentOffers = ReturnType<typeof createPresentOffers>;

/** Shows offers to one of their two sides, with what this person may do now. */
export function createPresentOffers(deps: Deps) {
  const around = async (offers: Offer[]) => {
    const [listings, conversations] = await Promise.all([
      deps.listings.getMany(offers.map(({ listingId }) => listingId)),
      deps.conversations.getMany(offers.map(({ conversationId }) => conversationId)),
    ]);
    return { listings, conversations };
  };
  const present = (
    offer: Offer,
    userId: string,
    listing: Listing | undefined,
    conversation: Conversation | undefined,
  ): view.Offer => ({
    ...offer.view(),
    abilities: offer.abilitiesOf(userId, {
      price: listing?.price ?? 0,
      closed: conversation?.closed ?? true,
      now: deps.clock(),
    }),
  });
  return {
    async one(offer: Offer, userId: string): Promise<view.Offer> {
      const { listings, conversations } = await around([offer]);
      const { listingId, conversationId } = offer;
      return present(offer, userId, listings.get(listingId), conversations.get(conversationId));
    },

    /** The same with the listing and both people, for lists. */
    async cards(offers: Offer[], userId: string): Promise<view.OfferCard[]> {
      const [{ listings, conversations }, profiles] = await Promise.all([
        around(offers),
        deps.users.profilesOf(offers.flatMap(({ buyerId, sellerId }) => [buyerId, sellerId])),
      ]);
      const person = (id: string): view.User => {
        const profile = profiles.get(id);
        return profile ? presentProfile(profile) : presentGone(id);
      };
      return offers.map((offer) => {
        const { listingId, conversationId, buyerId, sellerId } = offer;
        const listing = listings.get(listingId);
        return {
          ...present(offer, userId, listing, conversations.get(conversationId)),
          listing: presentCard(listingId, listing),
          buyer: person(buyerId),
          seller: person(sellerId),
          // The buyer sees it declined like any other.
          ...(userId === sellerId && offer.declinedByRule ? { declinedByRule: true } : {}),
        };
      });
    },
  };
}
