import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { view } from '../../src/contract/index.js';
import { aListing, type Person } from '../support/person.js';
import { TestCluster } from '../support/test-cluster.js';

type Page = { items: view.Listing[]; nextCursor: string | null };

let cluster: TestCluster;
let seller: Person, neighbour: Person, buyer: Person;

beforeAll(async () => {
  cluster = await TestCluster.shared();
  [seller, neighbour, buyer] = await Promise.all([
    cluster.person('준호', 0),
    cluster.person('서연', 1),
    cluster.person('민지', 1),
  ]);
}, 60_000);

afterAll(() => cluster?.stop(), 60_000);

let towns = 0;
/** The middle of a town of its own for each test, far from all others. */
const aTown = () => ({ latitude: 33 + 0.6 * (towns += 1), longitude: 127.3 });
type Town = ReturnType<typeof aTown>;

const kmPerDegree = 111.195;
const north = ({ latitude, longitude }: Town, km: number): Town => ({
  latitude: latitude + km / kmPerDegree,
  longitude,
});

type Query = Record<string, string | number>;

const near = ({ latitude, longitude }: Town, query: Query = {}): string => {
  const words = new URLSearchParams({ near: `${latitude.toFixed(6)},${longitude.toFixed(6)}` });
  for (const [name, value] of Object.entries(query)) words.set(name, String(value));
  return `/v1/listings?${words.toString()}`;
};

const feed = (person: Person, town: Town, query: Query = {}) =>
  person.gets<Page>('GET', near(town, query));

const titlesOf = ({ items }: Page) => items.map(({ title }) => title);

/** Everything that a feed or a list gives, page after page; `between` happens after each of them. */
async function walk(
  person: Person,
  path: string,
  between: (page: number) => Promise<unknown> = () => Promise.resolve(),
): Promise<view.Listing[]> {
  const seen: view.Listing[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < 50; page += 1) {
    const next: Page = await person.gets<Page>(
      'GET',
      cursor ? `${path}&cursor=${encodeURIComponent(cursor)}` : path,
    );
    seen.push(...next.items);
    cursor = next.nextCursor;
    if (cursor === null) return seen;
    await between(page);
  }
  throw new Error('the list does not end');
}

const stored = (filter: object) =>
  cluster.inspect((connection) => connection.collection('listings').find(filter).toArray());

/** A GET that lets the server decide: fetch would add its own no-cache to a conditional one. */
const getIf = (person: Person, path: string, etag: string) =>
  person.call<view.Listing>('GET', path, undefined, {
    'if-none-match': etag,
    'cache-control': 'max-age=0',
  });

test('what a seller lists is at once in the feed of its area, on the other node too', async () => {
  const town = aTown();
  const listing = await seller.lists({ title: ' 캠핑 의자 ', price: 0, location: town });
  expect(listing).toMatchObject({
    title: '캠핑 의자',
    price: 0,
    currency: 'KRW',
    state: 'onSale',
    version: 1,
    seller: { id: seller.id, nickname: '준호' },
    offers: { enabled: false },
    abilities: { edit: true, remove: true, contact: false },
  });
  const [shown] = (await feed(buyer, town)).items;
  expect(shown).toMatchObject({
    id: listing.id,
    distanceKm: 0,
    abilities: { edit: false, remove: false, contact: true },
  });
  expect(await buyer.gets('GET', `/v1/listings/${listing.id}`)).toMatchObject({ id: listing.id });
});

test('only its seller changes or removes it; removed, it is gone for everybody', async () => {
  const town = aTown();
  const listing = await seller.lists({ location: town });
  const path = `/v1/listings/${listing.id}`;
  for (const refused of [
    await buyer.call('PATCH', path, { price: 1 }),
    await buyer.call('DELETE', path),
  ])
    expect(refused).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
  expect(await seller.gets('GET', path)).toMatchObject({ price: 100_000, version: 1 });

  const change = {
    title: '로드 자전거',
    description: '거의 새것',
    price: 90_000,
    category: 'hobby',
    offers: { enabled: false },
  };
  expect(await seller.gets('PATCH', path, change)).toMatchObject({ ...change, version: 2 });
  const moved = north(town, 30);
  await seller.gets('PATCH', path, { location: moved });
  expect((await feed(buyer, town)).items).toEqual([]);
  expect((await feed(buyer, moved)).items).toMatchObject([{ ...change, id: listing.id }]);

  expect((await seller.call('DELETE', path)).status).toBe(204);
  for (const person of [seller, buyer]) {
    for (const [method, body] of [['GET'], ['PATCH', { price: 1 }], ['DELETE']] as const)
      expect(await person.call(method, path, body)).toMatchObject({
        status: 404,
        body: { code: 'NOT_FOUND' },
      });
    expect((await feed(person, moved)).items).toEqual([]);
  }
  expect(await buyer.call('POST', '/v1/conversations', { listingId: listing.id })).toMatchObject({
    status: 404,
  });
  const mine = await walk(seller, '/v1/me/listings?limit=100');
  expect(mine.map(({ id }) => id)).not.toContain(listing.id);
});

test("a field that is not the seller's to set, or that nobody knows, is refused and nothing changes", async () => {
  const title = `자전거 ${randomUUID()}`;
  const listing = await seller.lists({ title });
  const path = `/v1/listings/${listing.id}`;
  const unknown = {
    id: 'mine',
    sellerId: buyer.id,
    state: 'sold',
    version: 7,
    bumpedAt: '2030-01-01T00:00:00.000Z',
    colour: 'red',
    $set: { price: 1 },
  };
  for (const [field, value] of Object.entries(unknown))
    for (const refused of [
      await seller.call('POST', '/v1/listings', aListing({ title, [field]: value })),
      await seller.call('PATCH', path, { [field]: value }),
    ])
      expect(refused).toMatchObject({ status: 422, body: { code: 'VALIDATION_FAILED' } });
  expect(await seller.gets('GET', path)).toEqual(listing);
  expect(await stored({ title })).toHaveLength(1);
});

test.each([
  ['an empty title', { title: '' }],
  ['a blank title', { title: '   ' }],
  ['a title too long', { title: 'ㄱ'.repeat(61) }],
  ['a NUL in its title', { title: 'a\u0000b' }],
  ['half a character in its title', { title: '\ud83d' }],
  ['a description too long', { description: 'ㄱ'.repeat(4_001) }],
  ['a negative price', { price: -1 }],
  ['half a won', { price: 0.5 }],
  ['a price in words', { price: '100' }],
  ['a price beyond all goods', { price: 10_000_000_001 }],
  ['a strange currency', { currency: 'USD' }],
  ['a category that is none', { category: 'toys' }],
  ['a place beyond the pole', { location: { latitude: 91, longitude: 0 } }],
  ['a place beyond the date line', { location: { latitude: 37.5, longitude: 181 } }],
  ['half a place', { location: { latitude: 37.5 } }],
  ['a place as a list', { location: [127, 37.5] }],
  ['offers that are neither on nor off', { offers: { enabled: 'yes' } }],
])('a listing with %s is refused', async (_what, fields) => {
  const refused = await seller.call('POST', '/v1/listings', aListing(fields));
  expect(refused).toMatchObject({ status: 422, body: { code: 'VALIDATION_FAILED' } });
  for (const { path } of refused.body.errors!)
    expect(path.split('.')[0]).toBe(Object.keys(fields)[0]);
});

test('who has the current version is not sent it again', async () => {
  const listing = await seller.lists();
  const path = `/v1/listings/${listing.id}`;
  // The seller, since others are counted when they look.
  const etag = (await seller.call('GET', path)).headers.get('etag')!;
  const same = await getIf(seller, path, etag);
  expect([same.status, same.body]).toEqual([304, '']);
  await seller.gets('PATCH', path, { price: 90_000 });
  const changed = await getIf(seller, path, etag);
  expect(changed).toMatchObject({ status: 200, body: { price: 90_000, version: 2 } });
  expect(changed.headers.get('etag')).not.toBe(etag);
});

test('a write on a stale copy is refused with what is there now, a write on a fresh one is not', async () => {
  const listing = await seller.lists();
  const path = `/v1/listings/${listing.id}`;
  const stale = (await seller.call('GET', path)).headers.get('etag')!;
  const first = await seller.call('PATCH', path, { price: 90_000 }, { 'if-match': stale });
  expect(first).toMatchObject({ status: 200, body: { version: 2 } });
  for (const [method, body] of [['PATCH', { price: 1 }], ['DELETE']] as const)
    for (const ifMatch of [stale, '"nonsense"'])
      expect(await seller.call(method, path, body, { 'if-match': ifMatch })).toMatchObject({
        status: 412,
        body: {
          code: 'VERSION_CONFLICT',
          current: { id: listing.id, price: 90_000, version: 2, state: 'onSale' },
        },
      });
  const fresh = first.headers.get('etag')!;
  expect((await seller.call('DELETE', path, undefined, { 'if-match': fresh })).status).toBe(204);
});

test('changes of different fields at once on two nodes all come through', async () => {
  const listing = await seller.lists();
  const path = `/v1/listings/${listing.id}`;
  const twin = Object.assign(Object.create(seller) as Person, { gateway: cluster.gateways[1]! });
  const answers = await Promise.all([
    seller.call('PATCH', path, { price: 90_000 }),
    twin.call('PATCH', path, { title: '로드 자전거' }),
    twin.call('PATCH', path, { description: '거의 새것' }),
  ]);
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  expect(await seller.gets('GET', path)).toMatchObject({
    price: 90_000,
    title: '로드 자전거',
    description: '거의 새것',
    version: 4,
  });
});

test('one Idempotency-Key makes one listing, of one person, with one content', async () => {
  const title = `자전거 ${randomUUID()}`;
  const key = { 'idempotency-key': randomUUID() };
  const twin = Object.assign(Object.create(seller) as Person, { gateway: cluster.gateways[1]! });
  const create = (person: Person, fields = {}, headers: Record<string, string> = key) =>
    person.call<view.Listing & view.Problem>(
      'POST',
      '/v1/listings',
      aListing({ title, ...fields }),
      headers,
    );
  const atOnce = await Promise.all(
    Array.from({ length: 8 }, (_, index) => create(index % 2 ? twin : seller)),
  );
  const made = atOnce.filter(({ status }) => status === 201);
  expect(made.length).toBeGreaterThan(0);
  expect(new Set(made.map(({ body }) => body.id)).size).toBe(1);
  for (const early of atOnce.filter(({ status }) => status !== 201))
    expect(early).toMatchObject({ status: 409, body: { code: 'IDEMPOTENCY_CONFLICT' } });
  const repeated = await create(twin);
  expect(repeated).toMatchObject({ status: 201, body: made[0]!.body });
  expect(repeated.headers.get('etag')).toBe(made[0]!.headers.get('etag'));
  expect(await create(seller, { price: 1 })).toMatchObject({
    status: 422,
    body: { code: 'VALIDATION_FAILED' },
  });
  expect(await stored({ title })).toHaveLength(1);

  expect(await create(neighbour)).toMatchObject({ status: 201 });
  expect(await stored({ title, sellerId: neighbour.id })).toHaveLength(1);
  const tooLong = { 'idempotency-key': 'k'.repeat(129) };
  expect(await create(seller, {}, tooLong)).toMatchObject({ status: 422 });
  // A try that was refused leaves its key free.
  const free = { 'idempotency-key': randomUUID() };
  expect(await create(seller, { price: -1 }, free)).toMatchObject({ status: 422 });
  expect(await create(seller, {}, free)).toMatchObject({ status: 201 });
});

test.each(['recent', 'priceAsc', 'priceDesc', 'distance'])(
  'a feed by %s read in pages of three neither skips nor repeats while more is listed',
  async (sort) => {
    const town = aTown();
    const all = await Promise.all(
      Array.from({ length: 10 }, () => neighbour.lists({ location: town })),
    );
    const ids = all.map(({ id }) => id);
    const bumpedAt = new Date();
    await cluster.inspect((connection) =>
      connection
        .collection<{ _id: string }>('listings')
        .updateMany({ _id: { $in: ids } }, { $set: { bumpedAt } }),
    );
    const seen = await walk(buyer, near(town, { sort, limit: 3 }), (page) =>
      page < 3 ? seller.lists({ location: town }) : Promise.resolve(),
    );
    const order = seen.map(({ id }) => id);
    expect(new Set(order).size).toBe(order.length);
    expect(order.filter((id) => ids.includes(id)).sort()).toEqual(ids.sort());
    expect(await walk(buyer, near(town, { sort, limit: 3 }))).toHaveLength(13);
  },
);

test('a feed is in the order asked for, within the radius, the category, the price and the state', async () => {
  const town = aTown();
  const lists = (title: string, km: number, price: number, category = 'sports') =>
    seller.lists({ title, price, category, location: north(town, km) });
  await lists('near', 0.5, 30_000);
  await lists('nearby', 3, 10_000, 'books');
  await lists('far', 12, 20_000);
  expect(titlesOf(await feed(buyer, town, { radiusKm: 20 }))).toEqual(['far', 'nearby', 'near']);
  expect(titlesOf(await feed(buyer, town))).toEqual(['nearby', 'near']);
  expect(titlesOf(await feed(buyer, town, { radiusKm: 1 }))).toEqual(['near']);
  const wide = { radiusKm: 20 };
  const sorted = async (sort: string) => titlesOf(await feed(buyer, town, { ...wide, sort }));
  expect(await sorted('priceAsc')).toEqual(['nearby', 'far', 'near']);
  expect(await sorted('priceDesc')).toEqual(['near', 'far', 'nearby']);
  expect(await sorted('distance')).toEqual(['near', 'nearby', 'far']);
  const { items } = await feed(buyer, town, { ...wide, sort: 'distance' });
  // As far as blurred places tell.
  for (const [index, km] of [0.5, 3, 12].entries())
    expect(Math.abs(items[index]!.distanceKm! - km)).toBeLessThanOrEqual(0.11);
  expect(titlesOf(await feed(buyer, town, { ...wide, category: 'books' }))).toEqual(['nearby']);
  expect(
    titlesOf(await feed(buyer, town, { ...wide, minPrice: 10_001, maxPrice: 20_000 })),
  ).toEqual(['far']);
  expect(titlesOf(await feed(buyer, town, { ...wide, state: 'reserved' }))).toEqual([]);

  const refused: Query[] = [
    { radiusKm: 51 },
    { radiusKm: 0 },
    { sort: 'oldest' },
    { state: 'removed' },
    { limit: 101 },
    { limit: 0 },
    { q: 'bicycle', colour: 'red' },
    { 'category[$ne]': 'books' },
  ];
  for (const query of refused)
    expect(await buyer.call('GET', near(town, query))).toMatchObject({ status: 422 });
  expect(await buyer.call('GET', '/v1/listings?sort=distance')).toMatchObject({ status: 422 });
  expect(await buyer.call('GET', '/v1/listings?near=37.5')).toMatchObject({ status: 422 });
});

test('a cursor serves the list it was made for and no other', async () => {
  const town = aTown();
  for (let count = 0; count < 3; count += 1) await neighbour.lists({ location: town });
  const { nextCursor } = await feed(buyer, town, { limit: 2 });
  const cursor = nextCursor!;
  expect((await feed(neighbour, town, { limit: 1, cursor })).items).toHaveLength(1);
  const own = await neighbour.gets<Page>('GET', '/v1/me/listings?limit=2');
  const misused = [
    near(town, { cursor, sort: 'priceAsc' }),
    near(town, { cursor, radiusKm: 6 }),
    near(town, { cursor, category: 'sports' }),
    near(north(town, 1), { cursor }),
    `/v1/listings?cursor=${cursor}`,
    `/v1/me/listings?cursor=${cursor}`,
    `/v1/conversations?cursor=${cursor}`,
    near(town, { cursor: own.nextCursor! }),
    `/v1/me/listings?cursor=${own.nextCursor}`,
  ];
  for (const path of misused)
    expect(await buyer.call('GET', path)).toMatchObject({
      status: 422,
      body: { code: 'VALIDATION_FAILED', errors: [{ path: 'query.cursor' }] },
    });
});

test.each(['recent', 'priceAsc', 'distance'])(
  'a forged cursor of a feed by %s finds nothing out and breaks nothing',
  async (sort) => {
    const town = aTown();
    for (let count = 0; count < 2; count += 1) await neighbour.lists({ location: town });
    const { nextCursor } = await feed(buyer, town, { limit: 1, sort });
    const [scope, [key, id]] = JSON.parse(Buffer.from(nextCursor!, 'base64url').toString()) as [
      string,
      [number, string],
    ];
    const positions: unknown[] = [
      { $gt: '' },
      [{ $gt: '' }, id],
      [key, { $gt: '' }],
      [String(key), id],
      [key],
      [],
      null,
    ];
    const forged = [
      ...positions.map((position) => JSON.stringify([scope, position])),
      JSON.stringify(['another', [key, id]]),
      '{"$gt":""}',
      'null',
      'nonsense',
      '',
    ].map((text) => Buffer.from(text).toString('base64url'));
    const asks = (cursor: string) => buyer.call<Page>('GET', near(town, { cursor, sort }));
    const answers = await Promise.all(forged.map(asks));
    expect(answers.map(({ status }) => status)).toEqual(forged.map(() => 422));
    // In form, but beyond every price, time and distance.
    for (const beyond of [1e300, -1e300]) {
      const cursor = Buffer.from(JSON.stringify([scope, [beyond, id]])).toString('base64url');
      expect([200, 422]).toContain((await asks(cursor)).status);
    }
  },
);

test('no answer tells where somebody lives: places are blurred to three decimals', async () => {
  const town = aTown();
  const home = { latitude: town.latitude + 0.000449, longitude: 127.300251 };
  const blurred = { latitude: town.latitude, longitude: 127.3 };
  const listing = await seller.lists({ location: home });
  const path = `/v1/listings/${listing.id}`;
  const answers = [
    listing,
    await seller.gets('PATCH', path, { price: 90_000 }),
    await seller.gets('GET', path),
    await buyer.gets('GET', path),
    (await feed(buyer, town)).items[0],
    (await feed(buyer, town, { sort: 'distance' })).items[0],
    (await seller.gets<Page>('GET', '/v1/me/listings?limit=1')).items[0],
  ] as view.Listing[];
  for (const { location } of answers) {
    expect(location!.latitude).toBeCloseTo(blurred.latitude, 9);
    expect(location!.longitude).toBeCloseTo(blurred.longitude, 9);
  }
  const stale = await seller.call('PATCH', path, { price: 1 }, { 'if-match': '"1"' });
  expect(JSON.stringify([answers, stale.body])).not.toMatch(/\.\d*0449|\.300251/);
});

test('the feed tells no more of a place than its blurred point does', async () => {
  const town = aTown();
  // Two homes, 80 m apart, shown as the same point.
  const [south, up] = [-0.0004, 0.0004].map((by) => ({ ...town, latitude: town.latitude + by }));
  await seller.lists({ title: 'south', location: south });
  await seller.lists({ title: 'north', location: up });
  const below = north(town, -0.1);
  expect((await feed(buyer, below, { radiusKm: 0.11 })).items).toHaveLength(2);
  const order = async (from: Town) => titlesOf(await feed(buyer, from, { sort: 'distance' }));
  expect(await order(north(town, -1))).toEqual(await order(north(town, 1)));
});

test('what has no place is found without one, and own listings come newest first', async () => {
  const town = aTown();
  const category = 'plants';
  const placeless = await seller.lists({ category, location: undefined });
  expect(placeless.location).toBeNull();
  const placed = await seller.lists({ category, location: town });
  const everywhere = await buyer.gets<Page>('GET', `/v1/listings?category=${category}`);
  expect(everywhere.items.map(({ id }) => id)).toEqual([placed.id, placeless.id]);
  expect(titlesOf(await feed(buyer, town, { category }))).toHaveLength(1);

  const own = await walk(seller, '/v1/me/listings?limit=7');
  expect(own.slice(0, 2).map(({ id }) => id)).toEqual([placed.id, placeless.id]);
  expect(own.every((listing) => listing.seller.id === seller.id)).toBe(true);
  expect(new Set(own.map(({ id }) => id)).size).toBe(own.length);
  const times = own.map(({ createdAt }) => createdAt);
  expect(times).toEqual([...times].sort().reverse());
  expect((await buyer.gets<Page>('GET', '/v1/me/listings')).items).toEqual([]);
});
