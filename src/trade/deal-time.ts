import type { ConversationStore, PostEntry } from '../conversations/index.js';
import type { Clock } from '../platform/clock.js';
import { inTransaction } from '../platform/transaction.js';
import { settle, tellDeal, type Dealing } from './act-on-deal.js';
import type { DealStore } from './deal.store.js';

/**
 * Does what time does to a deal: the seller is asked whether it still stands, and silence frees the listing. Repeated
 * calls do it once; false when there was nothing to do.
 */
export const createPassTime =
  (deps: Dealing) =>
  async (id: string): Promise<boolean> => {
    const moved = await inTransaction(deps.mongo, async (session) => {
      const standing = await deps.deals.get(id, session);
      const deal = standing?.passTime(deps.clock());
      if (!deal || deal === standing) return null;
      if (!(await deps.deals.advance(deal, { session, when: 'overdue' }))) return null;
      return { deal, offer: deal.open ? null : await settle(deps, deal, session) };
    });
    if (moved) await tellDeal(deps, moved.deal, undefined, moved.offer);
    return moved !== null;
  };

/**
 * Reminds both of their appointment, in the conversation. The entry is written first, and its id is derived from
 * appointment and reminder, so that a repeat finds it. False when there was nothing to do.
 */
export const createRemindOfAppointment =
  (deps: { deals: DealStore; conversations: ConversationStore; post: PostEntry; clock: Clock }) =>
  async (id: string): Promise<boolean> => {
    const now = deps.clock();
    const found = await deps.deals.reminderOf(id);
    if (!found || found.since > now) return false;
    const { deal, since } = found;
    const due = deal.reminderDue(since, now);
    const conversation = due && (await deps.conversations.get(deal.conversationId));
    const { appointment } = deal;
    if (conversation && appointment)
      await deps.post(conversation, {
        conversationId: conversation.id,
        senderId: null,
        clientMessageId: `deal:${id}:a${appointment.version}:${due.minutes}`,
        kind: 'system',
        notice: { type: 'appointmentSoon', dealId: id, at: appointment.at.toISOString() },
      });
    const first = await deps.deals.reminded(deal, since, deal.reminderAfter(now)?.at ?? null);
    return first && due !== null;
  };
