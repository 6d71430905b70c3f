import { z } from 'zod';
import { limits, type request, type view } from '../contract/index.js';
import type { Actor } from '../platform/actor.js';
import { KeysetPosition, decodeCursor, encodeCursor, latest } from '../platform/pages.js';
import { catchUp } from './catch-up.js';
import type { ConversationContext } from './conversation-context.js';
import { presentConversations } from './conversation.presenter.js';
import type { ConversationStore } from './conversation.store.js';
import type { Entry } from '../domain/entry.js';
import { planRanges } from '../domain/sync-plan.js';
import { fitAnswer } from './fit-answer.js';
import { sightMs, type InboxRow, type InboxStore } from './inbox.store.js';
import { presentMessage } from '../domain/message-view.js';

const { syncConversations: rowsPerPull } = limits;
/** The most conversations whose unread entries are counted for the badge. */
const badgeRows = 500;

const SyncTime = z.number().min(0).max(latest);
/**
 * Where a sync goes on. `[time]`: everything that changed until then is known. `[time, place]`: in the middle of a long
 * answer, behind that place. `[time, place, left]`: in the middle of a first answer, which goes backwards from the
 * newest conversation; `left` conversations are still to come.
 */
const SyncPosition = z.union([
  z.tuple([SyncTime]),
  z.tuple([SyncTime, KeysetPosition]),
  z.tuple([SyncTime, KeysetPosition, z.number().int().min(1).max(limits.syncConversations)]),
]);
type SyncPosition = z.infer<typeof SyncPosition>;

/**
 * Answers what a device missed, in one round trip. Inbox rows say which conversations changed, and the log says what:
 * entries behind the positions in `known` are read from the log itself, so a projection that lags hides nothing. Where
 * more is missing than one answer holds, the newest page comes with an explicit hole below it.
 */
export const createPullSync =
  (chat: ConversationContext) =>
  async (actor: Actor, input: request.PullSync): Promise<view.SyncAnswer> => {
    const { userId } = actor;
    const scope = ['sync', userId];
    const position =
      input.cursor === undefined ? null : decodeCursor(scope, input.cursor, SyncPosition);
    // With a cursor, a row that lags comes in a later answer, once it has changed; without one the order of the rows
    // matters.
    const caughtUp = position ? new Map<string, number>() : await catchUp(chat, userId);
    const limit = input.limit ?? limits.syncMessages;
    const [changed, known] = await Promise.all([
      changedRows(chat.inbox, userId, position),
      ownPositions(chat.conversations, userId, input.known ?? []),
    ]);
    const ends = await endsOf(chat, known, caughtUp);
    const plan = planRanges(known, ends, changed.rows, limit);
    const entries = await chat.messages.afterMany(plan.ranges, limit + 1);
    const shown = entries.slice(0, limit);
    const lagged = await projectLag(chat, changed.rows, shown);
    const ids = changed.rows.map((row) => row.conversationId);
    const touched = new Set([...ids, ...shown.map((entry) => entry.conversationId)]);
    const hasAll = !position && !lagged && changed.rows.length < rowsPerPull;
    const [views, unreadRows] = await Promise.all([
      presentConversations(chat, userId, [...touched]),
      hasAll ? [] : chat.inbox.unread(userId, badgeRows),
    ]);
    const others = unreadRows.filter(({ conversationId }) => !touched.has(conversationId));
    const fitted = fitAnswer({
      changed: ids,
      views,
      messages: shown.map((entry) => presentMessage(entry, userId)),
      known: new Set(known.keys()),
      more: entries.length > limit,
    });
    const next = changed.behind(fitted.changed);
    return {
      conversations: fitted.conversations,
      messages: fitted.messages,
      holes: [
        ...plan.holes.filter(({ conversationId: id }) => known.has(id) || !fitted.later.has(id)),
        ...fitted.holes,
      ],
      // Rows whose entries did not fit are sent again, so the cursor does not move until all are sent.
      cursor: fitted.whole
        ? encodeCursor(scope, next.position)
        : (input.cursor ?? encodeCursor(scope, [0])),
      complete: fitted.whole && next.complete,
      unread: unreadIn(views) + (await unreadOf(chat, others)),
      epoch: chat.epoch,
    };
  };

/** Where the logs of which a device knows something end, as a first look may have found. */
async function endsOf(
  { messages }: ConversationContext,
  known: ReadonlyMap<string, number>,
  found: ReadonlyMap<string, number>,
): Promise<Map<string, number>> {
  const open = [...known].filter(([conversationId]) => !found.has(conversationId));
  const ends = await messages.ends(open.map(([conversationId, seq]) => ({ conversationId, seq })));
  return new Map([...found, ...ends]);
}

/**
 * Brings the inbox up to the log where it lags, so that one answer doesn't contradict itself. Answers whether it did.
 */
async function projectLag(
  chat: ConversationContext,
  rows: InboxRow[],
  shown: Entry[],
): Promise<boolean> {
  const projected = new Map(rows.map((row) => [row.conversationId, row.lastSeq]));
  const ahead = shown.filter(
    ({ conversationId, seq }) => seq > (projected.get(conversationId) ?? 0),
  );
  if (ahead.length === 0) return false;
  const found = await chat.conversations.getMany(ahead.map((entry) => entry.conversationId));
  await chat.inbox.project(
    ahead.map((entry) => ({ people: found.get(entry.conversationId)?.people ?? [], entry })),
  );
  return true;
}

interface Changed {
  rows: InboxRow[];
  /** Where the next pull goes on after so many rows were sent, and whether nothing is left. */
  behind: (count: number) => { position: SyncPosition; complete: boolean };
}

async function changedRows(
  inbox: InboxStore,
  userId: string,
  position: SyncPosition | null,
): Promise<Changed> {
  if (!position || position.length === 3) return newestRows(inbox, userId, position);
  const [since, place] = position;
  const found = await inbox.changedSince(
    userId,
    new Date(since - sightMs),
    rowsPerPull + 1,
    place ?? null,
  );
  const rows = found.slice(0, rowsPerPull);
  return {
    rows,
    behind: (count) => {
      const last = rows[count - 1];
      if (count === found.length || !last)
        return { position: [Math.max(since, last?.changedAt.getTime() ?? 0)], complete: true };
      return { position: [since, placeOf(last)], complete: false };
    },
  };
}

/** Rows for a device that knows nothing: backwards from the newest. Rows that change meanwhile come after them. */
async function newestRows(
  inbox: InboxStore,
  userId: string,
  position: [number, KeysetPosition, number] | null,
): Promise<Changed> {
  const [started, place, left] = position ?? [undefined, null, rowsPerPull];
  const rows = await inbox.newest(userId, left, place);
  const since = started ?? rows[0]?.changedAt.getTime() ?? 0;
  return {
    rows,
    behind: (count) =>
      count === rows.length
        ? { position: [since], complete: true }
        : { position: [since, placeOf(rows[count - 1]!), left - count], complete: false },
  };
}

const placeOf = ({ changedAt, conversationId }: InboxRow): KeysetPosition => [
  changedAt.getTime(),
  conversationId,
];

/** The positions in conversations that this person has; others are ignored without an error. */
async function ownPositions(
  conversations: ConversationStore,
  userId: string,
  known: { conversationId: string; seq: number }[],
): Promise<Map<string, number>> {
  const found = await conversations.getMany(known.map(({ conversationId }) => conversationId));
  return new Map(
    known
      .filter(({ conversationId }) => found.get(conversationId)?.has(userId))
      .map(({ conversationId, seq }) => [conversationId, seq]),
  );
}

/** What counts of these for the badge. */
const unreadIn = (views: readonly view.Conversation[]): number =>
  views.reduce((sum, { archived, left, unread }) => (archived || left ? sum : sum + unread), 0);

/** The same of conversations that are not shown, by their rows. */
async function unreadOf({ messages }: ConversationContext, rows: InboxRow[]): Promise<number> {
  const counted = await messages.standings(
    rows.map(({ otherId, ...row }) => ({ ...row, fromId: otherId })),
    limits.unreadCap,
  );
  return counted.reduce((sum, { unread }) => sum + unread, 0);
}
