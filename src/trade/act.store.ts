import type { ClientSession, Connection, Model, Schema } from 'mongoose';
import { behind } from '../platform/pages.js';
import { Store } from '../platform/store.js';

/** What the documents of offers and deals have in common. */
export interface ActDocument {
  _id: string;
  version: number;
  /** When time changes it next; null: never. */
  dueAt: Date | null;
  remindAt: Date | null;
  /** The log holds its acts up to this version; `unlogged`: some are missing there. */
  loggedVersion: number;
  unlogged: boolean;
}

/** Something that falls due by time, and when. */
export interface Due {
  id: string;
  at: Date;
}

/** Stores things that change one version after another and whose acts are told in the log. */
export class ActStore<
  Document extends ActDocument,
  One extends { version: number },
> extends Store<Document> {
  /** The same documents, of which no more is known here. */
  private readonly acts = this.documents as unknown as Model<ActDocument>;

  protected constructor(
    connection: Connection,
    schema: Schema<Document>,
    private readonly kind: {
      /** Filter for those that are still open. */
      open: Record<string, unknown>;
      toDocument: (one: One) => Document;
      toOne: (document: Document) => One;
    },
  ) {
    super(connection, schema);
  }

  /** Reads it as the transaction sees it, where one is given. */
  async get(id: string, session?: ClientSession): Promise<One | null> {
    const found = await this.acts
      .findById(id)
      .session(session ?? null)
      .lean<Document>();
    return found && this.kind.toOne(found);
  }

  /** Its version on the primary now. Reads by majority, as all others are, may still find the one before. */
  async newestVersion(id: string): Promise<number | undefined> {
    const found = await this.acts
      .findById(id, { version: 1 })
      .read('primary')
      .readConcern('local')
      .lean<Pick<Document, 'version'>>();
    return found?.version;
  }

  /** The ones that a filter finds, as the transaction sees them, where one is given. */
  protected async find(filter: Record<string, unknown>, session?: ClientSession): Promise<One[]> {
    const found = await this.acts
      .find(filter)
      .session(session ?? null)
      .lean<Document[]>();
    return found.map((document) => this.kind.toOne(document));
  }

  /** A page of those that a filter finds, in this order, behind a position. */
  protected async page(
    filter: Record<string, unknown>,
    order: Readonly<Record<string, 1 | -1>>,
    after: readonly [Date | number, string] | null,
    limit: number,
  ): Promise<One[]> {
    const found = await this.acts
      .find({ $and: [filter, behind(order, after)] })
      .sort(order)
      .limit(limit)
      .lean<Document[]>();
    return found.map((document) => this.kind.toOne(document));
  }

  async add(one: One, session: ClientSession): Promise<void> {
    await this.acts.create([this.kind.toDocument(one)], { session });
  }

  /** Open ones that fall due by a time, the most overdue first. */
  due(until: Date, limit: number): Promise<Due[]> {
    return this.openUntil('dueAt', until, limit);
  }

  /** Open ones with a reminder until a time, the earliest first. */
  toRemind(until: Date, limit: number): Promise<Due[]> {
    return this.openUntil('remindAt', until, limit);
  }

  /** Compare-and-set on the version before. False: another write was first, or `timely` does not hold. */
  protected async moveOn(
    one: One,
    timely: Record<string, unknown>,
    session?: ClientSession,
  ): Promise<boolean> {
    const { filter, update } = this.moveOf(one);
    const result = await this.acts.updateOne({ ...filter, ...timely }, update, { session });
    return result.modifiedCount === 1;
  }

  /** Leaves out how far the log is written, since this writer does not know it. */
  protected moveOf(one: One) {
    const { _id, loggedVersion: _loggedVersion, ...fields } = this.kind.toDocument(one);
    return { filter: { _id, version: one.version - 1 }, update: { $set: fields } };
  }

  async loggedUpTo(id: string, version: number): Promise<void> {
    await this.acts.updateOne(
      { _id: id },
      [
        { $set: { loggedVersion: { $max: ['$loggedVersion', version] } } },
        { $set: { unlogged: { $lt: ['$loggedVersion', '$version'] } } },
      ],
      { updatePipeline: true },
    );
  }

  /** Documents with acts that are not in the log yet. */
  async unlogged(limit: number): Promise<One[]> {
    const found = await this.acts.find({ unlogged: true }).limit(limit).lean<Document[]>();
    return found.map((document) => this.kind.toOne(document));
  }

  private async openUntil(key: 'dueAt' | 'remindAt', until: Date, limit: number): Promise<Due[]> {
    const found = await this.acts
      .find({ ...this.kind.open, [key]: { $lte: until } }, { [key]: 1 })
      .sort({ [key]: 1 })
      .limit(limit)
      .lean<Document[]>();
    return found.map((document) => ({ id: document._id, at: document[key]! }));
  }
}

/** Filter: a time in the document is before or after now, by the clock of the database. */
export const byDatabaseClock = (operator: '$gt' | '$lte', key: string) => ({
  $expr: { [operator]: [`$${key}`, '$$NOW'] },
});
