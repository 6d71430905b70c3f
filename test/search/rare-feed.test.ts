import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Connection } from 'mongoose';
import { ListListings } from '../../src/contract/requests.js';
import { distanceKm, type Coordinates } from '../../src/domain/grid.js';
import { Listing } from '../../src/domain/listing.js';
import { tenthsOfMetres } from '../../src/domain/quadkey.js';
import { fewMost } from '../../src/listings/feed-index.js';
import { ListingStore, type Placed } from '../../src/listings/listing.store.js';
import { MongoListingSearch } from '../../src/listings/mongo-listing-search.js';
import { dropOwnDatabase, openOwnDatabase, profiled } from '../support/own-database.js';
import { makeCollections } from '../../src/platform/store.js';

/** Filters that hardly anything passes, in the middle of very many listings. */
let connection: Connection;
let store: ListingStore;
const all = new Map<string, Listing>();

const many = 5_000;
const centre: Coordinates = { latitude: 37.556, longitude: 126.985 };
const near = `${centre.latitude},${centre.longitude}`;
/** Some hours, of which nearly every listing has a second of its own, in another order than its id; many have one. */
const bumpOf = (index: number) => {
  const second = index > 1_000 && index < 1_500 ? 20_000 : (index * 7_919) % 40_009;
  return new Date(Date.UTC(2026, 2, 1) + second * 1e3);
};

function listing(
  index: number,
  { isOnSale = false, ...more }: { price?: number; category?: string; isOnSale?: boolean } = {},
): Listing {
  // A spiral around the centre, and every fifth at one of few places.
  const turn = index % 5 === 0 ? (index % 3) * 2 : index * 2.4;
  const km = index % 5 === 0 ? 1 : 9 * Math.sqrt((index % many) / many);
  const made = Listing.create(
    {
      title: '의자',
      description: '',
      price: 1_000 * ((index * 31) % 1_000),
      currency: 'KRW',
      category: 'other',
      location:
        index % 11 === 0
          ? null
          : {
              latitude: centre.latitude + (km * Math.cos(turn)) / 111.195,
              longitude: centre.longitude + (km * Math.sin(turn)) / 88,
            },
      ...more,
    } as Parameters<typeof Listing.create>[0],
    {
      id: `listing-${String(index).padStart(6, '0')}`,
      sellerId: `seller-${index % 4}`,
      now: new Date(Date.UTC(2026, 1, 1)),
    },
  );
  const other = index % 13 === 0 ? 'sold' : index % 7 === 0 ? 'reserved' : 'onSale';
  const state = isOnSale ? 'onSale' : other;
  return new Listing({ ...made.snapshot(), state, bumpedAt: bumpOf(index) });
}

async function add(listings: Listing[]): Promise<void> {
  await store.addMany(listings);
  for (const one of listings) all.set(one.id, one);
}

beforeAll(async () => {
  connection = await openOwnDatabase();
  store = new ListingStore(connection, new MongoListingSearch(connection));
  await add(Array.from({ length: many }, (_, index) => listing(index)));
  // Fifteen plants, ten things that cost more than anything else.
  await add(
    Array.from({ length: 15 }, (_, at) => listing(10_003 + at * 301, { category: 'plants' })),
  );
  await add(Array.from({ length: 10 }, (_, at) => listing(20_003 + at * 301, { price: 9e6 + at })));
  // An index is built sooner than it is kept up.
  await makeCollections(connection, [ListingStore]);
}, 60_000);

afterAll(() => dropOwnDatabase(connection), 60_000);

type Sort = 'recent' | 'distance' | 'priceAsc' | 'priceDesc';
const sorts: Sort[] = ['recent', 'distance', 'priceAsc', 'priceDesc'];

/** What the list is by its plain meaning: everything that passes, sorted. */
function plainly(query: ListListings, sort: Sort, without: ReadonlySet<string>) {
  const { near: from, radiusKm, category, minPrice = 0, maxPrice = Infinity, state } = query;
  const way = sort === 'recent' || sort === 'priceDesc' ? -1 : 1;
  const byId = sort === 'priceDesc' ? -1 : 1;
  return [...all.values()]
    .map((one) => one.snapshot())
    .filter((is) => (state ? is.state === state : ['onSale', 'reserved'].includes(is.state)))
    .filter((is) => !category || is.category === category)
    .filter(({ price }) => price >= minPrice && price <= maxPrice)
    .filter(({ sellerId }) => !without.has(sellerId))
    .filter(({ location }) => !from || (location && distanceKm(from, location) <= radiusKm))
    .map((is) => ({
      id: is.id,
      at:
        sort === 'recent'
          ? is.bumpedAt.getTime()
          : sort === 'distance'
            ? tenthsOfMetres(from!, is.location!)
            : is.price,
    }))
    .sort((a, b) => way * (a.at - b.at) || byId * (a.id < b.id ? 1 : -1));
}

const shownAs = (found: Placed[]) => found.map(({ at, listing: { id } }) => ({ id, at }));
const nobody = new Set<string>();

/** The page behind `last`, and what the database read for it. */
async function reading(query: ListListings, sort: Sort, last?: { id: string; at: number }) {
  const after: [number, string] | null = last ? [last.at, last.id] : null;
  let found: Placed[] = [];
  const read = await profiled(connection, 'listings', async () => {
    found = await store.feed(query, sort, 20, after, nobody);
  });
  const sum = (of: 'keysExamined' | 'docsExamined') =>
    read.reduce((total, one) => total + (one[of] ?? 0), 0);
  return { found, keys: sum('keysExamined'), documents: sum('docsExamined') };
}

test('any filter in any order gives what all listings give when they are filtered and sorted', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        place: fc.option(
          fc.record({
            near: fc.constantFrom(near, '37.6,126.9', '37.556,127.09', '35,129'),
            radiusKm: fc.constantFrom('1', '2', '6', '10', '50'),
          }),
          { nil: {} },
        ),
        category: fc.constantFrom(
          {},
          { category: 'other' },
          { category: 'plants' },
          { category: 'books' },
        ),
        price: fc.constantFrom(
          {},
          { minPrice: '9000000' },
          { maxPrice: '5000' },
          { minPrice: '500000', maxPrice: '800000' },
          { minPrice: '200000' },
          { minPrice: '999001', maxPrice: '999999' },
        ),
        state: fc.constantFrom({}, {}, { state: 'reserved' }),
        without: fc.constantFrom([], ['seller-1', 'seller-2']),
        begin: fc.double({ min: 0, max: 1.1, noNaN: true }),
        limit: fc.integer({ min: 1, max: 30 }),
        order: fc.nat(3),
      }),
      async ({ place, category, price, state, without, begin, limit, order }) => {
        const query = ListListings.parse({ ...place, ...category, ...price, ...state });
        const sort = sorts[order]!;
        if (sort === 'distance' && !query.near) return;
        const whole = plainly(query, sort, new Set(without));
        const start = Math.min(Math.floor(begin * whole.length), whole.length);
        const last = whole[start - 1];
        const after: [number, string] | null = last ? [last.at, last.id] : null;
        const found = await store.feed(query, sort, limit, after, new Set(without));
        expect(shownAs(found)).toEqual(whole.slice(start, start + limit));
      },
    ),
    { numRuns: 100 },
  );
}, 60_000);

test.each<[string, Record<string, string>, number, number]>([
  ['a category of which there are few', { category: 'plants' }, 14, 120],
  ['a category of which there are none', { category: 'books' }, 0, 120],
  ['a price that few have', { minPrice: '9000000' }, 9, 120],
  ['a price that nobody asks', { minPrice: '9500000' }, 0, 120],
  ['few of both', { category: 'plants', minPrice: '9000000' }, 0, 120],
])(
  '%s: no more than a few index keys are read, in every order',
  async (_what, asked, count, most) => {
    for (const where of [{ near, radiusKm: '10' }, {}])
      for (const sort of sorts) {
        if (sort === 'distance' && !('near' in where)) continue;
        const query = ListListings.parse({ ...where, ...asked });
        const wanted = plainly(query, sort, nobody).slice(0, 20);
        if (!('near' in where)) expect(wanted).toHaveLength(count);
        const { found, keys, documents } = await reading(query, sort);
        expect(shownAs(found)).toEqual(wanted);
        const what = { sort, ...where, keys, documents };
        expect([what, keys <= most]).toEqual([what, true]);
        // Squares around the circle hold a little more than it does.
        expect([what, documents <= 1.5 * wanted.length + 2]).toEqual([what, true]);
      }
  },
);

test.each<[string, Record<string, string>, number]>([
  ['four of five have', { minPrice: '200000' }, 150],
  ['a third have', { maxPrice: '333000' }, 220],
  ['a tenth have', { maxPrice: '100000' }, 600],
])(
  'a price that %s: by time hardly more keys are read than there are to it',
  async (_what, asked, most) => {
    for (const where of [{ near, radiusKm: '10' }, {}]) {
      const query = ListListings.parse({ ...where, ...asked });
      const wanted = plainly(query, 'recent', nobody);
      for (const start of [0, 40]) {
        const { found, keys, documents } = await reading(query, 'recent', wanted[start - 1]);
        expect(shownAs(found)).toEqual(wanted.slice(start, start + 20));
        expect([where, start, keys, keys <= most]).toEqual([where, start, keys, true]);
        expect(documents).toBe(20);
      }
    }
  },
);

test('pages neither skip nor repeat while listings come up, and while the few that match become many', async () => {
  const range = { minPrice: '20000000', maxPrice: '30000000' };
  const priced = (at: number) =>
    listing(50_001 + at * 11, { price: 2e7 + (at % 50), isOnSale: true });
  await add(Array.from({ length: fewMost - 20 }, (_, at) => priced(at)));
  for (const [round, sort] of (['recent', 'distance'] as const).entries()) {
    const query = ListListings.parse({ near, radiusKm: '10', ...range });
    const before = plainly(query, sort, nobody);
    const more = Array.from({ length: 40 }, (_, at) => priced(2_000 + round * 100 + at));
    const moved = new Set<string>();
    const seen: Placed[] = [];
    for (let page = 0; ; page += 1) {
      const last = seen.at(-1);
      const after: [number, string] | null = last ? [last.at, last.listing.id] : null;
      const found = await store.feed(query, sort, 100, after, nobody);
      if (found.length === 0) break;
      seen.push(...found);
      // One that is still to come goes to the front of the list by time.
      const { id } = before[(page + 1) * 115] ?? before.at(-1)!;
      const is = all.get(id)!.snapshot();
      const now = new Date(Date.UTC(2026, 5, 1) + round * 1e6 + page);
      const bumped = new Listing({ ...is, bumpedAt: now, version: is.version + 1 });
      expect(await store.save(bumped, is.version)).toBe(true);
      all.set(id, bumped);
      moved.add(id);
      // After the second page more than a few match, after the fifth they are few again.
      if (page === 1) {
        await add(more);
        expect(plainly(query, sort, nobody).length).toBeGreaterThan(fewMost);
      }
      if (page === 4) {
        const ids = more.map(({ id }) => id);
        const { matchedCount } = await connection
          .collection<{ _id: string }>('listings')
          .updateMany({ _id: { $in: ids } }, { $set: { state: 'sold' } });
        expect(matchedCount).toBe(ids.length);
        for (const one of more) all.set(one.id, new Listing({ ...one.snapshot(), state: 'sold' }));
      }
    }
    const ids = seen.map(({ listing: { id } }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const stayed = before.map(({ id }) => id).filter((id) => !moved.has(id));
    const isStayed = new Set(stayed);
    expect(ids.filter((id) => isStayed.has(id))).toEqual(stayed);
  }
}, 60_000);
