import { Schema, type Connection } from 'mongoose';

/** A place in a change stream: the work for everything before it is done. */
export interface StreamPlace {
  /** Resume token of the change stream; null: none is known, so the log is read by time. */
  token: unknown;
  /** Everything written before this time is done, give or take a minute of clock difference. */
  at: Date;
}

interface PlaceDocument extends StreamPlace {
  _id: string;
  fence: number;
  /** The life of the database that it is a place of; unset in places of older versions. */
  epoch?: string;
}

const schema = new Schema<PlaceDocument>(
  { _id: String, token: Schema.Types.Mixed, at: Date, fence: Number, epoch: String },
  { collection: 'relayPlaces', versionKey: false },
);

/**
 * Stores how far the relay has come. The place moves only after the work before it is done, and only by the newest holder
 * of the lease, so it never goes back. A place of another life of the database is none: MongoDB may take its token
 * without a word, and give out what was restored as new.
 */
export class PlaceStore {
  private readonly places;

  constructor(
    connection: Connection,
    private readonly name: string,
    private readonly life: { epoch: string; since: Date },
  ) {
    this.places = connection.model('RelayPlace', schema);
  }

  /** Makes the first place, at the present moment, so that entries written before any relay acts are seen too. */
  async prepare(): Promise<void> {
    await this.places.updateOne(
      { _id: this.name },
      { $setOnInsert: { token: null, at: new Date(), fence: 0, epoch: this.life.epoch } },
      { upsert: true },
    );
  }

  /** The place to go on from; from now on writes with older fences are refused. Null when a newer fence has claimed it. */
  async claim(fence: number): Promise<StreamPlace | null> {
    const place = await this.places
      .findOneAndUpdate(this.mine(fence), { $set: { fence } }, { returnDocument: 'after' })
      .lean<PlaceDocument>();
    return place && !this.isOfThisLife(place) ? { token: null, at: this.life.since } : place;
  }

  /** False when a newer fence has claimed the place. */
  async write({ token, at }: StreamPlace, fence: number): Promise<boolean> {
    const written = await this.places.updateOne(this.mine(fence), {
      $set: { token, at, fence, epoch: this.life.epoch },
    });
    return written.matchedCount === 1;
  }

  private isOfThisLife({ epoch, at }: PlaceDocument): boolean {
    return epoch === undefined ? at >= this.life.since : epoch === this.life.epoch;
  }

  /** Old places were stored without a fence. */
  private mine(fence: number) {
    return { _id: this.name, fence: { $not: { $gt: fence } } };
  }
}
