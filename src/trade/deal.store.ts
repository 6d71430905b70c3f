import type { ClientSession, Connection } from 'mongoose';
import type { view } from '../contract/index.js';
import { documentsOf } from '../platform/mongo.js';
import { atTime, type KeysetPosition } from '../platform/pages.js';
import { Deal, breachBy, type DealSnapshot } from '../domain/deal.js';
import type { Breach } from '../domain/manner.js';
import { ActStore, byDatabaseClock, type ActDocument } from './act.store.js';
import { specOf } from '../platform/store.js';

type DealDocument = Omit<DealSnapshot, 'id'> &
  ActDocument & {
    createdAt: Date;
    people: string[];
    /** This and the fields below repeat the newest step, for filters and indexes. */
    state: view.DealState;
    endedBy: view.OfferSide | 'system' | null;
    endedAt: Date | null;
    cancelledLate: boolean;
    /** Somebody wrote a review of it. */
    reviewed?: true;
  };

const schema = documentsOf<DealDocument>('deals');
// Guards what the compare-and-sets promise: never two open deals on one listing.
schema.index(
  { listingId: 1 },
  { unique: true, name: 'one_open', partialFilterExpression: { state: 'open' } },
);
schema.index({ listingId: 1, createdAt: -1 });
schema.index({ conversationId: 1, createdAt: -1, _id: -1 });
schema.index({ people: 1, createdAt: -1, _id: -1 });
for (const whose of ['people', 'buyerId', 'sellerId'] as const) {
  schema.index({ [whose]: 1, state: 1, createdAt: -1, _id: -1 });
  schema.index({ [whose]: 1, state: 1, endedAt: -1, _id: -1 });
}
// Finds what falls due.
schema.index({ dueAt: 1 }, { partialFilterExpression: { state: 'open' } });
schema.index({ remindAt: 1 }, { partialFilterExpression: { state: 'open' } });
schema.index({ unlogged: 1 }, { partialFilterExpression: { unlogged: true } });

const newestFirst = { createdAt: -1, _id: -1 } as const;
const lastEndedFirst = { endedAt: -1, _id: -1 } as const;

const ended = ['completed', 'cancelled', 'noShow'] as const;

/** The states by name, so that an index has each of them in the order of the list. */
const inState = {
  open: { state: 'open' },
  ended: { state: { $in: ended } },
  all: { state: { $in: ['open', ...ended] } },
} as const;

/** Deals of a person, or those on one side of which they are, perhaps of one conversation. */
interface Own {
  role?: view.OfferSide | undefined;
  conversationId?: string | undefined;
}

const ownedBy = (userId: string, { role, conversationId }: Own) => ({
  [role ? (`${role}Id` as const) : 'people']: userId,
  ...(conversationId === undefined ? {} : { conversationId }),
});

/** What a person did with deals. */
export interface DealRecord {
  /** How many this person completed, ever. */
  sold: number;
  bought: number;
  /** What this person broke since the given time. */
  broken: Breach[];
}

export class DealStore extends ActStore<DealDocument, Deal> {
  static readonly collections = [specOf(schema)];

  constructor(connection: Connection) {
    super(connection, schema, { open: inState.open, toDocument, toOne: toDeal });
  }

  async getMany(ids: string[]): Promise<Map<string, Deal>> {
    const found = await this.find({ _id: { $in: ids } });
    return new Map(found.map((deal) => [deal.id, deal]));
  }

  /** The newest deals on a listing. */
  async newestOn(listingId: string, session: ClientSession): Promise<Deal | null> {
    const found = await this.documents
      .findOne({ listingId })
      .sort({ createdAt: -1 })
      .session(session)
      .lean<DealDocument>();
    return found && toDeal(found);
  }

  /** Deals in which a person takes part, newest first. */
  ofPerson(
    userId: string,
    query: Own & { state: keyof typeof inState },
    limit: number,
    after: KeysetPosition | null,
  ): Promise<Deal[]> {
    const filter = { ...ownedBy(userId, query), ...inState[query.state] };
    return this.page(filter, newestFirst, atTime(after), limit);
  }

  /** Deals of a person that were completed after a time, the last one first. */
  completedSince(
    userId: string,
    query: Own,
    since: Date,
    limit: number,
    after: KeysetPosition | null,
  ): Promise<Deal[]> {
    const filter = { ...ownedBy(userId, query), state: 'completed', endedAt: { $gt: since } };
    return this.page(filter, lastEndedFirst, atTime(after), limit);
  }

  /**
   * Compare-and-set on the version before; false: another write was first. The clock of the database checks `overdue`
   * in the same step, so that a worker whose clock is ahead does nothing early; `unreviewed`, that nobody wrote a review.
   */
  advance(
    deal: Deal,
    { when, session }: { session: ClientSession; when?: 'overdue' | 'unreviewed' },
  ): Promise<boolean> {
    const timely = {
      overdue: byDatabaseClock('$lte', 'dueAt'),
      unreviewed: { reviewed: { $exists: false } },
    };
    return this.moveOn(deal, when ? timely[when] : {}, session);
  }

  /** Marks that a review is written; false when the deal is no longer completed. */
  async markReviewed(id: string, session: ClientSession): Promise<boolean> {
    const completed = { _id: id, state: 'completed' as const };
    const marked = { $set: { reviewed: true as const } };
    return (await this.documents.updateOne(completed, marked, { session })).matchedCount === 1;
  }

  /** The deal whose reminder is still to be given; null when it was given or the deal has gone on. */
  async reminderOf(id: string): Promise<{ deal: Deal; since: Date } | null> {
    const found = await this.documents.findById(id).lean<DealDocument>();
    return found?.remindAt ? { deal: toDeal(found), since: found.remindAt } : null;
  }

  /** Notes that the reminder was given; false when somebody else noted it. */
  async reminded(deal: Deal, since: Date, next: Date | null): Promise<boolean> {
    const result = await this.documents.updateOne(
      { _id: deal.id, version: deal.version, remindAt: since },
      { $set: { remindAt: next } },
    );
    return result.modifiedCount === 1;
  }

  /** What a person completed, ever, and broke since a given time. */
  async recordOf(userId: string, since: Date): Promise<DealRecord> {
    const [sold, bought, fallen] = await Promise.all([
      this.documents.countDocuments({ people: userId, state: 'completed', sellerId: userId }),
      this.documents.countDocuments({ people: userId, state: 'completed', buyerId: userId }),
      this.documents
        .find(
          {
            people: userId,
            endedAt: { $gte: since },
            $or: [{ state: 'noShow' }, { state: 'cancelled', cancelledLate: true }],
          },
          { state: 1, endedBy: 1, endedAt: 1, buyerId: 1, cancelledLate: 1 },
        )
        .lean<DealDocument[]>(),
    ]);
    const broken = fallen.flatMap((deal): Breach[] => {
      const kind = breachBy(deal.buyerId === userId ? 'buyer' : 'seller', deal);
      return kind ? [{ dealId: deal._id, kind, at: deal.endedAt! }] : [];
    });
    return { sold, bought, broken };
  }
}

function toDocument(deal: Deal): DealDocument {
  const { id, ...rest } = deal.snapshot();
  return {
    _id: id,
    ...rest,
    people: [rest.buyerId, rest.sellerId],
    createdAt: deal.createdAt,
    version: deal.version,
    state: deal.state,
    endedBy: deal.endedBy,
    endedAt: deal.endedAt,
    cancelledLate: deal.cancelledLate,
    dueAt: deal.dueAt,
    remindAt: deal.remindAt,
    unlogged: deal.version > rest.loggedVersion,
  };
}

function toDeal(document: DealDocument): Deal {
  const { _id, listingId, offerId, conversationId, buyerId, sellerId, amount, currency } = document;
  return new Deal({
    id: _id,
    listingId,
    offerId,
    conversationId,
    buyerId,
    sellerId,
    amount,
    currency,
    loggedVersion: document.loggedVersion,
    steps: document.steps.map(({ reason, late, ...step }) => ({
      ...step,
      ...(reason == null ? {} : { reason }),
      ...(late ? { late } : {}),
    })),
  });
}
