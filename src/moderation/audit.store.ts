import type { Connection } from 'mongoose';
import { documentsOf } from '../platform/mongo.js';
import { newId } from '../platform/ids.js';
import { atTime, behind, type KeysetPosition } from '../platform/pages.js';
import { Store } from '../platform/store.js';

/** What an operator did, or that somebody failed to sign in as one. */
export interface AuditEntry {
  id: string;
  at: Date;
  /** null: nobody. */
  by: string | null;
  what: string;
  from?: string;
  input: { field: string; value: string }[];
}

type AuditDocument = Omit<AuditEntry, 'id'> & { _id: string };

const schema = documentsOf<AuditDocument>('audit');
schema.index({ at: -1, _id: -1 });

const newestFirst = { at: -1, _id: -1 } as const;

/** The trail of operators: it grows, and nothing in it is ever changed or deleted, so there is no way to here. */
export class AuditStore extends Store<AuditDocument> {
  constructor(connection: Connection) {
    super(connection, schema);
  }

  async add(entry: Omit<AuditEntry, 'id'>): Promise<void> {
    await this.documents.create({ _id: newId(), ...entry });
  }

  async page(limit: number, after: KeysetPosition | null): Promise<AuditEntry[]> {
    const found = await this.documents
      .find(behind(newestFirst, atTime(after)))
      .sort(newestFirst)
      .limit(limit)
      .lean<AuditDocument[]>();
    return found.map(({ _id: id, ...entry }) => ({ id, ...entry }));
  }
}
