import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { view } from '../../src/contract/index.js';
import type { Person } from '../support/person.js';
import { TestCluster } from '../support/test-cluster.js';
import { timePasses } from '../support/time-passes.js';

const hourMs = 3_600_000;
let cluster: TestCluster;
let seller: Person, buyer: Person;

beforeAll(async () => {
  cluster = await TestCluster.shared();
  [seller, buyer] = await Promise.all([cluster.person('준호', 0), cluster.person('민지', 1)]);
}, 60_000);

afterAll(() => cluster?.stop(), 60_000);

type Prices = { items: view.ListingPrice[]; nextCursor: string | null };
const pathOf = ({ id }: { id: string }) => `/v1/listings/${id}`;
const bump = (person: Person, listing: { id: string }, headers = {}) =>
  person.call<view.Listing & view.Problem>('POST', `${pathOf(listing)}/bump`, undefined, headers);
const hoursPass = (listing: { id: string }, hours: number) =>
  timePasses(cluster, 'listings', listing.id, hours * hourMs);

test('a listing goes to the top of the feed once its time has come, and says when that is', async () => {
  const town = { latitude: 34 + Math.random(), longitude: 128.5 + Math.random() / 10 };
  const older = await seller.lists({ title: 'older', location: town });
  await seller.lists({ title: 'newer', location: town });
  const feed = () =>
    buyer.gets<{ items: view.Listing[] }>(
      'GET',
      `/v1/listings?near=${town.latitude.toFixed(6)},${town.longitude.toFixed(6)}&radiusKm=0.5`,
    );
  const from = new Date(Date.parse(older.createdAt) + 24 * hourMs).toISOString();
  expect(older).toMatchObject({ bump: { from, left: 10 }, abilities: { bump: false } });
  expect((await feed()).items.map(({ title }) => title)).toEqual(['newer', 'older']);

  const early = await bump(seller, older);
  expect(early).toMatchObject({ status: 409, body: { code: 'LISTING_UNAVAILABLE' } });
  const wait = Number(early.headers.get('retry-after'));
  expect(wait).toBeGreaterThan(23 * 3_600);
  expect(wait).toBeLessThanOrEqual(24 * 3_600);

  await hoursPass(older, 25);
  const due = await seller.gets<view.Listing>('GET', pathOf(older));
  expect(due.abilities.bump).toBe(true);
  const done = await bump(seller, older);
  expect(done).toMatchObject({
    status: 200,
    body: { version: 2, createdAt: due.createdAt, bump: { left: 9 }, abilities: { bump: false } },
  });
  expect(Date.parse(done.body.bumpedAt)).toBeGreaterThan(Date.parse(due.bumpedAt));
  const { items } = await feed();
  expect(items.map(({ title }) => title)).toEqual(['older', 'newer']);
  for (const one of items) {
    expect(one).not.toHaveProperty('bump');
    expect(one.abilities).not.toHaveProperty('bump');
  }
  expect((await bump(seller, older)).status).toBe(409);
});

test('ten bumps at once on two nodes are one', async () => {
  const listing = await seller.lists();
  await hoursPass(listing, 30);
  const twin = Object.assign(Object.create(seller) as Person, { gateway: cluster.gateways[1]! });
  const answers = await Promise.all(
    Array.from({ length: 10 }, (_, index) => bump(index % 2 ? twin : seller, listing)),
  );
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  expect(answers.filter(({ status }) => status === 409)).toHaveLength(9);
  expect(await seller.gets('GET', pathOf(listing))).toMatchObject({
    version: 2,
    bump: { left: 9 },
  });
});

test('only its seller, only what is on sale, and only the version that was seen', async () => {
  const listing = await seller.lists();
  await hoursPass(listing, 30);
  expect(await bump(buyer, listing)).toMatchObject({ status: 403 });
  expect(await bump(buyer, { id: randomUUID() })).toMatchObject({ status: 404 });
  expect(await bump(seller, listing, { 'if-match': '"7-x"' })).toMatchObject({
    status: 412,
    body: { code: 'VERSION_CONFLICT', current: { version: 1 } },
  });
  await seller.gets('POST', `${pathOf(listing)}/state`, { state: 'hidden' });
  const hidden = await bump(seller, listing);
  expect(hidden).toMatchObject({ status: 409, body: { code: 'LISTING_UNAVAILABLE' } });
  expect(hidden.headers.get('retry-after')).toBeNull();
  expect(await seller.gets('GET', pathOf(listing))).toMatchObject({
    version: 2,
    bump: { from: null, left: 10 },
  });
  await seller.gets('POST', `${pathOf(listing)}/state`, { state: 'onSale' });
  expect(await bump(seller, listing)).toMatchObject({ status: 200 });
});

test('a price cut of 5 % lets it go to the top at once', async () => {
  const listing = await seller.lists({ price: 100_000 });
  await seller.gets('PATCH', pathOf(listing), { price: 95_001 });
  expect((await bump(seller, listing)).status).toBe(409);
  await seller.gets('PATCH', pathOf(listing), { price: 90_000 });
  expect(await bump(seller, listing)).toMatchObject({ status: 200, body: { bump: { left: 9 } } });
});

test('the price history has every price, the present one first, for everybody who sees the listing', async () => {
  const listing = await seller.lists({ price: 100_000 });
  const at = `${pathOf(listing)}/price-history`;
  const pricesOf = ({ items }: Prices) => items.map(({ price }) => price);
  expect(await buyer.gets<Prices>('GET', at)).toEqual({
    items: [{ price: 100_000, currency: 'KRW', at: listing.createdAt }],
    nextCursor: null,
  });
  for (const price of [90_000, 95_000, 0, 80_000])
    await seller.gets('PATCH', pathOf(listing), { price });
  await seller.gets('PATCH', pathOf(listing), { price: 80_000, description: '벨 포함' });
  const all = await buyer.gets<Prices>('GET', at);
  expect(pricesOf(all)).toEqual([80_000, 0, 95_000, 90_000, 100_000]);
  expect(all.items.at(-1)!.at).toBe(listing.createdAt);
  const times = all.items.map((one) => Date.parse(one.at));
  expect(times).toEqual([...times].sort((one, other) => other - one));

  for (const limit of [1, 2, 4, 5]) {
    const paged: number[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const asked: string = cursor && `&cursor=${encodeURIComponent(cursor)}`;
      const page: Prices = await buyer.gets<Prices>('GET', `${at}?limit=${limit}${asked}`);
      paged.push(...pricesOf(page));
      cursor = page.nextCursor;
    }
    expect(paged).toEqual(pricesOf(all));
  }
  const other = await seller.lists();
  const { nextCursor } = await buyer.gets<Prices>('GET', `${at}?limit=2`);
  expect(
    await buyer.call(
      'GET',
      `${pathOf(other)}/price-history?cursor=${encodeURIComponent(nextCursor!)}`,
    ),
  ).toMatchObject({ status: 422 });

  await seller.gets('POST', `${pathOf(listing)}/state`, { state: 'hidden' });
  expect(await buyer.call('GET', at)).toMatchObject({ status: 404 });
  expect(pricesOf(await seller.gets<Prices>('GET', at))).toHaveLength(5);
  await seller.call('DELETE', pathOf(listing));
  expect(await seller.call('GET', at)).toMatchObject({ status: 404 });
});

test('price changes at once on two nodes leave one line each, in the order in which they stood', async () => {
  const listing = await seller.lists({ price: 100_000 });
  const twin = Object.assign(Object.create(seller) as Person, { gateway: cluster.gateways[1]! });
  const sent = [91_000, 92_000, 93_000, 94_000];
  await Promise.all(
    sent.map((price, index) =>
      (index % 2 ? twin : seller).gets('PATCH', pathOf(listing), { price }),
    ),
  );
  const { items } = await seller.gets<Prices>('GET', `${pathOf(listing)}/price-history`);
  expect(items.map(({ price }) => price).sort()).toEqual([100_000, ...sent].sort());
  expect(items[0]!.price).toBe((await seller.gets<view.Listing>('GET', pathOf(listing))).price);
  expect(items.at(-1)!.price).toBe(100_000);
});
