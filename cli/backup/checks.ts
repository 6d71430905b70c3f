import type { Connection, mongo } from 'mongoose';
import { missingMigrations } from '../../src/migrations/migrate.js';
import { migrations } from '../../src/migrations/migrations.js';
import { stores } from '../../src/migrations/stores.js';
import { collectionsOf } from '../../src/platform/store.js';
import {
  fromStoredId,
  numberedIds,
  readNumberedId,
  type Binary,
  type StoredId,
} from '../../src/platform/stored-ids.js';

/** One thing that must hold, how many it was looked for in, and those in which it does not. */
export interface Checked {
  what: string;
  looked: number;
  wrong: string[];
}

type Checks = AsyncGenerator<Checked>;

/** Every migration was had, and every index of the stores is there, unique where it has to be. */
export async function* checkIndexes(connection: Connection): Checks {
  const missing = await missingMigrations(connection);
  yield {
    what: 'migrations were done',
    looked: migrations.length,
    wrong: missing.map(({ id }) => `${id} is missing: run haggle migrate`),
  };
  let looked = 0;
  const wrong: string[] = [];
  for (const { name, indexes } of collectionsOf(stores)) {
    const there = await indexesOf(connection, name);
    for (const { key, unique = false } of indexes) {
      looked += 1;
      const same = (one: mongo.IndexDescriptionInfo) =>
        JSON.stringify(one.key) === JSON.stringify(key) && (one.unique ?? false) === unique;
      if (!there.some(same))
        wrong.push(`${name} ${JSON.stringify(key)}${unique ? ' (unique)' : ''}`);
    }
  }
  yield { what: 'indexes are there, unique where they have to be', looked, wrong };
}

const indexesOf = ({ db }: Connection, name: string) =>
  db!
    .collection(name)
    .indexes()
    .catch((): mongo.IndexDescriptionInfo[] => []);

interface Row {
  conversationId: string;
  userId: string;
  lastSeq?: number;
}

/**
 * Logs are 1, 2, 3 … without a hole, and no inbox row is ahead of its log. A row ahead means that entries which it had
 * seen are gone: the end of a log that is missing leaves no hole.
 */
export async function* checkLog({ db }: Connection, sample: number | undefined): Checks {
  const messages = db!.collection<{ _id: Binary }>('messages');
  const lasts = new Map<string, number>();
  const holes: string[] = [];
  const read = async (filter: mongo.Filter<{ _id: Binary }>) => {
    const found = messages.find(filter, { projection: { _id: 1 }, sort: { _id: 1 }, hint: '_id_' });
    for await (const { _id } of found) {
      const { id, number } = readNumberedId(_id);
      const expected = (lasts.get(id) ?? 0) + 1;
      if (number !== expected) holes.push(`${id} has ${number} where ${expected} belongs`);
      lasts.set(id, number);
    }
  };
  const rows = db!.collection<Row>('inbox');
  const ahead: string[] = [];
  let looked = 0;
  if (sample === undefined) await read({});
  const chosen = sample === undefined ? [] : [{ $sample: { size: sample } }];
  const fields = { conversationId: 1, userId: 1, lastSeq: 1 };
  for await (const row of rows.aggregate<Row>([...chosen, { $project: fields }])) {
    looked += 1;
    const { conversationId, lastSeq = 0 } = row;
    if (sample !== undefined && !lasts.has(conversationId)) {
      lasts.set(conversationId, 0);
      await read({ _id: numberedIds(conversationId, 0) });
    }
    const last = lasts.get(conversationId) ?? 0;
    if (lastSeq > last)
      ahead.push(`${conversationId} ends at ${last}, its row of ${row.userId} says ${lastSeq}`);
  }
  yield { what: 'logs have no holes', looked: lasts.size, wrong: holes };
  yield { what: 'inbox rows are not ahead of their logs', looked, wrong: ahead };
}

/** Which field of which collection names a document of which other one. */
const references = [
  ['conversations', 'listingId', 'listings'],
  ['inbox', 'conversationId', 'conversations'],
  ['messages', 'conversationId', 'conversations'],
  ['offers', 'conversationId', 'conversations'],
  ['offers', 'listingId', 'listings'],
  ['deals', 'conversationId', 'conversations'],
  ['deals', 'listingId', 'listings'],
  ['listings', 'sellerId', 'users'],
  ['emails', 'userId', 'users'],
  ['sessions', 'userId', 'users'],
] as const;

/** Names at once that are looked up in the other collection. */
const namesAtOnce = 1_000;

export async function* checkReferences({ db }: Connection, sample: number | undefined): Checks {
  for (const [from, field, to] of references) {
    const wrong: string[] = [];
    let looked = 0;
    let batch: string[] = [];
    const lookUp = async () => {
      const ids = [...new Set(batch)];
      const found = await db!
        .collection<{ _id: string }>(to)
        .find({ _id: { $in: ids } }, { projection: { _id: 1 } })
        .toArray();
      const there = new Set(found.map(({ _id }) => _id));
      wrong.push(...ids.filter((id) => !there.has(id)));
      batch = [];
    };
    const chosen = sample === undefined ? [] : [{ $sample: { size: sample } }];
    const documents = db!
      .collection(from)
      .aggregate<Record<string, StoredId>>([...chosen, { $project: { [field]: 1 } }]);
    for await (const document of documents) {
      looked += 1;
      batch.push(fromStoredId(document[field]!));
      if (batch.length === namesAtOnce) await lookUp();
    }
    await lookUp();
    yield { what: `${field} of ${from} is in ${to}`, looked, wrong };
  }
}
