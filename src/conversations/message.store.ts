/**
 * The log as documents: one collection, and every way in which commands, relay and webhooks read it; so one file. Only
 * `list-signs.ts` asks it for keys besides.
 */
import mongoose, { type Connection } from 'mongoose';
import { Refusal } from '../contract/index.js';
import { groupBy } from '../platform/group-by.js';
import { contentHashOf } from './content-hash.js';
import { toDocument, toEntry, toHead, type EntryDocument } from './entry-document.js';
import {
  DUPLICATE_KEY,
  OUT_OF_TIME,
  WRITE_CONCERN_TIMEOUT,
  asUnavailable,
  databaseOf,
  documentsOf,
  durably,
  inItsTime,
  orOnceMore,
} from '../platform/mongo.js';
import { Store, specOf } from '../platform/store.js';
import {
  lastNumber,
  numberedId,
  numberedIds,
  readNumberedId,
  toStoredId,
} from '../platform/stored-ids.js';
import { countedKinds, isUnread, type Entry } from '../domain/entry.js';
import { placeIn } from '../domain/entry-id.js';
import type { MessageWords } from '../domain/search/message-words.js';

/** Only for its indexes: the hot path goes through the native driver. */
const schema = documentsOf<EntryDocument>('messages');
// The key gives one order without gaps, this index stores a repeated message once; it begins with the shard key.
schema.index(
  { conversationId: 1, senderId: 1, clientMessageId: 1 },
  { unique: true, name: 'once' },
);

/** Entries that are read and decoded at once; between two such steps the event loop serves others. */
const entriesAtOnce = 50;

/** An entry by its place. */
interface Place {
  conversationId: string;
  seq: number;
}

/** The key of the place behind the last entry of a log, which nothing has as long as the log ends there. */
export const keyBehind = (conversationId: string, seq: number): EntryDocument['_id'] =>
  numberedId(conversationId, seq + 1);

/** Where a search goes on: behind the entry of this time and place. */
export interface FoundPlace extends Place {
  at: Date;
}

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

/** What became of the entries of one write. */
export interface Written {
  /** The positions of those that a unique index refused. */
  taken: Set<number>;
  /** Those from this position on were not tried, since the one before it was refused. */
  tried: number;
  /** A first try was not answered, so it may have stored what is `taken`. */
  repeated: boolean;
}

interface WriteAnswer {
  writeErrors?: { index: number; code: number }[];
  writeConcernError?: { code: number; errmsg: string };
}

/** What {@link MessageStore.standings} counts by. */
const tailFields = { senderId: 1, kind: 1, state: 1 } as const;
type Tail = Pick<EntryDocument, '_id' | keyof typeof tailFields>;

type Filter = mongoose.mongo.Filter<EntryDocument>;

/**
 * The entries of one conversation above a number and up to another; all of them, if no numbers are given. The
 * conversation is named beside the bounds, since it says which shard is asked.
 */
const within = (conversationId: string, above = 0, upTo?: number) => ({
  conversationId: toStoredId(conversationId),
  _id: numberedIds(conversationId, above, upTo),
});
const at = ({ conversationId, seq }: Place) => ({
  conversationId: toStoredId(conversationId),
  _id: numberedId(conversationId, seq),
});

/** Ranges of many conversations. Named by hand: otherwise MongoDB plans each range by itself, or takes the other index. */
const byPlace = { hint: { _id: 1 } } as const;

/** What stands in the conversation by itself. */
const standing: Filter['kind'] = { $nin: ['edit', 'unsend'] };

/** Nearly all that the database gives is found, so a page is seldom more than this. */
const candidatesAtOnce = 100;
/** Entries are published some time after they were written, so a search for unpublished ones begins this much earlier. */
const writeToTellSeconds = 3;

/**
 * The log of all conversations, collection `messages`. Every read is a majority read from the primary. The file is long
 * because it holds every query on the log, next to the two indexes that they use.
 */
export class MessageStore extends Store<EntryDocument> {
  static readonly collections = [specOf(schema)];

  /** A search that takes longer than `searchMs` (milliseconds) is given up, so that it does not slow the chat down. */
  constructor(
    connection: Connection,
    private readonly options: { searchMs?: number | undefined } = {},
  ) {
    super(connection, schema);
  }

  /**
   * Writes entries and returns once a majority has journaled them: independently of each other where each is of another
   * conversation, and otherwise up to the first that is refused. Of such a write that was `repeated`, all from there on
   * are `taken`: a first try, which was not answered, may have stored any of them. Throws when it is unknown whether one
   * was stored.
   */
  async insert(entries: Entry[]): Promise<Written> {
    const documents = entries.map(toDocument);
    const conversations = new Set(entries.map(({ conversationId }) => conversationId));
    const ordered = conversations.size < entries.length;
    let tries = 0;
    const write = () => {
      tries += 1;
      return this.write(documents, ordered);
    };
    try {
      const taken = await orOnceMore(write);
      const repeated = tries > 1;
      const [first] = taken;
      if (!ordered || first === undefined) return { taken, tried: entries.length, repeated };
      if (!repeated) return { taken, tried: first + 1, repeated };
      const inDoubt = entries.flatMap((_, index) => (index >= first ? [index] : []));
      return { taken: new Set(inDoubt), tried: entries.length, repeated };
    } catch (error) {
      throw asUnavailable(error);
    }
  }

  /** Adds many new ones at once, as durably as the connection says; for imports, and for measuring. */
  async addMany(entries: readonly Entry[]): Promise<void> {
    await this.native.insertMany(entries.map(toDocument), { ordered: false });
  }

  /** As a bare command: the driver's bulk write costs as much again as the rest of it, and asks the server for more. */
  private async write(documents: EntryDocument[], ordered: boolean): Promise<Set<number>> {
    const answer = await databaseOf(this.documents.db).command({
      insert: this.native.collectionName,
      documents,
      ordered,
      writeConcern: durably,
    });
    const { writeErrors = [], writeConcernError } = answer as WriteAnswer;
    if (writeConcernError?.code === WRITE_CONCERN_TIMEOUT) throw storingFailed();
    if (writeConcernError) throw new mongoose.mongo.MongoServerError(writeConcernError);
    if (writeErrors.some(({ code }) => code !== DUPLICATE_KEY)) throw storingFailed();
    return new Set(writeErrors.map(({ index }) => index));
  }

  /** Highest `seq` of a conversation; it cannot be rolled back any more. */
  async lastSeq(conversationId: string): Promise<number> {
    const last = await this.native.findOne(within(conversationId), {
      ...byPlace,
      sort: { _id: -1 },
      projection: { _id: 1 },
    });
    return last ? readNumberedId(last._id).number : 0;
  }

  byClientId(
    conversationId: string,
    senderId: string | null,
    clientMessageId: string,
  ): Promise<Entry | null> {
    return this.one({
      conversationId: toStoredId(conversationId),
      senderId: senderId === null ? null : toStoredId(senderId),
      clientMessageId: toStoredId(clientMessageId),
    });
  }

  bySeq(conversationId: string, seq: number): Promise<Entry | null> {
    return this.one(at({ conversationId, seq }));
  }

  /** Looks into the conversations that begin as the id says, of which there is hardly ever a second one. */
  async byId(id: string): Promise<Entry | null> {
    const place = placeIn(id);
    if (!place) return null;
    // No conversation ends in zeros only: their ids are version 5.
    let above = `${place.begins}-0000-0000-000000000000`;
    const end = `${place.begins}-ffff-ffff-ffffffffffff`;
    for (;;) {
      const next = await this.native.findOne(
        { _id: { $gt: numberedId(above, lastNumber), $lte: numberedId(end, lastNumber) } },
        { sort: { _id: 1 }, projection: { _id: 1 } },
      );
      if (!next) return null;
      const { id: conversationId } = readNumberedId(next._id);
      const found = await this.bySeq(conversationId, place.seq);
      if (found?.id === id) return found;
      above = conversationId;
    }
  }

  /** The newest entry that stands by itself (no edit or unsend). */
  newestShown(conversationId: string): Promise<Entry | null> {
    return this.one(
      { ...within(conversationId), kind: standing },
      { ...byPlace, sort: { _id: -1 } },
    );
  }

  private async one(filter: Filter, options?: mongoose.mongo.FindOptions): Promise<Entry | null> {
    const found = await this.native.findOne(filter, options);
    return found && toEntry(found);
  }

  /** Whether a person has said something that still stands: no message or offer that they took back. */
  async hasSpoken(conversationId: string, userId: string): Promise<boolean> {
    const own = { conversationId: toStoredId(conversationId), senderId: toStoredId(userId) };
    const withdrawn = await this.native.distinct('offer.id', {
      ...own,
      'offer.state': 'withdrawn',
    });
    const said = await this.native.findOne(
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
    return (await this.native.find(among(places), byPlace).toArray()).map(toEntry);
  }

  /**
   * Shows the text of an edit in its target, unless a later edit does already. Null when the target was taken back.
   * Every edit is noted there in the same write, so that an unsend finds it.
   */
  async applyEdit(target: Entry, edit: Entry): Promise<Entry | null> {
    const newest = { $gt: [edit.seq, { $ifNull: ['$editSeq', 0] }] };
    const found = await this.native.findOneAndUpdate(
      { ...at(target), state: { $ne: 'unsent' } },
      [
        {
          $set: {
            state: 'edited',
            contentHash: contentHashOf(target),
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
    const found = await this.native.findOneAndUpdate(
      at(target),
      {
        $set: { state: 'unsent', contentHash: contentHashOf(target) },
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
    await this.native.updateMany(
      { $or: edits.map(at) },
      { $set: { state: 'unsent' }, $unset: { text: '' } },
    );
  }

  /** Entries above `afterSeq`, ascending. */
  after(conversationId: string, afterSeq: number, limit: number): Promise<Entry[]> {
    return this.page(within(conversationId, afterSeq), 1, limit);
  }

  /** Entries below `beforeSeq` (or the newest), descending. */
  before(conversationId: string, beforeSeq: number | null, limit: number): Promise<Entry[]> {
    return this.page(
      within(conversationId, 0, beforeSeq === null ? undefined : beforeSeq - 1),
      -1,
      limit,
    );
  }

  private async page(filter: Filter, direction: 1 | -1, limit: number): Promise<Entry[]> {
    const found = this.native.find(filter, byPlace).sort({ _id: direction }).limit(limit);
    return (await found.toArray()).map(toEntry);
  }

  /** Entries of several ranges `(afterSeq, …)` at once, ascending by conversation and seq. */
  async afterMany(
    ranges: { conversationId: string; afterSeq: number }[],
    limit: number,
  ): Promise<Entry[]> {
    if (ranges.length === 0) return [];
    const found = await this.native
      .find(
        rangesOf(ranges.map(({ conversationId, afterSeq }) => [conversationId, afterSeq])),
        byPlace,
      )
      .sort({ _id: 1 })
      .limit(limit)
      .batchSize(entriesAtOnce)
      .toArray();
    return found.map(toEntry);
  }

  /**
   * The `seq` of the last entry of each conversation, 0 for none. `seq`: a number up to which its log is known to go,
   * which is taken on trust.
   */
  async ends(known: Place[]): Promise<Map<string, number>> {
    const ends = new Map(known.map(({ conversationId, seq }) => [conversationId, seq]));
    if (ends.size === 0) return ends;
    // One step in the index for each. Nearly all logs end where they are known to.
    const goOn = await this.readAll<Pick<EntryDocument, '_id'>>(
      among(known.map(({ conversationId, seq }) => ({ conversationId, seq: seq + 1 }))),
      { ...byPlace, projection: { _id: 1 } },
    );
    await Promise.all(
      goOn.map(async ({ _id }) => {
        const { id } = readNumberedId(_id);
        ends.set(id, await this.lastSeq(id));
      }),
    );
    return ends;
  }

  /** The entries at these positions and above them, ascending; null when they are too many for one read. */
  async from(places: Place[]): Promise<Entry[] | null> {
    if (places.length === 0) return [];
    const found = this.native.find(tailsFrom(places), byPlace).sort({ _id: 1 }).limit(tailsAtOnce);
    const entries = await found.toArray();
    return entries.length === tailsAtOnce ? null : entries.map(toEntry);
  }

  /** The entries of these ranges that say `words`, newest first, below a place in that order. */
  async search(
    ranges: SearchRange[],
    { looks, finds }: MessageWords,
    limit: number,
    olderThan: FoundPlace | null,
  ): Promise<Entry[]> {
    if (ranges.length === 0) return [];
    const candidates = this.native
      .find(
        {
          $and: [
            rangesOf(ranges.map(({ conversationId, afterSeq }) => [conversationId, afterSeq])),
            ...looks.map((look) => {
              const says = { $regex: look, $options: 'i' };
              return { $or: [{ text: says }, { 'place.name': says }] };
            }),
            ...(olderThan === null ? [] : [olderThanPlace(olderThan)]),
          ],
          kind: { $ne: 'edit' },
        },
        {
          ...byPlace,
          // The one bound: a setting may make it longer than other commands are waited for.
          maxTimeMS: this.options.searchMs ?? 3_000,
          ...inItsTime,
          batchSize: candidatesAtOnce,
        },
      )
      .sort({ createdAt: -1, _id: -1 });
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
  private async countUnread(
    rows: { conversationId: string; fromId: string; readSeq: number }[],
    cap: number,
  ): Promise<Map<string, number>> {
    const counts = await Promise.all(
      rows.map(async ({ conversationId, fromId, readSeq }) => {
        const count = await this.native.countDocuments(
          {
            ...within(conversationId, readSeq),
            senderId: toStoredId(fromId),
            kind: { $in: [...countedKinds] },
            state: { $ne: 'unsent' },
          },
          { ...byPlace, limit: cap },
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
    const found =
      places.length > 0 &&
      (await this.readAll<Tail>(tailsFrom(places), {
        ...byPlace,
        projection: tailFields,
        sort: { _id: 1 },
        limit: tailsAtOnce,
      }));
    const tails =
      found && found.length < tailsAtOnce ? byConversation(found.map(toHead)) : undefined;
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
    const stream = this.native.watch<EntryDocument>([{ $match: { operationType: 'insert' } }], {
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

/** The entries of conversations, each above a number. */
const rangesOf = (ranges: [conversationId: string, aboveSeq: number][]): Filter => ({
  conversationId: { $in: ranges.map(([conversationId]) => toStoredId(conversationId)) },
  $or: ranges.map(([conversationId, above]) => ({
    _id: numberedIds(conversationId, Math.max(0, above)),
  })),
});

/** The entries at these places and above them. */
const tailsFrom = (places: Place[]): Filter =>
  rangesOf(places.map(({ conversationId, seq }) => [conversationId, seq - 1]));

const olderThanPlace = ({ at: time, conversationId, seq }: FoundPlace): Filter => ({
  createdAt: { $lte: time },
  $or: [{ createdAt: { $lt: time } }, { _id: { $lt: numberedId(conversationId, seq) } }],
});

const among = (places: Place[]): Filter => ({
  conversationId: {
    $in: [...new Set(places.map(({ conversationId }) => conversationId))].map(toStoredId),
  },
  _id: { $in: places.map(({ conversationId, seq }) => numberedId(conversationId, seq)) },
});

/** The entries of each conversation, ascending. */
export const byConversation = <One extends Pick<Entry, 'conversationId' | 'seq'>>(
  entries: One[],
): Map<string, One[]> =>
  groupBy(
    entries.sort((one, other) => one.seq - other.seq),
    ({ conversationId }) => conversationId,
  );

/** Made only when it is thrown: an error notes where it was made, which a write without one should not pay for. */
const storingFailed = () =>
  new Refusal('UNAVAILABLE', 'Storing failed, try again', { retryAfterMs: 500 });
