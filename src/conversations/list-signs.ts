import type { Connection } from 'mongoose';
import { groupBy } from '../platform/group-by.js';
import { GatheredLooks } from '../platform/gathered-looks.js';
import { runAggregate } from '../platform/mongo.js';
import { readMs } from '../platform/store.js';
import { changedLately, type InboxRow } from './inbox.store.js';

/** Whose list it is, and the listings in it. */
interface Asked {
  userId: string;
  listingIds: Iterable<string>;
}

/** What the database says of a list now. */
export interface ListSigns {
  /** The person's rows that changed lately. */
  rows: readonly InboxRow[];
  /** Of its listings that are there, and of those that others asked for with them. */
  versions: ReadonlyMap<string, number>;
}

type Found = InboxRow | { listing: string; version: number };

/**
 * What chat lists must be held against: rows and versions of listings, of two collections by one command, which all who
 * ask in one moment share. A command costs a gateway more than what it finds.
 */
export class ListSignsReader {
  private readonly looks = new GatheredLooks<ListSigns, Asked>((all) => this.look(all));

  constructor(private readonly connection: Connection) {}

  async of(userId: string, listingIds: Iterable<string>): Promise<ListSigns> {
    const asked = { userId, listingIds };
    return (await this.looks.getMany([asked])).get(asked)!;
  }

  private async look(all: Asked[]): Promise<Map<Asked, ListSigns>> {
    const ids = new Set<string>();
    for (const { listingIds } of all) for (const id of listingIds) ids.add(id);
    const { filter, hint, projection } = changedLately(all.map(({ userId }) => userId));
    const found = await runAggregate<Found>(
      this.connection,
      'inbox',
      readMs,
      [
        { $match: filter },
        { $project: projection },
        {
          $unionWith: {
            coll: 'listings',
            pipeline: [
              { $match: { _id: { $in: [...ids] } } },
              { $project: { _id: 0, listing: '$_id', version: 1 } },
            ],
          },
        },
      ],
      hint,
    );
    const versions = new Map<string, number>();
    const rows: InboxRow[] = [];
    for (const one of found)
      if ('listing' in one) versions.set(one.listing, one.version);
      else rows.push(one);
    const rowsOf = groupBy(rows, ({ userId }) => userId);
    return new Map(all.map((one) => [one, { rows: rowsOf.get(one.userId) ?? [], versions }]));
  }
}
