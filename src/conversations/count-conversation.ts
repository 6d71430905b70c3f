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
