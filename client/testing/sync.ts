import { limits } from '../../src/contract/limits.js';
import type { SyncAnswer } from '../contract-types.js';
import { checkList, checkWhole, mustBe } from './check.js';
import { ownConversations, presentConversation, unreadOf } from './conversations.js';
import type { Actor, StoredConversation, World } from './world.js';

interface Range {
  conversation: StoredConversation;
  afterSeq: number;
}

/**
 * What a device missed. Conversations that changed since the cursor, and those whose position it says; where too much
 * is missing, the newest page with an explicit hole below it. An answer that can't hold all keeps the cursor.
 */
export function pullSync(world: World, actor: Actor, input: Record<string, unknown>): SyncAnswer {
  const { userId } = actor;
  const limit = input.limit ?? limits.syncMessages;
  checkWhole(limit, 'limit', 1, limits.syncMessages);
  const known = readKnown(input.known ?? []);
  const own = ownConversations(world, userId);
  const { rows, next, complete } = changedSince(own, input.cursor);
  const { ranges, holes } = plan(own, known, rows, limit);
  const entries = ranges.flatMap(({ conversation, afterSeq }) =>
    conversation.entries.slice(afterSeq).map(({ message }) => message),
  );
  const shown = entries.slice(0, limit);
  const whole = entries.length <= limit;
  const touched = new Set([
    ...rows.map(({ id }) => id),
    ...shown.map(({ conversationId }) => conversationId),
  ]);
  return {
    conversations: own
      .filter(({ id }) => touched.has(id))
      .map((conversation) => presentConversation(world, conversation, userId)),
    messages: shown,
    holes,
    cursor: whole ? cursorOf(next) : cursorOf(readCursor(input.cursor) ?? 0),
    complete: whole && complete,
    unread: own
      .filter((one) => !one.members[userId]!.archived)
      .reduce((sum, one) => sum + unreadOf(one, userId), 0),
    epoch: world.state.epoch,
  };
}

const cursorOf = (change: number) => `change-${change}`;

function readCursor(cursor: unknown): number | undefined {
  if (cursor === undefined) return undefined;
  const digits = typeof cursor === 'string' ? /^change-(\d+)$/.exec(cursor)?.[1] : undefined;
  mustBe(digits !== undefined, 'cursor', 'is not a cursor of this list');
  return Number(digits);
}

function readKnown(value: unknown): Map<string, number> {
  checkList(value, 'known', 0, limits.syncKnown);
  return new Map(
    (value as { conversationId: string; seq: number }[]).map(({ conversationId, seq }) => {
      checkWhole(seq, 'known', 0);
      return [conversationId, seq];
    }),
  );
}

function changedSince(
  own: StoredConversation[],
  cursor: unknown,
): { rows: StoredConversation[]; next: number; complete: boolean } {
  const since = readCursor(cursor);
  const newest = Math.max(since ?? 0, ...own.map(({ changed }) => changed));
  if (since === undefined)
    return { rows: own.slice(0, limits.syncConversations), next: newest, complete: true };
  const found = own.filter(({ changed }) => changed > since).sort((a, b) => a.changed - b.changed);
  const rows = found.slice(0, limits.syncConversations);
  const complete = rows.length === found.length;
  return { rows, next: complete ? newest : rows.at(-1)!.changed, complete };
}

function plan(
  own: StoredConversation[],
  known: Map<string, number>,
  rows: StoredConversation[],
  limit: number,
): { ranges: Range[]; holes: SyncAnswer['holes'] } {
  const ranges: Range[] = [];
  const holes: SyncAnswer['holes'] = [];
  const cut = (conversation: StoredConversation, afterSeq: number, from: number) => {
    if (from > afterSeq)
      holes.push({ conversationId: conversation.id, fromSeq: afterSeq + 1, toSeq: from });
    ranges.push({ conversation, afterSeq: Math.max(afterSeq, from) });
  };
  let room = limit;
  for (const conversation of own) {
    const seq = known.get(conversation.id);
    if (seq === undefined) continue;
    const last = conversation.entries.length;
    const from = last - seq > limit ? last - limits.syncNewest : seq;
    room = Math.max(0, room - Math.max(0, last - from));
    cut(conversation, seq, from);
  }
  for (const conversation of rows) {
    if (known.has(conversation.id)) continue;
    const last = conversation.entries.length;
    const page = Math.min(limits.syncNewest, last, room);
    room -= page;
    cut(conversation, 0, last - page);
  }
  return { ranges, holes };
}
