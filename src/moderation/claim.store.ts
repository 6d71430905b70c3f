import type { Connection } from 'mongoose';
import { documentsOf, isDuplicateKey } from '../platform/mongo.js';
import { Store, specOf } from '../platform/store.js';
import { targetKey, type Claim, type Target } from '../domain/report.js';

type ClaimDocument = Claim & { _id: string };

const schema = documentsOf<ClaimDocument>('claims');
schema.index({ until: 1 }, { expireAfterSeconds: 0 });

export class ClaimStore extends Store<ClaimDocument> {
  static readonly collections = [specOf(schema)];

  constructor(connection: Connection) {
    super(connection, schema);
  }

  /** Takes or renews it in one compare-and-set; answers with whose it is. */
  async take(target: Target, mine: Claim, now: Date): Promise<Claim> {
    const _id = targetKey(target);
    try {
      await this.documents.updateOne(
        { _id, $or: [{ by: mine.by }, { until: { $lte: now } }] },
        { $set: mine },
        { upsert: true },
      );
      return mine;
    } catch (error) {
      // Somebody else has it, and the upsert met their claim.
      if (!isDuplicateKey(error)) throw error;
    }
    const known = await this.documents.findById(_id).lean<ClaimDocument>();
    return known ? { by: known.by, until: known.until } : this.take(target, mine, now);
  }

  async release(target: Target, by: string): Promise<void> {
    await this.documents.deleteOne({ _id: targetKey(target), by });
  }

  /** Those that have not ended, by the key of their target. */
  async of(targets: Target[], now: Date): Promise<Map<string, Claim>> {
    const found = await this.documents
      .find({ _id: { $in: targets.map(targetKey) }, until: { $gt: now } })
      .lean<ClaimDocument[]>();
    return new Map(found.map(({ _id, by, until }) => [_id, { by, until }]));
  }
}
