import { randomBytes } from 'node:crypto';
import mongoose, { type Connection } from 'mongoose';

/** Opens a database as the product does: only migrations make collections and indexes, never a store that is made. */
export function openDatabase(uri: string): Promise<Connection> {
  return mongoose.createConnection(uri, { autoIndex: false, autoCreate: false }).asPromise();
}

/** A database that nobody else uses, for stores without a gateway; {@link dropOwnDatabase} ends it. */
export function openOwnDatabase(): Promise<Connection> {
  const uri = new URL(process.env['TEST_MONGODB_URI']!);
  uri.pathname = `/test_${randomBytes(6).toString('hex')}`;
  return openDatabase(uri.href);
}

export async function dropOwnDatabase(connection: Connection | undefined): Promise<void> {
  await connection?.dropDatabase();
  await connection?.close();
}

/** What MongoDB's profiler says of a command; which of the fields are there depends on the command. */
export interface Profiled {
  ns: string;
  op?: string;
  command?: { find?: string; sort?: object; count?: string; pipeline?: unknown };
  planSummary?: string;
  docsExamined?: number;
  keysExamined?: number;
  nreturned?: number;
  hasSortStage?: boolean;
}

/** What the database did with a collection, or with `all`, while something ran: one entry for each command. */
export async function profiled(
  { db }: Connection,
  collection: string,
  run: () => Promise<unknown>,
): Promise<Profiled[]> {
  await db!.command({ profile: 2 });
  try {
    await run();
  } finally {
    await db!.command({ profile: 0 });
  }
  const profile = db!.collection<Profiled>('system.profile');
  const ns = `${db!.databaseName}.${collection}`;
  const own = { ns: { $regex: `^${db!.databaseName}\\.(?!system)` } };
  const done = await profile.find(collection === 'all' ? own : { ns }).toArray();
  await profile.drop();
  return done;
}
