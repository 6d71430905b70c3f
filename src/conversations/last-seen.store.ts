import type { Connection } from 'mongoose';
import { Batcher } from '../platform/batcher.js';
import type { Logger } from '../platform/logger.js';
import { changeEach, documentsOf } from '../platform/mongo.js';

interface LastSeen {
  _id: string;
  at: Date;
}

const schema = documentsOf<LastSeen>('lastSeen');

/** Stores when somebody was last connected, to about ten minutes. Redis has it too, but may forget it. */
export class LastSeenStore {
  private readonly model;
  private readonly noted: Batcher<LastSeen>;

  constructor(connection: Connection, log: Logger) {
    const model = connection.model('LastSeen', schema);
    this.model = model;
    this.noted = new Batcher({
      // Short enough that it is stored before anybody is shown as gone.
      windowMs: 1_000,
      max: 500,
      oneAtATime: true,
      keyOf: ({ _id }) => _id,
      write: async (noted) => {
        const changes = noted.map(({ _id, at }) => ({
          filter: { _id },
          update: { $max: { at } },
          upsert: true,
        }));
        await changeEach(connection, model.collection.name, changes);
      },
      lost: (reason) =>
        log.warn({ reason }, 'the times when people were last seen were not stored'),
    });
  }

  /** Returns at once and writes a second later, together with others; lost when the node dies before. */
  note(userId: string, at: Date): void {
    this.noted.note({ _id: userId, at });
  }

  async of(userIds: readonly string[]): Promise<Map<string, Date>> {
    const found = await this.model.find({ _id: { $in: userIds } }).lean<LastSeen[]>();
    const times = new Map(found.map(({ _id, at }) => [_id, at]));
    for (const userId of userIds) {
      const noted = this.noted.peek(userId);
      if (noted) times.set(userId, noted.at);
    }
    return times;
  }

  async forget(userId: string): Promise<void> {
    await this.model.deleteOne({ _id: userId });
  }

  /** Writes what is noted; also called when the process ends. */
  flush(): Promise<void> {
    return this.noted.flush();
  }
}
