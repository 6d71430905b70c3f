import { Refusal, limits, type view } from '../contract/index.js';
import type { Actor } from '../platform/actor.js';
import { decodeCursor, encodeCursor, fitting } from '../platform/pages.js';
import type { CatchUp } from './catch-up.js';
import { mustSee } from './conversation.policy.js';
import type { PresentConversations } from './conversation.presenter.js';
import type { ConversationStore } from './conversation.store.js';
import { ListPosition, listPositionOf, type InboxStore } from './inbox.store.js';
import { presentMessage } from './message.presenter.js';
import type { MessageStore } from './message.store.js';
import type { Spoken } from './spoken.js';

/** A conversation with the version of the person's own settings, which `If-Match` names. */
export interface VersionedConversation {
  conversation: view.Conversation;
  version: number;
}

/** What a chat screen reads: the list, one conversation, its history. */
export function createReadConversations(deps: {
  conversations: ConversationStore;
  inbox: InboxStore;
  messages: MessageStore;
  present: PresentConversations;
  catchUp: CatchUp;
  spoken: Spoken;
}) {
  return {
    /** The chat list: pinned ones first, then the newest activity. */
    async list(
      actor: Actor,
      query: { box: 'active' | 'archived'; limit: number; cursor?: string | undefined },
    ): Promise<{ items: view.Conversation[]; nextCursor: string | null }> {
      const scope = ['inbox', actor.userId, query.box];
      const after =
        query.cursor === undefined ? null : decodeCursor(scope, query.cursor, ListPosition);
      if (after === null) await deps.catchUp(actor.userId);
      const rows = await deps.inbox.page(
        actor.userId,
        query.box === 'archived',
        query.limit + 1,
        after,
      );
      const shown = rows.slice(0, query.limit);
      const presented = await deps.present(
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
      const version = await deps.inbox.versionOf(actor.userId, id);
      const [conversation] = await deps.present(actor.userId, [id]);
      if (!conversation) throw new Refusal('NOT_FOUND', 'No such conversation');
      return { conversation, version };
    },

    /** A page of the log: `afterSeq` ascends, `beforeSeq` descends, without either from the newest down. */
    async history(
      actor: Actor,
      id: string,
      query: { beforeSeq?: number | undefined; afterSeq?: number | undefined; limit: number },
    ): Promise<{ items: view.Message[]; nextCursor: null; hasMore: boolean }> {
      await mustSee(deps.spoken, await deps.conversations.get(id), actor.userId);
      const found =
        query.afterSeq === undefined
          ? await deps.messages.before(id, query.beforeSeq ?? null, query.limit + 1)
          : await deps.messages.after(id, query.afterSeq, query.limit + 1);
      const page = found.slice(0, query.limit).map(presentMessage);
      const items = fitting(page, limits.answerBytes);
      return { items, nextCursor: null, hasMore: found.length > items.length };
    },
  };
}
