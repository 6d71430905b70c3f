import type { Connection } from 'mongoose';
import { newId } from './ids.js';
import type { Logger } from './logger.js';
import { collectionOf, databaseOf } from './mongo.js';

interface EpochDocument {
  _id: 'epoch';
  value: string;
  /** When it began; unset in documents of older versions. */
  since?: Date;
  /** UUID of the collection `messages` that it belongs to: a collection that is restored is made anew, and gets another. */
  log?: string;
}

/** How often a process looks whether the database is still the one that it knows, in milliseconds. */
const lookEachMs = 5_000;

/**
 * One life of the database. A backup that is restored begins another one: clients then meet another epoch and start
 * afresh, instead of trusting positions that the restored log does not know, and the relay goes on from now on, instead
 * of a place that means nothing in this database. It is noticed by the collection `messages`, which is another one after
 * `mongorestore --drop` and in a new set. Who restores the files of a member deletes the document `epoch` in `meta`.
 */
export class DatabaseLife {
  private looking: NodeJS.Timeout | undefined;

  private constructor(
    private readonly connection: Connection,
    private readonly log: Logger,
    readonly epoch: string,
    /** Nothing that was written before belongs to it, give or take a minute of clock difference. */
    readonly since: Date,
  ) {}

  static async read(connection: Connection, log: Logger): Promise<DatabaseLife> {
    const { value, since } = await readEpoch(connection);
    return new DatabaseLife(connection, log, value, since ?? new Date(0));
  }

  /** From now on the process ends when the database is another one: all that it remembers is of the old one. */
  watch(): void {
    const look = () => void this.mustGoOn().catch(() => undefined);
    this.looking = setInterval(look, lookEachMs).unref();
  }

  stopWatching(): void {
    clearInterval(this.looking);
  }

  /**
   * Ends the process, as a kill would, when the database is another one. Nothing that was acknowledged depends on a clean
   * end, and whatever it wrote before would be numbered by the old log. Rejects when the database is out of reach.
   */
  async mustGoOn(): Promise<void> {
    const { value } = await readEpoch(this.connection);
    if (value === this.epoch) return;
    this.log.error({ epoch: value }, 'the database was restored: this process ends');
    process.exit(1);
  }
}

/** The epoch of the database as it is now; begins one where there is none, or where the log is another one. */
async function readEpoch(connection: Connection): Promise<EpochDocument> {
  const meta = collectionOf<EpochDocument>(connection, 'meta');
  const log = await idOfLog(connection);
  const begun = { value: newId(), since: new Date(), ...(log && { log }) };
  for (;;) {
    const found = await meta.findOne({ _id: 'epoch' });
    if (found && found.log === log) return found;
    if (!found) await meta.updateOne({ _id: 'epoch' }, { $setOnInsert: begun }, { upsert: true });
    // Of an older version, or begun before there was a log: it goes on.
    else if (found.log === undefined && log)
      await meta.updateOne({ _id: 'epoch', log: { $exists: false } }, { $set: { log } });
    else
      await meta.updateOne(
        { _id: 'epoch', value: found.value },
        { $set: begun, ...(log ? {} : { $unset: { log: '' as const } }) },
      );
  }
}

/** Undefined before it is made. */
async function idOfLog(connection: Connection): Promise<string | undefined> {
  const [found] = await databaseOf(connection)
    .listCollections({ name: 'messages' }, { nameOnly: false })
    .toArray();
  return found?.info?.uuid?.toString('hex');
}
