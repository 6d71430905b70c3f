import { Schema, type Connection } from 'mongoose';
import { isDuplicateKey } from '../platform/mongo.js';

export interface Delivery {
  conversationId: string;
  seq: number;
  recipientId: string;
  deviceKey: string;
  provider: string;
  state: 'claimed' | 'sent';
  at: Date;
}

const schema = new Schema<Delivery & { _id: string }>(
  {
    _id: String,
    conversationId: String,
    seq: Number,
    recipientId: String,
    deviceKey: String,
    provider: String,
    state: String,
    at: Date,
  },
  { collection: 'deliveries', versionKey: false },
);
schema.index({ conversationId: 1, seq: 1 });
schema.index({ at: 1 }, { expireAfterSeconds: 14 * 24 * 3600 });

/** A claim whose holder died is free again after this long. */
const claimMs = 10_000;

/** What was sent to which device: the claim that keeps a stalled job, run twice, from ringing twice. */
export class DeliveryStore {
  private readonly deliveries;

  constructor(connection: Connection) {
    this.deliveries = connection.model('Delivery', schema);
  }

  async prepare(): Promise<void> {
    await this.deliveries.createIndexes();
  }

  /**
   * `mine`: this entry is now yours to send to this device, and nobody else's. `held`: somebody is at it, or died at
   * it; try later.
   */
  async claim(delivery: Omit<Delivery, 'state'>): Promise<'mine' | 'held' | 'sent'> {
    const _id = keyOf(delivery);
    try {
      await this.deliveries.create({ _id, ...delivery, state: 'claimed' });
      return 'mine';
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
    }
    const taken = await this.deliveries.updateOne(
      { _id, state: 'claimed', at: { $lt: new Date(delivery.at.getTime() - claimMs) } },
      { $set: { at: delivery.at } },
    );
    if (taken.modifiedCount === 1) return 'mine';
    const sent = await this.deliveries.exists({ _id, state: 'sent' });
    return sent ? 'sent' : 'held';
  }

  async sent(delivery: Omit<Delivery, 'state'>): Promise<void> {
    await this.deliveries.updateOne({ _id: keyOf(delivery) }, { $set: { state: 'sent' } });
  }

  /** The provider failed: the next try may claim again at once. */
  async release(delivery: Omit<Delivery, 'state'>): Promise<void> {
    await this.deliveries.deleteOne({ _id: keyOf(delivery), state: 'claimed' });
  }
}

const keyOf = ({ conversationId, seq, deviceKey }: Omit<Delivery, 'state'>) =>
  `${conversationId}:${seq}:${deviceKey}`;
