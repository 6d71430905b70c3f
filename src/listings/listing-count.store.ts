import type { ClientSession, Connection } from 'mongoose';
import type { view } from '../contract/index.js';
import { documentsOf, preferenceOf, type ReadFrom } from '../platform/mongo.js';
import { Store } from '../platform/store.js';

type CountDocument = Partial<view.ListingCounts> & { _id: string };

const schema = documentsOf<CountDocument>('listingCounts');

/**
 * How many people take notice of each listing, by its id. Counted as it happens, so that showing it costs one look-up
 * for a whole page; apart from the listings, so that people who look at one do not get into the way of its deals.
 */
export class ListingCountStore extends Store<CountDocument> {
  constructor(connection: Connection) {
    super(connection, schema);
  }

  /** The counts of those that anybody took notice of. */
  async of(
    listingIds: string[],
    from: ReadFrom = 'primary',
  ): Promise<Map<string, view.ListingCounts>> {
    const found = await this.documents
      .find({ _id: { $in: listingIds } })
      .read(preferenceOf(from))
      .lean<CountDocument[]>();
    return new Map(
      found.map(({ _id, favourites = 0, conversations = 0, views = 0 }) => [
        _id,
        { favourites, conversations, views },
      ]),
    );
  }

  /** Inside the transaction of what is counted. */
  async add(
    listingId: string,
    what: 'favourites' | 'conversations',
    by: 1 | -1,
    session: ClientSession,
  ): Promise<void> {
    await this.documents.updateOne(
      { _id: listingId },
      { $inc: { [what]: by } },
      { session, upsert: true },
    );
  }

  async addViews(views: Map<string, number>): Promise<void> {
    const writes = [...views].map(([_id, count]) => ({
      updateOne: { filter: { _id }, update: { $inc: { views: count } }, upsert: true },
    }));
    if (writes.length > 0) await this.documents.bulkWrite(writes, { ordered: false });
  }
}
