import type { Connection } from 'mongoose';
import { documentsOf, isDuplicateKey } from '../platform/mongo.js';
import { Store } from '../platform/store.js';
import type { Report } from './report.js';

type ReportDocument = Omit<Report, 'id'> & { _id: string };

const schema = documentsOf<ReportDocument>('reports');
// One report a person and target, whoever sends it twice at once.
schema.index({ reporterId: 1, targetType: 1, targetId: 1 }, { unique: true, name: 'once' });
schema.index({ userId: 1, createdAt: -1 });

export class ReportStore extends Store<ReportDocument> {
  constructor(connection: Connection) {
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

  async getMany(ids: string[]): Promise<Map<string, Report>> {
    if (ids.length === 0) return new Map();
    const found = await this.documents.find({ _id: { $in: ids } }).lean<ReportDocument[]>();
    return new Map(found.map((document) => [document._id, toReport(document)]));
  }

  /** False when this person has reported the target before. */
  async add({ id, ...report }: Report): Promise<boolean> {
    try {
      await this.documents.create({ _id: id, ...report });
      return true;
    } catch (error) {
      if (isDuplicateKey(error)) return false;
      throw error;
    }
  }
}

function toReport({ _id, ...report }: ReportDocument): Report {
  return { id: _id, ...report };
}
