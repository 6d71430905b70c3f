import { createHash } from 'node:crypto';
import type { request } from '../contract/index.js';
import type { Context } from '../context.js';
import { cellsAround, cellsAt } from '../domain/grid.js';
import type { Listing } from '../domain/listing.js';
import { encodeCursor, type KeysetPosition } from '../platform/pages.js';
import { SharedCache } from '../platform/shared-cache.js';

/** A first page of the feed as everybody has it whom no block keeps apart from anybody. */
export interface FeedPage {
  /** Ids and versions, in order. */
  items: [id: string, version: number][];
  /** Where it goes on; null: that was all. */
  next: KeysetPosition | null;
}

/** What depends on no place. */
const anywhere = 'anywhere';
const lifeMs = 20_000;

/**
 * The first pages of feeds, kept for up to 20 s by everything that was asked: also the size and the order. A page depends
 * on the cells of the grid that cover its circle, as the database's index has them, and every write of a listing changes
 * the cells that it lies in. So a new listing drops the pages that may show it, wherever their centres are, for three
 * small writes; and a reader who comes after the write is acknowledged finds it.
 */
export class FeedPages {
  private readonly cache: SharedCache<FeedPage>;
  /** Everybody is given the same page, so that one cursor is made for all. */
  private readonly cursors = new WeakMap<FeedPage, string>();

  constructor({ redis, config, log, metrics }: Context) {
    const { redisPrefix: prefix, readCaches: on } = config;
    this.cache = new SharedCache({ redis, prefix, name: 'feed', lifeMs, on, log, metrics });
  }

  /** Rejects as `read` does. */
  first(
    asked: request.ListListings,
    sort: string,
    read: () => Promise<FeedPage>,
  ): Promise<FeedPage> {
    const { key, cells } = placeOf(asked, sort);
    return this.cache.get(key, cells, read);
  }

  /** A guess at the page, without asking anybody. */
  lastRead(asked: request.ListListings, sort: string): FeedPage | undefined {
    return this.cache.lastRead(placeOf(asked, sort).key);
  }

  /** Where a page goes on, as clients are told. */
  cursorOf(page: FeedPage, scope: object): string | null {
    if (!page.next) return null;
    const cursor = this.cursors.get(page) ?? encodeCursor(['feed', scope], page.next);
    this.cursors.set(page, cursor);
    return cursor;
  }

  /** A page does not show what the database has. */
  forget(asked: request.ListListings, sort: string): void {
    this.cache.forget(placeOf(asked, sort).key);
  }

  /** Called after every write of a listing. Never rejects. */
  placed(listing: Listing): Promise<void> {
    const { location } = listing.snapshot();
    return this.cache.changed([anywhere, ...(location ? cellsAt(location) : [])]);
  }
}

const places = new WeakMap<request.ListListings, { key: string; cells: readonly string[] }>();

/** The name of a page, and the cells that it depends on. */
function placeOf(asked: request.ListListings, sort: string) {
  const known = places.get(asked);
  if (known) return known;
  const { near, radiusKm } = asked;
  const cells = near ? cellsAround(near, radiusKm) : [anywhere];
  const place = { key: keyOf(asked, sort), cells };
  // The order follows from what was asked.
  places.set(asked, place);
  return place;
}

/** All that was asked, so that a filter of tomorrow is part of it without anybody's thinking of it. */
function keyOf(asked: request.ListListings, sort: string): string {
  const parts = Object.entries({ ...asked, sort }).filter(([, value]) => value !== undefined);
  const text = JSON.stringify(parts.sort(([one], [other]) => (one < other ? -1 : 1)));
  return createHash('sha256').update(text).digest('base64url');
}
