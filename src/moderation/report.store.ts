import type { Connection } from 'mongoose';
import type { view } from '../contract/index.js';
import { documentsOf } from '../platform/mongo.js';
import { atTime, behind, type KeysetPosition } from '../platform/pages.js';
import { Store, specOf } from '../platform/store.js';
import { inTransaction } from '../platform/transaction.js';
import { targetKey, type Decision, type Report, type Target } from '../domain/report.js';

type ReportDocument = Omit<Report, 'id'> & { _id: string };

const schema = documentsOf<ReportDocument>('reports');
// One report a person and target, whoever sends it twice at once.
schema.index({ reporterId: 1, targetType: 1, targetId: 1 }, { unique: true, name: 'once' });
schema.index({ userId: 1, createdAt: -1 });
schema.index({ targetType: 1, targetId: 1, createdAt: -1 });
// The queue, and what was decided. Reports of the first days have no `decidedAt`, which `null` matches too.
schema.index({ decidedAt: 1, createdAt: 1, _id: 1 });
schema.index({ decidedAt: -1, _id: -1 });
const leftUndone = { partialFilterExpression: { unfollowed: true }, name: 'leftUndone' } as const;
schema.index({ decidedAt: 1 }, leftUndone);

/** Time for the process that decided to do what follows, before a worker does. */
const graceMs = 5_000;

const oldestFirst = { createdAt: 1, _id: 1 } as const;
const newestFirst = { decidedAt: -1, _id: -1 } as const;

/** What the queue is asked for. */
export interface QueueFilter {
  state: 'open' | 'decided';
  targetType?: view.ReportTarget | undefined;
  reason?: view.ReportReason | undefined;
}

export class ReportStore extends Store<ReportDocument> {
  static readonly collections = [specOf(schema)];

  constructor(private readonly connection: Connection) {
    super(connection, schema);
  }

  /** The report that this person made about the target; null: none yet. */
  async of(about: Pick<Report, 'reporterId' | 'targetType' | 'targetId'>): Promise<Report | null> {
    const { reporterId, targetType, targetId } = about;
    const found = await this.documents
      .findOne({ reporterId, targetType, targetId })
      .lean<ReportDocument>();
    return found && toReport(found);
  }

  /** All that a person made, the oldest first. */
  async by(reporterId: string): Promise<Report[]> {
    const found = await this.documents
      .find({ reporterId })
      .sort(oldestFirst)
      .lean<ReportDocument[]>();
    return found.map(toReport);
  }

  /** Erases what this person wrote to the moderators. That they reported stays, for those who look at the target. */
  async forgetNotes(reporterId: string): Promise<void> {
    await this.documents.updateMany({ reporterId }, { $unset: { note: 1 } });
  }

  async getMany(ids: string[]): Promise<Map<string, Report>> {
    if (ids.length === 0) return new Map();
    const found = await this.documents.find({ _id: { $in: ids } }).lean<ReportDocument[]>();
    return new Map(found.map((document) => [document._id, toReport(document)]));
  }

  /**
   * Those that wait, the oldest first, or the decided, newest first; without those that `by` made or that are about
   * them. The filters are held against the walk through the queue, which moderators keep short.
   */
  async queue(
    { state, targetType, reason }: QueueFilter,
    by: string,
    limit: number,
    after: KeysetPosition | null,
  ): Promise<Report[]> {
    const open = state === 'open';
    const order = open ? oldestFirst : newestFirst;
    const found = await this.documents
      .find({
        decidedAt: open ? null : { $type: 'date' },
        userId: { $ne: by },
        reporterId: { $ne: by },
        ...(targetType ? { targetType } : {}),
        ...(reason ? { reason } : {}),
        ...behind(order, atTime(after)),
      })
      .sort(order)
      .limit(limit)
      .lean<ReportDocument[]>();
    return found.map(toReport);
  }

  /** The newest reports of a target, by id. */
  async idsOf({ targetType, targetId }: Target, limit: number): Promise<string[]> {
    const found = await this.documents
      .find({ targetType, targetId }, { _id: 1 })
      .sort({ createdAt: -1 })
      .limit(limit)
      .lean<{ _id: string }[]>();
    return found.map(({ _id }) => _id);
  }

  /** How many reports there are of each target, by its key. */
  async alike(targets: Target[]): Promise<Map<string, number>> {
    if (targets.length === 0) return new Map();
    const counted = await this.documents.aggregate<{ _id: Target; count: number }>([
      {
        $match: {
          $or: targets.map(({ targetType, targetId }) => ({ targetType, targetId })),
        },
      },
      {
        $group: { _id: { targetType: '$targetType', targetId: '$targetId' }, count: { $sum: 1 } },
      },
    ]);
    return new Map(counted.map(({ _id, count }) => [targetKey(_id), count]));
  }

  /** Those of these targets, by {@link targetKey}, that a person reported. */
  async reportedBy(reporterId: string, targets: Target[]): Promise<Set<string>> {
    if (targets.length === 0) return new Set();
    const found = await this.documents
      .find(
        {
          reporterId,
          $or: targets.map(({ targetType, targetId }) => ({ targetType, targetId })),
        },
        { targetType: 1, targetId: 1 },
      )
      .hint('once')
      .lean<ReportDocument[]>();
    return new Set(found.map(targetKey));
  }

  /**
   * Decides all reports of the target that wait, if this one does: of two decisions at once one is stored. Returns the
   * report as it stands; null: there is none.
   */
  async decide(id: string, decision: Decision, now: Date): Promise<Report | null> {
    return inTransaction(this.connection, async (session) => {
      const found = await this.documents.findById(id).session(session).lean<ReportDocument>();
      if (!found || found.decidedAt) return found && toReport(found);
      const { targetType, targetId } = found;
      const decided = { decidedAt: now, decision, unfollowed: true } as const;
      await this.documents.updateMany(
        { targetType, targetId, decidedAt: null },
        { $set: decided },
        { session },
      );
      return { ...toReport(found), ...decided };
    });
  }

  /** What follows from this decision is done. */
  async followed({ targetType, targetId, decidedAt }: Report): Promise<void> {
    await this.documents.updateMany(
      { targetType, targetId, decidedAt, unfollowed: true },
      { $unset: { unfollowed: 1 } },
    );
  }

  /** Decided ones of which what follows is left to do. */
  async unfollowed(until: Date, limit: number): Promise<{ id: string; at: Date }[]> {
    const found = await this.documents
      .find(
        { unfollowed: true, decidedAt: { $lte: new Date(until.getTime() - graceMs) } },
        { decidedAt: 1 },
      )
      .sort({ decidedAt: 1 })
      .hint(leftUndone.name)
      .limit(limit)
      .lean<ReportDocument[]>();
    return found.map(({ _id: id, decidedAt }) => ({
      id,
      at: new Date(decidedAt!.getTime() + graceMs),
    }));
  }

  /** False when this person has reported the target before. */
  add({ id, ...report }: Report): Promise<boolean> {
    return this.addNew({ _id: id, ...report });
  }
}

function toReport({ _id, ...report }: ReportDocument): Report {
  return {
    ...report,
    id: _id,
    decidedAt: report.decidedAt ?? null,
    decision: report.decision ?? null,
  };
}
