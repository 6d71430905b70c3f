import type { Connection } from 'mongoose';
import { collectionOf } from '../platform/mongo.js';

interface MigrationDocument {
  _id: string;
  /** When it was done. */
  at: Date;
  /** How long it took. */
  ms: number;
}

/** Which migrations this database has had. */
export class MigrationStore {
  private readonly ran;

  constructor(connection: Connection) {
    this.ran = collectionOf<MigrationDocument>(connection, 'migrations');
  }

  /** When each was done, by its id. */
  async done(): Promise<Map<string, Date>> {
    const found = await this.ran.find().toArray();
    return new Map(found.map(({ _id, at }) => [_id, at]));
  }

  /** It has to run again. */
  async forget(id: string): Promise<void> {
    await this.ran.deleteOne({ _id: id });
  }

  /** The newest run counts. */
  async note(id: string, run: { at: Date; ms: number }): Promise<void> {
    await this.ran.replaceOne({ _id: id }, run, { upsert: true });
  }
}
