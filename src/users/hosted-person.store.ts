import type { Connection } from 'mongoose';
import { documentsOf } from '../platform/mongo.js';
import { Store } from '../platform/store.js';

/** By the id that the host app has for the person. */
interface HostedPerson {
  _id: string;
  userId: string;
}

const schema = documentsOf<HostedPerson>('hostedPeople');
schema.index({ userId: 1 });

/** Which person of the host app is which account here. */
export class HostedPersonStore extends Store<HostedPerson> {
  constructor(connection: Connection) {
    super(connection, schema);
  }

  async find(externalId: string): Promise<string | null> {
    return (await this.documents.findById(externalId).lean<HostedPerson>())?.userId ?? null;
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

  async forgetPerson(userId: string): Promise<void> {
    await this.documents.deleteMany({ userId });
  }
}
