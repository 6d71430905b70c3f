import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Connection } from 'mongoose';
import { Listing } from '../../src/domain/listing.js';
import { readQuery } from '../../src/domain/search/search-query.js';
import { ListingStore } from '../../src/listings/listing.store.js';
import { MongoListingSearch } from '../../src/listings/mongo-listing-search.js';
import { dropOwnDatabase, openOwnDatabase, profiled } from '../support/own-database.js';
import { describeListingSearch, type Engine } from './listing-search.js';
import { PlainListingSearch } from './plain-listing-search.js';
import { makeCollections } from '../../src/platform/store.js';

let connection: Connection;
let search: MongoListingSearch;
let store: ListingStore;

beforeAll(async () => {
  connection = await openOwnDatabase();
  search = new MongoListingSearch(connection);
  store = new ListingStore(connection, search);
  await makeCollections(connection, [ListingStore, MongoListingSearch]);
});

afterAll(() => dropOwnDatabase(connection), 60_000);

const emptied = async () => {
  await connection.collection('listings').deleteMany({});
};

async function put(listing: Listing): Promise<void> {
  const known = await store.get(listing.id);
  if (known) await store.save(listing, known.version);
  else await store.add(listing);
}

describeListingSearch('A plain scan', () => {
  const plain = new PlainListingSearch();
  const engine: Engine = {
    search: plain,
    put: (listing) => Promise.resolve(void plain.index(listing)),
  };
  return Promise.resolve(engine);
});

describeListingSearch('MongoDB', async () => {
  await emptied();
  return { search, put };
});

const aListing = (id: string, title: string) =>
  Listing.create(
    {
      title,
      description: '',
      price: 10_000,
      currency: 'KRW',
      category: 'other',
      location: { latitude: 37.5, longitude: 127 },
    },
    { id, sellerId: 'seller', now: new Date() },
  );
const near = { latitude: 37.5, longitude: 127 };
const find = (q: string, sort: 'relevance' | 'distance' = 'relevance') =>
  search.find(
    { query: readQuery(q), filters: { near, radiusKm: 5 }, sort, without: new Set() },
    20,
    null,
  );

test('listings of a release without search are found once they are indexed, in portions', async () => {
  await emptied();
  for (const id of ['a', 'b', 'c']) await put(aListing(id, '맥북'));
  const listings = connection.collection<{ _id: string }>('listings');
  const fields = { tokens: 1, area: 1, cells: 1, quadkey: 1, indexed: 1 } as const;
  await listings.updateMany({ _id: { $in: ['a', 'b'] } }, { $unset: fields });
  await listings.updateOne({ _id: 'c' }, { $set: { indexed: 0, tokens: ['old'] } });
  expect((await find('맥북')).ids).toEqual([]);
  expect(await search.indexOlder(2)).toBe(2);
  expect(await search.indexOlder(2)).toBe(1);
  expect(await search.indexOlder(2)).toBe(0);
  expect((await find('맥북')).ids.sort()).toEqual(['a', 'b', 'c']);
  // Lists find them by what is made then, too.
  const everywhere = { radiusKm: 5, limit: 20 };
  for (const [sort, asked] of [
    ['distance', { ...everywhere, near }],
    ['recent', { ...everywhere, near, category: 'other' }],
    ['priceAsc', { ...everywhere, category: 'other' }],
    ['recent', everywhere],
  ] as const) {
    const found = await store.feed(asked, sort, 20, null, new Set());
    expect([asked, found.map(({ listing }) => listing.id).sort()]).toEqual([
      asked,
      ['a', 'b', 'c'],
    ]);
  }
});

test('while the indexes of words are built, words are refused for some time', async () => {
  await emptied();
  await put(aListing('a', '맥북'));
  await search.dropIndexes();
  await expect(find('맥북')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  await makeCollections(connection, [MongoListingSearch]);
  expect((await find('맥북')).ids).toEqual(['a']);
});

test('of many that have a word, a page reads little more than it shows', async () => {
  await emptied();
  const listings = connection.collection<{ _id: string }>('listings');
  const now = Date.now();
  const many = Array.from({ length: 3_000 }, (_, index) => {
    const is = aListing(`many-${index}`, index % 2 ? '맥북 프로' : '접이식 자전거').snapshot();
    const { id, location, ...fields } = is;
    return {
      _id: id,
      ...fields,
      location: { type: 'Point', coordinates: [location!.longitude, location!.latitude] },
      cells: [],
      bumpedAt: new Date(now - index * 1_000),
      ...search.index(new Listing(is)),
    };
  });
  await listings.insertMany(many);
  const examined = async (run: () => Promise<unknown>) => {
    const done = await profiled(connection, 'listings', run);
    const read = done.filter(({ op = '' }) => ['query', 'getmore', 'command'].includes(op));
    return read.reduce((sum, { docsExamined = 0 }) => sum + docsExamined, 0);
  };
  const page = await find('맥북');
  expect(page.ids).toHaveLength(20);
  // The planner tries every plan on a part of the data first.
  expect(await examined(() => find('맥북'))).toBeLessThanOrEqual(150);
  expect(await examined(() => find('ㅁㅂㅍㄹ'))).toBeLessThanOrEqual(150);
  expect(await examined(() => find('맥북', 'distance'))).toBeLessThanOrEqual(3_000);
});
