import { inTransaction } from '../platform/transaction.js';
import type { ConversationContext } from './conversation-context.js';

/**
 * Counts a conversation for its listing, once something was said in it. Whoever writes the first entry does it, and the
 * relay again in case they died; a repeat counts nothing.
 */
export async function countConversation(
  { mongo, conversations, listingCounts }: ConversationContext,
  { id, listingId }: { id: string; listingId: string },
): Promise<void> {
  await inTransaction(mongo, async (session) => {
    if (await conversations.markCounted(id, session))
      await listingCounts.add(listingId, 'conversations', 1, session);
    else await session.abortTransaction();
  });
}

/** What {@link countConversation} left undone when its process died; for the relay. */
export async function countUncounted(
  chat: ConversationContext,
  conversationId: string,
): Promise<void> {
  // Nearly always it is counted by now, and a transaction that finds nothing to do costs three commands.
  if (await chat.conversations.isCounted(conversationId)) return;
  const conversation = await chat.conversations.get(conversationId);
  if (conversation) await countConversation(chat, conversation);
}
