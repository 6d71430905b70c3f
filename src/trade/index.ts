import type { view } from '../contract/index.js';
import type { Context } from '../context.js';
import type { Conversations } from '../conversations/index.js';
import { actOf } from '../domain/act.js';
import type { Deal } from '../domain/deal.js';
import type { Entry } from '../domain/entry.js';
import type { Listings } from '../listings/index.js';
import type { Actor } from '../platform/actor.js';
import type { Users } from '../users/index.js';
import { createActsOnDeal } from './act-on-deal.js';
import { createActsOnOffer } from './act-on-offer.js';
import { AfterAnswer } from './after-answer.js';
import { createChangeListingState } from './change-listing-state.js';
import { createCloseBetween, createCloseIn, createReachOffers } from './close-offers.js';
import { createPresentDeals } from './deal.presenter.js';
import { DealStore } from './deal.store.js';
import { createPassTime, createRemindOfAppointment } from './deal-time.js';
import { createDeclineOffers } from './decline-offers.js';
import { createGiveAways } from './give-aways.js';
import { createListOffers } from './list-offers.js';
import { createMakeOffer } from './make-offer.js';
import { createPresentOffers } from './offer.presenter.js';
import { OfferStore } from './offer.store.js';
import { createEndByTime, createRemindOfOffer } from './offer-time.js';
import { createReadDeals } from './read-deals.js';
import { createRecomputeManner } from './recompute-manner.js';
import { createGetProfile, createListReviews } from './read-reviews.js';
import { createRecordDeal, createRecordOffer } from './record-acts.js';
import { createPresentReviews, createReviewsOf } from './review.presenter.js';
import { ReviewStore } from './review.store.js';
import { createDealEnded, createSettleReviews } from './settle-reviews.js';
import { createTellRivals } from './tell-rivals.js';
import { mustBeSideOfOffer } from './trade.policy.js';
import { createWriteReview } from './write-review.js';

export type { DealStore } from './deal.store.js';
export type Trade = ReturnType<typeof createTrade>;
export type TradeCommands = Trade['commands'];

/**
 * Builds the slice: offers, the deals that follow from them, and the reviews that the two write afterwards. They share
 * a slice because one act changes all of them.
 */
export function createTrade(
  context: Context,
  below: { users: Users; listings: Listings; conversations: Conversations },
) {
  const { config, mongo, quotas, clock } = context;
  const { users, blocks, blocksChanged } = below.users;
  const { listings, changing, commands: listingCommands } = below.listings;
  const { conversations, messages, spoken, post, announce, left } = below.conversations;
  const offers = context.store(new OfferStore(mongo));
  const deals = context.store(new DealStore(mongo));
  const reviews = context.store(new ReviewStore(mongo));
  const afterAnswer = new AfterAnswer(context.log);
  const recompute = createRecomputeManner({ users, reviews, deals, clock });
  const settleReviews = createSettleReviews({ reviews, conversations, post, recompute, clock });
  const recordOffer = createRecordOffer({ offers, conversations, post });
  const recordDeal = createRecordDeal({
    deals,
    conversations,
    post,
    tellRivals: createTellRivals({ conversations, messages, listings, post }),
    ended: createDealEnded({ conversations, post, recompute }),
  });
  const endByTime = createEndByTime({ offers, listings, record: recordOffer, clock });
  const closing = { offers, record: recordOffer, clock };
  const closeBetween = createCloseBetween(closing);
  const closeIn = createCloseIn(closing);
  const reminding = { offers, deals, conversations, post, clock };
  const dealing = {
    mongo,
    deals,
    offers,
    listings,
    conversations,
    announce,
    afterAnswer,
    clock,
    record: recordDeal,
    recordOffer,
  };
  changing.on(createReachOffers(closing));
  blocksChanged.on((pair) => closeBetween(pair, pair[0]));
  left.on(({ conversation, leaverId }) => closeIn(conversation, leaverId));

  const { messagesPerSecond: perSecond, messageBurst: burst } = config;
  const quota = quotas.rate('offers', { perSecond, burst }).take;
  const presentOffers = createPresentOffers({ listings, conversations, users, clock });
  const present = createPresentReviews({ users, clock });
  const reviewsOf = createReviewsOf({ reviews, present, clock });
  const presentDeals = createPresentDeals({ listings, conversations, users, reviewsOf });
  const offering = { ...dealing, record: recordOffer };
  const acts = createActsOnOffer({ ...offering, endByTime });
  const make = createMakeOffer({
    ...offering,
    messages,
    spoken,
    blocks,
    closeBetween,
    closeIn,
    quota,
  });
  return {
    offers,
    deals,
    recordOffer,
    recordDeal,
    /** A deal as the act of its version left it, for a reader who takes no part in it. */
    presentAsLeft: (deal: Deal) => presentDeals.asLeft(deal, deal.buyerId),
    /**
     * The id by which the sender's devices know an entry: for an act on an offer or a deal the id that was sent with
     * it.
     */
    knownAs: async (entry: Entry): Promise<string> => {
      const act = actOf(entry);
      const acted = act && (await (act.kind === 'offer' ? offers : deals).get(act.id));
      const step = acted?.snapshot().steps.find(({ version }) => version === act?.version);
      return step?.clientMessageId ?? entry.clientMessageId;
    },
    /** What falls due by time alone. */
    timers: [
      {
        name: 'offer-end',
        due: offers.due.bind(offers),
        act: async (id: string) => (await endByTime.end(id))?.open === false,
      },
      {
        name: 'offer-reminder',
        due: offers.toRemind.bind(offers),
        act: createRemindOfOffer(reminding),
      },
      { name: 'deal-hold', due: deals.due.bind(deals), act: createPassTime(dealing) },
      {
        name: 'appointment-reminder',
        due: deals.toRemind.bind(deals),
        act: createRemindOfAppointment(reminding),
      },
      { name: 'reviews', due: reviews.due.bind(reviews), act: settleReviews },
      {
        // Every night, since reviews and other evidence fade.
        name: 'manner',
        due: users.mannersDue.bind(users),
        async act(userId: string): Promise<boolean> {
          const dueAt = (await users.withManner(userId))?.manner?.dueAt;
          if (!dueAt || dueAt > clock()) return false;
          await recompute(userId, { fading: true });
          return true;
        },
      },
    ],
    commands: {
      offers: {
        ...acts,
        make,
        async get(actor: Actor, id: string): Promise<view.Offer> {
          const offer = await offers.get(id);
          mustBeSideOfOffer(offer, actor.userId);
          return presentOffers.one(offer, actor.userId);
        },
        list: createListOffers({ offers, listings, blocks, present: presentOffers }),
        declineMany: createDeclineOffers({
          offers,
          listings,
          blocks,
          decline: acts.decline,
          clock,
        }),
        giveAways: createGiveAways({
          ...acts,
          make,
          offers,
          listings,
          openConversation: below.conversations.commands.open,
        }),
      },
      deals: {
        ...createReadDeals({ deals, present: presentDeals, clock }),
        ...createActsOnDeal({ ...dealing, present: presentDeals }),
        changeListingState: createChangeListingState({
          ...dealing,
          messages,
          blocks,
          commands: listingCommands,
        }),
      },
      reviews: {
        write: createWriteReview({
          reviews,
          deals,
          listings,
          settle: settleReviews,
          present,
          clock,
        }),
        list: createListReviews({ reviews, users, blocks, present, clock }),
        getProfile: createGetProfile({ users, blocks }),
      },
    },
    /** Resolves when everything is told that is told after answers; for the end of the process. */
    drained: () => afterAnswer.drained(),
  };
}
