import mongoose, { type Connection } from 'mongoose';
import type { Listing } from '../../src/domain/listing.js';
import { ListingStore } from '../../src/listings/listing.store.js';
import { MongoListingSearch } from '../../src/listings/mongo-listing-search.js';
import { MigrationStore } from '../../src/migrations/migration.store.js';
import { collectionIndexes, wordIndexes } from '../../src/migrations/migrations.js';
import { collectionOf } from '../../src/platform/mongo.js';
import { makeCollections } from '../../src/platform/store.js';
import { ProgressBar } from '../progress-bar.js';
import { batchesOf, madeListings } from './made-listings.js';
import { addTalk } from './made-talk.js';
import { StartProblem } from '../start-problem.js';

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
  /** Of the database. */
  uri: string;
  listings: number;
  messages: number;
  out: NodeJS.WriteStream;
}

/**
 * Adds made Korean listings, and conversations about the newest ones with so many messages in all, and shows how far it
 * is. Throws a StartProblem that says what is missing.
 */
export async function seedListings(options: SeedListingsOptions): Promise<void> {
  const { uri, listings: total, messages, out } = options;
  const connection = await mongoose
    .createConnection(uri, {
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

async function peopleIn(connection: Connection): Promise<string[]> {
  const people = await collectionOf<{ _id: string }>(connection, 'users')
    .find({}, { projection: { _id: 1 }, limit: SELLERS })
    .toArray();
  if (people.length > 0) return people.map(({ _id }) => _id);
  throw new StartProblem('Nobody has an account here, so that nobody could sell. Sign up first.');
}
