import type { ClientSession, Connection } from 'mongoose';
import { documentsOf } from '../platform/mongo.js';
import { atTime, behind, type KeysetPosition } from '../platform/pages.js';
import { Store } from '../platform/store.js';

export interface Favourite {
  userId: string;
  listingId: string;
  at: Date;
}

const schema = documentsOf<Favourite & { _id: string }>('favourites');
schema.index({ userId: 1, at: -1, listingId: -1 });
// For those who are to hear of a listing.
schema.index({ listingId: 1, _id: 1 });

const newestFirst = { at: -1, listingId: -1 } as const;

const idOf = (userId: string, listingId: string) => `${userId}:${listingId}`;

/** Which listings people have among their favourites. */
export class FavouriteStore extends Store<Favourite & { _id: string }> {
  constructor(connection: Connection) {
    super(connection, schema);
  }

  /** False when it was among them already. */
  async add(favourite: Favourite, session: ClientSession): Promise<boolean> {
    const { upsertedCount } = await this.documents.updateOne(
      { _id: idOf(favourite.userId, favourite.listingId) },
      { $setOnInsert: favourite },
      { session, upsert: true },
    );
    return upsertedCount === 1;
  }

  /** False when it was not among them. */
  async remove(userId: string, listingId: string, session: ClientSession): Promise<boolean> {
    const filter = { _id: idOf(userId, listingId) };
    return (await this.documents.deleteOne(filter, { session })).deletedCount === 1;
  }

  count(userId: string): Promise<number> {
    return this.documents.countDocuments({ userId });
  }

  /** Those of these listings that a person has among the favourites. */
  async among(userId: string, listingIds: string[]): Promise<Set<string>> {
    const ids = listingIds.map((listingId) => idOf(userId, listingId));
    const found = await this.documents
      .find({ _id: { $in: ids } }, { listingId: 1 })
      .lean<Favourite[]>();
    return new Set(found.map(({ listingId }) => listingId));
  }

  /** Those of these people who have a listing among their favourites. */
  async havingOne(listingId: string, userIds: readonly string[]): Promise<Set<string>> {
    const ids = userIds.map((userId) => idOf(userId, listingId));
    const found = await this.documents
      .find({ _id: { $in: ids } }, { userId: 1 })
      .lean<Favourite[]>();
    return new Set(found.map(({ userId }) => userId));
  }

  /** The favourites of a person, the last added first. */
  async ofPerson(
    userId: string,
    limit: number,
    after: KeysetPosition | null,
  ): Promise<Favourite[]> {
    return this.documents
      .find({ userId, ...behind(newestFirst, atTime(after)) })
      .sort(newestFirst)
      .limit(limit)
      .lean<Favourite[]>();
  }
}
