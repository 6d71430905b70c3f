import type { Connection } from 'mongoose';
import { collectionOf } from '../platform/mongo.js';
import type { CollectionSpec } from '../platform/store.js';

/** A lane in which an event waits, or waited a moment ago. */
export interface Lane {
  id: string;
  /** The event at its head is not tried before this time. */
  dueAt: Date;
  /** Failed tries of the event at its head. */
  tries: number;
}

/** The lanes in which events wait. A lane is opened after its event is stored, so no event is forgotten. */
export class WebhookLaneStore {
  static readonly collections: readonly CollectionSpec[] = [
    { name: 'webhookLanes', indexes: [{ key: { dueAt: 1 } }] },
  ];
  private readonly lanes;

  constructor(connection: Connection) {
    this.lanes = collectionOf<Omit<Lane, 'id'> & { _id: string }>(connection, 'webhookLanes');
  }

  /** Opens lanes. Open ones stay as they are: a new event waits behind those before it. */
  async open(ids: Iterable<string>, now: Date): Promise<void> {
    await this.upsert(ids, { $setOnInsert: { dueAt: now, tries: 0 } });
  }

  /** Opens lanes and makes them due at once, also those that wait for their next try. */
  async makeDue(ids: Iterable<string>, now: Date): Promise<void> {
    await this.upsert(ids, { $set: { dueAt: now, tries: 0 } });
  }

  /** Due lanes, the longest due first. */
  due(now: Date, limit: number): Promise<Lane[]> {
    return this.lanes
      .find({ dueAt: { $lte: now } }, { sort: { dueAt: 1 }, limit })
      .map(({ _id: id, ...lane }) => ({ id, ...lane }))
      .toArray();
  }

  /** The event at the head of the lane has failed `tries` times and is tried again at `dueAt`. */
  async putOff({ id, dueAt, tries }: Lane): Promise<void> {
    await this.lanes.updateOne({ _id: id }, { $set: { dueAt, tries } });
  }

  async close(ids: string[]): Promise<void> {
    await this.lanes.deleteMany({ _id: { $in: ids } });
  }

  private async upsert(
    ids: Iterable<string>,
    update: { $set?: object; $setOnInsert?: object },
  ): Promise<void> {
    const operations = [...new Set(ids)].map((_id) => ({
      updateOne: { filter: { _id }, update, upsert: true },
    }));
    if (operations.length > 0) await this.lanes.bulkWrite(operations, { ordered: false });
  }
}
