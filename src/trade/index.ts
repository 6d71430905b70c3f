import type { view } from '../contract/index.js';
import type { Context } from '../context.js';
import type { Conversations } from '../conversations/index.js';
import { actOf } from '../domain/act.js';
import type { Deal } from '../domain/deal.js';
import type { Entry } from '../domain/entry.js';
import type { Offer } from '../domain/offer.js';
import type { Listings } from '../listings/index.js';
import { inTheNameOf, type Actor } from '../platform/actor.js';
import { allOf, listOf } from '../platform/pages.js';
import type { Users } from '../users/index.js';
import { createActsOnDeal } from './act-on-deal.js';
import { createActsOnOffer } from './act-on-offer.js';
import { createChangeListingState } from './change-listing-state.js';
import { closeBetween, closeIn, reachOffers } from './close-offers.js';
import { presentDealAsLeft } from './deal.presenter.js';
import { passTime, remindOfAppointment } from './deal-time.js';
import { createContestNoShow, createDecideContests, presentOwnContest } from './contest-no-show.js';
import { createDeclineOffers } from './decline-offers.js';
import { createGiveAways } from './give-aways.js';
import { leaveMarket } from './leave-market.js';
import { createListOffers } from './list-offers.js';
import { createMakeOffer } from './make-offer.js';
import { presentOffer } from './offer.presenter.js';
import { endByTime, remindOfOffer } from './offer-time.js';
import { createReadDeals } from './read-deals.js';
import { createGetProfile, createListReviews } from './read-reviews.js';
import { fadeManner, recomputeManner } from './recompute-manner.js';
import { recordDeal, recordOffer } from './record-acts.js';
import { presentOwnReviews } from './review.presenter.js';
import { settleReviews } from './settle-reviews.js';
import { createTradeContext } from './trade-context.js';
import { mustBeSideOfOffer } from '../domain/trade-access.js';
import { createWriteReview } from './write-review.js';

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
  const trade = createTradeContext(context, below);
  const { offers, deals, reviews, contests, users, afterAnswer } = trade;
  below.listings.changing.on((change) => reachOffers(trade, change));
  below.users.blocksChanged.on((pair) => closeBetween(trade, pair, pair[0]));
  below.users.sanctioned.on((userId) => recomputeManner(trade, userId));
  below.conversations.left.on(({ conversation, leaverId }) =>
    closeIn(trade, conversation, leaverId),
  );
  // Runs behind that of the conversations, which are left by then.
  below.users.erasing.on((userId) => leaveMarket(trade, userId));
  below.users.erasing.on((userId) => contests.forgetTexts(userId));
  const listOffers = createListOffers(trade);
  const readDeals = createReadDeals(trade);
  const listReviews = createListReviews(trade);
  below.users.exporting.on((userId) => {
    const actor = inTheNameOf(userId);
    const offersAs = (role: view.OfferSide) =>
      allOf((page) => listOffers.mine(actor, { role, state: 'all', ...page }));
    return {
      offersMade: offersAs('buyer'),
      offersReceived: offersAs('seller'),
      deals: allOf((page) => readDeals.listMine(actor, { state: 'all', ...page })),
      reviewsReceived: allOf((page) => listReviews(actor, userId, page)),
      reviewsWritten: listOf(async () => presentOwnReviews(trade, await reviews.by(userId))),
      contests: listOf(async () => (await contests.by(userId)).map(presentOwnContest)),
    };
  });
  const acts = { ...createActsOnOffer(trade), make: createMakeOffer(trade) };
  return {
    offers,
    deals,
    recordOffer: (offer: Offer, version: number) => recordOffer(trade, offer, version),
    recordDeal: (deal: Deal) => recordDeal(trade, deal),
    /** A deal as the act of its version left it, for a reader who takes no part in it. */
    presentAsLeft: (deal: Deal) => presentDealAsLeft(trade, deal, deal.buyerId),
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
    /** What operators do about contested no-shows. */
    contests: createDecideContests(trade),
    /** What falls due by time alone. */
    timers: [
      {
        name: 'offer-end',
        due: offers.due.bind(offers),
        act: async (id: string) => (await endByTime(trade, id))?.open === false,
      },
      {
        name: 'offer-reminder',
        due: offers.toRemind.bind(offers),
        act: (id: string) => remindOfOffer(trade, id),
      },
      {
        name: 'deal-hold',
        due: deals.due.bind(deals),
        act: (id: string) => passTime(trade, id),
      },
      {
        name: 'appointment-reminder',
        due: deals.toRemind.bind(deals),
        act: (id: string) => remindOfAppointment(trade, id),
      },
      {
        name: 'reviews',
        due: reviews.due.bind(reviews),
        act: (dealId: string) => settleReviews(trade, dealId),
      },
      {
        name: 'manner',
        due: users.mannersDue.bind(users),
        act: (userId: string) => fadeManner(trade, userId),
      },
    ],
    commands: {
      offers: {
        ...acts,
        async get(actor: Actor, id: string): Promise<view.Offer> {
          const offer = await offers.get(id);
          mustBeSideOfOffer(offer, actor.userId);
          return presentOffer(trade, offer, actor.userId);
        },
        list: listOffers,
        declineMany: createDeclineOffers(trade, acts.decline),
        giveAways: createGiveAways(trade, acts),
      },
      deals: {
        ...readDeals,
        ...createActsOnDeal(trade),
        contestNoShow: createContestNoShow(trade),
        changeListingState: createChangeListingState(trade),
      },
      reviews: {
        write: createWriteReview(trade),
        list: listReviews,
        getProfile: createGetProfile(trade),
      },
    },
    /** Resolves when everything is told that is told after answers; for the end of the process. */
    drained: () => afterAnswer.drained(),
  };
}
