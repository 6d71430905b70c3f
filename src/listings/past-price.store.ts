import type { ClientSession, Connection } from 'mongoose';
import type { Listing, PastPrice } from '../domain/listing.js';
import { documentsOf } from '../platform/mongo.js';
import { atTime, behind, type KeysetPosition } from '../platform/pages.js';
import { Store, specOf } from '../platform/store.js';

type PastPriceDocument = PastPrice & { _id: string; listingId: string };

const schema = documentsOf<PastPriceDocument>('pastPrices');
schema.index({ listingId: 1, at: -1, _id: -1 });

const newestFirst = { at: -1, _id: -1 } as const;

/** The prices that listings had; the present one is in the listing itself. */
export class PastPriceStore extends Store<PastPriceDocument> {
  static readonly collections = [specOf(schema)];

  constructor(connection: Connection) {
    super(connection, schema);
  }

  /** `listing`: with the price that came after it. */
  async add({ id, version }: Listing, past: PastPrice, session: ClientSession): Promise<void> {
    const document = { _id: `${id}:${version}`, listingId: id, ...past };
    await this.documents.create([document], { session });
  }

  async of(
    listingId: string,
    limit: number,
    after: KeysetPosition | null,
  ): Promise<(PastPrice & { id: string })[]> {
    const found = await this.documents
      .find({ listingId, ...behind(newestFirst, atTime(after)) })
      .sort(newestFirst)
      .limit(limit)
      .lean<PastPriceDocument[]>();
    return found.map(({ _id: id, price, at }) => ({ id, price, at }));
  }
}
