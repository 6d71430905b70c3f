import type { ClientSession, Connection } from 'mongoose';
import { documentsOf } from '../platform/mongo.js';
import { atTime, behind, type KeysetPosition } from '../platform/pages.js';
import { Store } from '../platform/store.js';
import { tradeLimits } from '../contract/trade-limits.js';

export interface Favourite {
  userId: string;
  listingId: string;
  at: Date;
}

type FavouriteDocument = Favourite & {
  _id: string;
  /** When the person was last told that it costs less, and of which news that was. */
  cutToldAt?: Date;
  cutTold?: string;
};

const schema = documentsOf<FavouriteDocument>('favourites');
schema.index({ userId: 1, at: -1, listingId: -1 });
// For those who are to hear of a listing.
schema.index({ listingId: 1, _id: 1 });

const newestFirst = { at: -1, listingId: -1 } as const;

const idOf = (userId: string, listingId: string) => `${userId}:${listingId}`;

/** Which listings people have among their favourites. */
export class FavouriteStore extends Store<FavouriteDocument> {
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

  /**
   * Who is told of a cut of its price: everybody who has it among the favourites and was not told of another one lately.
   * Asked again about the same cut, the same people.
   */
  async toldOfCut(listingId: string, cut: { id: string; at: Date }): Promise<string[]> {
    const lately = new Date(cut.at.getTime() - tradeLimits.priceCutHours * 3_600_000);
    await this.documents.updateMany(
      {
        listingId,
        at: { $lte: cut.at },
        $or: [{ cutToldAt: { $exists: false } }, { cutToldAt: { $lte: lately } }],
      },
      { $set: { cutToldAt: cut.at, cutTold: cut.id } },
    );
    const found = await this.documents
      .find({ listingId, cutTold: cut.id }, { userId: 1 })
      .lean<Favourite[]>();
    return found.map(({ userId }) => userId);
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
