import type { Connection } from 'mongoose';
import { limits } from '../contract/index.js';
import type { Entry } from '../domain/entry.js';
import { documentsOf } from '../platform/mongo.js';
import { Store, specOf } from '../platform/store.js';

/** What an entry said before it was edited or taken back, for moderators. */
type Original = Pick<Entry, 'conversationId' | 'seq' | 'senderId' | 'text' | 'images' | 'place'> & {
  _id: string;
  keptAt: Date;
};

const schema = documentsOf<Original>('originals');
schema.index({ keptAt: 1 }, { expireAfterSeconds: limits.originalDays * 24 * 3600 });

/** Stores originals apart from the log, so that they expire by themselves and no reader of the log can see them. */
export class OriginalStore extends Store<Original> {
  static readonly collections = [specOf(schema)];

  constructor(connection: Connection) {
    super(connection, schema);
  }

  /** What an entry said at first, while that is kept. */
  async textOf({
    conversationId,
    seq,
  }: Pick<Entry, 'conversationId' | 'seq'>): Promise<string | undefined> {
    const found = await this.documents
      .findById(`${conversationId}:${seq}`, { text: 1 })
      .lean<Original>();
    return found?.text;
  }

  /** Stores what the entries say now. Where an original of an entry is stored already, that one stays. */
  async keep(entries: Entry[], now: Date): Promise<void> {
    if (entries.length === 0) return;
    await this.documents.bulkWrite(
      entries.map(({ conversationId, seq, senderId, text, images, place }) => ({
        updateOne: {
          filter: { _id: `${conversationId}:${seq}` },
          update: {
            $setOnInsert: { conversationId, seq, senderId, text, images, place, keptAt: now },
          },
          upsert: true,
        },
      })),
      { ordered: false },
    );
  }
}
