import mongoose from 'mongoose';

/** Reads every entry from the change stream and keeps its place, but does nothing with the entries. */
const { MONGODB_URI } = process.env as Record<string, string>;
const savePlaceMs = 1_000;

const client = await mongoose.mongo.MongoClient.connect(MONGODB_URI!);
const database = client.db();
const places = database.collection<{ _id: string; token: unknown }>('places');
const stream = database.collection('messages').watch([{ $match: { operationType: 'insert' } }]);

let token: unknown;
setInterval(() => {
  if (token === undefined) return;
  void places.updateOne({ _id: 'messages' }, { $set: { token } }, { upsert: true });
  token = undefined;
}, savePlaceMs);

process.on('disconnect', () => process.exit(0));
process.on('SIGTERM', () => process.exit(0));
await stream.tryNext();
process.send?.({ type: 'ready' });
for await (const change of stream) token = change._id;
