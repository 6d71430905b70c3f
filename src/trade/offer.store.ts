import type { ClientSession, Connection } from 'mongoose';
import { limits, type request, type view } from '../contract/index.js';
import { documentsOf } from '../platform/mongo.js';
import { atTime, type KeysetPosition } from '../platform/pages.js';
import { Offer, type OfferSnapshot } from '../domain/offer.js';
import { ActStore, byDatabaseClock, type ActDocument } from './act.store.js';
import { specOf } from '../platform/store.js';

type OfferDocument = Omit<OfferSnapshot, 'id' | 'declineAt'> &
  ActDocument & {
    declineAt: Date | null;
    /** This and the fields below repeat the newest step, for filters and indexes. */
    state: string;
    amount: number;
    movedAt: Date;
    expiresAt: Date;
    open: boolean;
  };

const schema = documentsOf<OfferDocument>('offers');
// The shard key, the listing, leads. There is only one open offer per listing and buyer, whatever runs at once.
schema.index(
  { listingId: 1, buyerId: 1 },
  { unique: true, name: 'one_open', partialFilterExpression: { open: true } },
);
schema.index({ listingId: 1, buyerId: 1, _id: 1 });
schema.index({ conversationId: 1, 'steps.clientMessageId': 1 });
// For offers on a listing side by side, and for those that somebody made or got, last moved first.
schema.index({ listingId: 1, open: 1, amount: -1, _id: 1 });
schema.index({ buyerId: 1, open: 1, movedAt: -1, _id: -1 });
schema.index({ sellerId: 1, open: 1, movedAt: -1, _id: -1 });
// Finds offers that time has to end or to remind of.
schema.index({ dueAt: 1 }, { partialFilterExpression: { open: true } });
schema.index({ remindAt: 1 }, { partialFilterExpression: { open: true } });
schema.index({ unlogged: 1 }, { partialFilterExpression: { unlogged: true } });

export class OfferStore extends ActStore<OfferDocument, Offer> {
  static readonly collections = [specOf(schema)];

  constructor(connection: Connection) {
    super(connection, schema, { open: { open: true }, toDocument, toOne: toOffer });
  }

  /** The offer that somebody moved under this client id; how a repeated act finds its first answer. */
  async movedAs(
    conversationId: string,
    userId: string,
    clientMessageId: string,
  ): Promise<Offer | null> {
    const found = await this.documents
      .findOne({ conversationId, steps: { $elemMatch: { by: userId, clientMessageId } } })
      .lean<OfferDocument>();
    return found && toOffer(found);
  }

  ofBuyer(listingId: string, buyerId: string, session: ClientSession): Promise<Offer[]> {
    return this.find({ listingId, buyerId }, session);
  }

  /** When a buyer took back offers since a given time, on any listing. */
  async withdrawalsOf(buyerId: string, since: Date): Promise<Date[]> {
    const ended = await this.find({
      buyerId,
      open: false,
      movedAt: { $gte: since },
      state: { $in: ['withdrawn', 'closed'] },
    });
    return ended.map(({ withdrawnByBuyerAt }) => withdrawnByBuyerAt).filter((at) => at !== null);
  }

  openOn(listingId: string, session?: ClientSession): Promise<Offer[]> {
    return this.find({ listingId, open: true }, session);
  }

  /** The offers on a listing that somebody moved under one client id. */
  movedOn(listingId: string, userId: string, clientMessageId: string): Promise<Offer[]> {
    return this.find({ listingId, steps: { $elemMatch: { by: userId, clientMessageId } } });
  }

  /** Offers on a listing, the highest first and of equal ones the earliest first. */
  sideBySide(
    listingId: string,
    state: OfferStates,
    limit: number,
    after: KeysetPosition | null,
  ): Promise<Offer[]> {
    return this.page({ listingId, open: openIn(state) }, highestFirst, after, limit);
  }

  /** Offers that a person made or got, the last moved first. */
  ofPerson(
    role: view.OfferSide,
    userId: string,
    state: OfferStates,
    limit: number,
    after: KeysetPosition | null,
  ): Promise<Offer[]> {
    const person = role === 'buyer' ? { buyerId: userId } : { sellerId: userId };
    const filter = { ...person, open: openIn(state) };
    return this.page(filter, lastMovedFirst, atTime(after), limit);
  }

  /** How many give-aways a person is asking for. */
  async openRequestsOf(buyerId: string, session: ClientSession): Promise<number> {
    return this.documents.countDocuments({ buyerId, open: true, amount: 0 }).session(session);
  }

  /** Open offers between two people, whichever of them sells. */
  openBetween([one, other]: readonly [string, string]): Promise<Offer[]> {
    const pairs = [
      { buyerId: one, sellerId: other, open: true },
      { buyerId: other, sellerId: one, open: true },
    ];
    return this.find({ $or: pairs });
  }

  /**
   * Compare-and-set of several offers, on the version before each, in one round trip: there may be hundreds, and a
   * transaction has little time.
   */
  async advanceMany(offers: Offer[], session: ClientSession): Promise<void> {
    if (offers.length === 0) return;
    const writes = offers.map((offer) => ({ updateOne: this.moveOf(offer) }));
    await this.documents.bulkWrite(writes, { session, ordered: true });
  }

  /** Open offers of one buyer on a listing, which are all that their conversation has. */
  openOf({ listingId, buyerId }: { listingId: string; buyerId: string }): Promise<Offer[]> {
    return this.find({ listingId, buyerId, open: true });
  }

  /**
   * Compare-and-set on the version before. The clock of the database checks the deadline in the same step, so a late
   * timer can't let an expired offer through (`inTime`) and a clock that is ahead ends none early (`overdue`). False:
   * another write was first, or the time does not fit.
   */
  advance(
    offer: Offer,
    { when, session }: { when: 'inTime' | 'overdue' | 'ever'; session?: ClientSession },
  ): Promise<boolean> {
    const timely = {
      inTime: byDatabaseClock('$gt', 'expiresAt'),
      overdue: byDatabaseClock('$lte', 'expiresAt'),
      ever: {},
    };
    return this.moveOn(offer, timely[when], session);
  }

  /** Removes the hidden end of an offer that has not changed since. */
  async spare(offer: Offer): Promise<void> {
    await this.documents.updateOne(
      { _id: offer.id, version: offer.version },
      [{ $set: { declineAt: null, dueAt: '$expiresAt' } }],
      { updatePipeline: true },
    );
  }

  /** Notes that the reminder was given; a later move sets another. */
  async reminded({ id, version }: Offer): Promise<void> {
    await this.documents.updateOne({ _id: id, version }, { $set: { remindAt: null } });
  }
}

type OfferStates = request.ListOffers['state'];

const openIn = (state: OfferStates) =>
  state === 'all' ? { $in: [true, false] } : state === 'open';

const highestFirst = { amount: -1, _id: 1 } as const;
const lastMovedFirst = { movedAt: -1, _id: -1 } as const;

function toDocument(offer: Offer): OfferDocument {
  const { id, declineAt, ...rest } = offer.snapshot();
  return {
    _id: id,
    ...rest,
    declineAt: declineAt ?? null,
    version: offer.version,
    state: offer.state,
    amount: offer.amount,
    movedAt: offer.movedAt,
    expiresAt: offer.expiresAt,
    open: offer.open,
    dueAt: offer.dueAt,
    remindAt: offer.remindAt,
    unlogged: true,
  };
}

function toOffer(document: OfferDocument): Offer {
  const { _id, conversationId, listingId, buyerId, sellerId, currency, note, steps } = document;
  const { loggedVersion, hours, attempt, declineAt, dealId } = document;
  return new Offer({
    id: _id,
    conversationId,
    listingId,
    buyerId,
    sellerId,
    currency,
    ...(note == null ? {} : { note }),
    // The oldest offers stood the usual time.
    hours: hours ?? limits.offerHours,
    ...(attempt == null ? {} : { attempt }),
    ...(declineAt == null ? {} : { declineAt }),
    ...(dealId == null ? {} : { dealId }),
    loggedVersion,
    steps: steps.map(({ reason, byRule, closedBy, ...step }) => ({
      ...step,
      ...(reason == null ? {} : { reason }),
      ...(byRule ? { byRule } : {}),
      ...(closedBy ? { closedBy } : {}),
    })),
  });
}
