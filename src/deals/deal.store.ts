import { Schema, type ClientSession, type Connection } from 'mongoose';

/** What the two agreed on; while it is open the listing is kept for the buyer. */
export interface Deal {
  id: string;
  listingId: string;
  /** null: the seller chose the buyer without an offer. */
  offerId: string | null;
  conversationId: string;
  buyerId: string;
  sellerId: string;
  amount: number;
  currency: 'KRW';
  state: 'open';
  createdAt: Date;
}

const schema = new Schema<Omit<Deal, 'id'> & { _id: string }>(
  {
    _id: String,
    listingId: { type: String, required: true },
    offerId: { type: String, default: null },
    conversationId: { type: String, required: true },
    buyerId: { type: String, required: true },
    sellerId: { type: String, required: true },
    amount: { type: Number, required: true },
    currency: { type: String, required: true },
    state: { type: String, required: true },
    createdAt: { type: Date, required: true },
  },
  { collection: 'deals', versionKey: false },
);
// Stands behind the compare-and-sets: never two open deals on one listing.
schema.index(
  { listingId: 1 },
  { unique: true, name: 'one_open', partialFilterExpression: { state: 'open' } },
);

export class DealStore {
  private readonly deals;

  constructor(connection: Connection) {
    this.deals = connection.model('Deal', schema);
  }

  async prepare(): Promise<void> {
    await this.deals.createCollection();
    await this.deals.createIndexes();
  }

  async add({ id, ...deal }: Deal, session: ClientSession): Promise<void> {
    await this.deals.create([{ _id: id, ...deal }], { session });
  }
}
