import { z } from 'zod';
import { Refusal, limits, type request, type view } from '../contract/index.js';
import type { Actor } from '../platform/actor.js';
import { Gate } from '../platform/turns.js';
import { decodeCursor, encodeCursor, fitting, latest } from '../platform/pages.js';
import { lastNumber } from '../platform/stored-ids.js';
import { catchUp } from './catch-up.js';
import type { ConversationContext } from './conversation-context.js';
import { mustSee } from './conversation.policy.js';
import type { InboxRow } from './inbox.store.js';
import { messageWords } from '../domain/search/message-words.js';
import { presentMessage } from '../domain/message-view.js';
import type { SearchRange } from './message.store.js';

/** Time and place of the last entry shown. */
const Position = z.tuple([
  z.number().min(0).max(latest),
  z.string().max(64),
  z.number().int().min(1).max(lastNumber),
]);

/**
 * Finds words in one's own conversations, newest first. There is no index of words, since it would make the write of a
 * message many times as costly: the newest entries are read through, and the answer says whether there are older ones.
 * A person runs one search at a time on a node, and few people search at once, since each search keeps the database
 * busy. Throws NOT_FOUND, RATE_LIMITED, UNAVAILABLE (it took too long, or too many people search).
 */
export const createSearchMessages = (chat: ConversationContext) => {
  const quota = chat.quotas.window('searches', { limit: limits.searchesPerMinute, seconds: 60 });
  const searching = new Set<string>();
  const gate = new Gate(limits.searchesAtOnce);
  return async (actor: Actor, query: request.SearchMessages): Promise<view.SearchAnswer> => {
    const { userId } = actor;
    if (searching.has(userId))
      throw new Refusal('RATE_LIMITED', 'One search at a time', { retryAfterMs: 1_000 });
    if (gate.waiting >= limits.searchesWaiting)
      throw new Refusal('UNAVAILABLE', 'Too many are searching, try again', {
        retryAfterMs: 2_000,
      });
    searching.add(userId);
    try {
      await quota(userId);
      return await gate.pass(() => search(chat, userId, query));
    } finally {
      searching.delete(userId);
    }
  };
};

async function search(
  chat: ConversationContext,
  userId: string,
  query: request.SearchMessages,
): Promise<view.SearchAnswer> {
  const { limit, cursor, ...asked } = query;
  const scope = ['search', userId, asked];
  const after = cursor === undefined ? null : decodeCursor(scope, cursor, Position);
  const olderThan = after && { at: new Date(after[0]), conversationId: after[1], seq: after[2] };
  if (asked.conversationId === undefined && olderThan === null) await catchUp(chat, userId);
  const rows = await chosenRows(chat, userId, asked.conversationId);
  const { ranges, complete } = newestRanges(rows, limits.searchEntries);
  const found = await chat.messages.search(ranges, messageWords(asked.q), limit + 1, olderThan);
  const page = found.slice(0, limit).map((entry) => presentMessage(entry, userId));
  const items = fitting(page, limits.answerBytes);
  const last = items.at(-1);
  return {
    items,
    nextCursor:
      found.length > items.length && last
        ? encodeCursor(scope, [Date.parse(last.createdAt), last.conversationId, last.seq])
        : null,
    complete,
  };
}

async function chosenRows(
  chat: ConversationContext,
  userId: string,
  conversationId: string | undefined,
): Promise<InboxRow[]> {
  if (conversationId === undefined)
    // Each conversation has at least one entry, so more of them would not be looked through.
    return chat.inbox.spoken(userId, limits.searchEntries + 1);
  await mustSee(chat, conversationId, userId);
  const row = await chat.inbox.get(userId, conversationId);
  return row ? [row] : [];
}

/** The conversations with the newest activity as far as the budget goes; the last may get only its newest entries. */
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
