import type { ClosureNews } from '../users/index.js';
import type { Quota } from '../platform/quota.js';
import type { Conversation } from '../domain/conversation.js';
import type { ConversationStore } from './conversation.store.js';
import type { InboxStore } from './inbox.store.js';
import { settleLeft } from './settle-left.js';

export type Rejoin = (userId: string, conversation: Conversation) => Promise<void>;

/**
 * Opens a conversation again, for both people, when the caller had left it; otherwise changes nothing. Repeating it
 * finishes what a first try that died left undone. Throws RATE_LIMITED.
 */
export const createRejoin =
  (deps: {
    conversations: ConversationStore;
    inbox: InboxStore;
    news: ClosureNews;
    announce: (conversation: Conversation) => Promise<void>;
    /** The quota of messages, because both people are told. */
    quota: Quota;
  }): Rejoin =>
  async (userId, { id, people }) => {
    const [known, row] = await Promise.all([
      deps.conversations.fresh(id),
      deps.inbox.get(userId, id),
    ]);
    if (known?.leftAt(userId) === undefined && !row?.left) return;
    await deps.quota(userId);
    const back = await deps.conversations.rejoin(id, userId);
    if (!back) return;
    deps.news.announce({ userIds: [...people], conversationId: id });
    await settleLeft(deps, userId, back);
    if (!back.closed) await deps.inbox.showPositions([id], people);
    await deps.announce(back);
  };
