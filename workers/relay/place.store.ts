import { Schema, type Connection } from 'mongoose';

interface Place {
  _id: string;
  token: unknown;
  at: Date;
}

const schema = new Schema<Place>(
  { _id: String, token: Schema.Types.Mixed, at: Date },
  { collection: 'relayPlaces', versionKey: false },
);

/** How far a relay has come in the change stream; moved only after the work before it is done. */
export class PlaceStore {
  private readonly places;

  constructor(
    connection: Connection,
    private readonly name: string,
  ) {
    this.places = connection.model('RelayPlace', schema);
  }

  async read(): Promise<{ token: unknown; at: Date } | null> {
    return this.places.findById(this.name).lean<Place>();
  }

  async write(token: unknown): Promise<void> {
    await this.places.updateOne(
      { _id: this.name },
      { $set: { token, at: new Date() } },
      { upsert: true },
    );
  }
}
