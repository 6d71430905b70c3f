import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import sharp from 'sharp';
import { endpoints, type Endpoint, type view } from '../../src/contract/index.js';
import { profiled, type Profiled } from '../support/own-database.js';
import type { Person } from '../support/person.js';
import { TestCluster } from '../support/test-cluster.js';

/** What reading must never do, whatever is remembered between two reads; each is a known fault of other markets. */
let cluster: TestCluster;
let reader: Person, seller: Person;
const listings: view.Listing[] = [];
/** Far from what other files list. */
const near = '34.8118,126.3922';
const location = { latitude: 34.8118, longitude: 126.3922 };

beforeAll(async () => {
  cluster = await TestCluster.start({ gateways: 2 });
  [reader, seller] = await Promise.all([cluster.person('민지', 0), cluster.person('준호', 1)]);
  for (const price of [30_000, 10_000, 50_000, 20_000, 40_000])
    listings.push(await seller.lists({ title: `의자 ${price}`, price, location }));
}, 60_000);

afterAll(() => cluster?.stop(), 60_000);

type Page = { items: view.Listing[]; nextCursor: string | null };
const feed = (query: string, who = reader) =>
  who.gets<Page>('GET', `/v1/listings?near=${near}&${query}`);
const prices = ({ items }: Page) => items.map(({ price }) => price);

test('two pages that differ in size, order or filter alone are two pages, also at once', async () => {
  const asked = {
    'limit=2': [40_000, 20_000],
    'limit=3': [40_000, 20_000, 50_000],
    'limit=2&sort=priceAsc': [10_000, 20_000],
    'limit=2&sort=priceDesc': [50_000, 40_000],
    'limit=2&sort=priceAsc&minPrice=20000': [20_000, 30_000],
    'limit=2&sort=priceDesc&maxPrice=30000': [30_000, 20_000],
    'limit=2&category=books': [],
    'limit=2&state=sold': [],
    'limit=2&radiusKm=1&sort=priceAsc': [10_000, 20_000],
  };
  for (let round = 0; round < 3; round += 1) {
    const pages = await Promise.all(Object.keys(asked).map((query) => feed(query)));
    expect(pages.map(prices)).toEqual(Object.values(asked));
  }
  const elsewhere = await reader.gets<Page>('GET', '/v1/listings?near=34.9,126.5&limit=2');
  expect(elsewhere.items).toEqual([]);
});

test('an edit, a new price and a new state are in the next read of everybody, on every node', async () => {
  const [one] = listings;
  const path = `/v1/listings/${one!.id}`;
  const readers = [reader, await cluster.person('하늘', 1)];
  const everywhere = async () => {
    const shown = [];
    for (const who of readers) {
      const listing = await who.gets<view.Listing>('GET', path);
      const inFeed = (await feed('limit=100', who)).items.find(({ id }) => id === one!.id);
      shown.push([listing.title, listing.price], [inFeed?.title, inFeed?.price]);
    }
    return shown;
  };
  for (const change of [
    { title: '고친 의자' },
    { price: 31_000 },
    { title: '의자', price: 30_000 },
  ]) {
    await everywhere();
    const { title, price } = await seller.gets<view.Listing>('PATCH', path, change);
    expect(await everywhere()).toEqual(Array(4).fill([title, price]));
  }
  await seller.gets('POST', `${path}/state`, { state: 'hidden' });
  for (const who of readers)
    expect((await feed('limit=100', who)).items.map(({ id }) => id)).not.toContain(one!.id);
  await seller.gets('POST', `${path}/state`, { state: 'onSale' });
  for (const who of readers)
    expect((await feed('limit=100', who)).items.map(({ id }) => id)).toContain(one!.id);
});

test('what one has just listed is in the feed, whichever node answers', async () => {
  for (const gateway of cluster.gateways) {
    seller.gateway = gateway;
    const listing = await seller.lists({ title: '방금 올린 의자', location });
    for (const other of cluster.gateways) {
      seller.gateway = other;
      expect((await feed('limit=1', seller)).items[0]?.id).toBe(listing.id);
    }
    await seller.call('DELETE', `/v1/listings/${listing.id}`);
    for (const other of cluster.gateways) {
      seller.gateway = other;
      const ids = (await feed('limit=100', seller)).items.map(({ id }) => id);
      expect(ids).not.toContain(listing.id);
    }
  }
});

/** What the gateways had the database do with listings meanwhile. */
const asked = (doing: () => Promise<unknown>): Promise<Profiled[]> =>
  cluster.inspect((connection) => profiled(connection, 'listings', doing));

const ofFeeds = (done: Profiled[]) => done.filter(({ command }) => command?.find && command.sort);

/** How often reads of a cache went so, on all nodes. */
async function countReads(outcome: string): Promise<number> {
  const pattern = new RegExp(`^haggle_cache_reads_total.*outcome="${outcome}".* (\\d+)$`, 'm');
  const texts = cluster.gateways.map(async ({ url }) => (await fetch(`${url}/metrics`)).text());
  const counts = (await Promise.all(texts)).map((text) => Number(pattern.exec(text)?.[1] ?? 0));
  return counts.reduce((sum, count) => sum + count, 0);
}

test('many who ask for a first page at once share a look at the database, and later ones need none', async () => {
  const other = await cluster.person('하늘', 1);
  const many = [reader, other].flatMap((who) => Array<Person>(12).fill(who));
  const ask = () => Promise.all(many.map((who) => feed('limit=4&radiusKm=3', who)));
  const [hits, away] = [await countReads('hit'), await countReads('away')];
  const reads = ofFeeds(await asked(ask)).length + ofFeeds(await asked(ask)).length;
  // On a node one look and those behind it; and who could not wait for Redis, on a machine as busy as this one.
  expect(reads).toBeLessThanOrEqual(6 + (await countReads('away')) - away);
  expect((await countReads('hit')) + (await countReads('away')) - hits).toBeGreaterThanOrEqual(24);
});

test('what was changed by somebody who could tell no cache is in no list', async () => {
  const [one, other] = [await seller.lists({ location }), await seller.lists({ location })];
  const ids = async () => (await feed('limit=2')).items.map(({ id }) => id);
  for (const state of ['hidden', 'blinded', 'removed']) {
    await cluster.inspect((connection) =>
      connection
        .collection<{ _id: string }>('listings')
        .updateOne({ _id: one.id }, { $set: { state: 'onSale' }, $inc: { version: 1 } }),
    );
    await ids();
    expect(await ids()).toEqual([other.id, one.id]);
    await cluster.inspect((connection) =>
      connection
        .collection<{ _id: string }>('listings')
        .updateOne({ _id: one.id }, { $set: { state }, $inc: { version: 1 } }),
    );
    expect(await ids()).toEqual([other.id, listings[4]!.id]);
  }
  await seller.call('DELETE', `/v1/listings/${other.id}`);
});

test('whom a block keeps apart is in no list, and the page is as long as it was', async () => {
  const blocked = await cluster.person('영수', 1);
  await blocked.lists({ location });
  await blocked.lists({ location });
  const sellers = async (who: Person) =>
    (await feed('limit=3', who)).items.map((one) => one.seller.id);
  const before = [blocked.id, blocked.id, seller.id];
  const stranger = await cluster.person('하늘', 0);
  for (const who of [reader, stranger]) expect(await sellers(who)).toEqual(before);
  await reader.gets('PUT', `/v1/me/blocks/${blocked.id}`);
  expect(await sellers(reader)).toEqual([seller.id, seller.id, seller.id]);
  expect(await sellers(stranger)).toEqual(before);
  await reader.call('DELETE', `/v1/me/blocks/${blocked.id}`);
  expect(await sellers(reader)).toEqual(before);
});

test("what is personal in a page is each reader's own", async () => {
  const path = `/v1/listings/${listings[2]!.id}/favourite`;
  const shown = async (who: Person) => {
    const { items } = await feed('limit=3&sort=priceDesc&maxPrice=50000', who);
    return items.map(({ favourite, abilities }) => [favourite, abilities.edit]);
  };
  await reader.gets('PUT', path);
  for (let round = 0; round < 2; round += 1) {
    expect(await shown(reader)).toEqual([
      [true, false],
      [false, false],
      [false, false],
    ]);
    expect(await shown(seller)).toEqual([
      [false, true],
      [false, true],
      [false, true],
    ]);
  }
  await reader.call('DELETE', path);
  expect((await shown(reader))[0]).toEqual([false, false]);
});

test('of a thousand notifications that a block hides, a page reads a bounded part, and the last page shows the rest', async () => {
  const [mine, theirs] = await Promise.all([cluster.person('지수', 0), cluster.person('영수', 1)]);
  const [seen, hidden] = [listings[0]!, await theirs.lists()];
  const tells = (at: number, listing: view.Listing) => ({
    ...{ _id: `${mine.id}:${at}` as never, userId: mine.id, entryId: String(1_000_000 + at) },
    ...{ conversationId: `news-${listing.id}`, seq: at + 1, category: 'alert', read: false },
    ...{ template: 'listing.published', params: {}, fallbackText: '', createdAt: new Date() },
    ...{ listingId: listing.id, sellerId: listing.seller.id },
  });
  await cluster.inspect((connection) =>
    connection
      .collection('notifications')
      .insertMany([
        tells(0, seen),
        ...Array.from({ length: 1_000 }, (_, at) => tells(at + 1, hidden)),
      ]),
  );
  await mine.gets('PUT', `/v1/me/blocks/${theirs.id}`);
  type News = { items: view.Notification[]; nextCursor: string | null };
  const pages: News[] = [];
  const next = async (cursor?: string) => {
    const path = `/v1/me/notifications?limit=1${cursor === undefined ? '' : `&cursor=${cursor}`}`;
    const reads = await cluster.inspect((connection) =>
      profiled(connection, 'notifications', async () =>
        pages.push(await mine.gets<News>('GET', path)),
      ),
    );
    expect(reads.filter(({ command }) => command?.find)).not.toHaveLength(0);
    expect(reads.filter(({ command }) => command?.find).length).toBeLessThanOrEqual(2);
  };
  await next();
  for (let cursor = pages[0]!.nextCursor; cursor !== null; cursor = pages.at(-1)!.nextCursor)
    await next(cursor);
  expect(pages.flatMap(({ items }) => items.map(({ listingId }) => listingId))).toEqual([seen.id]);
  expect(pages.length).toBeLessThanOrEqual(3);
});

/** Everything that is stored, except what counts who looked: that is what a look is for. */
const stored = () =>
  cluster.inspect(async (connection) => {
    const names = (await connection.db!.listCollections().toArray())
      .map(({ name }) => name)
      .filter((name) => !/^(listingViews|listingCounts|system\.|lastSeen|sessions)/.test(name))
      .sort();
    const sums = names.map(async (name) => {
      const all = await connection.collection(name).find().sort({ _id: 1 }).toArray();
      return [name, createHash('sha256').update(JSON.stringify(all)).digest('base64url')] as const;
    });
    return Object.fromEntries(await Promise.all(sums));
  });

test('no GET of the contract changes anything', async () => {
  const conversation = await reader.asksAbout(listings[1]!);
  await reader.sends(conversation, '안녕하세요');
  const { offer } = await reader.offers(await reader.asksAbout(listings[2]!), 40_000);
  const ids: Record<string, string> = {
    '/listings': listings[1]!.id,
    '/conversations': conversation.id,
    '/offers': offer.id,
    '/users': seller.id,
  };
  const queries: Record<string, string> = {
    searchMessages: '?q=안녕',
    suggestSearches: '?q=의자',
  };
  await reader.gets('GET', '/v1/conversations');
  const before = await stored();
  const gets = Object.entries(endpoints).filter(
    ([, { method, access }]: [string, Endpoint]) => method === 'get' && access !== 'admin',
  );
  for (const who of [reader, seller])
    for (const [name, { path }] of gets) {
      const [, area = ''] = /^(\/[a-z-]+)\//.exec(path) ?? [];
      const full = path.replace(/:id\b/, ids[area] ?? 'no-such-id').replace(/:\w+/g, 'thumb');
      const { status } = await who.call('GET', `/v1${full}${queries[name] ?? ''}`);
      expect([name, status < 500]).toEqual([name, true]);
    }
  expect(await stored()).toEqual(before);
}, 30_000);

describe('the database', () => {
  test('counts nothing for a page, of whatever list', async () => {
    const done = await asked(async () => {
      for (const query of [
        'limit=2',
        'limit=2&sort=priceAsc',
        'limit=2&sort=distance',
        'limit=2&q=의자',
      ]) {
        const first = await feed(query);
        if (first.nextCursor) await feed(`${query}&cursor=${first.nextCursor}`);
      }
      await reader.gets('GET', '/v1/me/favourites?limit=2');
      await seller.gets('GET', '/v1/me/listings?limit=2');
    });
    expect(done.length).toBeGreaterThan(5);
    const counts = done.filter(
      ({ command }) =>
        command?.count !== undefined || JSON.stringify(command?.pipeline ?? []).includes('$count'),
    );
    expect(counts).toEqual([]);
  });
});

test('the file that was uploaded is nowhere to be had, only what was made of it', async () => {
  const original = await sharp({
    create: { width: 2_000, height: 1_000, channels: 3, background: '#37a' },
  })
    .jpeg()
    .withExif({ IFD0: { Copyright: 'of the tests only' } })
    .toBuffer();
  const form = new FormData();
  form.append('image', new Blob([Uint8Array.from(original)], { type: 'image/jpeg' }), 'a.jpg');
  const image = await seller.gets<view.Image>('POST', '/v1/images', form);
  for (const variant of ['original', 'raw', 'source', 'full.jpg', 'FULL'])
    expect((await seller.call('GET', `/v1/images/${image.id}/${variant}`)).status).not.toBe(200);
  for (const path of Object.values(image.urls)) {
    const bytes = Buffer.from(await (await fetch(cluster.gateways[0]!.url + path)).arrayBuffer());
    expect(bytes.includes('of the tests only')).toBe(false);
    const { format, width } = await sharp(bytes).metadata();
    expect([format, width < 2_000]).toEqual(['webp', true]);
  }
});
