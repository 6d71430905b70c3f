import { announce, hasLeft, touch } from './conversations.js';
import { append } from './log.js';
import { closeOffers } from './offers.js';
import type { Actor, StoredConversation, World } from './world.js';

/** Leaves: open offers are closed, and the log says so, unless nothing was ever said in it. Twice is no error. */
export function leave(world: World, actor: Actor, conversation: StoredConversation): void {
  const { userId } = actor;
  if (hasLeft(conversation, userId)) return;
  const at = world.now();
  conversation.leftBy.push({ userId, at });
  touch(world, conversation);
  closeOffers(world, (offer) => offer.conversationId === conversation.id, {
    reason: 'unavailable',
    closedBy: userId,
  });
  if (conversation.entries.length > 0)
    append(world, conversation, {
      senderId: null,
      clientMessageId: `left:${userId}:${at.getTime()}`,
      kind: 'system',
      fields: { notice: { type: 'left', userId } },
    });
  announce(world, conversation);
}
