import { z } from 'zod';
import { limits, type request, type view } from '../contract/index.js';
import type { Actor } from '../platform/actor.js';
import { decodeCursor, encodeCursor, fitting } from '../platform/pages.js';
import type { Quota } from '../platform/quota.js';
import type { CatchUp } from './catch-up.js';
import { mustTakePart } from './conversation.policy.js';
import type { ConversationStore } from './conversation.store.js';
import type { InboxRow, InboxStore } from './inbox.store.js';
import { presentMessage } from './message.presenter.js';
import type { MessageStore, SearchRange } from './message.store.js';

/** Id of the last entry shown: ids grow with time. */
const Position = z.string().max(64);

/**
 * Finds what was said in one's own conversations, newest first. There is no index of words, which would cost many
 * times the write of a message: the newest entries are read through, and the answer says when there are older ones.
 * Throws NOT_FOUND, RATE_LIMITED, UNAVAILABLE (it took too long).
 */
export const createSearchMessages =
  (deps: {
    conversations: ConversationStore;
    inbox: InboxStore;
    messages: MessageStore;
    catchUp: CatchUp;
    quota: Quota;
  }) =>
  async (actor: Actor, query: request.SearchMessages): Promise<view.SearchAnswer> => {
    await deps.quota(actor.userId);
    const { limit, cursor, ...asked } = query;
    const scope = ['search', actor.userId, asked];
    const olderThan = cursor === undefined ? null : decodeCursor(scope, cursor, Position);
    if (asked.conversationId === undefined && olderThan === null) await deps.catchUp(actor.userId);
    const rows = await chosenRows(deps, actor.userId, asked.conversationId);
    const { ranges, complete } = newestRanges(rows, limits.searchEntries);
    const found = await deps.messages.search(ranges, asked.q, limit + 1, olderThan);
    const items = fitting(found.slice(0, limit).map(presentMessage), limits.answerBytes);
    const last = items.at(-1);
    return {
      items,
      nextCursor: found.length > items.length && last ? encodeCursor(scope, last.id) : null,
      complete,
    };
  };

async function chosenRows(
  deps: { conversations: ConversationStore; inbox: InboxStore },
  userId: string,
  conversationId: string | undefined,
): Promise<InboxRow[]> {
  if (conversationId === undefined)
    // Each has an entry at least, so more than these would not be looked through.
    return deps.inbox.spoken(userId, limits.searchEntries + 1);
  mustTakePart(await deps.conversations.get(conversationId), userId);
  const row = await deps.inbox.get(userId, conversationId);
  return row ? [row] : [];
}

/** The conversations with the newest activity as far as the budget goes, the last of them only its newest entries. */
export function newestRanges(
  rows: Pick<InboxRow, 'conversationId' | 'lastSeq'>[],
  budget: number,
): { ranges: SearchRange[]; complete: boolean } {
  const ranges: SearchRange[] = [];
  let left = budget;
  for (const { conversationId, lastSeq } of rows) {
    if (left <= 0) return { ranges, complete: false };
    ranges.push({ conversationId, afterSeq: Math.max(0, lastSeq - left) });
    left -= lastSeq;
  }
  return { ranges, complete: left >= 0 };
}
