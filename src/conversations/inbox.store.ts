import { Schema, type Connection } from 'mongoose';
import { behind, type KeysetPosition } from '../platform/pages.js';
import type { Conversation } from './conversation.js';
import { isShown, type Entry } from './entry.js';

/** A conversation as one of its people has it: a projection of the log, and that person's own positions. */
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
  /** By the clock of the database, so that sync cursors of all nodes agree. */
  changedAt: Date;
}

export type RowPositions = Pick<
  InboxRow,
  'lastSeq' | 'shownSeq' | 'deliveredSeq' | 'readSeq' | 'muted'
>;

/** What a row needs to know of an entry. */
export type ProjectedEntry = Pick<Entry, 'conversationId' | 'seq' | 'kind' | 'createdAt'>;

type RowDocument = InboxRow & { _id: string };

const schema = new Schema<RowDocument>(
  {
    _id: String,
    userId: { type: String, required: true },
    conversationId: { type: String, required: true },
    otherId: { type: String, required: true },
    lastSeq: { type: Number, required: true },
    shownSeq: { type: Number, required: true },
    lastAt: { type: Date, required: true },
    deliveredSeq: { type: Number, required: true },
    readSeq: { type: Number, required: true },
    muted: { type: Boolean, default: false },
    pinned: { type: Boolean, default: false },
    archived: { type: Boolean, default: false },
    changedAt: { type: Date, required: true },
  },
  { collection: 'inbox', versionKey: false },
);
// All begin with the shard key, the person.
schema.index({ userId: 1, conversationId: 1 }, { unique: true });
schema.index({ userId: 1, archived: 1, lastAt: -1, conversationId: -1 });
schema.index({ userId: 1, changedAt: 1, conversationId: 1 });

const newestFirst = {
  key: 'lastAt',
  date: true,
  direction: -1,
  id: 'conversationId',
  idDirection: -1,
} as const;
const oldestChangeFirst = {
  key: 'changedAt',
  date: true,
  direction: 1,
  id: 'conversationId',
  idDirection: 1,
} as const;

const rowId = (userId: string, conversationId: string) => `${userId}:${conversationId}`;

export interface CursorMove {
  userId: string;
  conversationId: string;
  deliveredSeq: number;
  readSeq: number;
}

export class InboxStore {
  private readonly rows;

  constructor(connection: Connection) {
    this.rows = connection.model('InboxRow', schema);
  }

  async prepare(): Promise<void> {
    await this.rows.createIndexes();
  }

  /** Rows of both people; opening again changes nothing. */
  async open(conversation: Conversation, now: Date): Promise<void> {
    await this.rows.bulkWrite(
      conversation.people.map((userId) => ({
        updateOne: {
          filter: { _id: rowId(userId, conversation.id) },
          update: {
            $setOnInsert: {
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
            },
            $currentDate: { changedAt: true },
          },
          upsert: true,
        },
      })),
      { ordered: false },
    );
  }

  /**
   * Moves rows up to the given entries, never back: any batch, in any order, any number of times, with the same end.
   * What is shown and new brings an archived conversation back; an edit or unsend does not.
   */
  async project(noted: { people: readonly string[]; entry: ProjectedEntry }[]): Promise<void> {
    const writes = [...newestOf(noted)].flatMap(([conversationId, { people, last, shown }]) =>
      people.flatMap((userId) => {
        const _id = rowId(userId, conversationId);
        const moves = [];
        if (shown)
          moves.push({
            updateOne: {
              filter: { _id, shownSeq: { $lt: shown.seq } },
              update: {
                $max: { shownSeq: shown.seq, lastSeq: shown.seq, lastAt: shown.createdAt },
                $set: { archived: false },
                $currentDate: { changedAt: true as const },
              },
            },
          });
        if (last !== shown)
          moves.push({
            updateOne: {
              filter: { _id, lastSeq: { $lt: last.seq } },
              update: {
                $max: { lastSeq: last.seq },
                $currentDate: { changedAt: true as const },
              },
            },
          });
        return moves;
      }),
    );
    if (writes.length > 0) await this.rows.bulkWrite(writes, { ordered: false });
  }

  /** Moves positions forward by `$max`. */
  async moveCursors(moves: CursorMove[]): Promise<void> {
    await this.rows.bulkWrite(
      moves.map(({ userId, conversationId, deliveredSeq, readSeq }) => ({
        updateOne: {
          filter: { _id: rowId(userId, conversationId) },
          update: {
            $max: { deliveredSeq, readSeq },
            $currentDate: { changedAt: true },
          },
        },
      })),
      { ordered: false },
    );
  }

  async get(userId: string, conversationId: string): Promise<InboxRow | null> {
    return this.rows.findById(rowId(userId, conversationId)).lean<RowDocument>();
  }

  /** Rows of several people at once. */
  async ofPeople(
    pairs: { userId: string; conversationId: string }[],
  ): Promise<{ get: (userId: string, conversationId: string) => InboxRow | undefined }> {
    const ids = pairs.map(({ userId, conversationId }) => rowId(userId, conversationId));
    const found = await this.rows.find({ _id: { $in: ids } }).lean<RowDocument[]>();
    const byId = new Map(found.map((row) => [row._id, row]));
    return { get: (userId, conversationId) => byId.get(rowId(userId, conversationId)) };
  }

  /** How far several people are, for the relay: thousands of rows at once, so only their positions. */
  async positionsOf(pairs: { userId: string; conversationId: string }[]): Promise<{
    get: (userId: string, conversationId: string) => RowPositions | undefined;
  }> {
    const ids = pairs.map(({ userId, conversationId }) => rowId(userId, conversationId));
    const found = await this.rows
      .find(
        { _id: { $in: ids } },
        { lastSeq: 1, shownSeq: 1, deliveredSeq: 1, readSeq: 1, muted: 1 },
      )
      .lean<(RowPositions & { _id: string })[]>();
    const byId = new Map(found.map((row) => [row._id, row]));
    return { get: (userId, conversationId) => byId.get(rowId(userId, conversationId)) };
  }

  /** A page of the chat list, newest activity first. */
  async page(
    userId: string,
    archived: boolean,
    limit: number,
    after: KeysetPosition | null,
  ): Promise<InboxRow[]> {
    return this.rows
      .find({
        userId,
        archived,
        ...behind(newestFirst, after),
      })
      .sort({ lastAt: -1, conversationId: -1 })
      .limit(limit)
      .lean<RowDocument[]>();
  }

  /** Rows changed at or after a time, oldest change first, from a place in that order. */
  async changedSince(
    userId: string,
    since: Date,
    limit: number,
    after: KeysetPosition | null,
  ): Promise<InboxRow[]> {
    return this.rows
      .find({
        userId,
        changedAt: { $gte: since },
        ...behind(oldestChangeFirst, after),
      })
      .sort({ changedAt: 1, conversationId: 1 })
      .limit(limit)
      .lean<RowDocument[]>();
  }

  /** The newest changes first; where a device begins that knows nothing. */
  async newest(userId: string, limit: number): Promise<InboxRow[]> {
    return this.rows
      .find({ userId })
      .sort({ changedAt: -1, conversationId: -1 })
      .limit(limit)
      .lean<RowDocument[]>();
  }

  /** Active conversations in which something lies above the read position. */
  async unread(userId: string, limit: number): Promise<InboxRow[]> {
    return this.rows
      .find({ userId, archived: false, $expr: { $gt: ['$lastSeq', '$readSeq'] } })
      .sort({ lastAt: -1, conversationId: -1 })
      .limit(limit)
      .lean<RowDocument[]>();
  }
}

interface Newest {
  people: readonly string[];
  last: ProjectedEntry;
  shown: ProjectedEntry | undefined;
}

/** Of each conversation the newest entry and the newest that is shown; all that a row says follows from the two. */
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
