import type { request, view } from '../../src/contract/index.js';
import { limits } from '../../src/contract/limits.js';
import { planRanges } from '../../src/domain/sync-plan.js';
import { ownConversations, presentConversation, unreadOf } from './conversations.js';
import { wrong } from './log.js';
import type { Actor, StoredConversation, World } from './world.js';

/**
 * What a device missed: conversations that changed since the cursor, and those whose positions it sent. An answer that
 * can't hold everything keeps the cursor. Throws VALIDATION_FAILED.
 */
export function pullSync(world: World, actor: Actor, input: request.PullSync): view.SyncAnswer {
  const { userId } = actor;
  const { limit = limits.syncMessages, known: said = [], cursor } = input;
  const since = cursor === undefined ? undefined : changeIn(cursor);
  const own = ownConversations(world, userId);
  const lastSeqs = new Map(own.map(({ id, entries }) => [id, entries.length]));
  const positions = said.filter(({ conversationId }) => lastSeqs.has(conversationId));
  const known = new Map(positions.map(({ conversationId, seq }) => [conversationId, seq]));
  const { rows, next, complete } = changedSince(own, since);
  const changed = rows.map(({ id, entries }) => ({ conversationId: id, lastSeq: entries.length }));
  const { ranges, holes } = planRanges(known, lastSeqs, changed, limit);
  const entries = ranges.flatMap(({ conversationId, afterSeq }) =>
    world.state.conversations[conversationId]!.entries.slice(afterSeq),
  );
  const messages = entries.slice(0, limit).map(({ message }) => message);
  const whole = entries.length <= limit;
  const told = [...changed, ...messages].map(({ conversationId }) => conversationId);
  return {
    conversations: own
      .filter(({ id }) => told.includes(id))
      .map((conversation) => presentConversation(world, conversation, userId)),
    messages,
    holes,
    cursor: `change-${whole ? next : (since ?? 0)}`,
    complete: whole && complete,
    unread: own
      .filter(({ members }) => !members[userId]!.archived)
      .reduce((sum, one) => sum + unreadOf(one, userId), 0),
    epoch: world.state.epoch,
  };
}

function changeIn(cursor: string): number {
  const digits = /^change-(\d+)$/.exec(cursor)?.[1];
  if (digits === undefined) throw wrong('cursor', 'does not belong to this list');
  return Number(digits);
}

/** Without a cursor the newest conversations; with one those that changed first. */
function changedSince(own: StoredConversation[], since: number | undefined) {
  const newest = Math.max(since ?? 0, ...own.map(({ changed }) => changed));
  const most = limits.syncConversations;
  if (since === undefined) return { rows: own.slice(0, most), next: newest, complete: true };
  const found = own.filter(({ changed }) => changed > since).sort((a, b) => a.changed - b.changed);
  const rows = found.slice(0, most);
  const complete = rows.length === found.length;
  return { rows, next: complete ? newest : rows.at(-1)!.changed, complete };
}
