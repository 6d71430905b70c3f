import type { Connection } from 'mongoose';
import type { AlertKind, Wanted } from '../domain/wanted.js';
import { documentsOf } from '../platform/mongo.js';
import { atTime, behind, type KeysetPosition } from '../platform/pages.js';
import { Store, specOf } from '../platform/store.js';

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
const byToken = { tokens: 1, _id: 1 } as const;
schema.index(byToken);
schema.index({ userId: 1, kind: 1, createdAt: -1, _id: -1 });

/** Where a reading of those who wait stands. */
export type WaitingPlace = readonly [token: string, id: string];

/** As the database compares texts: by their bytes. */
const asIndexed = (one: string, other: string): number =>
  Buffer.compare(Buffer.from(one), Buffer.from(other));

const newestFirst = { createdAt: -1, _id: -1 } as const;

/** Keyword alerts and saved searches, found by what a listing says. */
export class AlertStore extends Store<AlertDocument> {
  static readonly collections = [specOf(schema)];

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

  /**
   * Those that have one of these tokens, some at a time by an index, in a lasting order; whether they are met is for the
   * domain to say. `last`: behind it the next ones are; null: there are none.
   */
  async waitingUnder(
    tokens: string[],
    limit: number,
    after: WaitingPlace | null,
  ): Promise<{ found: Alert[]; last: WaitingPlace | null }> {
    const inOrder = [...new Set(tokens)].sort(asIndexed);
    const [token, id] = after ?? [];
    const rest = token === undefined ? inOrder : inOrder.filter((one) => asIndexed(one, token) > 0);
    const same =
      token === undefined
        ? []
        : await this.inOrderOfIndex({ tokens: token, _id: { $gt: id } }, limit);
    const left = limit - same.length;
    const others =
      left > 0 && rest.length > 0 ? await this.inOrderOfIndex({ tokens: { $in: rest } }, left) : [];
    const [asked, behind] = [new Set(inOrder), new Set(rest)];
    const firstOf = (one: AlertDocument, among: Set<string>) =>
      one.tokens.filter((name) => among.has(name)).sort(asIndexed)[0];
    // One that waits under several of the tokens was found under the first.
    const found = [
      ...same.filter((one) => token === firstOf(one, asked)),
      ...others.filter((one) => behind.has(firstOf(one, asked)!)),
    ];
    const last = others.at(-1) ?? same.at(-1);
    const isFull = same.length + others.length === limit;
    const under = others.length > 0 ? firstOf(last!, behind) : token;
    return {
      found: found.map(toAlert),
      last: isFull && last && under !== undefined ? [under, last._id] : null,
    };
  }

  /** By token and then by id, since nothing else is sorted: the index is read from one end. */
  private inOrderOfIndex(where: Record<string, unknown>, limit: number): Promise<AlertDocument[]> {
    return this.documents.find(where).hint(byToken).limit(limit).lean<AlertDocument[]>();
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
