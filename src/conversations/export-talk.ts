import type { view } from '../contract/index.js';
import { inTheNameOf } from '../platform/actor.js';
import type { ExportedLists } from '../users/index.js';
import type { ConversationContext } from './conversation-context.js';
import { presentConversations } from './conversation.presenter.js';
import type { createReadConversations } from './read-conversations.js';

const atOnce = 50;

/** All conversations of a person and what was said in them, also in those that they left. */
export const exportTalk = (
  chat: ConversationContext,
  { history }: Pick<ReturnType<typeof createReadConversations>, 'history'>,
  userId: string,
): ExportedLists => {
  const actor = inTheNameOf(userId);
  const shown = async function* (): AsyncGenerator<view.Conversation> {
    const ids = await chat.inbox.conversationIdsOf(userId);
    for (let from = 0; from < ids.length; from += atOnce)
      yield* await presentConversations(chat, userId, ids.slice(from, from + atOnce));
  };
  const said = async function* (): AsyncGenerator<view.Message> {
    for await (const { id } of shown())
      for (let afterSeq = 0, hasMore = true; hasMore;) {
        const page = await history(actor, id, { afterSeq, limit: 100 });
        yield* page.items;
        afterSeq = page.items.at(-1)?.seq ?? afterSeq;
        hasMore = page.hasMore;
      }
  };
  return { conversations: shown(), messages: said() };
};
