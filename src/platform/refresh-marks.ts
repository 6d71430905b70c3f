import type { Connection } from 'mongoose';
import { newId } from './ids.js';

/**
 * On a document that others show a part of: what they show of it changed, and not everybody was told yet. Written with
 * the change itself, so that a process that dies behind it leaves word.
 */
export interface RefreshMark {
  /** Of this change: who told of an earlier one leaves it. */
  id: string;
  /** From then on nobody who would tell by himself is waited for. */
  by: Date;
}

/** Time that the process which made the change has for telling. */
const graceMs = 5_000;

export const refreshMark = (): RefreshMark => ({
  id: newId(),
  by: new Date(Date.now() + graceMs),
});

/** For the schema of such a document, and its index. */
export const refreshField = { refresh: { type: { _id: false, id: String, by: Date } } };
export const refreshIndex = [
  { 'refresh.by': 1 },
  { partialFilterExpression: { 'refresh.by': { $type: 'date' } } },
] as const;

interface MarkedDocument {
  _id: string;
  refresh?: RefreshMark;
}

/** The marks of one collection. */
export class RefreshMarks {
  constructor(
    private readonly connection: Connection,
    private readonly collection: string,
  ) {}

  private get documents() {
    return this.connection
      .getClient()
      .db(this.connection.name)
      .collection<MarkedDocument>(this.collection);
  }

  /** The mark of a document; undefined when everybody was told. */
  async of(id: string): Promise<string | undefined> {
    const found = await this.documents.findOne({ _id: id }, { projection: { refresh: 1 } });
    return found?.refresh?.id;
  }

  /** Everybody was told of what was marked so. */
  async clear(id: string, mark: string): Promise<void> {
    await this.documents.updateOne({ _id: id, 'refresh.id': mark }, { $unset: { refresh: '' } });
  }

  /** What has to be told until a time, the oldest first. */
  async due(until: Date, limit: number): Promise<{ id: string; at: Date }[]> {
    const found = await this.documents
      .find({ 'refresh.by': { $lte: until } }, { projection: { refresh: 1 } })
      .sort({ 'refresh.by': 1 })
      .limit(limit)
      .toArray();
    return found.map(({ _id, refresh }) => ({ id: _id, at: refresh!.by }));
  }
}
