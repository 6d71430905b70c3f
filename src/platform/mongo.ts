/** The connection to MongoDB and all that bounds and names what goes wrong with it; so one file. */
import mongoose, { Schema, type Connection } from 'mongoose';
import { Refusal } from '../contract/index.js';
import { failWhatIsClosed } from './closed-connections.js';
import type { Logger } from './logger.js';

/** A write that the majority has not confirmed by then fails; whether it was stored is unknown. */
const writeTimeoutMs = 5_000;
/** The write concern of a bare command, which does not take that of the connection. */
export const durably = { w: 'majority', j: true, wtimeout: writeTimeoutMs } as const;

/**
 * Opens the one connection of a process, or rejects after some seconds. Majority and journaled by default: what was
 * acknowledged must survive the loss of a node. Every wait is bounded, so that a request ends with UNAVAILABLE within
 * about 15 s of a silent server and never hangs: 4 s until the server is given up and all that it has in hand, 5 s for another
 * primary, 5 s for a majority. `forLong`: a command may take as long as it needs, as that which builds an index of much.
 */
export async function connectMongo(
  uri: string,
  log: Logger,
  { forLong = false } = {},
): Promise<Connection> {
  mongoose.set('strictQuery', 'throw');
  failWhatIsClosed();
  const connection = mongoose.createConnection();
  connection.plugin(endWritesInTime);
  const opened = connection.openUri(uri, {
    autoIndex: false,
    autoCreate: false,
    maxPoolSize: 20,
    // A server says every second that it is there. One that says nothing for three more is given up: what it has in
    // hand fails at once, and reads and writes are tried once more.
    heartbeatFrequencyMS: 1_000,
    connectTimeoutMS: 3_000,
    // A server that is there, and does not end a command.
    socketTimeoutMS: forLong ? 0 : 7_000,
    waitQueueTimeoutMS: 2_000,
    serverSelectionTimeoutMS: 5_000,
    readPreference: 'primary',
    readConcernLevel: 'majority',
    writeConcern: {
      w: 'majority',
      journal: true,
      ...(forLong ? {} : { wtimeoutMS: writeTimeoutMs }),
    },
  });
  let isOpen = false;
  // Until it is open the caller is told, by the rejection.
  connection.on('error', (error: Error) => {
    if (isOpen) log.error({ reason: error.message }, 'the connection to mongodb failed');
  });
  connection.on('disconnected', () => log.warn('mongodb is out of reach'));
  connection.on('connected', () => log.info('mongodb is reachable'));
  try {
    await opened;
    isOpen = true;
  } catch (error) {
    // It would go on to look for the server, beside the next try.
    await closeMongo(connection).catch(() => undefined);
    throw error;
  }
  return connection;
}

/**
 * A write that meets another open transaction waits inside the server for its end, without a bound of its own. This
 * bound (milliseconds) ends it before the connection counts as dead.
 */
export const writeMs = 6_000;

const writes = [
  'updateOne',
  'updateMany',
  'replaceOne',
  'findOneAndUpdate',
  'findOneAndReplace',
  'findOneAndDelete',
  'deleteOne',
  'deleteMany',
] as const;

function endWritesInTime(schema: Schema): void {
  schema.pre([...writes], { query: true, document: false }, function () {
    if (this.getOptions().maxTimeMS === undefined) this.setOptions({ maxTimeMS: writeMs });
  });
}

/**
 * The schema of a collection, to which a store adds its indexes. The fields are those of the type: what a store writes
 * comes from our own objects, so that nothing has to be cast, filled in or checked once more.
 */
export const documentsOf = <T extends { _id: unknown }>(collection: string): Schema<T> =>
  new Schema<T>({ _id: String } as never, {
    collection,
    versionKey: false,
    strict: false,
    strictQuery: false,
  });

/** Options of an index that holds only the documents with a date in this field. Its queries say {@link dueBy}. */
export const onlyDates = (field: string) => ({
  partialFilterExpression: { [field]: { $type: 'date' as const } },
});

/**
 * Dates up to a time. That they are dates is said once more: MongoDB (6.0) does not see it from the comparison, and would
 * read the whole collection instead of the index of {@link onlyDates}.
 */
export const dueBy = (until: Date) => ({ $lte: until, $type: 'date' as const });

/**
 * For a read through a whole collection, whose first answer may take minutes, or one with a bound of its own: it counts as
 * dead only with its server, which says every second that it is there. The driver (7.8) takes this of `find`, though its
 * types leave it out.
 */
export const inItsTime: object = { socketTimeoutMS: 0 };

/** The database of a connection, as the driver gives it. */
export function databaseOf(connection: Connection): mongoose.mongo.Db {
  const known = databases.get(connection) ?? connection.getClient().db(connection.name);
  databases.set(connection, known);
  return known;
}

/** The driver makes another one at every call, with all its options. */
const databases = new WeakMap<Connection, mongoose.mongo.Db>();

/**
 * A collection as the driver gives it: for what is written in bulk, and never meets an open transaction, so that its
 * writes need no bound of their own.
 */
export const collectionOf = <D extends mongoose.mongo.Document>(
  connection: Connection,
  name: string,
): mongoose.mongo.Collection<D> => databaseOf(connection).collection<D>(name);

/**
 * Where a read may go. `secondary`: to any member of the set that is at most 90 s behind, the shortest bound there is;
 * for lists of what others put there, and never for what something is decided by.
 */
export type ReadFrom = 'primary' | 'secondary';
const { ReadPreference } = mongoose.mongo;
export const readPreferences: Readonly<Record<ReadFrom, mongoose.mongo.ReadPreference>> = {
  primary: ReadPreference.primary,
  secondary: new ReadPreference('secondaryPreferred', undefined, { maxStalenessSeconds: 90 }),
};

/** The same for `read` of a mongoose query, which passes it on as it is; its types know names only. */
export const preferenceOf = (from: ReadFrom) => readPreferences[from] as unknown as string;

/** Closes the connection without logging an outage. */
export function closeMongo(connection: Connection): Promise<void> {
  connection.removeAllListeners('disconnected');
  return connection.close();
}

/** Whether the database is a sharded cluster. Costs one small command. */
export async function isSharded(connection: Connection): Promise<boolean> {
  const { msg } = await connection.db!.command({ hello: 1 });
  return msg === 'isdbgrid';
}

export type DatabaseTime = mongoose.mongo.Timestamp;

/** The database's own time, from which its changes can be read on. Costs one small command. */
export async function databaseTime(connection: Connection): Promise<DatabaseTime> {
  const answer = await connection.db!.command({ ping: 1 });
  return answer['operationTime'] as DatabaseTime;
}

/** More than the small reads below ever find. */
const allAtOnce = 1_000_000;

/**
 * All that a small read finds, by the bare command: the driver's cursor costs a process more than the rest of it. For
 * what is read with every request, and is far smaller than one answer of the database (16 MB).
 */
export const runFind = <D>(
  connection: Connection,
  collection: string,
  command: {
    filter: object;
    projection?: object;
    hint?: object;
    sort?: object;
    limit?: number;
    maxTimeMS: number;
  },
): Promise<D[]> => run<D>(connection, { find: collection, ...command, batchSize: allAtOnce });

/** The same for an aggregation. */
export const runAggregate = <D>(
  connection: Connection,
  collection: string,
  maxTimeMS: number,
  pipeline: object[],
  hint?: object,
): Promise<D[]> =>
  run<D>(connection, {
    aggregate: collection,
    pipeline,
    cursor: { batchSize: allAtOnce },
    maxTimeMS,
    ...(hint ? { hint } : {}),
  });

/** Once more where the database went away meanwhile, as the driver does with reads of its own. */
async function run<D>(connection: Connection, command: mongoose.mongo.Document): Promise<D[]> {
  const read = { ...command, readConcern: { level: 'majority' } };
  const answer = await orOnceMore(() => databaseOf(connection).command(read));
  const { firstBatch, id } = answer['cursor'] as { firstBatch: D[]; id: unknown };
  if (Number(id) !== 0) throw new Error('A small read found more than one answer holds');
  return firstBatch;
}

/** Server code of a write that a unique index refused. */
export const DUPLICATE_KEY = 11_000;

/** Server code of an operation that did not end within its time limit. */
export const OUT_OF_TIME = 50;

/** Server code of a write that the majority did not confirm in time. */
export const WRITE_CONCERN_TIMEOUT = 64;

/** True when a unique index refused the write. */
export function isDuplicateKey(error: unknown): boolean {
  return error instanceof mongoose.mongo.MongoServerError && error.code === DUPLICATE_KEY;
}

/** Server code of a value that it does not take: in a query that is right, a hint that names no index. */
const BAD_VALUE = 2;

/** True when the index that a query must be read by is not there. Says the same of queries that are wrong. */
export const isIndexMissing = (error: unknown): boolean =>
  error instanceof mongoose.mongo.MongoServerError && error.code === BAD_VALUE;

/**
 * Waits for an unordered insert of many, and answers with the positions of those that existed already. Throws when any
 * other error refused one of them.
 */
export async function asInserted(insert: Promise<unknown>): Promise<number[]> {
  try {
    await insert;
    return [];
  } catch (error) {
    if (!(error instanceof mongoose.mongo.MongoBulkWriteError)) throw error;
    const errors = [error.writeErrors].flat() as { code: number; index: number }[];
    const passed = error.result.getWriteConcernError() === undefined;
    if (!passed || errors.some(({ code }) => code !== DUPLICATE_KEY)) throw error;
    return errors.map(({ index }) => index);
  }
}

/** Changes all documents that the filter matches; safe to repeat. */
export interface Change {
  filter: object;
  update: object;
  /** Makes the document where none matches; the filter is then by its id. */
  upsert?: boolean;
}

/**
 * Makes changes independently of each other, once a majority has journaled them, and answers with how many documents
 * matched in all. As a bare command: the driver's bulk write costs as much again. Throws when one of them failed.
 */
export async function changeEach(
  connection: Connection,
  collection: string,
  changes: Change[],
): Promise<number> {
  const answer = await databaseOf(connection).command({
    update: collection,
    updates: changes.map(({ filter, update, upsert = false }) => ({
      ...{ q: filter, u: update, upsert },
      // The database makes a document by an update of one.
      multi: !upsert,
    })),
    ordered: false,
    writeConcern: durably,
  });
  const { n, writeErrors, writeConcernError } = answer as {
    n: number;
    writeErrors?: object[];
    writeConcernError?: object;
  };
  const failure = writeErrors?.[0] ?? writeConcernError;
  if (failure) throw new mongoose.mongo.MongoServerError(failure);
  return n;
}

/** Names of the driver's errors that mean "the database cannot be reached or did not answer in time". */
const outages = new Set([
  'MongoNetworkError',
  'MongoNetworkTimeoutError',
  'MongoServerSelectionError',
  'MongooseServerSelectionError',
  'MongoWaitQueueTimeoutError',
  'MongoWriteConcernError',
  'MongoNotConnectedError',
  'MongoTopologyClosedError',
  'MongoPoolClearedError',
  'PoolClearedOnNetworkError',
  'MongoPoolClosedError',
  'MongoClientClosedError',
  'MongoOperationTimeoutError',
  'MongoExpiredSessionError',
]);

/** Server codes of a primary that steps down, shuts down, ran out of time or has no room on its disk. */
const passingCodes = new Set([
  6, 7, 50, 64, 89, 91, 112, 189, 251, 262, 9_001, 10_107, 11_600, 11_602, 13_435, 13_436, 14_031,
]);

/** The driver hides a network failure behind its error for bulk writes, which then names no write. */
const isCutBulk = (error: Error): boolean =>
  error instanceof mongoose.mongo.MongoBulkWriteError &&
  error.code === undefined &&
  [error.writeErrors].flat().length === 0;

/** Turns an outage of the database into the refusal that clients know; everything else stays what it is. */
export function asUnavailable(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const code = (error as { code?: unknown }).code;
  const passing = typeof code === 'number' && passingCodes.has(code);
  if (!outages.has(error.name) && !passing && !isCutBulk(error)) return error;
  const why = code === OUT_OF_TIME ? 'The database took too long' : 'The database is out of reach';
  return new Refusal('UNAVAILABLE', why, { retryAfterMs: 1_000 });
}

/** Whether the database, or the name under which it is found, may answer later. */
export const isAway = (error: Error): boolean =>
  asUnavailable(error) !== error || (error as NodeJS.ErrnoException).syscall === 'querySrv';

/**
 * What a caller may know of an error: a refusal as it is, an outage as UNAVAILABLE. Everything else is a bug:
 * `unexpected` is called with it, and the caller reads INTERNAL without any internals.
 */
export function refusalOf(error: unknown, unexpected: (error: Error) => void): Refusal {
  const known = asUnavailable(error);
  if (known instanceof Refusal) return known;
  unexpected(error as Error);
  return new Refusal('INTERNAL');
}

/**
 * Repeats a write, which must be repeatable, once when the database went away meanwhile. The driver does so by itself
 * for all but `updateMany`. Rejects with the second error.
 */
export async function orOnceMore<T>(write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (asUnavailable(error) === error) throw error;
    return write();
  }
}
