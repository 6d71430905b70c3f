import { Schema, type Connection } from 'mongoose';
import { behind, type KeysetPosition } from '../platform/pages.js';
import type { Conversation } from './conversation.js';
import type { Entry } from './entry.js';

/** A conversation as one of its people has it: a projection of the log, and that person's own positions. */
export interface InboxRow {
  userId: string;
  conversationId: string;
  otherId: string;
  /** Projection; may lag behind the log by about a second. */
  lastSeq: number;
  lastEntry: Entry | null;
  lastAt: Date;
  deliveredSeq: number;
  readSeq: number;
  muted: boolean;
  pinned: boolean;
  archived: boolean;
  /** By the clock of the database, so that sync cursors of all nodes agree. */
  changedAt: Date;
}

type RowDocument = InboxRow & { _id: string };

const schema = new Schema<RowDocument>(
  {
    _id: String,
    userId: { type: String, required: true },
    conversationId: { type: String, required: true },
    otherId: { type: String, required: true },
    lastSeq: { type: Number, required: true },
    lastEntry: { type: Schema.Types.Mixed, default: null },
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
schema.index({ userId: 1, otherId: 1 });

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
              lastEntry: null,
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

  /** Moves projections up to the given entries, never back; doing it again changes nothing. */
  async project(latest: { people: readonly string[]; entry: Entry }[]): Promise<void> {
    const writes = latest.flatMap(({ people, entry }) =>
      people.map((userId) => ({
        updateOne: {
          filter: { _id: rowId(userId, entry.conversationId), lastSeq: { $lt: entry.seq } },
          update: {
            $set: {
              lastSeq: entry.seq,
              lastEntry: entry,
              lastAt: entry.createdAt,
              // What arrives brings an archived conversation back.
              archived: false,
            },
            $currentDate: { changedAt: true },
          },
        },
      })),
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

  /** The conversations that a person has with each of these others. */
  async sharedWith(
    userId: string,
    otherIds: readonly string[],
  ): Promise<{ otherId: string; conversationId: string }[]> {
    return this.rows
      .find({ userId, otherId: { $in: otherIds } }, { _id: 0, otherId: 1, conversationId: 1 })
      .lean<{ otherId: string; conversationId: string }[]>();
  }

  /** What changed for any of these people at or after a time, by the clock of the database. */
  async changedForAny(
    userIds: readonly string[],
    since: Date,
  ): Promise<Pick<InboxRow, 'userId' | 'conversationId' | 'lastSeq' | 'lastAt'>[]> {
    return this.rows
      .find(
        { userId: { $in: userIds }, changedAt: { $gte: since } },
        { _id: 0, userId: 1, conversationId: 1, lastSeq: 1, lastAt: 1 },
      )
      .lean<Pick<InboxRow, 'userId' | 'conversationId' | 'lastSeq' | 'lastAt'>[]>();
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
