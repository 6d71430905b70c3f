import { invalid } from '../../src/contract/errors.js';
import { limits } from '../../src/contract/limits.js';
import { presentMessage } from '../../src/domain/message-view.js';
import { planRanges } from '../../src/domain/sync-plan.js';
import { ownTalks, talkOf, type Talk } from './talk.js';
import type { Events } from './world.js';

/**
 * What a device missed: conversations that changed since the cursor, and those whose positions it sent. An answer that
 * can't hold everything keeps the cursor.
 */
export const pullSync: Events['sync:pull'] = (me, input) => {
  const { world, userId } = me;
  const { limit = limits.syncMessages, known: said = [], cursor } = input;
  const since = cursor === undefined ? undefined : changeIn(cursor);
  const own = ownTalks(me);
  const ends = new Map(own.map(({ id, entries }) => [id, entries.length]));
  const positions = said.filter(({ conversationId }) => ends.has(conversationId));
  const known = new Map(positions.map(({ conversationId, seq }) => [conversationId, seq]));
  const { rows, next, complete } = changedSince(own, since);
  const changed = rows.map(({ id, entries }) => ({ conversationId: id, lastSeq: entries.length }));
  const { ranges, holes } = planRanges(known, ends, changed, limit);
  const entries = ranges.flatMap(({ conversationId, afterSeq }) =>
    talkOf(world, conversationId).entries.slice(afterSeq),
  );
  const messages = entries.slice(0, limit).map((entry) => presentMessage(entry, userId));
  const whole = entries.length <= limit;
  const told = new Set([...changed, ...messages].map(({ conversationId }) => conversationId));
  const inBox = own.filter((talk) => !talk.member(userId).archived);
  return {
    conversations: own.filter(({ id }) => told.has(id)).map((talk) => talk.viewFor(userId)),
    messages,
    holes,
    cursor: `change-${whole ? next : (since ?? 0)}`,
    complete: whole && complete,
    unread: inBox.reduce((sum, talk) => sum + talk.unreadOf(userId), 0),
    epoch: world.state.epoch,
  };
};

function changeIn(cursor: string): number {
  const digits = /^change-(\d+)$/.exec(cursor)?.[1];
  if (digits === undefined) throw invalid('cursor', 'does not belong to this list');
  return Number(digits);
}

/** Without a cursor the newest conversations, and no others; with one those that changed first. */
function changedSince(own: Talk[], since: number | undefined) {
  const changeOf = ({ stored }: Talk) => stored.changed;
  const found =
    since === undefined
      ? own.slice(0, limits.syncConversations)
      : own
          .filter((talk) => changeOf(talk) > since)
          .sort((one, other) => changeOf(one) - changeOf(other));
  const rows = found.slice(0, limits.syncConversations);
  const complete = since === undefined || rows.length === found.length;
  const next = complete ? Math.max(since ?? 0, ...own.map(changeOf)) : changeOf(rows.at(-1)!);
  return { rows, next, complete };
}
