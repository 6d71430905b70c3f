import type { ConversationStore, MessageStore, PostEntry } from '../conversations/index.js';
import type { Conversation } from '../domain/conversation.js';
import type { ListingStore } from '../listings/index.js';
import type { Deal } from '../domain/deal.js';

export type TellRivals = (deal: Deal) => Promise<void>;

/** Conversations that are told, the newest first: people in older ones are not waiting for this listing any more. */
const rivalsTold = 500;
const atOnce = 20;

/**
 * Tells everybody who had asked about the listing or made an offer that it is on sale again. Leaves out the buyer of
 * the deal that came to nothing, and closed conversations, where somebody left or a block stands. A repeat finds the
 * same entry.
 */
export const createTellRivals =
  (deps: {
    conversations: ConversationStore;
    messages: MessageStore;
    listings: ListingStore;
    post: PostEntry;
  }): TellRivals =>
  async (deal) => {
    // After an outage this may run late, and must not call people up for a listing that is gone again.
    if (!(await deps.listings.get(deal.listingId))?.isOnSale) return;
    const found = await deps.conversations.ofListing(deal.listingId, rivalsTold);
    const rivals = found.filter(
      (one) =>
        one.id !== deal.conversationId && one.snapshot().createdAt < deal.movedAt && !one.closed,
    );
    for (let from = 0; from < rivals.length; from += atOnce)
      await Promise.all(rivals.slice(from, from + atOnce).map((rival) => tell(rival)));

    async function tell(rival: Conversation): Promise<void> {
      // The conversation was opened, but nobody said a word.
      if ((await deps.messages.lastSeq(rival.id)) === 0) return;
      await deps.post(rival, {
        conversationId: rival.id,
        senderId: null,
        clientMessageId: `deal:${deal.id}:free`,
        kind: 'system',
        notice: { type: 'listingFree' },
      });
    }
  };
