import type { view } from '../contract/index.js';
import { mayContest, type Contest } from './contest.js';
import { presentAppointment } from './deal-entry.js';
import type { Deal } from './deal.js';
import { reviewsUntil, type Written } from './review.js';

/** What else is needed to show a deal. */
export interface DealGround {
  listing: view.ListingCard;
  buyer: view.User;
  seller: view.User;
  /** Undefined: nobody wrote yet. */
  written: Written | undefined;
  /** Undefined: nobody contests it. */
  contest: Contest | undefined;
  /** Nothing moves in its conversation. */
  closed: boolean;
  now: Date;
}

/** A deal as one of its two sides sees it, with what this person may do now. */
export function presentDeal(deal: Deal, userId: string, ground: DealGround): view.Deal {
  const { question, endedBy, reason } = deal;
  const { listing, buyer, seller, written, contest, closed, now } = ground;
  const reviews = reviewsOf(deal, written);
  return {
    id: deal.id,
    conversationId: deal.conversationId,
    offerId: deal.offerId,
    listing,
    buyer,
    seller,
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
    ...(contest?.userId === userId
      ? { contest: { state: contest.state, text: contest.text, at: contest.at.toISOString() } }
      : {}),
    version: deal.version,
    createdAt: deal.createdAt.toISOString(),
    endedAt: deal.endedAt?.toISOString() ?? null,
    abilities: {
      ...deal.abilitiesOf(userId, { closed, now }),
      ...(!contest && mayContest(deal, userId, now) ? { contest: true } : {}),
      review: reviews !== null && reviews.mine === null && now < new Date(reviews.until),
    },
  };
}

/** The state of the listing for each state of the deal. */
const listingStates: Record<view.DealState, view.ListingState> = {
  open: 'reserved',
  completed: 'sold',
  cancelled: 'onSale',
  noShow: 'onSale',
};

/** The deal as an act left it, the same whenever the answer is repeated: the listing may have changed since. */
export function asLeft(shown: view.Deal): view.Deal {
  const { listing, reviews } = shown;
  return {
    ...shown,
    listing: { ...listing, state: listingStates[shown.state] },
    reviews: reviews && { ...reviews, mine: null, theirs: null },
    abilities: { ...shown.abilities, review: reviews !== null },
  };
}

/** null while the deal is not open for reviews. */
function reviewsOf(deal: Deal, written: Written | undefined): view.Deal['reviews'] {
  const until = reviewsUntil(deal)?.toISOString();
  return until === undefined
    ? null
    : { until, mine: written?.mine ?? null, theirs: written?.theirs ?? null };
}
