import { limits, type view } from '../contract/index.js';
import { Conversation } from '../domain/conversation.js';
import { conversationIdOf } from '../domain/ids.js';
import { mustSee } from '../domain/listing-access.js';
import type { Actor } from '../platform/actor.js';
import type { Quota } from '../platform/quota.js';
import type { ConversationContext } from './conversation-context.js';
import { presentConversations } from './conversation.presenter.js';
import { rejoin } from './leave-conversation.js';

/**
 * Opens the conversation of a buyer about a listing, or returns the existing one; a buyer who had left it is back in it.
 * Throws NOT_FOUND (also where one blocked the other and there is no conversation yet), FORBIDDEN (one's own listing),
 * LISTING_UNAVAILABLE (sold, and no conversation yet), RATE_LIMITED (too many new conversations).
 */
export const createOpenConversation = (chat: ConversationContext) => {
  const quota = chat.quotas.window('conversations', {
    limit: limits.conversationsPerHour,
    seconds: 3600,
  });
  return async (
    actor: Actor,
    input: { listingId: string },
  ): Promise<{ conversation: view.Conversation; created: boolean }> => {
    const known = await chat.conversations.get(conversationIdOf(input.listingId, actor.userId));
    const opened = known
      ? { conversation: known, created: false }
      : await chat.conversations.open(await begin(chat, quota, actor, input.listingId));
    // Also for an existing conversation: its rows are missing if the first try died half-way.
    await chat.inbox.open(opened.conversation, chat.clock());
    await rejoin(chat, actor.userId, opened.conversation);
    const [conversation] = await presentConversations(chat, actor.userId, [opened.conversation.id]);
    return { conversation: conversation!, created: opened.created };
  };
};

async function begin(
  chat: ConversationContext,
  quota: Quota,
  actor: Actor,
  listingId: string,
): Promise<Conversation> {
  const listing = await chat.listings.get(listingId);
  mustSee(listing, actor.userId, await chat.blocks.around(actor.userId));
  const conversation = Conversation.between(
    conversationIdOf(listingId, actor.userId),
    actor.userId,
    listing,
    chat.clock(),
  );
  await quota(actor.userId);
  return conversation;
}
