import type { Connection } from 'mongoose';
import type { AlertKind, Wanted } from '../domain/wanted.js';
import { documentsOf } from '../platform/mongo.js';
import { atTime, behind, type KeysetPosition } from '../platform/pages.js';
import { Store } from '../platform/store.js';

/** What a person waits for: a keyword, or a search that they saved. */
export interface Alert extends Wanted {
  id: string;
  userId: string;
  kind: AlertKind;
  createdAt: Date;
}

type AlertDocument = Omit<Alert, 'id'> & {
  _id: string;
  /** See `tokensWanted`. */
  tokens: string[];
};

const schema = documentsOf<AlertDocument>('alerts');
schema.index({ tokens: 1 });
schema.index({ userId: 1, kind: 1, createdAt: -1, _id: -1 });

const newestFirst = { createdAt: -1, _id: -1 } as const;

/** Keyword alerts and saved searches, found by what a listing says. */
export class AlertStore extends Store<AlertDocument> {
  constructor(connection: Connection) {
    super(connection, schema);
  }

  /** False when it is there already. */
  async add({ id, ...alert }: Alert, tokens: string[]): Promise<boolean> {
    const { upsertedCount } = await this.documents.updateOne(
      { _id: id },
      { $setOnInsert: { ...alert, tokens } },
      { upsert: true },
    );
    return upsertedCount === 1;
  }

  async get(id: string): Promise<Alert | null> {
    const found = await this.documents.findById(id).lean<AlertDocument>();
    return found && toAlert(found);
  }

  /** One that is not there is no error. */
  async remove(userId: string, kind: AlertKind, id: string): Promise<void> {
    await this.documents.deleteOne({ _id: id, userId, kind });
  }

  /** Everything of a person. */
  async forget(userId: string): Promise<void> {
    await this.documents.deleteMany({ userId });
  }

  count(userId: string, kind: AlertKind): Promise<number> {
    return this.documents.countDocuments({ userId, kind });
  }

  /** The newest first. */
  async ofPerson(
    userId: string,
    kind: AlertKind,
    limit: number,
    after: KeysetPosition | null,
  ): Promise<Alert[]> {
    const found = await this.documents
      .find({ userId, kind, ...behind(newestFirst, atTime(after)) })
      .sort(newestFirst)
      .limit(limit)
      .lean<AlertDocument[]>();
    return found.map(toAlert);
  }

  /** All that have one of these tokens, in one look-up; whether they are met is for the domain to say. */
  async *waitingUnder(tokens: string[]): AsyncGenerator<Alert> {
    const found = this.documents
      .find({ tokens: { $in: tokens } })
      .hint({ tokens: 1 })
      .lean<AlertDocument[]>()
      .cursor({ batchSize: 1_000 }) as unknown as AsyncIterable<AlertDocument>;
    for await (const document of found) yield toAlert(document);
  }

  /** Adds many new ones at once: for measuring. */
  async addMany(all: readonly (Alert & { tokens: string[] })[]): Promise<void> {
    await this.documents.insertMany(
      all.map(({ id, ...alert }) => ({ _id: id, ...alert })),
      { lean: true },
    );
  }
}

const toAlert = ({ _id: id, tokens: _tokens, ...alert }: AlertDocument): Alert => ({
  id,
  ...alert,
});
