import type { Connection } from 'mongoose';
import type { Listing } from '../domain/listing.js';
import { isGuest } from '../platform/actor.js';
import { Batcher } from '../platform/batcher.js';
import type { Clock } from '../platform/clock.js';
import type { Logger } from '../platform/logger.js';
import { lru } from '../platform/lru.js';
import { asInserted, collectionOf } from '../platform/mongo.js';
import type { ListingCountStore } from './listing-count.store.js';
import type { CollectionSpec } from '../platform/store.js';

/** That somebody looked at a listing on a day. */
interface ViewDocument {
  _id: string;
  /** The database forgets it then. */
  until: Date;
}

interface Seen extends ViewDocument {
  listingId: string;
}

const dayMs = 24 * 3_600_000;
/** The market's day begins at midnight in Korea. */
const dayBeginsMs = 9 * 3_600_000;
const windowMs = 500;
/** What one node remembers, so that who looks again costs no write. */
const remembered = 100_000;
/** Beyond this the database is away, and views are not worth the memory. */
const waitingMax = 20_000;

/**
 * Counts who looks at a listing: each person once a day, its owner and guests never. Written behind, many in one go; a view is lost
 * when the node dies within the moment.
 */
export class Views {
  static readonly collections: readonly CollectionSpec[] = [
    { name: 'listingViews', indexes: [{ key: { until: 1 }, expireAfterSeconds: 0 }] },
  ];
  private readonly known = lru<boolean>(remembered, dayMs);
  private readonly noted: Batcher<Seen>;

  constructor(
    private readonly deps: {
      mongo: Connection;
      counts: ListingCountStore;
      clock: Clock;
      log: Logger;
    },
  ) {
    this.noted = new Batcher({
      windowMs,
      max: 1_000,
      waitingMax,
      oneAtATime: true,
      keyOf: ({ _id }) => _id,
      write: (seen) => this.write(seen),
      lost: (reason, views) =>
        deps.log.warn({ reason, views }, 'views of listings were lost and are not counted'),
    });
  }

  /** Returns at once. */
  note(listing: Listing, userId: string): void {
    if (listing.isSoldBy(userId) || isGuest(userId)) return;
    const now = this.deps.clock().getTime();
    const day = Math.floor((now + dayBeginsMs) / dayMs);
    const _id = `${listing.id}:${userId}:${day}`;
    if (this.known.get(_id)) return;
    this.known.set(_id, true);
    this.noted.note({ _id, listingId: listing.id, until: new Date(now + 2 * dayMs) });
  }

  /** Writes what is noted; also called when the process ends. */
  flush(): Promise<void> {
    return this.noted.flush();
  }

  private get documents() {
    return collectionOf<ViewDocument>(this.deps.mongo, 'listingViews');
  }

  /** Views that are there already, from this node or another, are not counted again. */
  private async write(seen: Seen[]): Promise<void> {
    const documents = seen.map(({ _id, until }) => ({ _id, until }));
    const insert = this.documents.insertMany(documents, { ordered: false });
    const repeated = new Set(await asInserted(insert));
    const views = new Map<string, number>();
    seen.forEach(({ listingId }, index) => {
      if (!repeated.has(index)) views.set(listingId, (views.get(listingId) ?? 0) + 1);
    });
    await this.deps.counts.addViews(views);
  }
}
