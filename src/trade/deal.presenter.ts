import type { view } from '../contract/index.js';
import type { Deal } from '../domain/deal.js';
import { asLeft, presentDeal as presentOne } from '../domain/deal-view.js';
import { presentCard } from '../domain/listing-view.js';
import { presentPeople } from '../users/index.js';
import { reviewsOf } from './review.presenter.js';
import type { TradeContext } from './trade-context.js';

/** Deals as one of their two sides sees them, with what this person may do at a time. */
export async function presentDeals(
  trade: TradeContext,
  deals: Deal[],
  userId: string,
  now: Date,
): Promise<view.Deal[]> {
  const completed = deals.filter(({ state }) => state === 'completed').map(({ id }) => id);
  const contestable = deals.filter(({ state }) => state === 'noShow').map(({ id }) => id);
  const [listings, conversations, person, written, contests] = await Promise.all([
    trade.listings.getMany(deals.map(({ listingId }) => listingId)),
    trade.conversations.getMany(deals.map(({ conversationId }) => conversationId)),
    presentPeople(
      trade.users,
      deals.flatMap(({ buyerId, sellerId }) => [buyerId, sellerId]),
    ),
    reviewsOf(trade, completed, userId),
    trade.contests.of(contestable),
  ]);
  return deals.map((deal) =>
    presentOne(deal, userId, {
      listing: presentCard(deal.listingId, listings.get(deal.listingId)),
      buyer: person(deal.buyerId),
      seller: person(deal.sellerId),
      written: written.get(deal.id),
      contest: contests.get(deal.id),
      closed: conversations.get(deal.conversationId)?.closed ?? true,
      now,
    }),
  );
}

export async function presentDeal(
  trade: TradeContext,
  deal: Deal,
  userId: string,
  now: Date,
): Promise<view.Deal> {
  const [shown] = await presentDeals(trade, [deal], userId, now);
  return shown!;
}

/** See {@link asLeft}. */
export const presentDealAsLeft = async (trade: TradeContext, deal: Deal, userId: string) =>
  asLeft(await presentDeal(trade, deal, userId, deal.movedAt));
