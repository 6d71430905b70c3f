import { Schema, type Connection } from 'mongoose';
import { newId } from './ids.js';

const schema = new Schema<{ _id: string; value: string }>(
  { _id: String, value: { type: String, required: true } },
  { collection: 'meta', versionKey: false },
);

/**
 * Marks one life of this database. An operator who restores a backup deletes it: clients then meet another epoch and
 * start afresh, instead of trusting positions that the restored log does not know.
 */
export async function readEpoch(connection: Connection): Promise<string> {
  const meta = connection.model('Meta', schema);
  const found = await meta
    .findOneAndUpdate(
      { _id: 'epoch' },
      { $setOnInsert: { value: newId() } },
      { upsert: true, returnDocument: 'after' },
    )
    .lean();
  return found.value;
}
