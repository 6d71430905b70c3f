import { Schema, type Connection } from 'mongoose';
import { limits } from '../contract/index.js';
import type { Entry } from '../domain/entry.js';

/** What an entry said before it was edited or taken back, for moderators. */
export interface Original {
  conversationId: string;
  seq: number;
  senderId: string | null;
  text?: string;
  images?: Entry['images'];
  place?: Entry['place'];
  keptAt: Date;
}

const schema = new Schema<Original & { _id: string }>(
  {
    _id: String,
    conversationId: { type: String, required: true },
    seq: { type: Number, required: true },
    senderId: { type: String, default: null },
    text: String,
    images: { type: Schema.Types.Mixed },
    place: { type: Schema.Types.Mixed },
    keptAt: { type: Date, required: true },
  },
  { collection: 'originals', versionKey: false },
);
schema.index({ keptAt: 1 }, { expireAfterSeconds: limits.originalDays * 24 * 3600 });

/** Stores originals apart from the log, so that they expire by themselves and no reader of the log can see them. */
export class OriginalStore {
  private readonly originals;

  constructor(connection: Connection) {
    this.originals = connection.model('Original', schema);
  }

  async prepare(): Promise<void> {
    await this.originals.createIndexes();
  }

  /** Stores what the entries say now. Where an original of an entry is stored already, that one stays. */
  async keep(entries: Entry[], now: Date): Promise<void> {
    if (entries.length === 0) return;
    await this.originals.bulkWrite(
      entries.map(({ conversationId, seq, senderId, text, images, place }) => ({
        updateOne: {
          filter: { _id: `${conversationId}:${seq}` },
          update: {
            $setOnInsert: {
              conversationId,
              seq,
              senderId,
              ...(text === undefined ? {} : { text }),
              ...(images === undefined ? {} : { images }),
              ...(place === undefined ? {} : { place }),
              keptAt: now,
            },
          },
          upsert: true,
        },
      })),
      { ordered: false },
    );
  }
}
