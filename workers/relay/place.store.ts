import { Schema, type Connection } from 'mongoose';

/** A place in the log: all before it is done. */
export interface StreamPlace {
  /** Resume token of the change stream; null: none is known, the log is read by time. */
  token: unknown;
  /** Everything written before this time (a minute of clock difference aside) is done. */
  at: Date;
}

interface PlaceDocument extends StreamPlace {
  _id: string;
  fence: number;
}

const schema = new Schema<PlaceDocument>(
  { _id: String, token: Schema.Types.Mixed, at: Date, fence: Number },
  { collection: 'relayPlaces', versionKey: false },
);

/**
 * How far the relay has come; moved only after the work before it is done, and only by the newest holder of the lease,
 * so that it never goes back.
 */
export class PlaceStore {
  private readonly places;

  constructor(
    connection: Connection,
    private readonly name: string,
  ) {
    this.places = connection.model('RelayPlace', schema);
  }

  /** The very first place is now: what is written before any relay acts must be seen too. */
  async prepare(): Promise<void> {
    await this.places.updateOne(
      { _id: this.name },
      { $setOnInsert: { token: null, at: new Date(), fence: 0 } },
      { upsert: true },
    );
  }

  /** Where to go on; writes of older fences are refused from here on. Null when a newer one was here already. */
  async claim(fence: number): Promise<StreamPlace | null> {
    return this.places
      .findOneAndUpdate(this.mine(fence), { $set: { fence } }, { returnDocument: 'after' })
      .lean<StreamPlace>();
  }

  /** False when a newer fence has claimed the place. */
  async write({ token, at }: StreamPlace, fence: number): Promise<boolean> {
    const written = await this.places.updateOne(this.mine(fence), { $set: { token, at, fence } });
    return written.matchedCount === 1;
  }

  /** A place from before there were fences has none. */
  private mine(fence: number) {
    return { _id: this.name, fence: { $not: { $gt: fence } } };
  }
}
