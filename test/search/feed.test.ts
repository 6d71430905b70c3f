import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Connection } from 'mongoose';
import { ListListings } from '../../src/contract/requests.js';
import { InboxStore } from '../../src/conversations/inbox.store.js';
import { ListSignsReader } from '../../src/conversations/list-signs.js';
import { MessageStore } from '../../src/conversations/message.store.js';
import { Listing } from '../../src/domain/listing.js';
import { ListingStore, type Placed } from '../../src/listings/listing.store.js';
import { MongoListingSearch } from '../../src/listings/mongo-listing-search.js';
import { dropOwnDatabase, openOwnDatabase, profiled } from '../support/own-database.js';
import { makeCollections } from '../../src/platform/store.js';

let connection: Connection;
let store: ListingStore;

beforeAll(async () => {
  connection = await openOwnDatabase();
  store = new ListingStore(connection, new MongoListingSearch(connection));
  await makeCollections(connection, [ListingStore, InboxStore, MessageStore]);
});

afterAll(() => dropOwnDatabase(connection), 60_000);

interface Point {
  latitude: number;
  longitude: number;
}
let count = 0;
const listingAt = (location: Point, price = 1_000 + (count % 900)) =>
  Listing.create(
    {
      title: '의자',
      description: '',
      price,
      currency: 'KRW',
      category: 'other',
      location,
    },
    {
      id: `listing-${String((count += 1)).padStart(6, '0')}`,
      sellerId: 'seller',
      now: new Date(Date.UTC(2026, 2, 1) + count),
    },
  );

type Sort = 'recent' | 'distance' | 'priceAsc' | 'priceDesc';
const near = ({ latitude, longitude }: Point, radiusKm: number) =>
  ListListings.parse({ near: `${latitude},${longitude}`, radiusKm: String(radiusKm) });
const idsOf = (found: Placed[]) => found.map(({ listing }) => listing.id);
const shown = async (sort: Sort, centre: Point, radiusKm: number) =>
  idsOf(await store.feed(near(centre, radiusKm), sort, 100, null, new Set()));

/** What the database read for it. */
async function examined(run: () => Promise<unknown>): Promise<{ keys: number; documents: number }> {
  const read = await profiled(connection, 'listings', run);
  const sum = (field: 'keysExamined' | 'docsExamined') =>
    read.reduce((all, one) => all + (one[field] ?? 0), 0);
  return { keys: sum('keysExamined'), documents: sum('docsExamined') };
}

test('page 50 reads no more than page 2, and by distance a ring of its index', async () => {
  const centre = { latitude: 37.556, longitude: 126.985 };
  const many = 4_000;
  await store.addMany(
    Array.from({ length: many }, (_, index) => {
      // A spiral: even over the circle, without two at one place.
      const km = 9 * Math.sqrt(index / many);
      const turn = index * 2.4;
      return listingAt({
        latitude: centre.latitude + (km * Math.cos(turn)) / 111.195,
        longitude: centre.longitude + (km * Math.sin(turn)) / 88,
      });
    }),
  );
  for (const sort of ['recent', 'priceAsc', 'priceDesc', 'distance'] as const) {
    const page = async (limit: number, last: Placed | undefined) =>
      store.feed(
        near(centre, 10),
        sort,
        limit,
        last ? [last.at, last.listing.id] : null,
        new Set(),
      );
    const seen: Placed[] = [];
    while (seen.length < 1_000) seen.push(...(await page(100, seen.at(-1))));
    expect(new Set(idsOf(seen)).size).toBe(1_000);
    const read: { keys: number; documents: number }[] = [];
    for (const before of [20, 980]) {
      let found: Placed[] = [];
      read.push(
        await examined(async () => {
          found = await page(20, seen[before - 1]);
        }),
      );
      expect(idsOf(found)).toEqual(idsOf(seen.slice(before, before + 20)));
    }
    const [second, fiftieth] = read as [(typeof read)[0], (typeof read)[0]];
    expect([sort, second.documents < many / 5]).toEqual([sort, true]);
    expect([sort, fiftieth.documents <= second.documents + 5]).toEqual([sort, true]);
    if (sort !== 'distance') continue;
    for (const { documents, keys } of [second, fiftieth]) {
      expect(documents).toBeLessThanOrEqual(22);
      // A step for each of up to 200 squares on a ring, and what it finds there.
      expect(keys).toBeLessThanOrEqual(500);
    }
  }
}, 60_000);

test('of many with the same price a later page reads no more than the second one', async () => {
  const centre = { latitude: 33.45, longitude: 126.55 };
  const at = (index: number) => ({ ...centre, latitude: centre.latitude + index / 10_000 });
  const prices = Array.from({ length: 600 }, (_, index) => 5_000 + 5_000 * Math.floor(index / 200));
  const listings = prices.map((price, index) => listingAt(at(index), price));
  await store.addMany(listings);
  for (const sort of ['priceAsc', 'priceDesc'] as const) {
    const way = sort === 'priceAsc' ? 1 : -1;
    const wanted = [...listings]
      .sort((a, b) => way * (a.price - b.price || (a.id < b.id ? 1 : -1)))
      .map(({ id }) => id);
    const seen: string[] = [];
    let after: [number, string] | null = null;
    for (let page = 1; page <= 30; page += 1) {
      let found: Placed[] = [];
      const cost = await examined(async () => {
        found = await store.feed(near(centre, 10), sort, 20, after, new Set());
      });
      // One in each of the few cells is read beside those that are shown.
      expect([sort, page, cost.documents <= 40]).toEqual([sort, page, true]);
      seen.push(...idsOf(found));
      const last = found.at(-1)!;
      after = [last.at, last.listing.id];
    }
    expect(seen).toEqual(wanted);
  }
}, 60_000);

test('of a category or a price that is rare, in every order, only what is shown is fetched', async () => {
  const centre = { latitude: 35.1, longitude: 129 };
  const at = (index: number) => ({ ...centre, latitude: centre.latitude + (index % 90) / 2_000 });
  await store.addMany(Array.from({ length: 2_000 }, (_, index) => listingAt(at(index), 1_000)));
  const rare = Array.from({ length: 30 }, (_, index) => {
    const is = listingAt(at(index * 7), index % 2 ? 500_000 : 1_000).snapshot();
    return new Listing({ ...is, category: 'plants' });
  });
  await store.addMany(rare);
  for (const where of [{ near: '35.1,129', radiusKm: '10' }, {}])
    for (const sort of ['recent', 'priceAsc', 'priceDesc', 'distance'] as const)
      for (const [asked, shown] of [
        [{ category: 'plants' }, 20],
        [{ category: 'plants', minPrice: '400000' }, 15],
      ] as const) {
        if (sort === 'distance' && !('near' in where)) continue;
        let found: Placed[] = [];
        const cost = await examined(async () => {
          const query = ListListings.parse({ ...where, ...asked });
          found = await store.feed(query, sort, 20, null, new Set());
        });
        expect(found).toHaveLength(shown);
        // By cells one listing of each is fetched to begin with.
        expect([sort, asked, cost.documents <= 3 * 20]).toEqual([sort, asked, true]);
      }
});

test('by distance, a full town far from a quiet place is come to in few steps', async () => {
  const quiet = { latitude: 38.6, longitude: 130.2 };
  const town = Array.from({ length: 1_500 }, (_, index) =>
    listingAt({
      latitude: 38.42 + (index % 40) / 1_000,
      longitude: 130.2 + Math.floor(index / 40) / 1_000,
    }),
  );
  await store.addMany(town);
  let found: Placed[] = [];
  const cost = await examined(async () => {
    found = await store.feed(near(quiet, 30), 'distance', 20, null, new Set());
  });
  expect(found).toHaveLength(20);
  expect(found.map(({ at }) => at)).toEqual(found.map(({ at }) => at).sort((a, b) => a - b));
  expect(found.every(({ listing }) => listing.snapshot().location!.latitude > 38.45)).toBe(true);
  expect(cost.documents).toBeLessThanOrEqual(20);
  expect(cost.keys).toBeLessThanOrEqual(30_000);
});

test('by distance, a place behind everything and one at a pole have nothing more', async () => {
  for (const centre of [
    { latitude: 37.5, longitude: 127 },
    { latitude: 90, longitude: 0 },
  ])
    for (const away of [0, 1_000_000_000])
      expect(await store.feed(near(centre, 50), 'distance', 20, [away, ''], new Set())).toEqual(
        away === 0 ? expect.any(Array) : [],
      );
});

test('by distance, however many are at one point: each once, of equally far ones the newest id first', async () => {
  const centre = { latitude: 34.8, longitude: 126.4 };
  const spots = [centre, { ...centre, latitude: 34.803 }, { ...centre, latitude: 34.797 }];
  const listings = [260, 230, 30].flatMap((many, spot) =>
    Array.from({ length: many }, () => listingAt(spots[spot]!, 1_000)),
  );
  const rare = listingAt(spots[2]!, 9_000_000);
  await store.addMany([...listings, rare]);
  const newestId = (some: Listing[]) =>
    some
      .map(({ id }) => id)
      .sort()
      .reverse();
  // Two of the points are equally far, so that they are one list.
  const wanted = [...newestId(listings.slice(0, 260)), ...newestId([...listings.slice(260), rare])];
  const seen: string[] = [];
  let after: [number, string] | null = null;
  for (;;) {
    let found: Placed[] = [];
    const cost = await examined(async () => {
      found = await store.feed(near(centre, 5), 'distance', 20, after, new Set());
    });
    expect(cost.documents).toBeLessThanOrEqual(20);
    // Of a ring with too many it reads 400, and then a part of it.
    expect(cost.keys).toBeLessThanOrEqual(700);
    seen.push(...idsOf(found));
    const last = found.at(-1);
    if (!last) break;
    after = [last.at, last.listing.id];
  }
  expect(seen).toEqual(wanted);
  const filtered = ListListings.parse({
    near: `${centre.latitude},${centre.longitude}`,
    minPrice: '5000000',
  });
  const cost = await examined(async () => {
    expect(idsOf(await store.feed(filtered, 'distance', 20, null, new Set()))).toEqual([rare.id]);
  });
  expect(cost.documents).toBe(1);
  expect(await store.feed(near(centre, 5), 'distance', 20, null, new Set(['seller']))).toEqual([]);
});

test.each([
  ['at 37°', { latitude: 37.005, longitude: 150 }, { latitude: 37.00001, longitude: 150 }, 0.555],
  ['far out', { latitude: -39.551, longitude: 150 }, { latitude: -40.0002, longitude: 150 }, 50],
])('on the rim every order shows the same: %s', async (_where, place, centre, radiusKm) => {
  const listing = listingAt(place);
  await store.add(listing);
  for (const sort of ['recent', 'distance'] as const) {
    expect([sort, await shown(sort, centre, radiusKm)]).toEqual([sort, [listing.id]]);
    expect([sort, await shown(sort, centre, radiusKm - 0.06)]).toEqual([sort, []]);
  }
});

test('the feed goes over the date line, and 180 is -180', async () => {
  const latitude = 0.005;
  const ids: string[] = [];
  for (const longitude of [-179.999, 179.998, 180, -180]) {
    const listing = listingAt({ latitude, longitude });
    ids.push(listing.id);
    await store.add(listing);
  }
  for (const longitude of [179.999, -179.999, 180, -180])
    for (const sort of ['recent', 'distance'] as const)
      for (const radiusKm of [1, 20, 50])
        expect((await shown(sort, { latitude, longitude }, radiusKm)).sort()).toEqual(ids);
});

test('whether pages still stand is read from indexes, and from no listing', async () => {
  const listings = Array.from({ length: 40 }, () => listingAt({ latitude: -30, longitude: 20 }));
  await store.addMany(listings);
  const listingIds = listings.map(({ id }) => id);
  const versions = new Map(listings.map(({ id, version }) => [id, version]));
  const signs = new ListSignsReader(connection);
  const reads = [
    () => store.versionsOf(listingIds),
    async () => (await signs.of({ userId: 'reader', listingIds, ends: [] })).versions,
  ];
  for (const read of reads) {
    const asked = await profiled(connection, 'all', async () => {
      expect(await read()).toEqual(versions);
    });
    expect(asked.map(({ docsExamined }) => docsExamined)).toEqual([0]);
  }
});
