import type { Connection } from 'mongoose';
import { ListingStore } from '../listings/listing.store.js';
import { MongoListingSearch } from '../listings/mongo-listing-search.js';
import { makeCollections } from '../platform/store.js';
import { stores } from './stores.js';

/** One step from the database of an older version to that of this one. */
export interface Migration {
  /** A number and words. It is what the database remembers, so it never changes once it was released. */
  readonly id: string;
  /**
   * Whether gateways and workers of this version wait until it is done; the others they only warn of. One that blocks
   * needs none before it that does not.
   */
  readonly blocking: boolean;
  /**
   * Repeatable, also after it was cut off half-way, and harmless to processes of the version before, which go on
   * meanwhile. Throws when the database cannot be migrated as it is.
   */
  run(connection: Connection): Promise<void>;
}

/** See `scripts/seed/fill.ts`, which takes those of listings away for a while. */
export const collectionIndexes = '0001-collections-and-indexes';
export const wordIndexes = '0002-indexes-of-words';

/**
 * All migrations, in the order in which they run. A new index is added to its store, and here by a migration that makes
 * the collections of that store again: a database that has had the first one would not get it otherwise.
 */
export const migrations: readonly Migration[] = [
  {
    id: collectionIndexes,
    // Unique indexes decide that nothing is stored twice.
    blocking: true,
    async run(connection) {
      await mustHavePresentLayout(connection);
      await makeCollections(
        connection,
        stores.filter((store) => store !== MongoListingSearch),
      );
    },
  },
  {
    id: wordIndexes,
    // As long as they are built, a search for words is answered UNAVAILABLE.
    blocking: false,
    run: (connection) => makeCollections(connection, [MongoListingSearch]),
  },
  {
    id: '0003-index-of-versions',
    // Without it the versions of listings are read from their documents.
    blocking: false,
    run: (connection) => makeCollections(connection, [ListingStore]),
  },
];

/** The log of the first days has another layout, and cannot be converted while anybody writes. */
async function mustHavePresentLayout({ db }: Connection): Promise<void> {
  const indexes = await db!
    .collection('messages')
    .indexes()
    .catch(() => []);
  if (indexes.some(({ name }) => name === 'order'))
    throw new Error(
      'The collection messages has the first layout. Stop all gateways and workers, make a backup, and ' +
        'convert it with: MONGODB_URI=… node dist/scripts/convert-messages.js. (The demo of "npm start" makes its ' +
        'data anew once the folder .data is deleted.)',
    );
}
