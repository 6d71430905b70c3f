import type { ConversationStore, PostEntry } from '../conversations/index.js';
import type { Clock } from '../platform/clock.js';
import type { DealStore } from './deal.store.js';

/**
 * Reminds both of their appointment, in the conversation. The entry comes first and its id follows from appointment and
 * reminder, so that whoever does it again finds it there. False when there was nothing to do.
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
