/** The log as documents: one collection, and every way in which commands, relay and webhooks read it; so one file. */
import mongoose, { type Connection } from 'mongoose';
import { Refusal } from '../contract/index.js';
import { groupBy } from '../platform/group-by.js';
import { DUPLICATE_KEY, OUT_OF_TIME, asUnavailable, documentsOf } from '../platform/mongo.js';
import { Store } from '../platform/store.js';
import { countedKinds, isUnread, type Entry } from '../domain/entry.js';
import type { MessageWords } from '../domain/search/message-words.js';

type EntryDocument = Omit<Entry, 'id'> & { _id: string };

/** Only for its indexes: the hot path goes through the native driver. */
const schema = documentsOf<EntryDocument>('messages');
// Both begin with the shard key. The first gives one order without gaps, the second stores a repeated message once.
schema.index({ conversationId: 1, seq: 1 }, { unique: true, name: 'order' });
schema.index(
  { conversationId: 1, senderId: 1, clientMessageId: 1 },
  { unique: true, name: 'once' },
);

/** Entries that are read and decoded at once; between two such steps the event loop serves others. */
const entriesAtOnce = 50;

/** Entries of one conversation above a number. */
export interface SearchRange {
  conversationId: string;
  afterSeq: number;
}

/** How far a person has read a conversation, and a `seq` that its log has reached. */
export interface Standing {
  conversationId: string;
  fromId: string;
  readSeq: number;
  lastSeq: number;
}

/** Conversations with fewer entries than this above the read position are read together … */
const nearEnd = 150;
/** … as long as they have fewer entries than this in all. */
const tailsAtOnce = 5_000;

type Tail = Pick<EntryDocument, 'conversationId' | 'seq' | 'senderId' | 'kind' | 'state'>;
const tailFields = { _id: 0, conversationId: 1, seq: 1, senderId: 1, kind: 1, state: 1 } as const;

type Filter = mongoose.mongo.Filter<EntryDocument>;

/** What stands in the conversation by itself. */
const standing: Filter['kind'] = { $nin: ['edit', 'unsend'] };

/** A write that takes longer ends with UNAVAILABLE. Whether it was stored is unknown until the sender repeats it. */
const writeTimeoutMs = 8_000;

/** Nearly all that the database gives is found, so a page is seldom more than this. */
const candidatesAtOnce = 100;
/** Entries are published some time after they were written, so a search for unpublished ones begins this much earlier. */
const writeToTellSeconds = 3;

/**
 * The log of all conversations, collection `messages`. Every read is a majority read from the primary. The file is long
 * because it holds every query on the log, next to the two indexes that they use.
 */
export class MessageStore extends Store<EntryDocument> {
  /** A search that takes longer than `searchMs` (milliseconds) is given up, so that it does not slow the chat down. */
  constructor(
    connection: Connection,
    private readonly options: { searchMs?: number | undefined } = {},
  ) {
    super(connection, schema);
  }

  private get messages() {
    return this.documents.collection as unknown as mongoose.mongo.Collection<EntryDocument>;
  }

  /**
   * Writes entries independently of each other and returns once a majority has journaled them. Answers with the
   * positions in `entries` of those that a unique index refused. Throws when it is unknown whether one was stored.
   */
  async insert(entries: Entry[]): Promise<Set<number>> {
    try {
      await this.messages.insertMany(
        entries.map(({ id, ...fields }) => ({ _id: id, ...fields })),
        {
          ordered: false,
          forceServerObjectId: true,
          writeConcern: { w: 'majority', journal: true, wtimeoutMS: writeTimeoutMs },
        },
      );
      return new Set();
    } catch (error) {
      // The driver wraps every failure of a bulk write. After all but a duplicate key it is unknown what was stored.
      const unknown = new Refusal('UNAVAILABLE', 'Storing failed, try again', {
        retryAfterMs: 500,
      });
      if (!(error instanceof mongoose.mongo.MongoBulkWriteError)) throw asUnavailable(error);
      const failures = [error.writeErrors].flat() as { code: number; index: number }[];
      const onlyTaken = failures.every((failure) => failure.code === DUPLICATE_KEY);
      if (failures.length === 0 || !onlyTaken || error.result.getWriteConcernError()) throw unknown;
      return new Set(failures.map((failure) => failure.index));
    }
  }

  /** Highest `seq` of a conversation; it cannot be rolled back any more. */
  async lastSeq(conversationId: string): Promise<number> {
    const last = await this.messages.findOne(
      { conversationId },
      { sort: { seq: -1 }, projection: { _id: 0, seq: 1 } },
    );
    return last?.seq ?? 0;
  }

  byClientId(
    conversationId: string,
    senderId: string | null,
    clientMessageId: string,
  ): Promise<Entry | null> {
    return this.one({ conversationId, senderId, clientMessageId });
  }

  bySeq(conversationId: string, seq: number): Promise<Entry | null> {
    return this.one({ conversationId, seq });
  }

  byId(id: string): Promise<Entry | null> {
    return this.one({ _id: id });
  }

  /** The newest entry that stands by itself (no edit or unsend). */
  newestShown(conversationId: string): Promise<Entry | null> {
    return this.one({ conversationId, kind: standing }, { sort: { seq: -1 } });
  }

  private async one(filter: Filter, options?: { sort: { seq: -1 } }): Promise<Entry | null> {
    const found = await this.messages.findOne(filter, options);
    return found && toEntry(found);
  }

  /** Whether a person has said something that still stands: no message or offer that they took back. */
  async hasSpoken(conversationId: string, userId: string): Promise<boolean> {
    const own = { conversationId, senderId: userId };
    const withdrawn = await this.messages.distinct('offer.id', {
      ...own,
      'offer.state': 'withdrawn',
    });
    const said = await this.messages.findOne(
      {
        ...own,
        kind: standing,
        state: { $ne: 'unsent' },
        'offer.id': { $nin: withdrawn },
      },
      { projection: { _id: 1 } },
    );
    return said !== null;
  }

  /** Several entries at once; what is not there is left out. */
  async bySeqs(places: { conversationId: string; seq: number }[]): Promise<Entry[]> {
    if (places.length === 0) return [];
    const found = await this.messages.find({ $or: branchesOf(places, (seq) => seq) }).toArray();
    return found.map(toEntry);
  }

  /**
   * Shows the text of an edit in its target, unless a later edit does already. Null when the target was taken back.
   * Every edit is noted there in the same write, so that an unsend finds it.
   */
  async applyEdit(target: Entry, edit: Entry): Promise<Entry | null> {
    const newest = { $gt: [edit.seq, { $ifNull: ['$editSeq', 0] }] };
    const found = await this.messages.findOneAndUpdate(
      { conversationId: target.conversationId, seq: target.seq, state: { $ne: 'unsent' } },
      [
        {
          $set: {
            state: 'edited',
            text: { $cond: [newest, { $literal: edit.text }, '$text'] },
            editedAt: { $cond: [newest, edit.createdAt, '$editedAt'] },
            editSeq: { $max: ['$editSeq', edit.seq] },
            edits: { $setUnion: [{ $ifNull: ['$edits', []] }, [edit.seq]] },
          },
        },
      ],
      { returnDocument: 'after' },
    );
    return found && toEntry(found);
  }

  /** Takes the content out of the target of an unsend, for good. */
  async applyUnsend(target: Entry, unsend: Entry): Promise<Entry | null> {
    const found = await this.messages.findOneAndUpdate(
      { conversationId: target.conversationId, seq: target.seq },
      {
        $set: { state: 'unsent' },
        $min: { unsendSeq: unsend.seq },
        $unset: { text: '', images: '', place: '' },
      },
      { returnDocument: 'after' },
    );
    return found && toEntry(found);
  }

  /** Takes the text out of edits whose target was taken back. */
  async strip(edits: Entry[]): Promise<void> {
    if (edits.length === 0) return;
    await this.messages.updateMany(
      { $or: edits.map(({ conversationId, seq }) => ({ conversationId, seq })) },
      { $set: { state: 'unsent' }, $unset: { text: '' } },
    );
  }

  /** Entries above `afterSeq`, ascending. */
  after(conversationId: string, afterSeq: number, limit: number): Promise<Entry[]> {
    return this.page({ conversationId, seq: { $gt: afterSeq } }, 1, limit);
  }

  /** Entries below `beforeSeq` (or the newest), descending. */
  before(conversationId: string, beforeSeq: number | null, limit: number): Promise<Entry[]> {
    const below = beforeSeq === null ? {} : { seq: { $lt: beforeSeq } };
    return this.page({ conversationId, ...below }, -1, limit);
  }

  private async page(filter: Filter, direction: 1 | -1, limit: number): Promise<Entry[]> {
    const found = this.messages.find(filter).sort({ seq: direction }).limit(limit);
    return (await found.toArray()).map(toEntry);
  }

  /** Entries of several ranges `(afterSeq, …)` at once, ascending by conversation and seq. */
  async afterMany(
    ranges: { conversationId: string; afterSeq: number }[],
    limit: number,
  ): Promise<Entry[]> {
    if (ranges.length === 0) return [];
    const found = await this.messages
      .find({
        $or: ranges.map(({ conversationId, afterSeq }) => ({
          conversationId,
          seq: { $gt: afterSeq },
        })),
      })
      .sort({ conversationId: 1, seq: 1 })
      .limit(limit)
      .batchSize(entriesAtOnce)
      .toArray();
    return found.map(toEntry);
  }

  /** The `seq` of the last entry of each conversation that has one. */
  async ends(conversationIds: string[]): Promise<Map<string, number>> {
    if (conversationIds.length === 0) return new Map();
    // In this form the server takes one step in the index for each conversation, however long the logs are.
    const found = await this.messages
      .aggregate<{ _id: string; seq: number }>([
        { $match: { conversationId: { $in: conversationIds } } },
        { $sort: { conversationId: -1, seq: -1 } },
        { $group: { _id: '$conversationId', seq: { $first: '$seq' } } },
      ])
      .toArray();
    return new Map(found.map(({ _id, seq }) => [_id, seq]));
  }

  /** The entries at these positions and above them; null when they are too many for one read. */
  async from(places: { conversationId: string; seq: number }[]): Promise<Entry[] | null> {
    return (await this.tails<EntryDocument>(places, {}))?.map(toEntry) ?? null;
  }

  private async tails<One extends object>(
    places: { conversationId: string; seq: number }[],
    fields: Partial<Record<keyof One | '_id', 0 | 1>>,
  ): Promise<One[] | null> {
    if (places.length === 0) return [];
    const found = await this.messages
      .find({ $or: branchesOf(places, (seq) => ({ $gte: seq })) })
      .project<One>(fields)
      .limit(tailsAtOnce)
      .toArray();
    return found.length === tailsAtOnce ? null : found;
  }

  /** The entries of these ranges that say `words`, newest first, below an id. */
  async search(
    ranges: SearchRange[],
    { looks, finds }: MessageWords,
    limit: number,
    olderThan: string | null,
  ): Promise<Entry[]> {
    if (ranges.length === 0) return [];
    const whole = ranges.filter(({ afterSeq }) => afterSeq === 0);
    const parts = ranges.filter(({ afterSeq }) => afterSeq > 0);
    const candidates = this.messages
      .find(
        {
          $and: [
            {
              $or: [
                { conversationId: { $in: whole.map(({ conversationId }) => conversationId) } },
                ...parts.map(({ conversationId, afterSeq }) => ({
                  conversationId,
                  seq: { $gt: afterSeq },
                })),
              ],
            },
            ...looks.map((look) => {
              const says = { $regex: look, $options: 'i' };
              return { $or: [{ text: says }, { 'place.name': says }] };
            }),
          ],
          kind: { $ne: 'edit' },
          ...(olderThan === null ? {} : { _id: { $lt: olderThan } }),
        },
        {
          // Without the hint the server might walk all messages of everybody by id for a later page.
          hint: 'order',
          maxTimeMS: this.options.searchMs ?? 3_000,
          batchSize: candidatesAtOnce,
        },
      )
      .sort({ _id: -1 });
    const found: Entry[] = [];
    try {
      for await (const one of candidates) {
        if (finds(`${one.text ?? ''} ${one.place?.name ?? ''}`)) found.push(toEntry(one));
        if (found.length === limit) break;
      }
    } catch (error) {
      if ((error as { code?: unknown }).code !== OUT_OF_TIME) throw error;
      throw new Refusal(
        'UNAVAILABLE',
        'The search took too long: name a conversation, or try again later',
        { retryAfterMs: 5_000 },
      );
    } finally {
      await candidates.close();
    }
    return found;
  }

  /** How many entries of `fromId` above `readSeq` are unread, each counted up to `cap`. */
  async countUnread(
    rows: { conversationId: string; fromId: string; readSeq: number }[],
    cap: number,
  ): Promise<Map<string, number>> {
    const counts = await Promise.all(
      rows.map(async ({ conversationId, fromId, readSeq }) => {
        const count = await this.messages.countDocuments(
          {
            conversationId,
            seq: { $gt: readSeq },
            senderId: fromId,
            kind: { $in: [...countedKinds] },
            state: { $ne: 'unsent' },
          },
          { limit: cap },
        );
        return [conversationId, count] as const;
      }),
    );
    return new Map(counts);
  }

  /**
   * The last `seq` of several logs, and how many entries of `fromId` above `readSeq` are unread there (up to `cap`), in
   * the order asked. One query answers for all read positions near the end of their log, as nearly all are.
   */
  async standings(asked: Standing[], cap: number): Promise<{ endSeq: number; unread: number }[]> {
    const near = asked.filter(({ readSeq, lastSeq }) => lastSeq - readSeq <= nearEnd);
    const places = near.map(({ conversationId, readSeq: seq }) => ({ conversationId, seq }));
    const found = await this.tails<Tail>(places, tailFields);
    const tails = found && byConversation(found);
    return Promise.all(
      asked.map(async (one) => {
        const tail = tails?.get(one.conversationId);
        const endSeq = tail?.at(-1)?.seq;
        // A read position beyond the end of the log gets the end.
        if (tail && endSeq !== undefined && endSeq >= one.readSeq)
          return {
            endSeq,
            unread: Math.min(
              cap,
              tail.filter((entry) => isUnread(entry, one.fromId, one.readSeq)).length,
            ),
          };
        const { conversationId } = one;
        const [last, unread] = await Promise.all([
          this.lastSeq(conversationId),
          this.countUnread([one], cap),
        ]);
        return { endSeq: last, unread: unread.get(conversationId) ?? 0 };
      }),
    );
  }

  /**
   * Yields entries as they are committed, without an end, from a little before a time by the database's clock, each with
   * its time. Yields null whenever it has caught up, several times a second. Throws when the database is out of reach.
   */
  async *writtenSince(
    time: mongoose.mongo.Timestamp,
  ): AsyncGenerator<{ entry: Entry; time: mongoose.mongo.Timestamp } | null> {
    const { Timestamp } = mongoose.mongo;
    const stream = this.messages.watch<EntryDocument>([{ $match: { operationType: 'insert' } }], {
      startAtOperationTime: new Timestamp({ t: time.getHighBits() - writeToTellSeconds, i: 1 }),
      maxAwaitTimeMS: 200,
    });
    try {
      for (;;) {
        const change = await stream.tryNext();
        if (change === null) yield null;
        else if (change.operationType === 'insert')
          yield { entry: toEntry(change.fullDocument), time: change.clusterTime ?? time };
      }
    } finally {
      await stream.close();
    }
  }
}

/** One branch for all conversations with the same `seq`, because MongoDB plans each branch of an `$or` by itself. */
const branchesOf = <Seq>(
  places: { conversationId: string; seq: number }[],
  condition: (seq: number) => Seq,
) =>
  [...groupBy(places, ({ seq }) => seq)].map(([seq, alike]) => ({
    conversationId: { $in: alike.map(({ conversationId }) => conversationId) },
    seq: condition(seq),
  }));

/** The entries of each conversation, ascending. */
export const byConversation = <One extends Pick<Entry, 'conversationId' | 'seq'>>(
  entries: One[],
): Map<string, One[]> =>
  groupBy(
    entries.sort((one, other) => one.seq - other.seq),
    ({ conversationId }) => conversationId,
  );

function toEntry({ _id, ...rest }: EntryDocument): Entry {
  return { id: _id, ...rest };
}
