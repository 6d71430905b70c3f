/**
 * The inbox rows: one collection, and all that moves them (the projection of the log, receipts, a person's settings);
 * one file, since each of these must leave the others' fields alone.
 */
import type { Connection } from 'mongoose';
import { z } from 'zod';
import { groupBy } from '../platform/group-by.js';
import { changeEach, documentsOf, orOnceMore, type Change } from '../platform/mongo.js';
import { GatheredLooks } from '../platform/gathered-looks.js';
import { Store, specOf } from '../platform/store.js';
import { KeysetPosition, atTime, behind } from '../platform/pages.js';
import type { Conversation } from '../domain/conversation.js';
import { isShown, type Entry } from '../domain/entry.js';

/** A conversation as one of its two people sees it: a projection of the log, and that person's own settings. */
export interface InboxRow {
  userId: string;
  conversationId: string;
  otherId: string;
  /** Projections; may lag behind the log by about a second. The newest entry of all … */
  lastSeq: number;
  /** … the newest one that is shown (no edit or unsend), whose words are read from the log … */
  shownSeq: number;
  /** … and its time, the activity that the chat list is ordered by. */
  lastAt: Date;
  deliveredSeq: number;
  readSeq: number;
  muted: boolean;
  pinned: boolean;
  archived: boolean;
  /** The person left: in no list until they come back. */
  left: boolean;
  /** The other side opened it: shown to this person from its first entry on. */
  approached?: boolean;
  /**
   * The positions that the other side goes on seeing while the conversation is closed, set once they differ. Across a
   * block there are no read receipts; leaving must look the same as a block.
   */
  frozen?: { deliveredSeq: number; readSeq: number };
  /** The newest entry that the person was told of by a notification. */
  pushedSeq?: number;
  /** Grows with each change that the person makes to the row; absent in old rows until the next change. */
  version?: number;
  /** By the clock of the database, so that sync cursors of all nodes agree. */
  changedAt: Date;
}

export type RowPositions = Pick<
  InboxRow,
  'otherId' | 'lastSeq' | 'shownSeq' | 'deliveredSeq' | 'readSeq' | 'muted' | 'left' | 'pushedSeq'
>;

const positions = {
  otherId: 1,
  lastSeq: 1,
  shownSeq: 1,
  deliveredSeq: 1,
  readSeq: 1,
  muted: 1,
  left: 1,
  pushedSeq: 1,
} satisfies Record<keyof RowPositions, 1>;

/** Somebody who sees a conversation, and which. */
export interface Reader {
  userId: string;
  conversationId: string;
}

/** Rows by whose they are. */
export interface Rows<Row> {
  get: (userId: string, conversationId: string) => Row | undefined;
}

/** What a row needs to know of an entry. */
export type ProjectedEntry = Pick<Entry, 'conversationId' | 'seq' | 'kind' | 'createdAt'>;

type RowDocument = InboxRow & { _id: string };

const schema = documentsOf<RowDocument>('inbox');
// All begin with the shard key, the person.
schema.index({ userId: 1, conversationId: 1 }, { unique: true });
schema.index({ userId: 1, archived: 1, pinned: -1, lastAt: -1, conversationId: -1 });
const byChange = { userId: 1, changedAt: 1, conversationId: 1 } as const;
schema.index(byChange);
schema.index({ userId: 1, otherId: 1 });

const newestFirst = { lastAt: -1, conversationId: -1 } as const;
const oldestChangeFirst = { changedAt: 1, conversationId: 1 } as const;
const newestChangeFirst = { changedAt: -1, conversationId: -1 } as const;
/** The order of the chat list. */
const pinnedFirst = { pinned: -1, ...newestFirst } as const;

/** Position in the chat list: pinned ones first, then the newest activity. */
export const ListPosition = z.tuple([z.boolean(), ...KeysetPosition.def.items]);
export type ListPosition = z.infer<typeof ListPosition>;

export const listPositionOf = (row: InboxRow): ListPosition => [
  row.pinned,
  row.lastAt.getTime(),
  row.conversationId,
];

/**
 * Rows come to sight a little out of the order of their times: a change is in sight this long after its time at the
 * latest. The clocks of two primaries in turn differ by less, too.
 */
export const sightMs = 30_000;
/** How far {@link InboxStore.changedLately} looks back. */
export const latelyMs = 70_000;

/** Rows of these people that changed in the last {@link latelyMs}, by the database's clock. */
export const changedLately = (userIds: string[]) => ({
  filter: {
    userId: { $in: userIds },
    $expr: { $gt: ['$changedAt', { $subtract: ['$$NOW', latelyMs] }] },
  },
  hint: byChange,
  projection: { _id: 0, otherId: 0 },
});

/** Leaves out conversations that the other side opened and never wrote in. */
const spokenOrOwn = { $nor: [{ approached: true, lastSeq: 0 }] };

/** Leaves out conversations that the person left. */
const there = { left: { $ne: true } };

const rowId = (userId: string, conversationId: string) => `${userId}:${conversationId}`;

/** A row before anything was said; `now`: where it stands in the list until then. */
const newRow = (conversation: Conversation, userId: string, now: Date) => ({
  userId,
  conversationId: conversation.id,
  otherId: conversation.otherThan(userId),
  lastSeq: 0,
  shownSeq: 0,
  lastAt: now,
  deliveredSeq: 0,
  readSeq: 0,
  muted: false,
  pinned: false,
  archived: false,
  left: false,
  version: 1,
  ...(userId === conversation.buyerId ? {} : { approached: true }),
});

/** How far somebody has moved in a conversation. */
export interface CursorChange extends Reader {
  deliveredSeq: number;
  readSeq: number;
  otherId: string;
  /** The other side must not see it: the conversation is closed. */
  hidden: boolean;
  /** The row as it was read before, where it must not have changed otherwise. */
  known?: Pick<InboxRow, 'pushedSeq'>;
}

/**
 * Changes of many rows at once use `updateMany`, even where it is one row: for `updateOne` MongoDB stores a record that
 * lets the driver repeat the update, and these updates are safe to repeat anyway. See
 * docs/decisions/0013-add-rather-than-change.md.
 */
export class InboxStore extends Store<RowDocument> {
  static readonly collections = [specOf(schema)];
  private readonly looks = new GatheredLooks<RowDocument>((ids) => this.read(ids));
  private readonly lately = new GatheredLooks<InboxRow[]>((ids) => this.readLately(ids));

  constructor(connection: Connection) {
    super(connection, schema);
  }

  /** Adds those rows of the two people that are missing, and changes nothing where both are there. */
  async openMissing(conversation: Conversation, now: Date): Promise<void> {
    const places = conversation.people.map((userId) => rowId(userId, conversation.id));
    if ((await this.documents.countDocuments({ _id: { $in: places } })) < places.length)
      await this.open(conversation, now);
  }

  /**
   * Adds the rows of both people of a conversation that was made just now. Rows that exist stay as they are, but count
   * as changed, because `$currentDate` cannot be limited to inserts.
   */
  async open(conversation: Conversation, now: Date): Promise<void> {
    await this.documents.bulkWrite(
      conversation.people.map((userId) => ({
        updateOne: {
          filter: { _id: rowId(userId, conversation.id) },
          update: {
            $setOnInsert: newRow(conversation, userId, now),
            $currentDate: { changedAt: true },
          },
          upsert: true,
        },
      })),
      { ordered: false },
    );
  }

  /**
   * Adds the rows of both people of many conversations that were not there, each up to an entry, without a word to
   * anybody: for imports, and for measuring.
   */
  async addMany(all: readonly { conversation: Conversation; last: ProjectedEntry }[]) {
    const rows = all.flatMap(({ conversation, last: { seq, createdAt } }) =>
      conversation.people.map((userId): RowDocument => ({
        _id: rowId(userId, conversation.id),
        ...newRow(conversation, userId, createdAt),
        lastSeq: seq,
        shownSeq: seq,
        changedAt: createdAt,
      })),
    );
    await this.native.insertMany(rows, { ordered: false });
  }

  /**
   * Moves rows forward to the given entries, never back: entries may come in any order and repeatedly, with the same
   * result. A new shown entry brings an archived conversation back; an edit or unsend does not.
   */
  async project(noted: { people: readonly string[]; entry: ProjectedEntry }[]): Promise<void> {
    const writes = [...newestOf(noted)].flatMap(([conversationId, { people, last, shown }]) => {
      const _id = { $in: people.map((userId) => rowId(userId, conversationId)) };
      const moves: Change[] = [];
      if (shown)
        moves.push({
          filter: { _id, shownSeq: { $lt: shown.seq } },
          update: {
            $max: { shownSeq: shown.seq, lastSeq: shown.seq, lastAt: shown.createdAt },
            $set: { archived: false },
            $currentDate: { changedAt: true },
          },
        });
      if (last !== shown)
        moves.push({
          filter: { _id, lastSeq: { $lt: last.seq } },
          update: { $max: { lastSeq: last.seq }, $currentDate: { changedAt: true } },
        });
      return moves;
    });
    if (writes.length > 0) await this.change(writes);
  }

  /**
   * Moves positions forward by `$max`. The row of the other side is marked as changed too: it shows these positions,
   * and a device of theirs that is away must find them by its sync cursor. Answers whether each row now stands where it
   * was moved to, and was as `known` besides; false: another node has written too, and what is stored may be further.
   */
  async moveCursors(moves: CursorChange[]): Promise<boolean> {
    const changedAt = { $currentDate: { changedAt: true } };
    const changes = moves.map((move) => {
      const { userId, conversationId, deliveredSeq, readSeq, hidden, known } = move;
      const update = hidden
        ? movedUnseen(move)
        : { $max: { deliveredSeq, readSeq }, $unset: { frozen: '' }, ...changedAt };
      const asKnown = {
        deliveredSeq: { $lte: deliveredSeq },
        readSeq: { $lte: readSeq },
        ...(known ? { pushedSeq: known.pushedSeq ?? null } : {}),
      };
      return { filter: { _id: rowId(userId, conversationId) }, asKnown, update };
    });
    const theirs = moves
      .filter(({ hidden }) => !hidden)
      .map(({ otherId, conversationId }) => rowId(otherId, conversationId));
    const told = theirs.length > 0 ? [{ filter: { _id: { $in: theirs } }, update: changedAt }] : [];
    const guarded = changes.map(({ filter, asKnown, update }) => ({
      filter: { ...filter, ...asKnown },
      update,
    }));
    const matched = await orOnceMore(() => this.change([...guarded, ...told]));
    if (matched === moves.length + theirs.length) return true;
    // The others are told once more, since a mark must come after what it marks: see decision 23.
    await orOnceMore(() => this.change([...changes, ...told]));
    return false;
  }

  private change(changes: Change[]): Promise<number> {
    return changeEach(this.documents.db, this.native.collectionName, changes);
  }

  /** Shows both people's current positions again, after the conversations were opened again. */
  async showPositions(conversationIds: string[], people: readonly string[]): Promise<void> {
    await this.documents.updateMany(
      { _id: { $in: conversationIds.flatMap((id) => people.map((one) => rowId(one, id))) } },
      { $unset: { frozen: '' }, $currentDate: { changedAt: true } },
    );
  }

  /** Marks rows as changed, after something outside them did. */
  async touch(readers: readonly Reader[]): Promise<void> {
    await this.documents.updateMany(
      { _id: { $in: readers.map(({ userId, conversationId }) => rowId(userId, conversationId)) } },
      { $currentDate: { changedAt: true } },
    );
  }

  /** Changes a person's own view of a conversation. False when the row has another version: nothing was changed then. */
  async changeOwn(
    userId: string,
    conversationId: string,
    change: {
      muted?: boolean | undefined;
      pinned?: boolean | undefined;
      archived?: boolean | undefined;
    },
    ifVersion?: number,
  ): Promise<boolean> {
    // 0 means that the row has no version yet.
    const asSeen = ifVersion === undefined ? {} : { version: ifVersion || null };
    const { matchedCount } = await this.documents.updateOne(
      { _id: rowId(userId, conversationId), ...asSeen },
      { $set: change, $inc: { version: 1 }, $currentDate: { changedAt: true } },
    );
    return ifVersion === undefined || matchedCount === 1;
  }

  /** Takes the conversation out of all lists, or puts it back into the active one. Repeating changes nothing. */
  async setLeft(userId: string, conversationId: string, left: boolean): Promise<void> {
    await this.documents.updateOne(
      { _id: rowId(userId, conversationId), left: left ? { $ne: true } : true },
      {
        $set: left ? { left } : { left, archived: false },
        $inc: { version: 1 },
        $currentDate: { changedAt: true },
      },
    );
  }

  /** Ids of all conversations of a person, those that changed last first. */
  async conversationIdsOf(userId: string): Promise<string[]> {
    const found = await this.documents
      .find({ userId }, { _id: 0, conversationId: 1 })
      .sort(newestChangeFirst)
      .lean<{ conversationId: string }[]>();
    return found.map(({ conversationId }) => conversationId);
  }

  /** Ids of the conversations that two people share. */
  async between(userId: string, otherId: string): Promise<string[]> {
    const found = await this.documents
      .find({ userId, otherId }, { conversationId: 1 })
      .lean<RowDocument[]>();
    return found.map(({ conversationId }) => conversationId);
  }

  async get(userId: string, conversationId: string): Promise<InboxRow | null> {
    return this.documents.findById(rowId(userId, conversationId)).lean<RowDocument>();
  }

  /** Rows of several people at once. */
  async ofPeople(readers: readonly Reader[]): Promise<Rows<InboxRow>> {
    const rows = await this.looks.getMany(
      readers.map(({ userId, conversationId }) => rowId(userId, conversationId)),
    );
    return { get: (userId, conversationId) => rows.get(rowId(userId, conversationId)) };
  }

  private async read(ids: string[]): Promise<Map<string, RowDocument>> {
    const found = await this.readAll({ _id: { $in: ids } });
    return new Map(found.map((row) => [row._id, row]));
  }

  /** Positions of several people, for the relay, which reads thousands of rows at once. */
  async positionsOf(readers: readonly Reader[]): Promise<Rows<RowPositions>> {
    // Many ask for the same row: the relay for each entry of a conversation.
    const asked = new Map(
      readers.map((one) => [rowId(one.userId, one.conversationId), one] as const),
    );
    const found = await this.readAll<RowPositions & { _id: string }>(
      { _id: { $in: [...asked.keys()] } },
      { projection: positions },
    );
    const rows = new Map<string, Map<string, RowPositions>>();
    for (const row of found) {
      const { userId, conversationId } = asked.get(row._id)!;
      const both = rows.get(conversationId);
      if (both) both.set(userId, row);
      else rows.set(conversationId, new Map([[userId, row]]));
    }
    return { get: (userId, conversationId) => rows.get(conversationId)?.get(userId) };
  }

  /** Stores up to which entry people are told by notifications; called before they are told. */
  async notePushed(pushed: (Reader & { seq: number })[]): Promise<void> {
    if (pushed.length === 0) return;
    // Rows with the same seq in one update: one update for each row costs more.
    await this.documents.collection.bulkWrite(
      [...groupBy(pushed, ({ seq }) => seq)].map(([seq, alike]) => ({
        updateMany: {
          filter: {
            _id: {
              $in: alike.map((one) => rowId(one.userId, one.conversationId) as never),
            },
          },
          // `changedAt` stays: devices need not hear of this change.
          update: { $max: { pushedSeq: seq } },
        },
      })),
      { ordered: false },
    );
  }

  /**
   * By person, the conversations in which they were told of an entry that they have not read. Conversations without a
   * change since `since` are left out. Entries that are muted, or held for later, do not count as told.
   */
  async toldAndUnread(userIds: readonly string[], since: Date): Promise<Map<string, Set<string>>> {
    const unread = new Map(userIds.map((userId) => [userId, new Set<string>()]));
    const found = await this.documents
      .find(
        {
          userId: { $in: userIds },
          changedAt: { $gte: since },
          ...there,
          $expr: { $gt: ['$pushedSeq', '$readSeq'] },
        },
        { _id: 0, userId: 1, conversationId: 1 },
      )
      .lean<Pick<InboxRow, 'userId' | 'conversationId'>[]>();
    for (const { userId, conversationId } of found) unread.get(userId)?.add(conversationId);
    return unread;
  }

  /** A page of the chat list: pinned ones first, then the newest activity. */
  page(
    userId: string,
    archived: boolean,
    limit: number,
    after: ListPosition | null,
  ): Promise<InboxRow[]> {
    const filter = { archived, ...there, $and: [spokenOrOwn, behindInList(after)] };
    return this.listed(userId, filter, pinnedFirst, limit);
  }

  /** Rows changed at or after a time, oldest change first, from a position in that order. */
  changedSince(
    userId: string,
    since: Date,
    limit: number,
    after: KeysetPosition | null,
  ): Promise<InboxRow[]> {
    const filter = { changedAt: { $gte: since }, ...behind(oldestChangeFirst, atTime(after)) };
    return this.listed(userId, filter, oldestChangeFirst, limit);
  }

  /** The conversations of a person with each of these others, also those in which nothing was written. */
  async sharedWith(
    userId: string,
    otherIds: readonly string[],
  ): Promise<Pick<InboxRow, 'otherId' | 'conversationId' | 'lastSeq'>[]> {
    return this.documents
      .find(
        { userId, otherId: { $in: otherIds } },
        { _id: 0, otherId: 1, conversationId: 1, lastSeq: 1 },
      )
      .lean<Pick<InboxRow, 'otherId' | 'conversationId' | 'lastSeq'>[]>();
  }

  /** Rows of any of these people that changed at or after a time by the database's clock. */
  async changedForAny(
    userIds: readonly string[],
    since: Date,
  ): Promise<Pick<InboxRow, 'userId' | 'conversationId' | 'lastSeq' | 'lastAt'>[]> {
    return this.documents
      .find(
        { userId: { $in: userIds }, changedAt: { $gte: since }, ...spokenOrOwn },
        { _id: 0, userId: 1, conversationId: 1, lastSeq: 1, lastAt: 1 },
      )
      .lean<Pick<InboxRow, 'userId' | 'conversationId' | 'lastSeq' | 'lastAt'>[]>();
  }

  /**
   * Rows by newest change first, without conversations that the person left, from a position in that order. A device
   * that knows nothing begins here.
   */
  newest(userId: string, limit: number, after: KeysetPosition | null): Promise<InboxRow[]> {
    const filter = { ...there, $and: [spokenOrOwn, behind(newestChangeFirst, atTime(after))] };
    return this.listed(userId, filter, newestChangeFirst, limit);
  }

  /** The last known `seq` of the conversations that changed last, whether they are listed or not. */
  async ends(
    userId: string,
    limit: number,
  ): Promise<Pick<InboxRow, 'conversationId' | 'otherId' | 'lastSeq'>[]> {
    return this.native
      .find({ userId }, { projection: { _id: 0, conversationId: 1, otherId: 1, lastSeq: 1 } })
      .sort(newestChangeFirst)
      .limit(limit)
      .toArray();
  }

  /** A person's rows that changed in the last {@link latelyMs}, by the database's clock. */
  async changedLately(userId: string): Promise<InboxRow[]> {
    return (await this.lately.getMany([userId])).get(userId) ?? [];
  }

  private async readLately(userIds: string[]): Promise<Map<string, InboxRow[]>> {
    const { filter, ...options } = changedLately(userIds);
    const found = await this.readAll<InboxRow>(filter, options);
    return groupBy(found, ({ userId }) => userId);
  }

  /** Conversations in which anything was said, active or archived, newest activity first. */
  spoken(userId: string, limit: number): Promise<InboxRow[]> {
    return this.listed(userId, { ...there, lastSeq: { $gt: 0 } }, newestFirst, limit);
  }

  /** Active conversations with entries above the read position. */
  unread(userId: string, limit: number): Promise<InboxRow[]> {
    const above = { $expr: { $gt: ['$lastSeq', '$readSeq'] } };
    return this.listed(userId, { archived: false, ...there, ...above }, pinnedFirst, limit);
  }

  private async listed(
    userId: string,
    filter: Record<string, unknown>,
    order: Readonly<Record<string, 1 | -1>>,
    limit: number,
  ): Promise<InboxRow[]> {
    return this.native
      .find({ userId, ...filter })
      .sort(order)
      .limit(limit)
      .toArray();
  }
}

function behindInList(after: ListPosition | null): Record<string, unknown> {
  if (!after) return {};
  const [pinned, ...place] = after;
  const rest = { pinned, ...behind(newestFirst, atTime(place)) };
  return pinned ? { $or: [{ pinned: false }, rest] } : rest;
}

interface Newest {
  people: readonly string[];
  last: ProjectedEntry;
  shown: ProjectedEntry | undefined;
}

/** The newest entry and the newest shown entry of each conversation; everything in a row follows from the two. */
function newestOf(
  noted: { people: readonly string[]; entry: ProjectedEntry }[],
): Map<string, Newest> {
  const newest = new Map<string, Newest>();
  for (const { people, entry } of noted) {
    const known = newest.get(entry.conversationId);
    const shown = known?.shown;
    newest.set(entry.conversationId, {
      people,
      last: known && known.last.seq > entry.seq ? known.last : entry,
      shown: isShown(entry) && !(shown && shown.seq > entry.seq) ? entry : shown,
    });
  }
  return newest;
}

/** Moves the positions, while the other side goes on seeing those from before. */
const movedUnseen = ({ deliveredSeq, readSeq }: CursorChange) => [
  {
    $set: {
      frozen: { $ifNull: ['$frozen', { deliveredSeq: '$deliveredSeq', readSeq: '$readSeq' }] },
      deliveredSeq: { $max: ['$deliveredSeq', deliveredSeq] },
      readSeq: { $max: ['$readSeq', readSeq] },
      changedAt: '$$NOW',
    },
  },
];
