import { createHash } from 'node:crypto';
import { Schema, type Connection } from 'mongoose';
import { Refusal } from '../contract/index.js';
import { isDuplicateKey } from '../platform/mongo.js';
import { specOf } from '../platform/store.js';

interface Kept {
  _id: string;
  bodyHash: string;
  /** null while the first call still runs. */
  answer: string | null;
  startedAt: Date;
}

const schema = new Schema<Kept>(
  { _id: String, bodyHash: String, answer: { type: String, default: null }, startedAt: Date },
  { collection: 'idempotency', versionKey: false },
);
schema.index({ startedAt: 1 }, { expireAfterSeconds: 24 * 3600 });

/** A first call that started this long ago has died, and nothing waits for it any more. */
const abandonedAfterMs = 60_000;

/**
 * Runs a creating call once per key and person; a repeat gets the first answer. Answers are kept for a day under the
 * caller's key; the `_id` makes sure that only one call runs.
 */
export class IdempotencyStore {
  static readonly collections = [specOf(schema)];
  private readonly kept;

  constructor(connection: Connection) {
    this.kept = connection.model('Idempotency', schema);
  }

  /**
   * Throws VALIDATION_FAILED for a key that was used with another request, IDEMPOTENCY_CONFLICT while the first call
   * still runs. A call that failed leaves its key free.
   */
  async once<T>(userId: string, key: string, request: unknown, run: () => Promise<T>): Promise<T> {
    if (!/^[\x21-\x7e]{1,128}$/.test(key)) throw refused('must be 1 to 128 visible characters');
    const _id = hash(`${userId}:${key}`);
    const bodyHash = hash(JSON.stringify(request));
    const first = await this.claim(_id, bodyHash);
    if (first !== null) return first.answer as T;
    try {
      const answer = await run();
      await this.kept.updateOne({ _id }, { $set: { answer: JSON.stringify(answer) } });
      return answer;
    } catch (error) {
      await this.kept.deleteOne({ _id });
      throw error;
    }
  }

  /** null: this call is the first and may run; otherwise the answer of the first. */
  private async claim(_id: string, bodyHash: string): Promise<{ answer: unknown } | null> {
    const now = new Date();
    try {
      await this.kept.create({ _id, bodyHash, answer: null, startedAt: now });
      return null;
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
    }
    const known = await this.kept.findById(_id).lean<Kept>();
    if (known && known.bodyHash !== bodyHash) throw refused('was used with another body');
    if (known?.answer) return { answer: JSON.parse(known.answer) as unknown };
    const abandoned = new Date(now.getTime() - abandonedAfterMs);
    const taken = await this.kept.updateOne(
      { _id, answer: null, startedAt: { $lt: abandoned } },
      { $set: { startedAt: now } },
    );
    if (taken.modifiedCount === 1) return null;
    throw new Refusal('IDEMPOTENCY_CONFLICT', 'The first request with this key is still running');
  }
}

const hash = (text: string): string => createHash('sha256').update(text).digest('base64url');

const refused = (message: string): Refusal =>
  new Refusal('VALIDATION_FAILED', `The Idempotency-Key ${message}`, {
    errors: [{ path: 'header.Idempotency-Key', message }],
  });
