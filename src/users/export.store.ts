import type { Connection, mongo } from 'mongoose';
import { documentsOf, dueBy, isDuplicateKey, onlyDates } from '../platform/mongo.js';
import { newId } from '../platform/ids.js';
import { Store, specOf } from '../platform/store.js';

export interface Export {
  userId: string;
  requestedAt: Date;
  /** null: it is being prepared. */
  ready: { at: Date; expiresAt: Date; bytes: number } | null;
}

/** What is to be known of a file to read it. */
export interface ExportFile {
  build: string;
  /** Size of each part but the last one. */
  partBytes: number;
  bytes: number;
}

/** One for each person, by their id. */
interface ExportDocument {
  _id: string;
  requestedAt: Date;
  /** When a worker begins, or another one begins again; absent: it is ready. */
  dueAt?: Date;
  /** Names the try whose parts are the file. */
  build?: string;
  partBytes?: number;
  bytes?: number;
  readyAt?: Date;
  expiresAt?: Date;
}

interface PartDocument {
  _id: string;
  userId: string;
  build: string;
  bytes: Buffer;
  expiresAt: Date;
}

const schema = documentsOf<ExportDocument>('exports');
schema.index({ dueAt: 1 }, onlyDates('dueAt'));
schema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 });

const partSchema = documentsOf<PartDocument>('exportParts');
partSchema.index({ userId: 1 });
partSchema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 });

/** A worker that has written no part for so long has died. */
const tryMs = 10 * 60_000;

/** Exports, and their files in parts, since a document holds 16 MiB at most. The database deletes what has expired. */
export class ExportStore extends Store<ExportDocument> {
  static readonly collections = [specOf(schema), specOf(partSchema)];
  private readonly parts;

  constructor(connection: Connection) {
    super(connection, schema);
    this.parts = connection.model<PartDocument>('exportParts', partSchema);
  }

  /** Begins one, in place of what was ready; false: one is under way. */
  async start(userId: string, now: Date): Promise<boolean> {
    try {
      const before = await this.documents
        .findOneAndUpdate(
          { _id: userId, dueAt: { $exists: false } },
          {
            $set: { requestedAt: now, dueAt: now },
            $unset: { build: '', partBytes: '', bytes: '', readyAt: '', expiresAt: '' },
          },
          { upsert: true, returnDocument: 'before' },
        )
        .lean<ExportDocument>();
      await this.dropParts(userId, before);
      return true;
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
      return false;
    }
  }

  async of(userId: string): Promise<Export | null> {
    const found = await this.documents.findById(userId).lean<ExportDocument>();
    if (!found) return null;
    const { requestedAt, readyAt: at, expiresAt, bytes = 0 } = found;
    return { userId, requestedAt, ready: at && expiresAt ? { at, expiresAt, bytes } : null };
  }

  /** The file that is ready; null: there is none, or it has expired. */
  async file(userId: string, now: Date): Promise<ExportFile | null> {
    const found = await this.documents
      .findOne({ _id: userId, expiresAt: { $gt: now } })
      .lean<ExportDocument>();
    const { build, partBytes, bytes = 0 } = found ?? {};
    return build === undefined || partBytes === undefined ? null : { build, partBytes, bytes };
  }

  /** One of the parts of a file; null: another export has taken its place meanwhile. */
  async part({ build }: Pick<ExportFile, 'build'>, at: number): Promise<Buffer | null> {
    const found = await this.parts
      .findById(partId(build, at))
      .lean<Omit<PartDocument, 'bytes'> & { bytes: mongo.Binary }>();
    return found && Buffer.from(found.bytes.buffer);
  }

  async due(until: Date, limit: number): Promise<{ id: string; at: Date }[]> {
    const found = await this.documents
      .find({ dueAt: dueBy(until) }, { dueAt: 1 })
      .sort({ dueAt: 1 })
      .limit(limit)
      .lean<ExportDocument[]>();
    return found.map(({ _id, dueAt }) => ({ id: _id, at: dueAt! }));
  }

  /** Takes it for this worker; null: it is not due, or another one has it. */
  async take(userId: string, now: Date): Promise<string | null> {
    const build = newId();
    const before = await this.documents
      .findOneAndUpdate(
        { _id: userId, dueAt: { $lte: now } },
        { $set: { dueAt: new Date(now.getTime() + tryMs), build } },
        { returnDocument: 'before' },
      )
      .lean<ExportDocument>();
    await this.dropParts(userId, before);
    return before && build;
  }

  /** This try goes on: no other worker takes it. False: one has, or it is not wanted any more. */
  async goesOn({ userId, build }: { userId: string; build: string }, now: Date): Promise<boolean> {
    const { matchedCount } = await this.documents.updateOne(
      { _id: userId, build, dueAt: { $exists: true } },
      { $set: { dueAt: new Date(now.getTime() + tryMs) } },
    );
    return matchedCount === 1;
  }

  /** Of the build that another one follows, and of no newer one: a worker may be writing that already. */
  private async dropParts(userId: string, before: ExportDocument | null): Promise<void> {
    if (before?.build) await this.parts.deleteMany({ userId, build: before.build });
  }

  /** Adds parts of the file, the first of them as number `from`. */
  async addParts(
    { userId, build }: { userId: string; build: string },
    from: number,
    { pieces, expiresAt }: { pieces: Buffer[]; expiresAt: Date },
  ): Promise<void> {
    await this.parts.insertMany(
      pieces.map((bytes, at) => ({
        _id: partId(build, from + at),
        ...{ userId, build, bytes, expiresAt },
      })),
    );
  }

  /** Makes the file of this try the export. When another was begun meanwhile, its parts go. */
  async finish(
    { userId, build }: { userId: string; build: string },
    file: { partBytes: number; bytes: number; readyAt: Date; expiresAt: Date },
  ): Promise<void> {
    const finished = await this.documents.updateOne(
      { _id: userId, build, dueAt: { $exists: true } },
      { $set: file, $unset: { dueAt: '' } },
    );
    if (finished.modifiedCount === 0) await this.dropBuild({ userId, build });
  }

  async dropBuild({ userId, build }: { userId: string; build: string }): Promise<void> {
    await this.parts.deleteMany({ userId, build });
  }

  async forget(userId: string): Promise<void> {
    await this.documents.deleteOne({ _id: userId });
    await this.parts.deleteMany({ userId });
  }
}

const partId = (build: string, at: number): string => `${build}:${at}`;
