import { createHash } from 'node:crypto';
import type { Connection } from 'mongoose';
import { documentsOf } from '../platform/mongo.js';
import { Store, specOf } from '../platform/store.js';

/** Which account a person of the host app has here. */
export interface HostedAccount {
  userId: string;
  /** Counts their sessions that rest on tokens of the host app: there is one at a time. */
  epoch: number;
}

/** By the id that the host app has for the person. */
interface HostedPerson {
  _id: string;
  userId: string;
  /** Absent: 0. */
  epoch?: number;
}

/** By a hash of that id, since it outlives the person. */
interface Ending {
  _id: string;
  at: Date;
}

const schema = documentsOf<HostedPerson>('hostedPeople');
schema.index({ userId: 1 });

const endingSchema = documentsOf<Ending>('hostedEndings');

/** Which person of the host app is which account here, and when all their tokens became void. */
export class HostedPersonStore extends Store<HostedPerson> {
  static readonly collections = [specOf(schema), specOf(endingSchema)];
  private readonly endings;

  constructor(connection: Connection) {
    super(connection, schema);
    this.endings = connection.model<Ending>('hostedEndings', endingSchema);
  }

  async find(externalId: string): Promise<HostedAccount | null> {
    const found = await this.documents.findById(externalId).lean<HostedPerson>();
    return found && { userId: found.userId, epoch: found.epoch ?? 0 };
  }

  /** The account of this person: `userId`, unless there is one already. */
  async findOrAdd(externalId: string, userId: string): Promise<string> {
    const found = await this.documents
      .findOneAndUpdate(
        { _id: externalId },
        { $setOnInsert: { userId } },
        { upsert: true, returnDocument: 'after' },
      )
      .lean<HostedPerson>();
    return found.userId;
  }

  /** Counts on from this epoch, unless somebody else did. */
  async countOn(externalId: string, { userId, epoch }: HostedAccount): Promise<void> {
    await this.documents.updateOne(
      // Before the first time the field is absent, and `null` matches that.
      { _id: externalId, userId, epoch: epoch || null },
      { $set: { epoch: epoch + 1 } },
    );
  }

  /** Tokens of this person that were signed until then are void, also once the person is gone from here. */
  async endTokens(externalId: string, at: Date): Promise<void> {
    await this.endings.updateOne({ _id: hashOf(externalId) }, { $max: { at } }, { upsert: true });
  }

  /** The same for whoever has this account; nothing where that is nobody of the host app. */
  async endTokensOf(userId: string, at: Date): Promise<void> {
    const found = await this.documents.find({ userId }).lean<HostedPerson[]>();
    for (const { _id } of found) await this.endTokens(_id, at);
  }

  /** Until when tokens of this person are void; null: none is. */
  async tokensEndedAt(externalId: string): Promise<Date | null> {
    return (await this.endings.findById(hashOf(externalId)).lean<Ending>())?.at ?? null;
  }

  async forgetPerson(userId: string): Promise<void> {
    await this.documents.deleteMany({ userId });
  }
}

const hashOf = (externalId: string): string =>
  createHash('sha256').update(externalId).digest('base64url');
