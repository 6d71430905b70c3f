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

/**
 * Fills a database with made Korean listings and tells what each kind of feed and search reads of it, and how long it
 * takes: a page of 20, examined documents and index keys by the database's own profile, milliseconds of the database,
 * median of five.
 *
 *     npm run bench:search -- --listings 100000
 */
const { values } = parseArgs({ options: { listings: { type: 'string', default: '20000' } } });
const total = Number(values.listings);
const { TEST_MONGODB_URI: mongoUri } = process.env;
if (!mongoUri || !(total > 0)) throw new Error('npm run bench:search -- --listings 100000');

const uri = new URL(mongoUri);
uri.pathname = `/search_${randomBytes(6).toString('hex')}`;
const connection = await mongoose.createConnection(uri.href).asPromise();
const db = connection.db!;
const search = new MongoListingSearch(connection);
const store = new ListingStore(connection, search);
const pageSize = 20;
const rounds = 5;

await store.prepare();
await search.prepare();
const bar = new ProgressBar(total, 'listings', process.stderr);
for (const batch of batchesOf(madeListings(total))) {
  await store.addMany(batch);
  bar.advance(batch.length);
}
bar.end();

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
  await run();
  const reads: Read[] = [];
  for (let round = 0; round < rounds; round += 1) reads.push(await profiled(run));
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
for (const sort of ['recent', 'distance', 'priceAsc', 'priceDesc'] as const)
  for (const number of [2, 50])
    await report(
      `feed, 6 km, ${sort}, page ${number}`,
      await feedPage({ ...here, radiusKm: '6' }, sort, number),
    );
for (const sort of ['recent', 'priceAsc'] as const)
  await report(`feed, anywhere, ${sort}, page 50`, await feedPage({}, sort, 50));
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

await db.dropDatabase();
await connection.close();
