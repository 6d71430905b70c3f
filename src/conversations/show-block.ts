import type { Conversation } from '../domain/conversation.js';
import type { ConversationStore } from './conversation.store.js';
import type { InboxStore } from './inbox.store.js';

/** A block between two people was set or lifted: both see their conversations as they are now. */
export const createShowBlock =
  (deps: {
    conversations: ConversationStore;
    inbox: InboxStore;
    announce: (conversation: Conversation) => Promise<void>;
  }) =>
  async (pair: [string, string]): Promise<void> => {
    const { conversations, inbox } = deps;
    const ids = await inbox.between(...pair);
    const shared = [...(await conversations.getMany(ids)).values()];
    const open = shared.filter(({ closed }) => !closed).map(({ id }) => id);
    await inbox.touch(
      ids.flatMap((conversationId) => pair.map((userId) => ({ userId, conversationId }))),
    );
    await inbox.showPositions(open, pair);
    for (const conversation of shared) await deps.announce(conversation);
  };
