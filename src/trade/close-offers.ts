import type { ListingChange, TellLater } from '../listings/index.js';
import { reasonToClose } from '../domain/close-reason.js';
import type { Offer } from '../domain/offer.js';
import { recordOffer } from './record-acts.js';
import type { TradeContext } from './trade-context.js';

/** Closes the offers that a change of the listing ends, in its transaction, and tells of them afterwards. */
export async function reachOffers(
  trade: TradeContext,
  { after, session }: ListingChange,
): Promise<TellLater> {
  const now = trade.clock();
  const closed = (await trade.offers.openOn(after.id, session)).flatMap((offer) => {
    const reason = reasonToClose(offer, after);
    return reason ? [offer.close(reason, now)] : [];
  });
  await trade.offers.advanceMany(closed, session);
  return async () => {
    await Promise.all(closed.map((offer) => recordOffer(trade, offer, offer.version)));
  };
}

/** Closes the open offers between two people once either has blocked the other. A repeat changes nothing. */
export const closeBetween = async (
  trade: TradeContext,
  pair: readonly [string, string],
  closedBy?: string,
): Promise<void> => closeAll(trade, await trade.offers.openBetween(pair), closedBy);

/** Closes the open offers in a conversation that somebody left. A repeat changes nothing. */
export const closeIn = async (
  trade: TradeContext,
  conversation: { listingId: string; buyerId: string },
  closedBy?: string,
): Promise<void> => closeAll(trade, await trade.offers.openOf(conversation), closedBy);

/** Closes offers under a reason that reveals nothing: a block and a leaving look the same. */
async function closeAll(trade: TradeContext, offers: Offer[], closedBy?: string): Promise<void> {
  for (const { id } of offers) {
    let closed = false;
    while (!closed) {
      const offer = await trade.offers.get(id);
      if (!offer?.open) break;
      const ended = offer.close('unavailable', trade.clock(), closedBy);
      closed = await trade.offers.advance(ended, { when: 'ever' });
      if (closed) await recordOffer(trade, ended, ended.version);
    }
  }
}
