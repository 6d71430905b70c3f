import type { Connection } from 'mongoose';
import { groupBy } from '../platform/group-by.js';
import { GatheredLooks } from '../platform/gathered-looks.js';
import { runAggregate } from '../platform/mongo.js';
import { readMs } from '../platform/store.js';
import type { EntryDocument } from './entry-document.js';
import { changedLately, type InboxRow } from './inbox.store.js';

/** What a list is held against. */
interface Asked {
  userId: string;
  /** The listings in it. */
  listingIds: Iterable<string>;
  /** Keys behind the ends of its logs, as they were. */
  ends: readonly EntryDocument['_id'][];
}

/** What the database says of a list now. */
export interface ListSigns {
  /** The person's rows that changed lately. */
  rows: readonly InboxRow[];
  /** Of its listings that are there, and of those that others asked for with them. */
  versions: ReadonlyMap<string, number>;
  /** Whether one of its logs goes on. */
  grown: boolean;
}

type Listed = { _id: string; version: number };
type Logged = Pick<EntryDocument, '_id'>;

/**
 * What chat lists must be held against: rows, versions of listings and ends of logs, of three collections by one
 * command, which all who ask in one moment share. A command costs a gateway more than what it finds.
 */
export class ListSignsReader {
  private readonly looks = new GatheredLooks<ListSigns, Asked>((all) => this.look(all));

  constructor(private readonly connection: Connection) {}

  async of(asked: Asked): Promise<ListSigns> {
    return (await this.looks.getMany([asked])).get(asked)!;
  }

  private async look(all: Asked[]): Promise<Map<Asked, ListSigns>> {
    const ids = new Set<string>();
    for (const { listingIds } of all) for (const id of listingIds) ids.add(id);
    const { filter, hint, projection } = changedLately(all.map(({ userId }) => userId));
    const found = await runAggregate<InboxRow | Listed | Logged>(
      this.connection,
      'inbox',
      readMs,
      [
        { $match: filter },
        { $project: projection },
        {
          $unionWith: {
            coll: 'listings',
            pipeline: [{ $match: { _id: { $in: [...ids] } } }, { $project: { version: 1 } }],
          },
        },
        {
          $unionWith: {
            coll: 'messages',
            // By the key alone, which leaves the database no choice of an index. To name the conversations as well would
            // save nothing on a sharded log: those of a few people lie on all shards.
            pipeline: [
              { $match: { _id: { $in: [...new Set(all.flatMap(({ ends }) => ends))] } } },
              { $project: { _id: 1 } },
            ],
          },
        },
      ],
      hint,
    );
    const versions = new Map<string, number>();
    const rows: InboxRow[] = [];
    const entries = new Set<string>();
    for (const one of found)
      if ('userId' in one) rows.push(one);
      else if ('version' in one) versions.set(one._id, one.version);
      else entries.add(one._id.toString('hex'));
    const rowsOf = groupBy(rows, ({ userId }) => userId);
    return new Map(
      all.map((one) => [
        one,
        {
          rows: rowsOf.get(one.userId) ?? [],
          versions,
          grown: entries.size > 0 && one.ends.some((end) => entries.has(end.toString('hex'))),
        },
      ]),
    );
  }
}
