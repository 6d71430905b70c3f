import { inTransaction } from '../platform/transaction.js';
import { settle, tellDeal } from './act-on-deal.js';
import type { TradeContext } from './trade-context.js';

/**
 * Ends the trade of somebody whose account is deleted: open deals fall through, which counts against nobody, and then
 * the listings go. Open offers are closed before, when the conversations are left. A repeat finishes what is left to
 * do.
 */
export async function leaveMarket(trade: TradeContext, userId: string): Promise<void> {
  for (;;) {
    const open = await trade.deals.ofPerson(userId, { state: 'open' }, 100, null);
    if (open.length === 0) break;
    for (const { id } of open) await closeDeal(trade, id);
  }
  await trade.removeListingsOf(userId);
}

async function closeDeal(trade: TradeContext, id: string): Promise<void> {
  const closed = await inTransaction(
    trade.mongo,
    async (session) => {
      const standing = await trade.deals.get(id, session);
      if (!standing?.open) return null;
      const deal = standing.close(trade.clock());
      // Another act was first: the next round looks at the deal again.
      if (!(await trade.deals.advance(deal, { session }))) return null;
      return { deal, offer: await settle(trade, deal, session) };
    },
    { inTurnFor: id },
  );
  if (closed) await tellDeal(trade, closed.deal, undefined, closed.offer);
}
