import type { Connection } from 'mongoose';
import { newId } from './ids.js';
import { collectionOf, dueBy, onlyDates } from './mongo.js';

/**
 * Marks a document of which others show a part: that part changed, and not everybody was told yet. Written with the
 * change itself, so that the mark remains when a process dies before telling.
 */
export interface RefreshMark {
  /** Names this change: a process that told of an earlier one does not clear it. */
  id: string;
  /** From then on the timers tell of it, without waiting for the process that made the change. */
  by: Date;
}

/** Time for the process that made the change to tell of it. */
const graceMs = 5_000;

export const refreshMark = (): RefreshMark => ({
  id: newId(),
  by: new Date(Date.now() + graceMs),
});

/** The index of the field, for the schema of such a document. */
export const refreshIndex = [{ 'refresh.by': 1 as const }, onlyDates('refresh.by')] as const;

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
    return collectionOf<MarkedDocument>(this.connection, this.collection);
  }

  /** The mark of a document; undefined when everybody was told. */
  async of(id: string): Promise<string | undefined> {
    const found = await this.documents.findOne({ _id: id }, { projection: { refresh: 1 } });
    return found?.refresh?.id;
  }

  /** Removes the mark once everybody was told of its change. */
  async clear(id: string, mark: string): Promise<void> {
    await this.documents.updateOne({ _id: id, 'refresh.id': mark }, { $unset: { refresh: '' } });
  }

  /** What has to be told by a time, the oldest first. */
  async due(until: Date, limit: number): Promise<{ id: string; at: Date }[]> {
    const found = await this.documents
      .find({ 'refresh.by': dueBy(until) }, { projection: { refresh: 1 } })
      .sort({ 'refresh.by': 1 })
      .limit(limit)
      .toArray();
    return found.map(({ _id, refresh }) => ({ id: _id, at: refresh!.by }));
  }
}
