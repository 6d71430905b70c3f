/**
 * Stores listings as documents and reads the feed. The file is long because a third of it is the schema and its
 * mapping.
 */
import { Schema, type ClientSession, type Connection, type QueryFilter } from 'mongoose';
import { Refusal, limits, type request } from '../contract/index.js';
import { isDuplicateKey } from '../platform/mongo.js';
import { behind, type KeysetPosition } from '../platform/pages.js';
import {
  RefreshMarks,
  refreshField,
  refreshIndex,
  refreshMark,
  type RefreshMark,
} from '../platform/refresh-marks.js';
import { cellsAround, cellsAt, earthRadiusKm } from '../domain/grid.js';
import { Listing, type ListingSnapshot } from '../domain/listing.js';

type ListingDocument = Omit<ListingSnapshot, 'id' | 'location'> & {
  _id: string;
  /** GeoJSON: longitude first. */
  location: { type: 'Point'; coordinates: [number, number] } | null;
  cells: string[];
  offersMade?: number;
  /** When this version was written; for readers that go on from a time. The oldest listings have none. */
  changedAt?: Date;
  /** Set while conversations still show an older state: see {@link RefreshMark}. */
  refresh?: RefreshMark;
};

const schema = new Schema<ListingDocument>(
  {
    _id: String,
    sellerId: { type: String, required: true },
    title: { type: String, required: true },
    description: { type: String, default: '' },
    price: { type: Number, required: true },
    currency: { type: String, required: true },
    category: { type: String, required: true },
    location: { type: Schema.Types.Mixed, default: null },
    cells: { type: [String], default: [] },
    state: { type: String, required: true },
    offersEnabled: { type: Boolean, required: true },
    offerHours: { type: Number, default: limits.offerHours },
    minimum: { type: Number, default: null },
    autoAccept: { type: Number, default: null },
    dealId: { type: String, default: null },
    soldElsewhere: { type: Boolean, default: false },
    version: { type: Number, required: true },
    bumpedAt: { type: Date, required: true },
    createdAt: { type: Date, required: true },
    offersMade: { type: Number, default: 0 },
    changedAt: Date,
    ...refreshField,
  },
  { collection: 'listings', versionKey: false },
);
schema.index({ cells: 1, state: 1, bumpedAt: -1, _id: -1 });
schema.index({ cells: 1, state: 1, price: 1, _id: -1 });
schema.index({ state: 1, bumpedAt: -1, _id: -1 });
schema.index({ state: 1, price: 1, _id: -1 });
schema.index({ sellerId: 1, createdAt: -1, _id: -1 });
schema.index({ location: '2dsphere' });
schema.index({ changedAt: 1 });
schema.index(...refreshIndex);

export interface FeedPage {
  listings: Listing[];
  next: KeysetPosition | null;
}

export class ListingStore {
  /** Marks of changes that conversations do not show yet. */
  readonly marks: RefreshMarks;
  private readonly listings;

  /** `cardChanged` is called after every write that conversations are to show, and after some that were rolled back. */
  constructor(
    connection: Connection,
    private readonly cardChanged: (id: string) => void = () => undefined,
  ) {
    this.listings = connection.model('Listing', schema);
    this.marks = new RefreshMarks(connection, 'listings');
  }

  async prepare(): Promise<void> {
    await this.listings.createCollection();
    await this.listings.createIndexes();
  }

  /** Adds a listing, or returns the one that is stored under its id. */
  async add(listing: Listing): Promise<Listing> {
    try {
      await this.listings.create(toDocument(listing));
      return listing;
    } catch (error) {
      const known = isDuplicateKey(error) ? await this.get(listing.id) : null;
      if (!known) throw error;
      return known;
    }
  }

  async get(id: string, session?: ClientSession): Promise<Listing | null> {
    const found = await this.listings
      .findById(id)
      .session(session ?? null)
      .lean<ListingDocument>();
    return found && toListing(found);
  }

  async getMany(ids: Iterable<string>): Promise<Map<string, Listing>> {
    const found = await this.listings
      .find({ _id: { $in: [...new Set(ids)] } })
      .lean<ListingDocument[]>();
    return new Map(found.map((document) => [document._id, toListing(document)]));
  }

  /** Compare-and-set: false when somebody changed the listing since `version` was read. */
  async save(listing: Listing, version: number, session?: ClientSession): Promise<boolean> {
    const { _id, ...fields } = toDocument(listing);
    const result = await this.listings.updateOne(
      { _id, version },
      { $set: { ...fields, ...(listing.cardChanged ? { refresh: refreshMark() } : {}) } },
      { session: session ?? undefined },
    );
    const saved = result.modifiedCount === 1;
    if (saved && listing.cardChanged) {
      // The change becomes visible only when the transaction ends.
      if (session) session.once('ended', () => this.cardChanged(_id));
      else this.cardChanged(_id);
    }
    return saved;
  }

  /**
   * Writes to the listing inside the transaction of a new offer, so that the offer and an accept of another offer
   * cannot both commit without seeing each other. Comes first in the transaction, so that a conflict costs no other
   * work. Throws LISTING_UNAVAILABLE when the listing is no longer on sale.
   */
  async holdForOffer(id: string, session: ClientSession): Promise<Listing> {
    const held = await this.listings
      .findOneAndUpdate(
        { _id: id, state: 'onSale', dealId: null },
        { $inc: { offersMade: 1 } },
        { session },
      )
      .lean<ListingDocument>();
    if (!held) throw new Refusal('LISTING_UNAVAILABLE');
    return toListing(held);
  }

  async ofSeller(sellerId: string, limit: number, after: KeysetPosition | null): Promise<FeedPage> {
    const found = await this.listings
      .find({ sellerId, state: { $ne: 'removed' }, ...behind(orderBy('createdAt', -1), after) })
      .sort({ createdAt: -1, _id: -1 })
      .limit(limit + 1)
      .lean<ListingDocument[]>();
    return toPage(found, limit, (document) => document.createdAt.getTime());
  }

  /**
   * One page of the feed, read by keyset: pages neither skip nor repeat while new listings arrive. Leaves out the
   * sellers in `without`.
   */
  async feed(
    query: request.ListListings,
    after: KeysetPosition | null,
    without: ReadonlySet<string>,
  ): Promise<FeedPage> {
    const where: QueryFilter<ListingDocument> = {
      ...(without.size > 0 ? { sellerId: { $nin: [...without] } } : {}),
      state: query.state ?? { $in: ['onSale', 'reserved'] },
      ...(query.category ? { category: query.category } : {}),
      ...priceRange(query),
    };
    if (query.sort === 'distance' && query.near) return this.byDistance(query, where, after);
    const around = query.near
      ? {
          cells: { $in: cellsAround(query.near, query.radiusKm) },
          location: {
            $geoWithin: {
              $centerSphere: [
                [query.near.longitude, query.near.latitude],
                query.radiusKm / earthRadiusKm,
              ],
            },
          },
        }
      : {};
    const key = query.sort === 'recent' ? 'bumpedAt' : 'price';
    const direction = query.sort === 'priceAsc' ? 1 : -1;
    const found = await this.listings
      .find({ $and: [where, around, behind(orderBy(key, direction), after)] })
      .sort({ [key]: direction, _id: -1 })
      .limit(query.limit + 1)
      .maxTimeMS(5_000)
      .lean<ListingDocument[]>();
    return toPage(found, query.limit, (document) =>
      key === 'price' ? document.price : document.bumpedAt.getTime(),
    );
  }

  private async byDistance(
    query: request.ListListings,
    where: QueryFilter<ListingDocument>,
    after: KeysetPosition | null,
  ): Promise<FeedPage> {
    const { latitude, longitude } = query.near!;
    const found = await this.listings
      .aggregate<ListingDocument & { metres: number }>([
        {
          $geoNear: {
            near: { type: 'Point', coordinates: [longitude, latitude] },
            distanceField: 'metres',
            minDistance: after ? Math.max(0, after[0] - 0.01) : 0,
            maxDistance: query.radiusKm * 1_000,
            query: where,
            key: 'location',
          },
        },
        ...(after
          ? [
              {
                $match: {
                  $or: [
                    { metres: { $gt: after[0] } },
                    { metres: after[0], _id: { $lt: after[1] } },
                  ],
                },
              },
            ]
          : []),
        { $sort: { metres: 1, _id: -1 } },
        { $limit: query.limit + 1 },
      ])
      .option({ maxTimeMS: 5_000 });
    return toPage(
      found,
      query.limit,
      (document) => (document as ListingDocument & { metres: number }).metres,
    );
  }
}

/** Orders a list of listings by a key; equal ones come newest id first. */
const orderBy = (key: 'bumpedAt' | 'createdAt' | 'price', direction: 1 | -1) =>
  ({ key, date: key !== 'price', direction, id: '_id', idDirection: -1 }) as const;

function priceRange({ minPrice, maxPrice }: request.ListListings) {
  if (minPrice === undefined && maxPrice === undefined) return {};
  return {
    price: {
      ...(minPrice === undefined ? {} : { $gte: minPrice }),
      ...(maxPrice === undefined ? {} : { $lte: maxPrice }),
    },
  };
}

function toPage(
  found: ListingDocument[],
  limit: number,
  keyOf: (document: ListingDocument) => number,
): FeedPage {
  const shown = found.slice(0, limit);
  const last = shown.at(-1);
  return {
    listings: shown.map(toListing),
    next: found.length > limit && last ? [keyOf(last), last._id] : null,
  };
}

function toDocument(listing: Listing): ListingDocument {
  const { id, location, ...rest } = listing.snapshot();
  return {
    _id: id,
    ...rest,
    location: location && {
      type: 'Point',
      coordinates: [location.longitude, location.latitude],
    },
    cells: location ? cellsAt(location) : [],
    changedAt: new Date(),
  };
}

function toListing(document: ListingDocument): Listing {
  const { _id, location, sellerId, title, description, price, currency, category } = document;
  const {
    state,
    offersEnabled,
    offerHours,
    minimum,
    autoAccept,
    dealId,
    soldElsewhere,
    version,
    bumpedAt,
    createdAt,
  } = document;
  return new Listing({
    id: _id,
    sellerId,
    title,
    description,
    price,
    currency,
    category,
    location: location && {
      latitude: location.coordinates[1],
      longitude: location.coordinates[0],
    },
    state,
    offersEnabled,
    // The oldest listings have none of these fields.
    offerHours: offerHours ?? limits.offerHours,
    minimum: minimum ?? null,
    autoAccept: autoAccept ?? null,
    dealId,
    soldElsewhere: soldElsewhere ?? false,
    version,
    bumpedAt,
    createdAt,
  });
}
