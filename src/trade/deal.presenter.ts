import type { view } from '../contract/index.js';
import type { ConversationStore } from '../conversations/index.js';
import type { Deal } from '../domain/deal.js';
import { asLeft, presentDeal, type Written } from '../domain/deal-view.js';
import { presentCard } from '../domain/listing-view.js';
import type { ListingStore } from '../listings/index.js';
import { presentGone, presentProfile, type UserStore } from '../users/index.js';

/** The reviews of each deal, as a reader may see them; deals without reviews may be missing. */
export type ReviewsOf = (dealIds: string[], readerId: string) => Promise<Map<string, Written>>;

export type PresentDeals = ReturnType<typeof createPresentDeals>;

/** Deals as one of their two sides sees them, with what this person may do at a time. */
export function createPresentDeals(deps: {
  listings: ListingStore;
  conversations: ConversationStore;
  users: UserStore;
  reviewsOf: ReviewsOf;
}) {
  const many = async (deals: Deal[], userId: string, now: Date): Promise<view.Deal[]> => {
    const [listings, conversations, profiles, written] = await Promise.all([
      deps.listings.getMany(deals.map(({ listingId }) => listingId)),
      deps.conversations.getMany(deals.map(({ conversationId }) => conversationId)),
      deps.users.profilesOf(deals.flatMap(({ buyerId, sellerId }) => [buyerId, sellerId])),
      deps.reviewsOf(
        deals.filter(({ state }) => state === 'completed').map(({ id }) => id),
        userId,
      ),
    ]);
    const person = (id: string): view.User => {
      const profile = profiles.get(id);
      return profile ? presentProfile(profile) : presentGone(id);
    };
    return deals.map((deal) =>
      presentDeal(deal, userId, {
        listing: presentCard(deal.listingId, listings.get(deal.listingId)),
        buyer: person(deal.buyerId),
        seller: person(deal.sellerId),
        written: written.get(deal.id),
        closed: conversations.get(deal.conversationId)?.closed ?? true,
        now,
      }),
    );
  };
  return {
    many,
    async one(deal: Deal, userId: string, now: Date): Promise<view.Deal> {
      const [shown] = await many([deal], userId, now);
      return shown!;
    },
    /** See {@link asLeft}. */
    async asLeft(deal: Deal, userId: string): Promise<view.Deal> {
      const [shown] = await many([deal], userId, deal.movedAt);
      return asLeft(shown!);
    },
  };
}
