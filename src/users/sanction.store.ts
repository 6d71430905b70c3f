import type { Connection } from 'mongoose';
import { excluding, mustBeFree, type Sanction } from '../domain/sanction.js';
import { GatheredLooks } from '../platform/gathered-looks.js';
import { groupBy } from '../platform/group-by.js';
import { documentsOf, dueBy, onlyDates } from '../platform/mongo.js';
import { Store, specOf } from '../platform/store.js';
import { arrivalsApartMs } from './session.store.js';

type SanctionDocument = Omit<Sanction, 'id'> & {
  _id: string;
  /** It was laid or lifted, and what follows is not done yet: when a worker does it. */
  followAt?: Date;
};

/** Time for the process that wrote it to do what follows, before a worker does. */
const graceMs = 5_000;

const schema = documentsOf<SanctionDocument>('sanctions');
schema.index({ userId: 1, at: -1 });
schema.index({ followAt: 1 }, onlyDates('followAt'));

/** More than one person ever gathers; the newest count. */
const shownMost = 100;

export class SanctionStore extends Store<SanctionDocument> {
  static readonly collections = [specOf(schema)];
  private readonly standing = new GatheredLooks<SanctionDocument[]>(
    (ids) => this.readStanding(ids),
    arrivalsApartMs,
  );

  constructor(connection: Connection) {
    super(connection, schema);
  }

  /** False when one is stored under this id. */
  add({ id, ...sanction }: Sanction): Promise<boolean> {
    return this.addNew({ _id: id, ...sanction, followAt: leftAt(sanction.at) });
  }

  /** Newest first. */
  async of(userId: string): Promise<Sanction[]> {
    const found = await this.documents
      .find({ userId })
      .sort({ at: -1, _id: -1 })
      .limit(shownMost)
      .lean<SanctionDocument[]>();
    return found.map(toSanction);
  }

  /** With when what follows of it is left to a worker; absent: it is done. null: there is none. */
  async get(id: string): Promise<(Sanction & { followAt?: Date }) | null> {
    const found = await this.documents.findById(id).lean<SanctionDocument>();
    return (
      found && { ...toSanction(found), ...(found.followAt ? { followAt: found.followAt } : {}) }
    );
  }

  /** What follows of these is done. */
  async followed(ids: readonly string[]): Promise<void> {
    await this.documents.updateMany({ _id: { $in: [...ids] } }, { $unset: { followAt: 1 } });
  }

  /** Those of which something is left to do. */
  async unfollowed(until: Date, limit: number): Promise<{ id: string; at: Date }[]> {
    const found = await this.documents
      .find({ followAt: dueBy(until) }, { followAt: 1 })
      .sort({ followAt: 1 })
      .limit(limit)
      .lean<SanctionDocument[]>();
    return found.map(({ _id: id, followAt }) => ({ id, at: followAt! }));
  }

  /** What stands and counts against the manner of a person, since a time. */
  async standingSince(userId: string, since: Date): Promise<Pick<Sanction, 'kind' | 'at'>[]> {
    return this.documents
      .find({ userId, at: { $gte: since }, liftedAt: null }, { kind: 1, at: 1 })
      .lean<Pick<Sanction, 'kind' | 'at'>[]>();
  }

  /** Takes back what keeps the person out now; answers with the ids of what is lifted and not followed. */
  async lift(userId: string, now: Date): Promise<string[]> {
    await this.documents.updateMany(
      { userId, ...inForce(now) },
      { $set: { liftedAt: now, followAt: leftAt(now) } },
    );
    const left = await this.documents
      .find({ userId, liftedAt: { $type: 'date' }, followAt: { $type: 'date' } }, { _id: 1 })
      .lean<{ _id: string }[]>();
    return left.map(({ _id }) => _id);
  }

  private async readStanding(userIds: string[]): Promise<Map<string, SanctionDocument[]>> {
    const found = await this.readAll({ userId: { $in: userIds }, ...keepsOut });
    return groupBy(found, ({ userId }) => userId);
  }

  /** Throws ACCOUNT_SUSPENDED, with the wait unless it is for good. */
  async mustBeFree(userId: string, now: Date): Promise<void> {
    mustBeFree((await this.standing.getMany([userId])).get(userId) ?? [], now);
  }
}

/** What keeps people out unless it has ended. */
const keepsOut = { kind: { $in: [...excluding] }, liftedAt: null };

const leftAt = (now: Date): Date => new Date(now.getTime() + graceMs);

const toSanction = ({ _id: id, followAt: _, ...sanction }: SanctionDocument): Sanction => ({
  id,
  ...sanction,
});

/** Suspensions that have not ended, and bans. */
const inForce = (now: Date) => ({
  ...keepsOut,
  $or: [{ until: null }, { until: { $gt: now } }],
});
