import type { Connection } from 'mongoose';
import type { view } from '../contract/index.js';
import { isGuest } from '../platform/actor.js';
import { GatheredLooks } from '../platform/gathered-looks.js';
import { lru } from '../platform/lru.js';
import { runAggregate } from '../platform/mongo.js';
import { favouriteId } from './favourite.store.js';
import { countsOf, type CountDocument } from './listing-count.store.js';

/** Some listings, and who is to be shown them. */
interface Asked {
  ids: readonly string[];
  readerId: string;
}

/** What the database says of them now, and of those that others asked for with them. */
export interface PageFacts {
  versions: ReadonlyMap<string, number>;
  counts: ReadonlyMap<string, view.ListingCounts>;
  /** By {@link favouriteId}. */
  favourites: ReadonlySet<string>;
}

type Found =
  | { _id: string; version: number }
  | { _id: string; of: 'favourites' }
  | (CountDocument & { of: 'counts' });

const readMs = 5_000;
/** Listings of which is remembered that nobody had them among the favourites. */
const remembered = 5_000;

/**
 * What must be looked up anew each time a page is shown: versions, counts and favourites, of three collections by one
 * command, which all who ask in one moment share. A command costs a gateway more than what it finds.
 */
export class PageFactsReader {
  private readonly looks = new GatheredLooks<PageFacts, Asked>((all) => this.look(all));
  /** At the last look: no reader's favourite has to be looked for among these, as long as they are still counted so. */
  private readonly nobodys = lru<true>(remembered);

  constructor(private readonly connection: Connection) {}

  async of(ids: readonly string[], readerId: string): Promise<PageFacts> {
    const asked = { ids, readerId };
    return (await this.looks.getMany([asked])).get(asked)!;
  }

  private async look(all: Asked[]): Promise<Map<Asked, PageFacts>> {
    const facts = await this.read(all);
    return new Map(all.map((one) => [one, facts]));
  }

  private async read(all: Asked[]): Promise<PageFacts> {
    const listings = new Set<string>();
    const favourites: string[] = [];
    const passedOver = new Set<string>();
    for (const { ids: own, readerId } of all)
      for (const id of own) {
        listings.add(id);
        if (isGuest(readerId)) continue;
        if (this.nobodys.has(id)) passedOver.add(id);
        else favourites.push(favouriteId(readerId, id));
      }
    const ids = { $in: [...listings] };
    const found = await runAggregate<Found>(this.connection, 'listings', readMs, [
      { $match: { _id: ids } },
      { $project: { version: 1 } },
      {
        $unionWith: {
          coll: 'listingCounts',
          pipeline: [{ $match: { _id: ids } }, { $set: { of: 'counts' } }],
        },
      },
      ...(favourites.length === 0
        ? []
        : [
            {
              $unionWith: {
                coll: 'favourites',
                pipeline: [
                  { $match: { _id: { $in: favourites } } },
                  { $project: { of: { $literal: 'favourites' } } },
                ],
              },
            },
          ]),
    ]);
    const versions = new Map<string, number>();
    const counts = new Map<string, view.ListingCounts>();
    const own = new Set<string>();
    for (const one of found)
      if ('version' in one) versions.set(one._id, one.version);
      else if (one.of === 'favourites') own.add(one._id);
      else counts.set(one._id, countsOf(one));
    // A count changes in one transaction with the favourite that it counts.
    let again = false;
    for (const id of listings)
      if ((counts.get(id)?.favourites ?? 0) === 0) this.nobodys.set(id, true);
      else {
        this.nobodys.delete(id);
        again ||= passedOver.has(id);
      }
    return again ? this.read(all) : { versions, counts, favourites: own };
  }
}
