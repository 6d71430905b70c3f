import type { Connection } from 'mongoose';
import type { AuditEntry } from '../domain/audit.js';
import { documentsOf } from '../platform/mongo.js';
import { newId } from '../platform/ids.js';
import { atTime, behind, type KeysetPosition } from '../platform/pages.js';
import { Store, specOf } from '../platform/store.js';

type AuditDocument = Omit<AuditEntry, 'id'> & { _id: string };

const schema = documentsOf<AuditDocument>('audit');
schema.index({ at: -1, _id: -1 });
// What was done about one thing.
schema.index({ input: 1, at: -1, _id: -1 });

const newestFirst = { at: -1, _id: -1 } as const;

/** The trail of operators: it grows, and nothing in it is ever changed or deleted, so there is no way to here. */
export class AuditStore extends Store<AuditDocument> {
  static readonly collections = [specOf(schema)];

  constructor(connection: Connection) {
    super(connection, schema);
  }

  async add(entry: Omit<AuditEntry, 'id'>): Promise<void> {
    await this.documents.create({ _id: newId(), ...entry });
  }

  /** What was done about any of these, by id, newest first. */
  async about(ids: string[], limit: number): Promise<AuditEntry[]> {
    const found = await this.documents
      .find({ input: { $in: ids.map((value) => ({ field: 'id', value })) } })
      .sort(newestFirst)
      .limit(limit)
      .lean<AuditDocument[]>();
    return found.map(toEntry);
  }

  async page(limit: number, after: KeysetPosition | null): Promise<AuditEntry[]> {
    const found = await this.documents
      .find(behind(newestFirst, atTime(after)))
      .sort(newestFirst)
      .limit(limit)
      .lean<AuditDocument[]>();
    return found.map(toEntry);
  }
}

const toEntry = ({ _id: id, ...entry }: AuditDocument): AuditEntry => ({ id, ...entry });
