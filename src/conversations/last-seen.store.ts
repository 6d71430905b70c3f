import { Schema, type Connection } from 'mongoose';
import type { Logger } from '../platform/logger.js';

const schema = new Schema<{ _id: string; at: Date }>(
  { _id: String, at: { type: Date, required: true } },
  { collection: 'lastSeen', versionKey: false },
);

/** What is noted in this time goes into one write; it is there before anybody is shown as gone. */
const gatherMs = 1_000;
const batch = 500;

/** When somebody was last connected, to about ten minutes. Kept beside Redis, which forgets. */
export class LastSeenStore {
  private readonly model;
  private noted = new Map<string, Date>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    connection: Connection,
    private readonly log: Logger,
  ) {
    this.model = connection.model('LastSeen', schema);
  }

  /** Written a second later, together with the others; lost when the node dies before. */
  note(userId: string, at: Date): void {
    this.noted.set(userId, at);
    this.timer ??= setTimeout(() => void this.flush(), gatherMs);
  }

  async of(userIds: readonly string[]): Promise<Map<string, Date>> {
    const found = await this.model
      .find({ _id: { $in: userIds } })
      .lean<{ _id: string; at: Date }[]>();
    const times = new Map(found.map(({ _id, at }) => [_id, at]));
    for (const userId of userIds) {
      const noted = this.noted.get(userId);
      if (noted) times.set(userId, noted);
    }
    return times;
  }

  /** Writes what is noted; also on the way out. */
  async flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    const writes = [...this.noted].map(([_id, at]) => ({
      updateOne: { filter: { _id }, update: { $max: { at } }, upsert: true },
    }));
    this.noted = new Map();
    for (let from = 0; from < writes.length; from += batch) {
      try {
        await this.model.bulkWrite(writes.slice(from, from + batch), { ordered: false });
      } catch (error) {
        this.log.warn({ reason: (error as Error).message }, 'last seen not stored');
      }
    }
  }
}
