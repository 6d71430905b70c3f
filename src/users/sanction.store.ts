import type { Connection } from 'mongoose';
import { Refusal, type view } from '../contract/index.js';
import { documentsOf, isDuplicateKey } from '../platform/mongo.js';
import { Store } from '../platform/store.js';

/** What an operator laid upon a person. Only its end is ever changed. */
export interface Sanction {
  id: string;
  userId: string;
  kind: view.SanctionKind;
  reason: view.ReportReason;
  note?: string;
  /** The operator. */
  by: string;
  at: Date;
  /** The end of a suspension; null: it has none. */
  until: Date | null;
  /** An operator took it back; null: it stands. */
  liftedAt: Date | null;
}

type SanctionDocument = Omit<Sanction, 'id'> & { _id: string };

const schema = documentsOf<SanctionDocument>('sanctions');
schema.index({ userId: 1, at: -1 });

/** More than one person ever gathers; the newest count. */
const shownMost = 100;

export class SanctionStore extends Store<SanctionDocument> {
  constructor(connection: Connection) {
    super(connection, schema);
  }

  /** False when one is stored under this id. */
  async add({ id, ...sanction }: Sanction): Promise<boolean> {
    try {
      await this.documents.create({ _id: id, ...sanction });
      return true;
    } catch (error) {
      if (isDuplicateKey(error)) return false;
      throw error;
    }
  }

  /** Newest first. */
  async of(userId: string): Promise<Sanction[]> {
    const found = await this.documents
      .find({ userId })
      .sort({ at: -1, _id: -1 })
      .limit(shownMost)
      .lean<SanctionDocument[]>();
    return found.map(({ _id: id, ...sanction }) => ({ id, ...sanction }));
  }

  /** What stands and counts against the manner of a person, since a time. */
  async standingSince(userId: string, since: Date): Promise<Pick<Sanction, 'kind' | 'at'>[]> {
    return this.documents
      .find({ userId, at: { $gte: since }, liftedAt: null }, { kind: 1, at: 1 })
      .lean<Pick<Sanction, 'kind' | 'at'>[]>();
  }

  /** Takes back what keeps the person out now. */
  async lift(userId: string, now: Date): Promise<void> {
    await this.documents.updateMany({ userId, ...inForce(now) }, { $set: { liftedAt: now } });
  }

  /** Throws ACCOUNT_SUSPENDED, with the wait unless it is for good. */
  async mustBeFree(userId: string, now: Date): Promise<void> {
    const found = await this.documents.find({ userId, ...inForce(now) }).lean<SanctionDocument[]>();
    const [first] = found;
    if (!first) return;
    const ends = found.map(({ until }) => until?.getTime() ?? Infinity);
    const end = Math.max(...ends);
    throw end === Infinity
      ? new Refusal('ACCOUNT_SUSPENDED', `The account is banned: ${first.reason}`)
      : new Refusal(
          'ACCOUNT_SUSPENDED',
          `The account is suspended until ${new Date(end).toISOString()}: ${first.reason}`,
          { retryAfterMs: end - now.getTime() },
        );
  }
}

/** Suspensions that have not ended, and bans. */
const inForce = (now: Date) => ({
  kind: { $in: ['suspension', 'ban'] satisfies view.SanctionKind[] },
  liftedAt: null,
  $or: [{ until: null }, { until: { $gt: now } }],
});
