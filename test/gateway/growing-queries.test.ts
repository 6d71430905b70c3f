import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Connection } from 'mongoose';
import { addTalk } from '../../scripts/seed/made-talk.js';
import { batchesOf, madeListings } from '../../scripts/seed/made-listings.js';
import { endpoints, limits, type Endpoint, type view } from '../../src/contract/index.js';
import { ListingStore } from '../../src/listings/listing.store.js';
import { MongoListingSearch } from '../../src/listings/mongo-listing-search.js';
import { resigned } from '../support/forged-tokens.js';
import { profiled, type Profiled } from '../support/own-database.js';
import type { Person } from '../support/person.js';
import { TestCluster } from '../support/test-cluster.js';

/**
 * No read of a route grows with what is stored: over every GET of the contract, MongoDB looks at hardly more than it
 * gives. There are enough listings and messages that a query which walks them is seen at once; more of them are asked
 * for by `GROWN_LISTINGS=20000 GROWN_MESSAGES=200000 npm run jest -- test/gateway/growing-queries`, which also says what
 * was read. `GROWN_DATABASE=mongodb://…` names a database that `npm run seed` filled; one account and what comes with it
 * are added to it.
 */
let cluster: TestCluster;
let reader: Person, otherId: string;
const { GROWN_LISTINGS, GROWN_MESSAGES, GROWN_DATABASE } = process.env;
let [listings, messages] = [Number(GROWN_LISTINGS ?? 3_000), Number(GROWN_MESSAGES ?? 3_000)];
/** Most of it is the making of what is stored. */
const patienceMs = 60_000 + 2 * (listings + messages);

beforeAll(async () => {
  cluster = await TestCluster.start({ gateways: 1, database: GROWN_DATABASE });
  if (GROWN_DATABASE) {
    [listings, messages] = [await countOf('listings'), await countOf('messages')];
    reader = await cluster.person('민지');
    const [mine, theirs] = await busiest();
    // Somebody who is there already, for whom nobody has a password here.
    reader.accessToken = resigned(reader.accessToken, { claims: { sub: mine } });
    otherId = theirs!;
    return;
  }
  const [one, other] = await Promise.all([cluster.person('민지'), cluster.person('준호')]);
  [reader, otherId] = [one, other.id];
  const people = [reader.id, otherId];
  await cluster.withStores(async (connection: Connection) => {
    const store = new ListingStore(connection, new MongoListingSearch(connection));
    for (const batch of batchesOf(madeListings(listings, people))) await store.addMany(batch);
    await addTalk(connection, { total: messages, people, advance: () => undefined });
  });
}, patienceMs);

afterAll(() => cluster?.stop(), 60_000);

const countOf = (name: string): Promise<number> =>
  cluster.inspect(({ db }) => db!.collection(name).estimatedDocumentCount());

/** Two people with very many conversations. */
const busiest = (): Promise<string[]> =>
  cluster.inspect(async ({ db }) => {
    const all = await db!
      .collection('inbox')
      .aggregate<{ _id: string }>([{ $sortByCount: '$userId' }, { $limit: 2 }])
      .toArray();
    return all.map(({ _id }) => _id);
  });

const isRead = ({ op, command }: Profiled): boolean =>
  op === 'query' || (op === 'command' && command !== undefined);

/** Documents that may be looked at beyond three for each that is given: what a filter behind an index drops. */
const slack = 20;

/** What a read gives, or what the sum that it gives was counted up to. */
function given({ command, nreturned = 0 }: Profiled): number {
  const stages = (command?.pipeline ?? []) as { $limit?: number }[];
  return stages.find(({ $limit }) => $limit !== undefined)?.$limit ?? nreturned;
}

/** Words in messages are looked for in the newest entries of a person, up to a number; see `search-messages.ts`. */
const boundOf = (name: string, one: Profiled): number =>
  name === 'searchMessages' ? limits.searchEntries : 3 * given(one) + slack;

const grows = (name: string, one: Profiled): boolean =>
  /COLLSCAN/.test(one.planSummary ?? '') || (one.docsExamined ?? 0) > boundOf(name, one);

test('a page of any list looks at hardly more than it shows', async () => {
  const ids = await ownIds();
  const feeds = [
    'near=37.55,126.99',
    'near=37.55,126.99&sort=priceAsc',
    'near=37.55,126.99&sort=distance',
    'near=37.55,126.99&category=sports',
    'sort=priceDesc',
  ].map((query) => ['listListings', `/v1/listings?${query}`] as const);
  const words = { searchMessages: '?q=망원역', suggestSearches: '?q=의자' } as Record<
    string,
    string
  >;
  const gets = Object.entries(endpoints).filter(
    ([, { method, access }]: [string, Endpoint]) => method === 'get' && access !== 'admin',
  );
  const paths = gets.map(([name, { path }]) => {
    const [, area = ''] = /^(\/[a-z-]+)\//.exec(path) ?? [];
    const full = path.replace(/:id\b/, ids[area] ?? 'no-such-id').replace(/:\w+/g, 'thumb');
    return [name, `/v1${full}${words[name] ?? ''}`] as const;
  });
  const found: object[] = [];
  const examined: number[] = [];
  for (const [name, path] of [...paths, ...feeds]) {
    const done = await cluster.inspect((connection) =>
      profiled(connection, 'all', () => pages(path)),
    );
    const asked = done.filter(isRead);
    if (name !== 'searchMessages') examined.push(...asked.map((one) => one.docsExamined ?? 0));
    for (const one of asked.filter((each) => grows(name, each))) {
      const { ns, planSummary, docsExamined, keysExamined, nreturned, command } = one;
      const { find, pipeline, count } = command ?? {};
      const what = find
        ? 'find'
        : count
          ? 'count'
          : JSON.stringify(pipeline ?? Object.keys(command ?? {}));
      found.push({ name, path, ns, what, planSummary, docsExamined, keysExamined, nreturned });
    }
  }
  expect(found).toEqual([]);
  expect(examined.length).toBeGreaterThan(50);
  if (GROWN_LISTINGS ?? GROWN_DATABASE)
    process.stderr.write(
      `${listings} listings, ${messages} messages: ${examined.length} reads of ${paths.length + feeds.length} routes, ` +
        `each looked at ${Math.max(...examined)} documents at most\n`,
    );
}, 60_000);

/** What a gateway caches for a moment, and asks for by the way. */
const cached = new Set(['blocks', 'meta', 'sanctions', 'sessions', 'users']);

test('what people do most takes few commands to the database', async () => {
  const [seller, buyer] = await Promise.all([cluster.person('서연'), cluster.person('하준')]);
  const listing = await seller.lists();
  const asked = (act: () => Promise<unknown>) =>
    cluster.inspect(async (connection) => {
      const done = await profiled(connection, 'all', act);
      const names = done.map(({ op, ns }) => [op, ns.slice(ns.indexOf('.') + 1)] as const);
      return names.filter(([, name]) => !cached.has(name)).map((one) => one.join(' '));
    });
  let talk: { id: string } | undefined;
  const opens = await asked(async () => {
    talk = await buyer.asksAbout(listing);
  });
  expect(opens).toEqual([
    'query conversations',
    'query listings',
    'insert conversations',
    // One command for the rows of both.
    'update inbox',
    'update inbox',
  ]);
  // The first reads remember listing, people and conversation.
  await buyer.gets('GET', `/v1/conversations/${talk!.id}`);
  const reads = await asked(() => buyer.gets('GET', `/v1/conversations/${talk!.id}`));
  expect(reads.sort()).toEqual(['query inbox', 'query listings', 'query messages']);
  await seller.gets('GET', `/v1/listings/${listing.id}`);
  const looks = await asked(() => seller.gets('GET', `/v1/listings/${listing.id}`));
  // One command over three collections.
  expect(looks).toEqual(['command listings']);
});

/** Reads the first page and the one behind it. */
async function pages(path: string): Promise<void> {
  const { body } = await reader.call('GET', path);
  const { nextCursor } = (body ?? {}) as { nextCursor?: string | null };
  if (nextCursor)
    await reader.call('GET', `${path}${path.includes('?') ? '&' : '?'}cursor=${nextCursor}`);
}

/** What stands for `:id` under each path. */
async function ownIds(): Promise<Record<string, string>> {
  const chats = await reader.gets<{ items: view.Conversation[] }>('GET', '/v1/conversations');
  const feed = await reader.gets<{ items: view.Listing[] }>('GET', '/v1/listings');
  return {
    '/conversations': chats.items[0]!.id,
    '/listings': feed.items[0]!.id,
    '/users': otherId,
  };
}
