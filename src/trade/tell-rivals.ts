import type { Conversation } from '../domain/conversation.js';
import type { Deal } from '../domain/deal.js';
import { listingFree } from '../domain/notices.js';
import type { TradeContext } from './trade-context.js';

/** Conversations that are told, the newest first: people in older ones are not waiting for this listing any more. */
const rivalsTold = 500;
const atOnce = 20;

/**
 * Tells everybody who had asked about the listing or made an offer that it is on sale again. Leaves out the buyer of
 * the deal that came to nothing, and closed conversations, where somebody left or a block stands. A repeat finds the
 * same entry.
 */
export async function tellRivals(trade: TradeContext, deal: Deal): Promise<void> {
  // After an outage this may run late, and must not call people up for a listing that is gone again.
  if (!(await trade.listings.get(deal.listingId))?.isOnSale) return;
  const ids = await trade.conversations.idsOfListing(deal.listingId, rivalsTold);
  const found = await trade.conversations.getMany(ids);
  const rivals = [...found.values()].filter(
    (one) =>
      one.id !== deal.conversationId && one.snapshot().createdAt < deal.movedAt && !one.closed,
  );
  for (let from = 0; from < rivals.length; from += atOnce)
    await Promise.all(rivals.slice(from, from + atOnce).map((rival) => tell(rival)));

  async function tell(rival: Conversation): Promise<void> {
    // The conversation was opened, but nobody said a word.
    if ((await trade.messages.lastSeq(rival.id)) === 0) return;
    await trade.post(rival, listingFree(rival.id, deal.id));
  }
}
