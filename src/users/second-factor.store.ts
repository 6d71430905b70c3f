import type { Connection } from 'mongoose';
import { documentsOf } from '../platform/mongo.js';
import { Store, specOf } from '../platform/store.js';

/** A second factor that counts. */
export interface SecondFactor {
  /** Another one has another id, so that what was shown of the one before counts no more. */
  id: string;
  /** Base32. */
  secret: string;
  since: Date;
  /** The newest step of 30 s whose code was taken: none is taken twice, nor an older one. */
  step: number;
  /** Hashes of the recovery codes that are left. */
  recovery: string[];
}

interface SecondFactorDocument {
  /** The person. */
  _id: string;
  factor?: SecondFactor;
  /** One that was begun, and is confirmed by its first code. */
  begun?: { secret: string; until: Date };
}

const schema = documentsOf<SecondFactorDocument>('secondFactors');

/** Second factors of people with a role. What is taken once is taken here, so on all nodes together. */
export class SecondFactorStore extends Store<SecondFactorDocument> {
  static readonly collections = [specOf(schema)];

  constructor(connection: Connection) {
    super(connection, schema);
  }

  async of(userId: string): Promise<SecondFactor | null> {
    return (await this.documents.findById(userId).lean<SecondFactorDocument>())?.factor ?? null;
  }

  /** Since when people have one, by person; who has none is left out. */
  async sinceOf(userIds: string[]): Promise<Map<string, Date>> {
    const found = await this.documents
      .find({ _id: { $in: userIds }, factor: { $exists: true } }, { 'factor.since': 1 })
      .lean<SecondFactorDocument[]>();
    return new Map(found.map(({ _id, factor }) => [_id, factor!.since]));
  }

  /** In place of what was begun before; the one that counts stays. */
  async begin(userId: string, begun: { secret: string; until: Date }): Promise<void> {
    await this.documents.updateOne({ _id: userId }, { $set: { begun } }, { upsert: true });
  }

  /** The secret of what was begun, and has not run out. */
  async begunBy(userId: string, now: Date): Promise<string | undefined> {
    const found = await this.documents
      .findOne({ _id: userId, 'begun.until': { $gt: now } }, { begun: 1 })
      .lean<SecondFactorDocument>();
    return found?.begun?.secret;
  }

  /** In place of `before`. False: something else was begun, or confirmed, meanwhile. */
  async confirm(
    userId: string,
    factor: SecondFactor,
    before: SecondFactor | null,
  ): Promise<boolean> {
    const result = await this.documents.updateOne(
      {
        _id: userId,
        'begun.secret': factor.secret,
        'factor.id': before ? before.id : { $exists: false },
      },
      { $set: { factor }, $unset: { begun: '' } },
    );
    return result.modifiedCount === 1;
  }

  /** False: it was taken before. */
  async takeStep(userId: string, { id }: SecondFactor, step: number): Promise<boolean> {
    const result = await this.documents.updateOne(
      { _id: userId, 'factor.id': id, 'factor.step': { $lt: step } },
      { $set: { 'factor.step': step } },
    );
    return result.modifiedCount === 1;
  }

  /** False: there is none with this hash, any more. */
  async takeRecovery(userId: string, { id }: SecondFactor, hash: string): Promise<boolean> {
    const result = await this.documents.updateOne(
      { _id: userId, 'factor.id': id, 'factor.recovery': hash },
      { $pull: { 'factor.recovery': hash } },
    );
    return result.modifiedCount === 1;
  }

  async remove(userId: string): Promise<void> {
    await this.documents.deleteOne({ _id: userId });
  }
}
