import type { request, view } from '../contract/index.js';
import type { Actor } from '../platform/actor.js';
import { readPage } from '../platform/pages.js';
import { presentDeal, presentDeals } from './deal.presenter.js';
import type { TradeContext } from './trade-context.js';
import { reviewableSince } from '../domain/review.js';
import { mustBeSideOfDeal } from '../domain/trade-access.js';

/** Reads one deal, or all deals in which one takes part. */
export const createReadDeals = (trade: TradeContext) => ({
  /** Throws NOT_FOUND, also for a deal that is not the caller's. */
  async get({ userId }: Actor, id: string): Promise<view.Deal> {
    const deal = await trade.deals.get(id);
    mustBeSideOfDeal(deal, userId);
    return presentDeal(trade, deal, userId, trade.clock());
  },

  async listMine({ userId }: Actor, query: request.ListMyDeals) {
    const { limit: _limit, cursor: _cursor, ...filter } = query;
    const { state, ...own } = filter;
    const now = trade.clock();
    const isToReview = state === 'toReview';
    const { shown, nextCursor } = await readPage(
      ['my deals', userId, filter],
      query,
      (after, limit) =>
        state === 'toReview'
          ? trade.deals.completedSince(userId, own, reviewableSince(now), limit, after)
          : trade.deals.ofPerson(userId, { state, ...own }, limit, after),
      ({ createdAt, endedAt, id }) => [((isToReview && endedAt) || createdAt).getTime(), id],
    );
    const items = await presentDeals(trade, shown, userId, now);
    return {
      items: isToReview ? items.filter(({ abilities }) => abilities.review) : items,
      nextCursor,
    };
  },
});
