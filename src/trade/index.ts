import type { Connection } from 'mongoose';
import type { view } from '../contract/index.js';
import type { ConversationStore, MessageStore, PostEntry, Spoken } from '../conversations/index.js';
import type { Conversation } from '../domain/conversation.js';
import type { Entry } from '../domain/entry.js';
import type { ListingCommands, ListingStore } from '../listings/index.js';
import type { Actor } from '../platform/actor.js';
import type { Clock } from '../platform/clock.js';
import type { Quota } from '../platform/quota.js';
import type { Blocks, UserStore } from '../users/index.js';
import { createAcceptOffer } from './accept-offer.js';
import { createActsOnDeal } from './act-on-deal.js';
import { createAnnounceConversations } from './announce.js';
import { createDeclineOffer, createWithdrawOffer } from './answer-offer.js';
import { createChangeListingState } from './change-listing-state.js';
import { createCloseBetween, createCloseIn, createReachOffers } from './close-offers.js';
import { createCounterOffer } from './counter-offer.js';
import { createPresentDeals } from './deal.presenter.js';
import { DealStore } from './deal.store.js';
import { createDeclineOffers } from './decline-offers.js';
import { createEndByTime } from './end-by-time.js';
import { createGetProfile } from './get-profile.js';
import { createGiveAways } from './give-aways.js';
import { createListOffers } from './list-offers.js';
import { createListReviews } from './list-reviews.js';
import { createMakeOffer } from './make-offer.js';
import { createPresentOffers } from './offer.presenter.js';
import { OfferStore } from './offer.store.js';
import { createPassTime } from './pass-time.js';
import { createReadDeals } from './read-deals.js';
import { createRecomputeManner } from './recompute-manner.js';
import { createRecordDeal } from './record-deal.js';
import { createRecordOffer } from './record-offer.js';
import { createRemindOfAppointment } from './remind-of-appointment.js';
import { createRemindOfOffer } from './remind-of-offer.js';
import { createPresentReviews } from './review.presenter.js';
import { ReviewStore } from './review.store.js';
import { createReviewsOf } from './reviews-of.js';
import { createDealEnded, createSettleReviews } from './settle-reviews.js';
import { createTellRivals } from './tell-rivals.js';
import { mustBeSideOfOffer } from './trade.policy.js';
import { createWriteReview } from './write-review.js';

export { createPresentDeals } from './deal.presenter.js';
export { DealStore } from './deal.store.js';
export type TradeCommands = ReturnType<ReturnType<typeof createTrade>['commands']>;

/** What the commands need beside what happens by itself. */
interface Doors {
  spoken: Spoken;
  blocks: Blocks;
  openConversation: (actor: Actor, input: { listingId: string }) => Promise<unknown>;
  listingCommands: Pick<ListingCommands, 'put' | 'get'>;
  quota: Quota;
}

/**
 * Builds the slice: offers, the deals that come of them, and what the two say of each other afterwards. One slice, since
 * one act changes all of them. A gateway and a worker build it alike; only a gateway asks for the commands.
 */
export function createTrade(deps: {
  mongo: Connection;
  conversations: ConversationStore;
  messages: MessageStore;
  listings: ListingStore;
  users: UserStore;
  post: PostEntry;
  /** Shows both people their conversation as it is now. */
  announce: (conversation: Conversation) => Promise<void>;
  clock: Clock;
}) {
  const { mongo, conversations, messages, listings, users, post, announce, clock } = deps;
  const offers = new OfferStore(mongo);
  const deals = new DealStore(mongo);
  const reviews = new ReviewStore(mongo);
  const recompute = createRecomputeManner({ users, reviews, deals, clock });
  const settleReviews = createSettleReviews({ reviews, conversations, post, recompute, clock });
  const recordOffer = createRecordOffer({ offers, conversations, post });
  const recordDeal = createRecordDeal({
    ...{ deals, conversations, post },
    tellRivals: createTellRivals({ conversations, messages, listings, post, announce }),
    ended: createDealEnded({ conversations, post, recompute }),
  });
  const announceOffers = createAnnounceConversations({ conversations, announce });
  const endByTime = createEndByTime({ offers, listings, record: recordOffer, clock });
  const closing = { offers, record: recordOffer, announce: announceOffers, clock };
  const closeBetween = createCloseBetween(closing);
  const closeIn = createCloseIn(closing);
  const reminding = { offers, deals, conversations, post, clock };
  const dealing = {
    ...{ mongo, deals, offers, listings, conversations, announce, clock },
    ...{ record: recordDeal, recordOffer },
  };
  return {
    offers,
    deals,
    recordOffer,
    recordDeal,
    /** What changes of listings do to the offers on them. */
    reach: createReachOffers(closing),
    /** After a block: no offer stays open between the two. */
    closeBetween,
    /** After somebody left: none stays open where nobody can answer. */
    closeIn,
    /** What the sender's devices know an entry by: for an act on an offer or a deal the id that came with the act. */
    knownAs: async ({ offer, appointment, clientMessageId }: Entry): Promise<string> => {
      const steps = offer
        ? (await offers.get(offer.id))?.snapshot().steps
        : appointment && (await deals.get(appointment.dealId))?.snapshot().steps;
      const step = steps?.find(({ version }) => clientMessageId.endsWith(`:v${version}`));
      return step?.clientMessageId ?? clientMessageId;
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
        // Every night what was said fades.
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
    commands: ({ spoken, blocks, openConversation, listingCommands, quota }: Doors) => {
      const presentOffers = createPresentOffers({ listings, conversations, users, clock });
      const present = createPresentReviews({ users, clock });
      const reviewsOf = createReviewsOf({ reviews, present, clock });
      const presentDeals = createPresentDeals({ listings, conversations, users, reviewsOf });
      const answering = {
        ...{ mongo, offers, deals, listings, conversations, announce: announceOffers },
        ...{ record: recordOffer, endByTime, clock },
      };
      const make = createMakeOffer({
        ...{ ...answering, messages, spoken, blocks, closeBetween, closeIn, quota },
      });
      const accept = createAcceptOffer(answering);
      const decline = createDeclineOffer(answering);
      const withdraw = createWithdrawOffer(answering);
      return {
        offers: {
          ...{ make, accept, decline, withdraw, counter: createCounterOffer(answering) },
          async get(actor: Actor, id: string): Promise<view.Offer> {
            const offer = await offers.get(id);
            mustBeSideOfOffer(offer, actor.userId);
            return presentOffers.one(offer, actor.userId);
          },
          list: createListOffers({ offers, listings, blocks, present: presentOffers }),
          declineMany: createDeclineOffers({ offers, listings, blocks, decline, clock }),
          giveAways: createGiveAways({
            ...{ offers, listings, openConversation },
            ...{ make, accept, decline, withdraw },
          }),
        },
        deals: {
          ...createReadDeals({ deals, present: presentDeals, clock }),
          ...createActsOnDeal({ ...dealing, present: presentDeals }),
          changeListingState: createChangeListingState({
            ...{ ...dealing, messages, blocks, commands: listingCommands },
          }),
        },
        reviews: {
          write: createWriteReview({
            ...{ reviews, deals, listings, settle: settleReviews, present, clock },
          }),
          list: createListReviews({ reviews, users, blocks, present, clock }),
          getProfile: createGetProfile({ users, blocks }),
        },
      };
    },
    prepare: async () => {
      await Promise.all([offers, deals, reviews].map((store) => store.prepare()));
    },
  };
}
