import { Schema, type ClientSession, type Connection } from 'mongoose';
import { Offer, type OfferSnapshot, type OfferStep } from './offer.js';

type OfferDocument = Omit<OfferSnapshot, 'id'> & {
  _id: string;
  /** Of the newest step, for filters and indexes. */
  version: number;
  state: string;
  expiresAt: Date;
  open: boolean;
  unlogged: boolean;
};

const stepSchema = new Schema<OfferStep>(
  {
    version: Number,
    act: String,
    by: { type: String, default: null },
    clientMessageId: { type: String, default: null },
    amount: Number,
    state: String,
    reason: String,
    at: Date,
    expiresAt: Date,
  },
  { _id: false },
);

const schema = new Schema<OfferDocument>(
  {
    _id: String,
    conversationId: { type: String, required: true },
    listingId: { type: String, required: true },
    buyerId: { type: String, required: true },
    sellerId: { type: String, required: true },
    currency: { type: String, required: true },
    note: String,
    steps: { type: [stepSchema], required: true },
    version: { type: Number, required: true },
    state: { type: String, required: true },
    expiresAt: { type: Date, required: true },
    open: { type: Boolean, required: true },
    loggedVersion: { type: Number, required: true },
    unlogged: { type: Boolean, required: true },
  },
  { collection: 'offers', versionKey: false },
);
// The shard key, the listing, leads. One open offer per listing and buyer, whatever runs at once.
schema.index(
  { listingId: 1, buyerId: 1 },
  { unique: true, name: 'one_open', partialFilterExpression: { open: true } },
);
schema.index({ listingId: 1, buyerId: 1, _id: 1 });
schema.index({ conversationId: 1, 'steps.clientMessageId': 1 });
schema.index({ unlogged: 1 }, { partialFilterExpression: { unlogged: true } });

export class OfferStore {
  private readonly offers;

  constructor(connection: Connection) {
    this.offers = connection.model('Offer', schema);
  }

  async prepare(): Promise<void> {
    await this.offers.createCollection();
    await this.offers.createIndexes();
  }

  async get(id: string): Promise<Offer | null> {
    const found = await this.offers.findById(id).lean<OfferDocument>();
    return found && toOffer(found);
  }

  /** As the transaction sees it. */
  async getIn(id: string, session: ClientSession): Promise<Offer | null> {
    const found = await this.offers.findById(id).session(session).lean<OfferDocument>();
    return found && toOffer(found);
  }

  /** The offer that somebody moved under this client id; how a repeated act finds its first answer. */
  async movedAs(
    conversationId: string,
    userId: string,
    clientMessageId: string,
  ): Promise<Offer | null> {
    const found = await this.offers
      .findOne({ conversationId, steps: { $elemMatch: { by: userId, clientMessageId } } })
      .lean<OfferDocument>();
    return found && toOffer(found);
  }

  async ofBuyer(listingId: string, buyerId: string, session: ClientSession): Promise<Offer[]> {
    const found = await this.offers
      .find({ listingId, buyerId })
      .session(session)
      .lean<OfferDocument[]>();
    return found.map(toOffer);
  }

  async openOn(listingId: string, session: ClientSession): Promise<Offer[]> {
    const found = await this.offers
      .find({ listingId, open: true })
      .session(session)
      .lean<OfferDocument[]>();
    return found.map(toOffer);
  }

  async add(offer: Offer, session: ClientSession): Promise<void> {
    await this.offers.create([toDocument(offer)], { session });
  }

  /**
   * Compare-and-set from the version before. With `unexpired` the deadline is checked by the clock of the database
   * in the same step, so a late timer can't let an expired offer through. False: somebody was first.
   */
  async advance(
    offer: Offer,
    options: { unexpired: boolean; session?: ClientSession },
  ): Promise<boolean> {
    // How far the log is written is not this writer's to say.
    const { _id, loggedVersion: _loggedVersion, ...fields } = toDocument(offer);
    const result = await this.offers.updateOne(
      {
        _id,
        version: offer.version - 1,
        open: true,
        ...(options.unexpired ? { $expr: { $gt: ['$expiresAt', '$$NOW'] } } : {}),
      },
      { $set: fields },
      { session: options.session },
    );
    return result.modifiedCount === 1;
  }

  async loggedUpTo(id: string, version: number): Promise<void> {
    await this.offers.updateOne(
      { _id: id },
      [
        { $set: { loggedVersion: { $max: ['$loggedVersion', version] } } },
        { $set: { unlogged: { $lt: ['$loggedVersion', '$version'] } } },
      ],
      { updatePipeline: true },
    );
  }

  /** Speaks whenever an offer has acts that are not in the log yet. */
  watchUnlogged() {
    return this.offers.collection.watch(
      [{ $match: { 'fullDocument.unlogged': true, operationType: { $in: ['insert', 'update'] } } }],
      { fullDocument: 'updateLookup' },
    );
  }

  /** Offers whose acts are not all in the log yet. */
  async unlogged(limit: number): Promise<Offer[]> {
    const found = await this.offers.find({ unlogged: true }).limit(limit).lean<OfferDocument[]>();
    return found.map(toOffer);
  }
}

function toDocument(offer: Offer): OfferDocument {
  const { id, ...rest } = offer.snapshot();
  return {
    _id: id,
    ...rest,
    version: offer.version,
    state: offer.state,
    expiresAt: offer.expiresAt,
    open: offer.open,
    unlogged: true,
  };
}

function toOffer(document: OfferDocument): Offer {
  const { _id, conversationId, listingId, buyerId, sellerId, currency, note, steps } = document;
  const { loggedVersion } = document;
  return new Offer({
    id: _id,
    conversationId,
    listingId,
    buyerId,
    sellerId,
    currency,
    ...(note == null ? {} : { note }),
    loggedVersion,
    steps: steps.map(({ reason, ...step }) => ({ ...step, ...(reason == null ? {} : { reason }) })),
  });
}
