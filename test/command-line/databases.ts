import { readFileSync } from 'node:fs';
import mongoose, { type mongo } from 'mongoose';
import { openOwnDatabase } from '../support/own-database.js';

const { EJSON } = mongoose.mongo.BSON;

/** One collection of a database as a version before this one left it. */
interface Collection {
  name: string;
  indexes: mongo.IndexDescription[];
  documents: Record<string, unknown>[];
}

/**
 * What gateway and worker of the last version without migrations left after two people had talked about a bicycle:
 * every collection, each index as `listIndexes` gave it, and the documents.
 */
const before = readFileSync('test/command-line/before-migrations.ndjson', 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => EJSON.parse(line, { relaxed: false }) as Collection);

/** An empty database, and what the command line is told of it. */
export async function emptyDatabase() {
  const connection = await openOwnDatabase();
  const uri = Object.assign(new URL(process.env['TEST_MONGODB_URI']!), {
    pathname: `/${connection.name}`,
  });
  return { connection, db: connection.db!, env: { MONGODB_URI: uri.href } };
}

/** The database of {@link before}. */
export async function databaseOfBefore() {
  const made = await emptyDatabase();
  for (const { name, indexes, documents } of before) {
    await made.db.createCollection(name);
    if (indexes.length > 0) await made.db.collection(name).createIndexes(indexes);
    if (documents.length > 0) await made.db.collection(name).insertMany(documents);
  }
  return made;
}
