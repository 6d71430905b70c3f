import { tradeLimits, type view } from '../contract/index.js';
import type { ConversationStore } from '../conversations/index.js';
import { presentCard, type ListingStore } from '../listings/index.js';
import { presentGone, presentProfile, type UserStore } from '../users/index.js';
import { presentAppointment } from '../domain/deal-entry.js';
import type { Deal } from '../domain/deal.js';

/** What was written about each deal, as a reader may see it; a deal that nobody wrote about may be left out. */
export type ReviewsOf = (
  dealIds: string[],
  readerId: string,
) => Promise<Map<string, Pick<NonNullable<view.Deal['reviews']>, 'mine' | 'theirs'>>>;

export type PresentDeals = ReturnType<typeof createPresentDeals>;

/** How the listing stood when the deal was in a state. */
const listingStates: Record<view.DealState, view.ListingState> = {
  open: 'reserved',
  completed: 'sold',
  cancelled: 'onSale',
  noShow: 'onSale',
};

const dayMs = 24 * 3_600_000;

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
    return deals.map((deal) => {
      const { question, endedBy, reason } = deal;
      const reviews = reviewsFor(deal, written.get(deal.id));
      const closed = conversations.get(deal.conversationId)?.closed ?? true;
      return {
        id: deal.id,
        conversationId: deal.conversationId,
        offerId: deal.offerId,
        listing: presentCard(deal.listingId, listings.get(deal.listingId)),
        buyer: person(deal.buyerId),
        seller: person(deal.sellerId),
        amount: deal.amount,
        currency: deal.snapshot().currency,
        state: deal.state,
        ...(endedBy ? { endedBy } : {}),
        ...(reason === undefined ? {} : { reason }),
        appointment: presentAppointment(deal),
        question: question && {
          askedAt: question.askedAt.toISOString(),
          answerBy: question.answerBy.toISOString(),
        },
        reviews,
        version: deal.version,
        createdAt: deal.createdAt.toISOString(),
        endedAt: deal.endedAt?.toISOString() ?? null,
        abilities: {
          ...deal.abilitiesOf(userId, { closed, now }),
          review: reviews !== null && reviews.mine === null && now < new Date(reviews.until),
        },
      };
    });
  };
  return {
    many,
    async one(deal: Deal, userId: string, now: Date): Promise<view.Deal> {
      const [shown] = await many([deal], userId, now);
      return shown!;
    },
    /** As an act left it, and so the same whenever the answer is given again: the listing may have gone on since. */
    async asLeft(deal: Deal, userId: string): Promise<view.Deal> {
      const [shown] = await many([deal], userId, deal.movedAt);
      const { listing, reviews } = shown!;
      return {
        ...shown!,
        listing: { ...listing, state: listingStates[deal.state] },
        reviews: reviews && { ...reviews, mine: null, theirs: null },
        abilities: { ...shown!.abilities, review: reviews !== null },
      };
    },
  };
}

/** null while it is not open for reviews. */
function reviewsFor(
  deal: Deal,
  written: Pick<NonNullable<view.Deal['reviews']>, 'mine' | 'theirs'> | undefined,
): view.Deal['reviews'] {
  if (deal.state !== 'completed') return null;
  const until = new Date(deal.endedAt!.getTime() + tradeLimits.reviewDays * dayMs).toISOString();
  return { until, mine: written?.mine ?? null, theirs: written?.theirs ?? null };
}
