import type { Connection } from 'mongoose';
import type { view } from '../contract/index.js';
import type { ConversationStore, MessageStore, PostEntry, Spoken } from '../conversations/index.js';
import { actOf } from '../domain/act.js';
import type { Conversation } from '../domain/conversation.js';
import type { Entry } from '../domain/entry.js';
import type { ListingCommands, ListingStore } from '../listings/index.js';
import type { Actor } from '../platform/actor.js';
import type { Clock } from '../platform/clock.js';
import type { Logger } from '../platform/logger.js';
import type { Quota } from '../platform/quota.js';
import type { Blocks, UserStore } from '../users/index.js';
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
  log: Logger;
}) {
  const { mongo, conversations, messages, listings, users, post, announce, clock } = deps;
  const offers = new OfferStore(mongo);
  const deals = new DealStore(mongo);
  const reviews = new ReviewStore(mongo);
  const afterAnswer = new AfterAnswer(deps.log);
  const recompute = createRecomputeManner({ users, reviews, deals, clock });
  const settleReviews = createSettleReviews({ reviews, conversations, post, recompute, clock });
  const recordOffer = createRecordOffer({ offers, conversations, post });
  const recordDeal = createRecordDeal({
    ...{ deals, conversations, post },
    tellRivals: createTellRivals({ conversations, messages, listings, post }),
    ended: createDealEnded({ conversations, post, recompute }),
  });
  const endByTime = createEndByTime({ offers, listings, record: recordOffer, clock });
  const closing = { offers, record: recordOffer, clock };
  const closeBetween = createCloseBetween(closing);
  const closeIn = createCloseIn(closing);
  const reminding = { offers, deals, conversations, post, clock };
  const dealing = {
    ...{ mongo, deals, offers, listings, conversations, announce, afterAnswer, clock },
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
      const offering = { ...dealing, record: recordOffer };
      const acts = createActsOnOffer({ ...offering, endByTime });
      const make = createMakeOffer({
        ...{ ...offering, messages, spoken, blocks, closeBetween, closeIn, quota },
      });
      return {
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
          giveAways: createGiveAways({ ...acts, make, offers, listings, openConversation }),
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
    /** What is told after answers is told; for the way out. */
    drained: () => afterAnswer.drained(),
    prepare: async () => {
      await Promise.all([offers, deals, reviews].map((store) => store.prepare()));
    },
  };
}
