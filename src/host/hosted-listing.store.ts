import type { Connection } from 'mongoose';
import { documentsOf } from '../platform/mongo.js';
import { Store, specOf } from '../platform/store.js';

/** By the id that the host app has for the listing. */
interface HostedListing {
  _id: string;
  listingId: string;
}

/** Which listing of the host app is which one here. */
const schema = documentsOf<HostedListing>('hostedListings');

export class HostedListingStore extends Store<HostedListing> {
  static readonly collections = [specOf(schema)];

  constructor(connection: Connection) {
    super(connection, schema);
  }

  async find(externalId: string): Promise<string | null> {
    return (await this.documents.findById(externalId).lean<HostedListing>())?.listingId ?? null;
  }

  /** The listing of this id: `listingId`, unless there is one already. */
  async findOrAdd(externalId: string, listingId: string): Promise<string> {
    const found = await this.documents
      .findOneAndUpdate(
        { _id: externalId },
        { $setOnInsert: { listingId } },
        { upsert: true, returnDocument: 'after' },
      )
      .lean<HostedListing>();
    return found.listingId;
  }

  /** Forgets it, unless another one has its place. */
  async forget(externalId: string, listingId: string): Promise<void> {
    await this.documents.deleteOne({ _id: externalId, listingId });
  }
}
