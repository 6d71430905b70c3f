import type { ClosureNews } from '../users/index.js';
import type { Conversation } from './conversation.js';
import type { ConversationStore } from './conversation.store.js';
import type { InboxStore } from './inbox.store.js';

export type Rejoin = (userId: string, conversation: Conversation) => Promise<void>;

/** Who left opens the conversation again, for both; for everybody else it changes nothing. */
export const createRejoin =
  (deps: {
    conversations: ConversationStore;
    inbox: InboxStore;
    news: ClosureNews;
    announce: (conversation: Conversation) => Promise<void>;
  }): Rejoin =>
  async (userId, conversation) => {
    if (conversation.leftAt(userId) === undefined) return;
    const { id, people } = conversation;
    await deps.inbox.rejoin(userId, id);
    const open = await deps.conversations.rejoin(id, userId);
    deps.news.announce({ userIds: [...people], conversationId: id });
    if (!open.closed) await deps.inbox.showPositions([id], people);
    await deps.announce(open);
  };
