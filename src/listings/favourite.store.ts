import type { ClientSession, Connection } from 'mongoose';
import { isGuest } from '../platform/actor.js';
import { documentsOf } from '../platform/mongo.js';
import { atTime, behind, type KeysetPosition } from '../platform/pages.js';
import { GatheredLooks } from '../platform/gathered-looks.js';
import { Store, specOf } from '../platform/store.js';
import { tradeLimits } from '../contract/trade-limits.js';

export interface Favourite {
  userId: string;
  listingId: string;
  at: Date;
  /** What it cost then, or when the person was last told that it costs less; those of the first days have none. */
  price?: number;
}

type FavouriteDocument = Favourite & {
  _id: string;
  /** When the person was last told that it costs less. */
  cutToldAt?: Date;
};

const schema = documentsOf<FavouriteDocument>('favourites');
schema.index({ userId: 1, at: -1, listingId: -1 });
// For those who are to hear of a listing.
const byListing = { listingId: 1, _id: 1 } as const;
schema.index(byListing);

const onlyId = { projection: { _id: 1 } } as const;
const newestFirst = { at: -1, listingId: -1 } as const;

/** Under which it is stored that a person has a listing among the favourites. */
export const favouriteId = (userId: string, listingId: string) => `${userId}:${listingId}`;

/** Which listings people have among their favourites. */
export class FavouriteStore extends Store<FavouriteDocument> {
  static readonly collections = [specOf(schema)];
  private readonly looks = new GatheredLooks<true>((ids) => this.storedAmong(ids));

  constructor(connection: Connection) {
    super(connection, schema);
  }

  /** False when it was among them already. */
  async add(favourite: Favourite, session: ClientSession): Promise<boolean> {
    const { upsertedCount } = await this.documents.updateOne(
      { _id: favouriteId(favourite.userId, favourite.listingId) },
      { $setOnInsert: favourite },
      { session, upsert: true },
    );
    return upsertedCount === 1;
  }

  /** False when it was not among them. */
  async remove(userId: string, listingId: string, session: ClientSession): Promise<boolean> {
    const filter = { _id: favouriteId(userId, listingId) };
    return (await this.documents.deleteOne(filter, { session })).deletedCount === 1;
  }

  count(userId: string): Promise<number> {
    return this.documents.countDocuments({ userId });
  }

  /** Those of these listings that a person has among the favourites. */
  async among(userId: string, listingIds: string[]): Promise<Set<string>> {
    if (isGuest(userId)) return new Set();
    const stored = await this.looks.getMany(listingIds.map((id) => favouriteId(userId, id)));
    if (stored.size === 0) return new Set();
    return new Set(listingIds.filter((id) => stored.has(favouriteId(userId, id))));
  }

  /** Those of these ids that are stored. */
  private async storedAmong(ids: string[]): Promise<Map<string, true>> {
    const found = await this.readAll<{ _id: string }>({ _id: { $in: ids } }, onlyId);
    return new Map(found.map(({ _id }) => [_id, true]));
  }

  /** Those of these people who have a listing among their favourites. */
  async havingOne(listingId: string, userIds: readonly string[]): Promise<Set<string>> {
    const ids = userIds.map((userId) => favouriteId(userId, listingId));
    const found = await this.documents
      .find({ _id: { $in: ids } }, { userId: 1 })
      .lean<Favourite[]>();
    return new Set(found.map(({ userId }) => userId));
  }

  /** Some of those who know a higher price of a listing and were not told of another cut lately, by `id`. */
  async waitingForCut(
    listingId: string,
    cut: { at: Date; price: number },
    limit: number,
    after: string | undefined,
  ): Promise<(Favourite & { id: string })[]> {
    const lately = new Date(cut.at.getTime() - tradeLimits.priceCutHours * 3_600_000);
    const found = await this.documents
      .find({
        listingId,
        ...(after === undefined ? {} : { _id: { $gt: after } }),
        at: { $lte: cut.at },
        $and: [
          { $or: [{ price: { $gt: cut.price } }, { price: { $exists: false } }] },
          { $or: [{ cutToldAt: { $exists: false } }, { cutToldAt: { $lte: lately } }] },
        ],
      })
      .sort({ _id: 1 })
      .hint(byListing)
      .limit(limit)
      .lean<FavouriteDocument[]>();
    return found.map(({ _id: id, ...favourite }) => ({ id, ...favourite }));
  }

  /** These were told of a cut: the next one is measured against its price, and not before a while. */
  async toldOfCut(
    ids: readonly string[],
    { at, price }: { at: Date; price: number },
  ): Promise<void> {
    if (ids.length === 0) return;
    await this.documents.updateMany({ _id: { $in: [...ids] } }, { $set: { cutToldAt: at, price } });
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
