import mongoose, { type Connection } from 'mongoose';
import { toDocument, type EntryDocument } from '../src/conversations/entry-document.js';
import { contentHashOf } from '../src/conversations/content-hash.js';
import { MessageStore } from '../src/conversations/message.store.js';
import type { Entry } from '../src/domain/entry.js';
import { entryIdOf } from '../src/domain/entry-id.js';
import { makeCollections } from '../src/platform/store.js';

const batchSize = 1_000;
const converted = 'messagesConverted';
const before = 'messagesBefore';

type FirstDocument = Omit<Entry, 'id' | 'contentHash'> & { _id: string; contentHash: string };

/**
 * `MONGODB_URI=… node dist/scripts/convert-messages.js`: gives a log of the first layout the present one, once, while no
 * gateway and no worker runs. The log as it was stays as `messagesBefore`, to be dropped by hand. Ended half-way, it
 * starts again from the beginning.
 */
export async function convertMessages(connection: Connection): Promise<number> {
  const db = connection.db!;
  const first = db.collection<FirstDocument>('messages');
  if (!(await first.indexExists('order').catch(() => false))) return 0;
  const target = db.collection<EntryDocument>(converted);
  await target.drop();
  let count = 0;
  const add = async (documents: FirstDocument[]) => {
    if (documents.length === 0) return;
    await target.insertMany(documents.map(entryOf).map(toDocument), { ordered: false });
    count += documents.length;
  };
  const batch: FirstDocument[] = [];
  for await (const document of first.find().sort({ conversationId: 1, seq: 1 })) {
    batch.push(document);
    if (batch.length === batchSize) await add(batch.splice(0));
  }
  await add(batch);
  await renameReported(connection);
  await first.rename(before);
  if (count > 0) await target.rename('messages');
  await makeCollections(connection, [MessageStore]);
  // Their tokens are of the collection that was: relay and webhooks go on by their time.
  await db.collection('relayPlaces').updateMany({}, { $set: { token: null } });
  // Its life goes on in another collection: see src/platform/epoch.ts.
  const meta = db.collection<{ _id: string }>('meta');
  await meta.updateOne({ _id: 'epoch' }, { $unset: { log: 1 } });
  return count;
}

/** The hash of a text that stands as it was sent is made from it. */
function entryOf({ _id: _, contentHash, ...said }: FirstDocument): Entry {
  const entry = { ...said, id: entryIdOf(said) };
  return contentHashOf(entry) === contentHash ? entry : { ...entry, contentHash };
}

/** Reports, and what was done about them, name a message by its id. */
async function renameReported({ db }: Connection): Promise<void> {
  const first = db!.collection<FirstDocument>('messages');
  const reported = await db!.collection('reports').distinct('targetId', { targetType: 'message' });
  for (const id of reported as string[]) {
    const entry = await first.findOne({ _id: id });
    if (!entry) continue;
    const renamed = entryIdOf(entry);
    await db!
      .collection('reports')
      .updateMany({ targetType: 'message', targetId: id }, { $set: { targetId: renamed } });
    await db!
      .collection('audit')
      .updateMany(
        { input: { field: 'id', value: id } },
        { $set: { 'input.$': { field: 'id', value: renamed } } },
      );
  }
}

if (process.argv[1]?.endsWith('convert-messages.js')) {
  const { MONGODB_URI } = process.env;
  if (!MONGODB_URI) {
    console.error(
      'MONGODB_URI says which database: MONGODB_URI=… node dist/scripts/convert-messages.js',
    );
    process.exit(1);
  }
  const connection = await mongoose.createConnection(MONGODB_URI).asPromise();
  try {
    console.log(`${await convertMessages(connection)} entries converted`);
  } finally {
    await connection.close();
  }
}
