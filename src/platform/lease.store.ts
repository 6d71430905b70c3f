import { Schema, type Connection } from 'mongoose';

interface LeaseDocument {
  _id: string;
  holder: string | null;
  /** Grows with every acquisition. A write with an older fence comes from somebody who has lost the lease. */
  fence: number;
  until: Date;
}

const schema = new Schema<LeaseDocument>(
  { _id: String, holder: String, fence: Number, until: Date },
  { collection: 'relayLeases', versionKey: false },
);

/**
 * Decides which of several processes acts under one name: a relay, or a run of migrations. Only the database's clock
 * counts, and each step is one atomic update, so two never hold the lease at once.
 */
export class LeaseStore {
  private readonly leases;

  constructor(
    connection: Connection,
    private readonly name: string,
  ) {
    this.leases = connection.model('RelayLease', schema);
  }

  /** Adds a lease that has run out, unless there is a lease already. */
  async prepare(): Promise<void> {
    await this.leases.updateOne(
      { _id: this.name },
      { $setOnInsert: { holder: null, fence: 0, until: new Date(0) } },
      { upsert: true },
    );
  }

  /** The fence of the new holder; null while somebody else holds the lease. */
  async take(holder: string, leaseMs: number): Promise<number | null> {
    const taken = await this.leases.findOneAndUpdate(
      { _id: this.name, $expr: { $lte: ['$until', '$$NOW'] } },
      [{ $set: { holder, fence: { $add: ['$fence', 1] }, until: { $add: ['$$NOW', leaseMs] } } }],
      { updatePipeline: true, returnDocument: 'after' },
    );
    return taken?.fence ?? null;
  }

  /** Who holds the lease, or held it last, and until when; null: nobody ever did. */
  async holder(): Promise<Pick<LeaseDocument, 'holder' | 'until'> | null> {
    return this.leases.findById(this.name, { holder: 1, until: 1 }).lean<LeaseDocument>();
  }

  /** False when somebody else took the lease since. */
  async renew(fence: number, leaseMs: number): Promise<boolean> {
    const renewed = await this.leases.updateOne(
      { _id: this.name, fence },
      [{ $set: { until: { $add: ['$$NOW', leaseMs] } } }],
      { updatePipeline: true },
    );
    return renewed.matchedCount === 1;
  }

  /** Gives the lease up, so that another may act at once. */
  async giveUp(fence: number): Promise<void> {
    await this.leases.updateOne(
      { _id: this.name, fence },
      { $set: { holder: null, until: new Date(0) } },
    );
  }
}
