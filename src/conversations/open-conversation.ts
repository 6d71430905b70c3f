import { limits, type view } from '../contract/index.js';
import { Conversation } from '../domain/conversation.js';
import { conversationIdOf } from '../domain/ids.js';
import type { Listing } from '../domain/listing.js';
import { mustSee } from '../domain/listing-access.js';
import type { Actor } from '../platform/actor.js';
import type { Quota } from '../platform/quota.js';
import type { ConversationContext } from './conversation-context.js';
import { presentConversations, presentNew } from './conversation.presenter.js';
import { rejoin } from './leave-conversation.js';

interface Opened {
  conversation: view.Conversation;
  created: boolean;
}

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
  return async (actor: Actor, input: { listingId: string }): Promise<Opened> => {
    const { userId } = actor;
    const known = await chat.conversations.get(conversationIdOf(input.listingId, userId));
    if (known) return openAgain(chat, userId, known);
    const { drafted, listing } = await begin(chat, quota, actor, input.listingId);
    const { conversation, created } = await chat.conversations.open(drafted);
    if (!created) return openAgain(chat, userId, conversation);
    await chat.inbox.open(conversation, chat.clock());
    return { conversation: await presentNew(chat, userId, conversation, listing), created };
  };
};

/** Its rows are missing if the first try died half-way, and the buyer may have left it. */
async function openAgain(
  chat: ConversationContext,
  userId: string,
  known: Conversation,
): Promise<Opened> {
  await chat.inbox.openMissing(known, chat.clock());
  await rejoin(chat, userId, known);
  const [conversation] = await presentConversations(chat, userId, [known.id]);
  return { conversation: conversation!, created: false };
}

async function begin(
  chat: ConversationContext,
  quota: Quota,
  actor: Actor,
  listingId: string,
): Promise<{ drafted: Conversation; listing: Listing }> {
  const listing = await chat.listings.get(listingId);
  mustSee(listing, actor.userId, await chat.blocks.around(actor.userId));
  const drafted = Conversation.between(
    conversationIdOf(listingId, actor.userId),
    actor.userId,
    listing,
    chat.clock(),
  );
  await quota(actor.userId);
  return { drafted, listing };
}
