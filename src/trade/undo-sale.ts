import type { ClientSession } from 'mongoose';
import { Refusal } from '../contract/index.js';
import { mustOwn } from '../domain/listing-access.js';
import type { Deal } from '../domain/deal.js';
import type { Offer } from '../domain/offer.js';
import type { Actor } from '../platform/actor.js';
import { inTransaction } from '../platform/transaction.js';
import { settle, tellDeal } from './act-on-deal.js';
import type { TradeContext } from './trade-context.js';

interface Undone {
  deal: Deal;
  offer: Offer | null;
}

/**
 * Puts a listing that was sold by a deal on sale again: the deal falls through, and so does its offer. Throws NOT_FOUND,
 * FORBIDDEN, LISTING_UNAVAILABLE (somebody wrote a review), VERSION_CONFLICT.
 */
export async function undoSale(
  trade: TradeContext,
  actor: Actor,
  listingId: string,
  ifVersion: number | undefined,
): Promise<void> {
  const apart = await trade.blocks.around(actor.userId);
  const work = async (session: ClientSession): Promise<Undone | null> => {
    const listing = await trade.listings.get(listingId, session);
    mustOwn(listing, actor.userId, apart);
    if (ifVersion !== undefined && ifVersion !== listing.version)
      throw new Refusal('VERSION_CONFLICT');
    // Another try was first.
    if (listing.isOnSale) return null;
    const sold = listing.soldBy === null ? null : await trade.deals.get(listing.soldBy, session);
    if (!sold) throw new Refusal('LISTING_UNAVAILABLE');
    const deal = sold.undoBy(actor.userId, trade.clock());
    const written = await trade.reviews.ofDeals([deal.id], session);
    const undone =
      written.length === 0 && (await trade.deals.advance(deal, { when: 'unreviewed', session }));
    if (!undone)
      throw new Refusal('LISTING_UNAVAILABLE', 'A review was written: what was sold stays sold');
    return { deal, offer: await settle(trade, deal, session) };
  };
  const undone = await inTransaction(trade.mongo, work, { inTurnFor: listingId });
  if (undone) await tellDeal(trade, undone.deal, actor, undone.offer);
}
