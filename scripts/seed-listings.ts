import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import mongoose, { type Connection } from 'mongoose';
import type { Listing } from '../src/domain/listing.js';
import { ListingStore } from '../src/listings/listing.store.js';
import { MongoListingSearch } from '../src/listings/mongo-listing-search.js';
import { MigrationStore } from '../src/migrations/migration.store.js';
import { collectionIndexes, wordIndexes } from '../src/migrations/migrations.js';
import { collectionOf } from '../src/platform/mongo.js';
import { makeCollections } from '../src/platform/store.js';
import { DataFolder } from './embedded/data-folder.js';
import { ProgressBar } from './progress-bar.js';
import { batchesOf, madeListings } from './seed/made-listings.js';
import { addTalk } from './seed/made-talk.js';
import { mongoUri } from './servers/mongo.js';
import { StartProblem } from './start-problem.js';

const USAGE = `npm run seed -- --listings <number> --messages <number>

Adds made Korean listings, and conversations about the newest listings with so many messages in all, to the Haggle that "npm start" runs here, or to the one behind MONGODB_URI.`;
const MOST = 10_000_000;
/** Batches under way at once: the database writes one while the next is made. */
const AT_ONCE = 2;
/**
 * From so many on, when they are more than what is there, all indexes go first and are built at the end: kept up one by
 * one they take most of the time, and two to four times the room.
 */
const LOAD = 20_000;
/** The made listings belong to some of the people who are there. */
const SELLERS = 100;

export interface SeedListingsOptions {
  env: NodeJS.ProcessEnv;
  argv: string[];
  out: NodeJS.WriteStream;
}

/** Adds so many listings and messages, and shows how far it is. Throws a StartProblem that says what is missing. */
export async function seedListings({ env, argv, out }: SeedListingsOptions): Promise<void> {
  const { listings: total, messages } = readTotals(argv);
  const connection = await mongoose
    .createConnection(findMongo(env), {
      serverSelectionTimeoutMS: 5_000,
      // Made listings can be made again, so that no write waits for the journal or for other nodes.
      writeConcern: { w: 1, journal: false },
    })
    .asPromise();
  try {
    const store = new ListingStore(connection, new MongoListingSearch(connection));
    const people = await peopleIn(connection);
    if (total > 0) await addListings(total, { connection, store, people, out });
    if (messages > 0) {
      const bar = new ProgressBar(messages, 'messages', out);
      await addTalk(connection, { total: messages, people, advance: (by) => bar.advance(by) });
      bar.end();
    }
  } finally {
    await connection.close();
  }
}

async function addListings(
  total: number,
  options: {
    connection: Connection;
    store: ListingStore;
    people: string[];
    out: NodeJS.WriteStream;
  },
): Promise<void> {
  const { connection, store, people, out } = options;
  if (total < LOAD || total < (await store.countAbout())) {
    await addAll(store, madeListings(total, people), new ProgressBar(total, 'listings', out));
    return;
  }
  out.write('Lists answer UNAVAILABLE until all is done; ended before, "npm start" goes on.\n');
  const migrations = new MigrationStore(connection);
  // The first makes the other indexes of listings, too.
  for (const id of [collectionIndexes, wordIndexes]) await migrations.forget(id);
  await store.dropIndexes();
  try {
    await addAll(store, madeListings(total, people), new ProgressBar(total, 'listings', out));
  } finally {
    out.write('Building the indexes, which takes about as long: those of words are most of it.\n');
    const began = performance.now();
    await makeCollections(connection, [ListingStore, MongoListingSearch]);
    for (const id of [collectionIndexes, wordIndexes])
      await migrations.note(id, { at: new Date(), ms: performance.now() - began });
  }
}

async function addAll(
  store: ListingStore,
  listings: Iterable<Listing>,
  bar: ProgressBar,
): Promise<void> {
  const add = async (batch: Listing[]) => {
    await store.addMany(batch);
    bar.advance(batch.length);
  };
  const underWay: Promise<void>[] = [];
  for (const batch of batchesOf(listings)) {
    underWay.push(add(batch));
    if (underWay.length === AT_ONCE) await underWay.shift();
  }
  await Promise.all(underWay);
  bar.end();
}

function readTotals(argv: string[]): { listings: number; messages: number } {
  const { values } = (() => {
    try {
      const number = { type: 'string' } as const;
      return parseArgs({ args: argv, options: { listings: number, messages: number } });
    } catch (error) {
      throw new StartProblem(`${(error as Error).message}\n\n${USAGE}`);
    }
  })();
  const read = (name: 'listings' | 'messages'): number => {
    const text = values[name];
    if (text === undefined) return 0;
    const total = Number(text);
    if (Number.isInteger(total) && total >= 1 && total <= MOST) return total;
    throw new StartProblem(`--${name} takes a whole number from 1 to ${MOST}.\n\n${USAGE}`);
  };
  const totals = { listings: read('listings'), messages: read('messages') };
  if (totals.listings + totals.messages === 0) throw new StartProblem(USAGE);
  return totals;
}

function findMongo(env: NodeJS.ProcessEnv): string {
  if (env.MONGODB_URI) return env.MONGODB_URI;
  const port = new DataFolder(resolve(env.DATA_DIR || '.data')).runningMongo;
  if (port !== undefined) return mongoUri(port);
  throw new StartProblem(
    'Haggle does not run here. Start it in another terminal with "npm start", or set MONGODB_URI.',
  );
}

async function peopleIn(connection: Connection): Promise<string[]> {
  const people = await collectionOf<{ _id: string }>(connection, 'users')
    .find({}, { projection: { _id: 1 }, limit: SELLERS })
    .toArray();
  if (people.length > 0) return people.map(({ _id }) => _id);
  throw new StartProblem('Nobody has an account here, so that nobody could sell. Sign up first.');
}
