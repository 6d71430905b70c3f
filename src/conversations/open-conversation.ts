import { Refusal, type view } from '../contract/index.js';
import type { ListingStore } from '../listings/index.js';
import { mustSee } from '../domain/listing-access.js';
import type { Actor } from '../platform/actor.js';
import type { Clock } from '../platform/clock.js';
import { conversationIdOf } from '../domain/ids.js';
import type { Quota } from '../platform/quota.js';
import type { Blocks } from '../users/index.js';
import { Conversation } from '../domain/conversation.js';
import type { PresentConversations } from './conversation.presenter.js';
import type { ConversationStore } from './conversation.store.js';
import type { InboxStore } from './inbox.store.js';
import type { Rejoin } from './rejoin-conversation.js';

/**
 * Opens the conversation of a buyer about a listing, or returns the existing one; a buyer who had left it is back in it.
 * Throws NOT_FOUND (also where one blocked the other and there is no conversation yet), FORBIDDEN (one's own listing),
 * LISTING_UNAVAILABLE (sold, and no conversation yet), RATE_LIMITED (too many new conversations).
 */
export const createOpenConversation =
  (deps: {
    conversations: ConversationStore;
    inbox: InboxStore;
    listings: ListingStore;
    blocks: Blocks;
    present: PresentConversations;
    rejoin: Rejoin;
    quota: Quota;
    clock: Clock;
  }) =>
  async (
    actor: Actor,
    input: { listingId: string },
  ): Promise<{ conversation: view.Conversation; created: boolean }> => {
    const known = await deps.conversations.get(conversationIdOf(input.listingId, actor.userId));
    const opened = known
      ? { conversation: known, created: false }
      : await deps.conversations.open(await begin(deps, actor, input.listingId));
    // Also for an existing conversation: its rows are missing if the first try died half-way.
    await deps.inbox.open(opened.conversation, deps.clock());
    await deps.rejoin(actor.userId, opened.conversation);
    const [conversation] = await deps.present(actor.userId, [opened.conversation.id]);
    return { conversation: conversation!, created: opened.created };
  };

async function begin(
  deps: { listings: ListingStore; blocks: Blocks; quota: Quota; clock: Clock },
  actor: Actor,
  listingId: string,
): Promise<Conversation> {
  const listing = await deps.listings.get(listingId);
  mustSee(listing, actor.userId, await deps.blocks.around(actor.userId));
  const conversation = Conversation.between(
    conversationIdOf(listingId, actor.userId),
    actor.userId,
    listing,
    deps.clock(),
  );
  const { state } = listing.snapshot();
  if (state !== 'onSale' && state !== 'reserved') throw new Refusal('LISTING_UNAVAILABLE');
  await deps.quota(actor.userId);
  return conversation;
}
