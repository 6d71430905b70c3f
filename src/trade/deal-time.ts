import { noticeOf } from '../domain/notices.js';
import { inTransaction } from '../platform/transaction.js';
import { settle, tellDeal } from './act-on-deal.js';
import type { TradeContext } from './trade-context.js';

/**
 * Does what time does to a deal: the seller is asked whether it still stands, and silence frees the listing. Repeated
 * calls do it once; false when there was nothing to do.
 */
export async function passTime(trade: TradeContext, id: string): Promise<boolean> {
  const moved = await inTransaction(trade.mongo, async (session) => {
    const standing = await trade.deals.get(id, session);
    const deal = standing?.passTime(trade.clock());
    if (!deal || deal === standing) return null;
    if (!(await trade.deals.advance(deal, { session, when: 'overdue' }))) return null;
    return { deal, offer: deal.open ? null : await settle(trade, deal, session) };
  });
  if (moved) await tellDeal(trade, moved.deal, undefined, moved.offer);
  return moved !== null;
}

/**
 * Reminds both of their appointment, in the conversation. The entry is written first, and its id is derived from
 * appointment and reminder, so that a repeat finds it. False when there was nothing to do.
 */
export async function remindOfAppointment(trade: TradeContext, id: string): Promise<boolean> {
  const now = trade.clock();
  const found = await trade.deals.reminderOf(id);
  if (!found || found.since > now) return false;
  const { deal, since } = found;
  const due = deal.reminderDue(since, now);
  const conversation = due && (await trade.conversations.get(deal.conversationId));
  const { appointment } = deal;
  if (conversation && appointment) {
    const at = appointment.at.toISOString();
    const entryId = `deal:${id}:a${appointment.version}:${due.minutes}`;
    const notice = { type: 'appointmentSoon', dealId: id, at } as const;
    await trade.post(conversation, noticeOf(conversation.id, entryId, notice));
  }
  const first = await trade.deals.reminded(deal, since, deal.reminderAfter(now)?.at ?? null);
  return first && due !== null;
}
