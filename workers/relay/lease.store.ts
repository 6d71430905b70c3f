import { Schema, type Connection } from 'mongoose';

interface LeaseDocument {
  _id: string;
  holder: string | null;
  /** Grows with every acquisition. A write with an older fence comes from a relay that has lost the lease. */
  fence: number;
  until: Date;
}

const schema = new Schema<LeaseDocument>(
  { _id: String, holder: String, fence: Number, until: Date },
  { collection: 'relayLeases', versionKey: false },
);

/**
 * Decides which of the relays of one name acts. Only the database's clock counts, and each step is one atomic update, so
 * two relays never hold the lease at once.
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

  /** False when somebody else took the lease since. */
  async renew(fence: number, leaseMs: number): Promise<boolean> {
    const renewed = await this.leases.updateOne(
      { _id: this.name, fence },
      [{ $set: { until: { $add: ['$$NOW', leaseMs] } } }],
      { updatePipeline: true },
    );
    return renewed.matchedCount === 1;
  }

  /** Gives the lease up, so that another relay may act at once. */
  async giveUp(fence: number): Promise<void> {
    await this.leases.updateOne(
      { _id: this.name, fence },
      { $set: { holder: null, until: new Date(0) } },
    );
  }
}
