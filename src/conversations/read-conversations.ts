import { Refusal, limits, type view } from '../contract/index.js';
import type { Actor } from '../platform/actor.js';
import { decodeCursor, encodeCursor, fitting } from '../platform/pages.js';
import { catchUp } from './catch-up.js';
import type { ConversationContext } from './conversation-context.js';
import { mustSee } from './conversation.policy.js';
import { presentConversations } from './conversation.presenter.js';
import { ListPosition, listPositionOf } from './inbox.store.js';
import { presentMessage } from '../domain/message-view.js';

/** A conversation with the version of the person's own settings, which `If-Match` names. */
export interface VersionedConversation {
  conversation: view.Conversation;
  version: number;
}

/** What a chat screen reads: the list, one conversation, its history. */
export function createReadConversations(chat: ConversationContext) {
  return {
    /** The chat list: pinned ones first, then the newest activity. */
    async list(
      actor: Actor,
      query: { box: 'active' | 'archived'; limit: number; cursor?: string | undefined },
    ): Promise<{ items: view.Conversation[]; nextCursor: string | null }> {
      const scope = ['inbox', actor.userId, query.box];
      const after =
        query.cursor === undefined ? null : decodeCursor(scope, query.cursor, ListPosition);
      if (after === null) await catchUp(chat, actor.userId);
      const rows = await chat.inbox.page(
        actor.userId,
        query.box === 'archived',
        query.limit + 1,
        after,
      );
      const shown = rows.slice(0, query.limit);
      const presented = await presentConversations(
        chat,
        actor.userId,
        shown.map((row) => row.conversationId),
      );
      const items = fitting(presented, limits.answerBytes);
      const lastId = items.length < presented.length ? items.at(-1)?.id : undefined;
      const last = lastId ? shown.find((row) => row.conversationId === lastId) : shown.at(-1);
      const more = rows.length > query.limit || lastId !== undefined;
      return { items, nextCursor: more && last ? encodeCursor(scope, listPositionOf(last)) : null };
    },

    async get(actor: Actor, id: string): Promise<VersionedConversation> {
      // Read before the view: an ETag may be older than the view that it stands for, never newer.
      const version = await chat.inbox.versionOf(actor.userId, id);
      const [conversation] = await presentConversations(chat, actor.userId, [id]);
      if (!conversation) throw new Refusal('NOT_FOUND', 'No such conversation');
      return { conversation, version };
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
