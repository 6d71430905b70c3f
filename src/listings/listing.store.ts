/** Listings as documents: one collection, and every list that is read of it beside the index that it needs; so one file. */

import type { ClientSession, Connection } from 'mongoose';
import { Refusal, limits, type request, type view } from '../contract/index.js';
import {
  documentsOf,
  dueBy,
  isDuplicateKey,
  onlyDates,
  preferenceOf,
  type ReadFrom,
} from '../platform/mongo.js';
import { GatheredLooks } from '../platform/gathered-looks.js';
import { Store, specOf } from '../platform/store.js';
import { atTime, behind, type KeysetPosition } from '../platform/pages.js';
import {
  RefreshMarks,
  refreshIndex,
  refreshMark,
  type RefreshMark,
} from '../platform/refresh-marks.js';
import { afterTransaction } from '../platform/transaction.js';
import { quadkeyOf } from '../domain/quadkey.js';
import { shownStates } from '../domain/listing-access.js';
import { Listing, type ListingSnapshot } from '../domain/listing.js';
import type { ListingNews } from '../domain/listing-news.js';
import { newId } from '../platform/ids.js';
import { feedCellsOf, feedFilter } from './feed-filter.js';
import { byPrice, byTime, readDocuments, withoutTokens, type CellOrder } from './feed-index.js';
import type { ListingSearch } from './listing-search.js';
import type { SearchFields } from './mongo-listing-search.js';
import { byCategoryQuadkey, byQuadkey, nearestFirst } from './nearest-first.js';
import { newestOfPrice } from './newest-first.js';

type ListingDocument = Omit<ListingSnapshot, 'id' | 'location' | 'unannounced'> &
  Partial<SearchFields> & {
    _id: string;
    /** GeoJSON: longitude first. */
    location: { type: 'Point'; coordinates: [number, number] } | null;
    cells: string[];
    /** Missing where it was stored before there were any: see `MongoListingSearch.indexOlder`. */
    quadkey?: string | null;
    offersMade?: number;
    /** When this version was written; for readers that go on from a time. The oldest listings have none. */
    changedAt?: Date;
    /** Set while conversations still show an older state: see {@link RefreshMark}. */
    refresh?: RefreshMark;
    /** Written apart from the other fields, since it changes without the version. Missing: somebody was told. */
    unannounced?: boolean;
    /** What those who wait for it were not told yet; written with the change itself, so that a crash loses none. */
    news?: (ListingNews & Omit<PendingNews, 'listingId' | 'kind'>)[];
  };

/** News of a listing that are to be told. */
export type PendingNews = ListingNews & {
  id: string;
  listingId: string;
  /** When it happened, and the version that it made. */
  at: Date;
  version: number;
  /** How far everybody was told, as `hearers.ts` says it; absent: nobody was. */
  upTo?: string;
};

const schema = documentsOf<ListingDocument>('listings');
for (const order of [byTime, byPrice, byQuadkey, byCategoryQuadkey]) schema.index(order);
schema.index({ sellerId: 1, createdAt: -1, _id: -1 });
schema.index({ sellerId: 1, state: 1, createdAt: -1, _id: -1 });
schema.index({ changedAt: 1 });
// Every page that is shown asks for the versions of its listings; so they are read from an index, and no document is.
schema.index({ _id: 1, version: 1 });
schema.index(...refreshIndex);
schema.index({ 'news.at': 1 }, onlyDates('news.at'));

/** A listing in a list, and the number by which it has its place there. */
export interface Placed {
  listing: Listing;
  at: number;
}

export class ListingStore extends Store<ListingDocument> {
  static readonly collections = [specOf(schema)];

  /** Marks of changes that conversations do not show yet. */
  readonly marks: RefreshMarks;
  private readonly versions = new GatheredLooks<number>((ids) => this.readVersions(ids));
  /**
   * Both are called after a write, and after some that were rolled back. `changed`: of a listing that was there before;
   * `card`: conversations are to show it. `placed`: lists may show the listing elsewhere, or for the first time; whoever
   * wrote waits for it.
   */
  constructor(
    connection: Connection,
    private readonly search: ListingSearch,
    private readonly on: {
      changed?: (id: string, card: boolean) => void;
      placed?: (listing: Listing) => Promise<void>;
    } = {},
  ) {
    super(connection, schema);
    this.marks = new RefreshMarks(connection, 'listings');
  }

  /** Adds a listing, or returns the one that is stored under its id. */
  async add(listing: Listing, session?: ClientSession): Promise<Listing> {
    try {
      const { unannounced } = listing.snapshot();
      const document = { ...this.toDocument(listing), unannounced, ...withNews(newsOf(listing)) };
      await this.documents.create([document], session ? { session } : {});
      await afterTransaction(session, () => this.on.placed?.(listing));
      return listing;
    } catch (error) {
      // A transaction is over with it, and says so when it commits.
      const known = !session && isDuplicateKey(error) ? await this.get(listing.id) : null;
      if (!known) throw error;
      return known;
    }
  }

  /** Adds many new ones at once and tells nobody: for imports, and for measuring. Throws when one of them is there already. */
  async addMany(listings: readonly Listing[]): Promise<void> {
    await this.documents.collection.insertMany(
      listings.map((listing) => this.toDocument(listing)) as never[],
      { ordered: false },
    );
  }

  /** Before very many are stored, also those of words. Until they are made again, lists answer UNAVAILABLE. */
  async dropIndexes(): Promise<void> {
    await this.documents.collection.dropIndexes();
  }

  /** How many are stored, removed ones too, as the database counts along. */
  countAbout(): Promise<number> {
    return this.documents.estimatedDocumentCount();
  }

  async get(id: string, session?: ClientSession): Promise<Listing | null> {
    const found = await this.documents
      .findById(id)
      .select(withoutTokens)
      .session(session ?? null)
      .lean<ListingDocument>();
    return found && toListing(found);
  }

  async getMany(ids: Iterable<string>): Promise<Map<string, Listing>> {
    const found = await this.documents
      .find({ _id: { $in: [...new Set(ids)] } })
      .select(withoutTokens)
      .lean<ListingDocument[]>();
    return new Map(found.map((document) => [document._id, toListing(document)]));
  }

  /** The version of each of these that is there, among those of others who asked with these. */
  versionsOf(ids: Iterable<string>): Promise<Map<string, number>> {
    return this.versions.getMany(ids);
  }

  private async readVersions(ids: string[]): Promise<Map<string, number>> {
    const found = await this.readAll<Pick<ListingDocument, '_id' | 'version'>>(
      { _id: { $in: ids } },
      { projection: { version: 1 } },
    );
    return new Map(found.map(({ _id, version }) => [_id, version]));
  }

  /** Compare-and-set: false when somebody changed the listing since `version` was read. */
  async save(listing: Listing, version: number, session?: ClientSession): Promise<boolean> {
    const { _id, ...fields } = this.toDocument(listing);
    const result = await this.documents.updateOne(
      { _id, version },
      {
        $set: {
          ...fields,
          ...(listing.cardChanged ? { refresh: refreshMark() } : {}),
          // The oldest drafts have no such mark.
          ...(listing.news.some(({ kind }) => kind === 'published') ? { unannounced: true } : {}),
        },
        ...(listing.news.length > 0 ? { $push: { news: { $each: newsOf(listing) } } } : {}),
      },
      { session: session ?? undefined },
    );
    const saved = result.modifiedCount === 1;
    if (saved)
      await afterTransaction(session, () => {
        this.on.changed?.(_id, listing.cardChanged);
        return this.on.placed?.(listing);
      });
    return saved;
  }

  /**
   * Writes to the listing inside the transaction of a new offer, so that the offer and an accept of another offer
   * cannot both commit without seeing each other. Comes first in the transaction, so that a conflict costs no other
   * work. Throws LISTING_UNAVAILABLE when the listing is no longer on sale.
   */
  async holdForOffer(id: string, session: ClientSession): Promise<Listing> {
    const held = await this.documents
      .findOneAndUpdate(
        { _id: id, state: 'onSale', dealId: null },
        { $inc: { offersMade: 1 } },
        { session, projection: withoutTokens },
      )
      .lean<ListingDocument>();
    if (!held) throw new Refusal('LISTING_UNAVAILABLE');
    return toListing(held);
  }

  /** News that nobody was told of, the oldest first, from so many listings. */
  async newsDue(until: Date, limit: number): Promise<PendingNews[]> {
    const found = await this.documents
      .find({ 'news.at': dueBy(until) }, { news: 1 })
      .sort({ 'news.at': 1 })
      .limit(limit)
      .lean<Pick<ListingDocument, '_id' | 'news'>[]>();
    return found.flatMap(({ _id: listingId, news = [] }) =>
      news.filter(({ at }) => at <= until).map((one) => ({ ...one, listingId })),
    );
  }

  /**
   * Called before anybody is told that it is on sale: no other such news stay or follow. null when it is not on sale:
   * it is published when it comes back.
   */
  async announce({ listingId, id }: PendingNews): Promise<Listing | null> {
    const found = await this.documents
      .findOneAndUpdate(
        { _id: listingId, state: 'onSale', 'news.id': id },
        { $unset: { unannounced: 1 }, $pull: { news: { kind: 'published', id: { $ne: id } } } },
        { projection: withoutTokens, returnDocument: 'after' },
      )
      .lean<ListingDocument>();
    return found && toListing(found);
  }

  /** Called whenever some more were told. */
  async newsToldUpTo({ listingId, id }: PendingNews, upTo: string): Promise<void> {
    await this.documents.updateOne(
      { _id: listingId, 'news.id': id },
      { $set: { 'news.$.upTo': upTo } },
    );
  }

  /** Called once everybody was told, or when it is not on sale any more. */
  async newsTold({ listingId, id }: PendingNews): Promise<void> {
    await this.documents.updateOne({ _id: listingId }, { $pull: { news: { id } } });
  }

  /** Those in these states, or all that are not removed, newest first. */
  async ofSeller(
    sellerId: string,
    states: readonly view.ListingState[] | undefined,
    limit: number,
    after: KeysetPosition | null,
    from: ReadFrom = 'primary',
  ): Promise<Placed[]> {
    const state = states ? { $in: [...states] } : { $ne: 'removed' as const };
    const found = await this.documents
      .find({ sellerId, state, ...behind(newestFirst, atTime(after)) })
      .read(preferenceOf(from))
      .select(withoutTokens)
      .sort(newestFirst)
      .limit(limit)
      .lean<ListingDocument[]>();
    return found.map((document) => placed(document, document.createdAt.getTime()));
  }

  /** Erases what only the listings themselves need of those that somebody removed, whenever that was. */
  async eraseRemovedOf(sellerId: string): Promise<void> {
    const nothing = { description: '', images: [], minimum: null, autoAccept: null };
    const nowhere = { location: null, cells: [], area: null, quadkey: null, tokens: [] };
    await this.documents.updateMany(
      { sellerId, state: 'removed' },
      { $set: { ...nothing, ...nowhere } },
    );
  }

  /** The ids of a person's listings that others see. */
  async seenOf(sellerId: string): Promise<string[]> {
    const found = await this.documents
      .find({ sellerId, state: { $in: [...shownStates] } }, { _id: 1 })
      .lean<{ _id: string }[]>();
    return found.map(({ _id }) => _id);
  }

  /**
   * A part of the feed, read by keyset: pages neither skip nor repeat while new listings arrive. Leaves out the sellers
   * in `without`. Sorted by distance it needs `near`.
   */
  async feed(
    query: request.ListListings,
    sort: CellOrder | 'distance',
    limit: number,
    after: KeysetPosition | null,
    without: ReadonlySet<string>,
    from: ReadFrom = 'primary',
  ): Promise<Placed[]> {
    const where = feedFilter(query, without);
    const part = { documents: this.documents, query, where, from, limit };
    if (sort === 'distance') {
      const found = await nearestFirst(part, query.near!, after);
      return found.map(({ document, at }) => placed(document, at));
    }
    if (sort === 'recent' && where.price) {
      const found = await newestOfPrice(part, after);
      return found.map(({ document, at }) => placed(document, at));
    }
    const found = await readDocuments(part, sort, after);
    return found.map((document) =>
      placed(document, sort === 'recent' ? document.bumpedAt.getTime() : document.price),
    );
  }

  private toDocument(listing: Listing): ListingDocument {
    const { id, location, unannounced: _unannounced, ...rest } = listing.snapshot();
    return {
      _id: id,
      ...rest,
      location: location && {
        type: 'Point',
        coordinates: [location.longitude, location.latitude],
      },
      cells: feedCellsOf(location, rest.category),
      quadkey: location && quadkeyOf(location),
      ...this.search.index(listing),
      changedAt: new Date(),
    };
  }
}

const newsOf = (listing: Listing) =>
  listing.news.map((one) => ({ ...one, id: newId(), at: new Date(), version: listing.version }));

const withNews = (news: ReturnType<typeof newsOf>) => (news.length > 0 ? { news } : {});

const newestFirst = { createdAt: -1, _id: -1 } as const;

const placed = (document: ListingDocument, at: number): Placed => ({
  listing: toListing(document),
  at,
});

function toListing(document: ListingDocument): Listing {
  const { _id: id, location, cells: _cells, offersMade: _offersMade, ...rest } = document;
  const { changedAt: _changedAt, refresh: _refresh, news: _news, ...more } = rest;
  const { tokens: _tokens, area: _area, quadkey: _quadkey, indexed: _indexed, ...fields } = more;
  return new Listing({
    id,
    ...fields,
    location: location && {
      latitude: location.coordinates[1],
      longitude: location.coordinates[0],
    },
    // The oldest listings have none of these fields.
    images: fields.images ?? [],
    offerHours: fields.offerHours ?? limits.offerHours,
    minimum: fields.minimum ?? null,
    autoAccept: fields.autoAccept ?? null,
    soldElsewhere: fields.soldElsewhere ?? false,
    soldBy: fields.soldBy ?? null,
    blinded: fields.blinded ?? null,
    unannounced: fields.unannounced ?? fields.state === 'draft',
    bumps: fields.bumps ?? 0,
    waitEndedAt: fields.waitEndedAt ?? null,
    lowestPrice: fields.lowestPrice ?? fields.price,
    pricedAt: fields.pricedAt ?? fields.createdAt,
  });
}
