import { Refusal, limits, type view } from '../contract/index.js';
import type { Actor } from '../platform/actor.js';
import { MadeJson } from '../platform/json.js';
import { decodeCursor, encodeCursor, fitting } from '../platform/pages.js';
import { catchUp } from './catch-up.js';
import type { ConversationContext } from './conversation-context.js';
import { mustSee } from './conversation.policy.js';
import {
  presentConversations,
  presentToReader,
  type PresentedConversation,
} from './conversation.presenter.js';
import { ListPosition, listPositionOf, type InboxRow } from './inbox.store.js';
import { KeptLists, groundOf, type ConversationPage } from './kept-lists.js';
import { presentMessage } from '../domain/message-view.js';

interface ListQuery {
  box: 'active' | 'archived';
  limit: number;
  cursor?: string | undefined;
}

const scopeOf = (userId: string, { box }: ListQuery) => ['inbox', userId, box];

/** The rows of a page, and one more where there is one. */
function pageOf(
  { inbox }: ConversationContext,
  userId: string,
  query: ListQuery,
): Promise<InboxRow[]> {
  const { box, limit, cursor } = query;
  const after =
    cursor === undefined ? null : decodeCursor(scopeOf(userId, query), cursor, ListPosition);
  return inbox.page(userId, box === 'archived', limit + 1, after);
}

async function present(
  chat: ConversationContext,
  userId: string,
  query: ListQuery,
  rows: InboxRow[],
): Promise<ConversationPage> {
  const shown = rows.slice(0, query.limit);
  const presented = await presentConversations(
    chat,
    userId,
    shown.map((row) => row.conversationId),
  );
  const items = fitting(presented, limits.answerBytes);
  const lastId = items.length < presented.length ? items.at(-1)?.id : undefined;
  const last = lastId ? shown.find((row) => row.conversationId === lastId) : shown.at(-1);
  const more = rows.length > query.limit || lastId !== undefined;
  const scope = scopeOf(userId, query);
  return { items, nextCursor: more && last ? encodeCursor(scope, listPositionOf(last)) : null };
}

/** What a chat screen reads: the list, one conversation, its history. */
export function createReadConversations(chat: ConversationContext) {
  const kept = new KeptLists(chat);
  const list = async (actor: Actor, query: ListQuery): Promise<ConversationPage> => {
    if (query.cursor === undefined) await catchUp(chat, actor.userId);
    const page = await pageOf(chat, actor.userId, query);
    return present(chat, actor.userId, query, page);
  };
  return {
    /** The chat list: pinned ones first, then the newest activity. */
    list,

    /** The same, as it is sent; the first page may be one that was made for an earlier call and still stands. */
    async listMade(
      actor: Actor,
      query: ListQuery,
    ): Promise<ConversationPage | MadeJson<ConversationPage>> {
      if (query.cursor !== undefined) return list(actor, query);
      const { userId } = actor;
      return kept.get(userId, `${userId} ${query.box} ${query.limit}`, async () => {
        // Each is read before what it is a sign of: a change in between makes the list once more, and is not missed.
        const ends = await catchUp(chat, userId);
        const rows = await chat.inbox.changedLately(userId);
        const page = await pageOf(chat, userId, query);
        const shown = page.slice(0, query.limit).map(({ conversationId }) => conversationId);
        const ground = { ends, rows, ...(await groundOf(chat, userId, shown)) };
        return { answer: new MadeJson(await present(chat, userId, query, page)), ground };
      });
    },

    async get(actor: Actor, id: string): Promise<PresentedConversation> {
      const found = await presentToReader(chat, actor.userId, id);
      if (!found) throw new Refusal('NOT_FOUND', 'No such conversation');
      return found;
    },

    /** A page of the log: `afterSeq` ascends, `beforeSeq` descends, without either from the newest down. */
    async history(
      actor: Actor,
      id: string,
      query: { beforeSeq?: number | undefined; afterSeq?: number | undefined; limit: number },
    ): Promise<{ items: view.Message[]; nextCursor: null; hasMore: boolean }> {
      await mustSee(chat, id, actor.userId);
      const found =
        query.afterSeq === undefined
          ? await chat.messages.before(id, query.beforeSeq ?? null, query.limit + 1)
          : await chat.messages.after(id, query.afterSeq, query.limit + 1);
      const page = found.slice(0, query.limit).map((entry) => presentMessage(entry, actor.userId));
      const items = fitting(page, limits.answerBytes);
      return { items, nextCursor: null, hasMore: found.length > items.length };
    },
  };
}
