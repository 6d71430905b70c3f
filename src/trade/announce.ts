import type { ConversationStore } from '../conversations/index.js';
import type { Conversation } from '../domain/conversation.js';
import type { Offer } from '../domain/offer.js';

export type AnnounceConversations = (offers: Offer[]) => Promise<void>;

/** The listing changed with these offers: their conversations show it. */
export const createAnnounceConversations =
  (deps: {
    conversations: ConversationStore;
    announce: (conversation: Conversation) => Promise<void>;
  }): AnnounceConversations =>
  async (offers) => {
    for (const offer of offers) {
      const conversation = await deps.conversations.get(offer.conversationId);
      if (conversation) await deps.announce(conversation);
    }
  };
