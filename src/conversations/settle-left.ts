import type { Conversation } from '../domain/conversation.js';
import type { ConversationStore } from './conversation.store.js';
import type { InboxStore } from './inbox.store.js';

/**
 * Brings the row of somebody who left, or came back, in line with the conversation. The same person may do the opposite
 * on another node meanwhile. So each writer reads the conversation again after its write, and the last one to write the
 * row has seen its final state.
 */
export async function settleLeft(
  deps: { conversations: ConversationStore; inbox: InboxStore },
  userId: string,
  written: Conversation,
): Promise<void> {
  const isLeft = (one: Conversation | null) => one?.leftAt(userId) !== undefined;
  for (let left = isLeft(written); ; left = !left) {
    await deps.inbox.setLeft(userId, written.id, left);
    if (isLeft(await deps.conversations.fresh(written.id)) === left) return;
  }
}
