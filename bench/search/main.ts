import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import mongoose from 'mongoose';
import { ListListings } from '../../src/contract/requests.js';
import { readQuery } from '../../src/domain/search/search-query.js';
import type { SearchSort } from '../../src/listings/listing-search.js';
import { ListingStore, type Placed } from '../../src/listings/listing.store.js';
import { MongoListingSearch } from '../../src/listings/mongo-listing-search.js';
import { ProgressBar } from '../../scripts/progress-bar.js';
import { batchesOf, madeListings } from '../../scripts/seed/made-listings.js';
import { makeCollections } from '../../src/platform/store.js';

/**
 * Tells what each kind of feed and search reads of many made Korean listings, and how long it takes: a page of 20,
 * examined documents and index keys by the database's own profile, milliseconds of the database, median of five. It
 * fills a database for that and drops it, or measures one that `npm run seed` has filled.
 *
 *     npm run bench:search -- --listings 100000
 *     MONGODB_URI=... npm run bench:search -- --loaded
 */
const { values } = parseArgs({
  options: { listings: { type: 'string', default: '20000' }, loaded: { type: 'boolean' } },
});
const { loaded = false } = values;
const { TEST_MONGODB_URI: mongoUri, MONGODB_URI: givenUri } = process.env;
if (!mongoUri || !(Number(values.listings) > 0) || (loaded && !givenUri))
  throw new Error('npm run bench:search -- --listings 100000 | --loaded (with MONGODB_URI)');

const uri = new URL(mongoUri);
if (!loaded) uri.pathname = `/search_${randomBytes(6).toString('hex')}`;
const connection = await mongoose.createConnection(uri.href).asPromise();
const db = connection.db!;
const search = new MongoListingSearch(connection);
const store = new ListingStore(connection, search);
const pageSize = 20;
const rounds = 5;

await makeCollections(connection, [ListingStore, MongoListingSearch]);
if (!loaded) await fill(Number(values.listings));
const total = await store.countAbout();

async function fill(count: number): Promise<void> {
  const bar = new ProgressBar(count, 'listings', process.stderr);
  for (const batch of batchesOf(madeListings(count))) {
    await store.addMany(batch);
    bar.advance(batch.length);
  }
  bar.end();
}

interface Read {
  shown: number;
  documents: number;
  keys: number;
  ms: number;
}

/** What the database did for it. */
async function profiled(run: () => Promise<number>): Promise<Read> {
  await db.command({ profile: 2 });
  const shown = await run().finally(() => db.command({ profile: 0 }));
  const done = await db
    .collection('system.profile')
    .find({ ns: /\.listings$/ })
    .toArray();
  await db.dropCollection('system.profile');
  const sum = (field: string) =>
    done.reduce((all, one) => all + Number((one as Record<string, unknown>)[field] ?? 0), 0);
  return { shown, documents: sum('docsExamined'), keys: sum('keysExamined'), ms: sum('millis') };
}

async function report(name: string, run: () => Promise<number>): Promise<void> {
  const reads: Read[] = [];
  try {
    await run();
    for (let round = 0; round < rounds; round += 1) reads.push(await profiled(run));
  } catch (error) {
    console.log(`| ${name} | none: ${(error as Error).message} | | | |`);
    return;
  }
  const middle = (of: (read: Read) => number) =>
    reads.map(of).sort((one, other) => one - other)[Math.floor(rounds / 2)]!;
  const row = [
    name,
    middle(({ shown }) => shown),
    middle(({ documents }) => documents),
    middle(({ keys }) => keys),
    middle(({ ms }) => ms),
  ];
  console.log(`| ${row.map((cell) => cell.toLocaleString('en')).join(' | ')} |`);
}

const here = { near: '37.556,126.985' };
const filters = (asked: Record<string, string>) => ListListings.parse(asked);
type FeedSort = Exclude<SearchSort, 'relevance'>;

/** The page of this number in the feed. */
async function feedPage(asked: Record<string, string>, sort: FeedSort, number: number) {
  let last: Placed | undefined;
  const read = async () => {
    const after = last ? ([last.at, last.listing.id] as [number, string]) : null;
    return store.feed(filters(asked), sort, pageSize, after, new Set());
  };
  for (let page = 1; page < number; page += 1) last = (await read()).at(-1);
  return async () => (await read()).length;
}

const found = (q: string, asked: Record<string, string> = {}, sort: SearchSort = 'relevance') =>
  search
    .find(
      { query: readQuery(q), filters: filters(asked), sort, without: new Set() },
      pageSize,
      null,
    )
    .then(({ ids }) => ids.length);

const sizes = await db.command({ collStats: 'listings' });
const perListing = (bytes: unknown) => Math.round(Number(bytes) / total);
console.log(
  `${total.toLocaleString('en')} listings; bytes a listing: document ${perListing(sizes['size'])}, ` +
    Object.entries(sizes['indexSizes'] as Record<string, number>)
      .map(([name, bytes]) => `${name} ${perListing(bytes)}`)
      .join(', '),
);
console.log('\n| asked for | shown | documents examined | keys examined | ms |');
console.log('| --- | --- | --- | --- | --- |');
const sorts = ['recent', 'distance', 'priceAsc', 'priceDesc'] as const;
for (const sort of sorts)
  for (const number of [2, 50])
    await report(
      `feed, 6 km, ${sort}, page ${number}`,
      await feedPage({ ...here, radiusKm: '6' }, sort, number),
    );
for (const sort of ['recent', 'priceAsc'] as const)
  await report(`feed, anywhere, ${sort}, page 50`, await feedPage({}, sort, 50));
// Few live there.
const outside = { near: '37.2,127.3', radiusKm: '10' };
for (const sort of sorts)
  await report(`feed, thinly settled, 10 km, ${sort}, page 5`, await feedPage(outside, sort, 5));
// One of sixteen is of a category, one of a hundred of those is dear, and a third costs up to 40,000.
const rare = { category: 'plants', minPrice: '970000' };
for (const sort of sorts) {
  const asked = { ...here, radiusKm: '6' };
  const category = { ...asked, category: 'plants' };
  await report(`feed, 6 km, a category, ${sort}, page 2`, await feedPage(category, sort, 2));
  for (const [what, price] of [
    ['a category, dear', rare],
    ['dear', { minPrice: '970000' }],
    ['dearer than all', { minPrice: '2000000' }],
    ['cheap', { maxPrice: '40000' }],
  ] as [string, Record<string, string>][])
    await report(`feed, 6 km, ${what}, ${sort}`, await feedPage({ ...asked, ...price }, sort, 1));
  if (sort === 'distance') continue;
  await report(
    `feed, anywhere, a category, ${sort}`,
    await feedPage({ category: 'plants' }, sort, 2),
  );
  await report(`feed, anywhere, a category, dear, ${sort}`, await feedPage(rare, sort, 1));
}
const first = (await store.feed(filters({}), 'recent', 1, null, new Set()))[0]!;
const { sellerId } = first.listing;
const begun: [number, string] = [first.listing.snapshot().createdAt.getTime() - 5e8, ''];
await report('own listings, from the middle', () =>
  store.ofSeller(sellerId, undefined, pageSize, begun).then(({ length }) => length),
);
const near = { ...here, radiusKm: '6' };
for (const [name, q, asked, sort] of [
  ['common word, anywhere', '맥북', {}],
  ['common word, 6 km', '맥북', near],
  ['common word, 6 km, newest', '맥북', near, 'recent'],
  ['common word, anywhere, by price', '맥북', {}, 'priceAsc'],
  ['common word, 6 km, by distance', '맥북', near, 'distance'],
  ['two words, 6 km', '맥북 프로', near],
  ['without a blank, 6 km', '맥북프로', near],
  ['rare words, anywhere', '구찌 맥북 접이식 45', {}],
  ['initial consonants, anywhere', 'ㅁㅂ', {}],
  ['initial consonants, 6 km', 'ㅁㅂ ㅍㄹ', near],
  ['one consonant, 6 km', 'ㅁ', near],
  ['half typed, 6 km', '자저', near],
  ['in descriptions, anywhere', '맥북 박스도', {}],
  ['a price, 6 km', '3만원', near],
  ['a word up to a price, 6 km', '자전거 3만원 이하', near],
  ['no hit, common words', '맥북 자전거 소파', {}],
  ['no hit, unknown word', '뷁쀍', {}],
] as [string, string, Record<string, string>, SearchSort?][])
  await report(`search: ${name}`, () => found(q, asked, sort));

if (!loaded) await db.dropDatabase();
await connection.close();
