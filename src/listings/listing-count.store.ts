import type { ClientSession, Connection } from 'mongoose';
import type { view } from '../contract/index.js';
import { documentsOf, readPreferences, type ReadFrom } from '../platform/mongo.js';
import { GatheredLooks } from '../platform/gathered-looks.js';
import { Store, specOf } from '../platform/store.js';

export type CountDocument = Partial<view.ListingCounts> & { _id: string };

const schema = documentsOf<CountDocument>('listingCounts');

export const countsOf = ({
  favourites = 0,
  conversations = 0,
  views = 0,
}: CountDocument): view.ListingCounts => ({ favourites, conversations, views });

/**
 * How many people take notice of each listing, by its id. Counted as it happens, so that showing it costs one look-up
 * for a whole page; apart from the listings, so that people who look at one do not get into the way of its deals.
 */
export class ListingCountStore extends Store<CountDocument> {
  static readonly collections = [specOf(schema)];
  private readonly looks = {
    primary: new GatheredLooks<view.ListingCounts>((ids) => this.read(ids, 'primary')),
    secondary: new GatheredLooks<view.ListingCounts>((ids) => this.read(ids, 'secondary')),
  };

  constructor(connection: Connection) {
    super(connection, schema);
  }

  /** The counts of those that anybody took notice of, among those of others who asked with these. */
  of(listingIds: string[], from: ReadFrom = 'primary'): Promise<Map<string, view.ListingCounts>> {
    return this.looks[from].getMany(listingIds);
  }

  private async read(
    listingIds: string[],
    from: ReadFrom,
  ): Promise<Map<string, view.ListingCounts>> {
    const found = await this.native
      .find({ _id: { $in: listingIds } }, { readPreference: readPreferences[from] })
      .toArray();
    return new Map(found.map((document) => [document._id, countsOf(document)]));
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
