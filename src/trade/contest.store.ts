import type { Connection } from 'mongoose';
import type { Contest } from '../domain/contest.js';
import { documentsOf } from '../platform/mongo.js';
import { atTime, behind, type KeysetPosition } from '../platform/pages.js';
import { Store, specOf } from '../platform/store.js';

type ContestDocument = Omit<Contest, 'id'> & { _id: string };

const schema = documentsOf<ContestDocument>('contests');
schema.index({ state: 1, at: 1, _id: 1 });
schema.index({ userId: 1 });

const oldestFirst = { at: 1, _id: 1 } as const;

/** Contests of no-shows, one for a deal. */
export class ContestStore extends Store<ContestDocument> {
  static readonly collections = [specOf(schema)];

  constructor(connection: Connection) {
    super(connection, schema);
  }

  /** False when the deal has one. */
  add({ id, ...contest }: Contest): Promise<boolean> {
    return this.addNew({ _id: id, ...contest });
  }

  /** Those of these deals, by deal. */
  async of(dealIds: string[]): Promise<Map<string, Contest>> {
    if (dealIds.length === 0) return new Map();
    const found = await this.documents.find({ _id: { $in: dealIds } }).lean<ContestDocument[]>();
    return new Map(found.map((document) => [document._id, toContest(document)]));
  }

  /** Those of one accused, by their own words. */
  async by(userId: string): Promise<Contest[]> {
    const found = await this.documents.find({ userId }).lean<ContestDocument[]>();
    return found.map(toContest);
  }

  /** Erases what this person wrote; what was decided stays. */
  async forgetTexts(userId: string): Promise<void> {
    await this.documents.updateMany({ userId }, { $set: { text: '' } });
  }

  /** Those that wait, the oldest first, without that of who asks. */
  async waiting(by: string, limit: number, after: KeysetPosition | null): Promise<Contest[]> {
    const found = await this.documents
      .find({ state: 'waiting', userId: { $ne: by }, ...behind(oldestFirst, atTime(after)) })
      .sort(oldestFirst)
      .limit(limit)
      .lean<ContestDocument[]>();
    return found.map(toContest);
  }

  /** Compare-and-set: null when it is decided already, or there is none. */
  async decide(
    id: string,
    decision: Pick<Contest, 'state' | 'by' | 'note' | 'decidedAt'>,
  ): Promise<Contest | null> {
    const found = await this.documents
      .findOneAndUpdate(
        { _id: id, state: 'waiting' },
        { $set: decision },
        { returnDocument: 'after' },
      )
      .lean<ContestDocument>();
    return found && toContest(found);
  }
}

const toContest = ({ _id: id, ...contest }: ContestDocument): Contest => ({ id, ...contest });
