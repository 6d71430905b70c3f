import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { tradeLimits } from '../../src/contract/trade-limits.js';
import type { view } from '../../src/contract/index.js';
import { eventually } from '../support/eventually.js';
import type { Person } from '../support/person.js';
import { TestCluster } from '../support/test-cluster.js';

let cluster: TestCluster;
let seller: Person, buyer: Person, neighbour: Person;

beforeAll(async () => {
  cluster = await TestCluster.shared();
  [seller, buyer, neighbour] = await Promise.all([
    cluster.person('준호', 0),
    cluster.person('민지', 1),
    cluster.person('서연', 0),
  ]);
}, 60_000);

afterAll(() => cluster?.stop(), 60_000);

type Page = { items: view.Listing[]; nextCursor: string | null };
type Named = { id: string };
const pathOf = ({ id }: Named) => `/v1/listings/${id}`;
const see = (person: Person, listing: Named) => person.gets<view.Listing>('GET', pathOf(listing));
const favour = (person: Person, listing: Named) =>
  person.call<view.Listing & view.Problem>('PUT', `${pathOf(listing)}/favourite`);
const unfavour = (person: Person, listing: Named) =>
  person.call('DELETE', `${pathOf(listing)}/favourite`);
const favouritesOf = (person: Person, query = '') =>
  person.gets<Page>('GET', `/v1/me/favourites${query}`);
const idsOf = ({ items }: Page) => items.map(({ id }) => id);
const twinOf = (person: Person, node: number) =>
  Object.assign(Object.create(person) as Person, { gateway: cluster.gateways[node]! });

test('a favourite is shown to whoever has it, and counted for everybody, wherever a listing is shown', async () => {
  const town = { latitude: 35 + Math.random(), longitude: 128.3 };
  const listing = await seller.lists({ location: town });
  expect(listing).toMatchObject({
    favourite: false,
    counts: { favourites: 0, conversations: 0, views: 0 },
  });
  expect(await favour(buyer, listing)).toMatchObject({
    status: 200,
    body: { id: listing.id, favourite: true, counts: { favourites: 1 } },
  });
  expect(await favour(buyer, listing)).toMatchObject({ body: { counts: { favourites: 1 } } });
  expect(await favour(neighbour, listing)).toMatchObject({ body: { counts: { favourites: 2 } } });
  expect(await unfavour(neighbour, listing)).toMatchObject({ status: 204 });
  expect(await unfavour(neighbour, listing)).toMatchObject({ status: 204 });
  const near = `near=${town.latitude.toFixed(6)},${town.longitude.toFixed(6)}`;
  for (const [person, favourite] of [
    [buyer, true],
    [neighbour, false],
    [seller, false],
  ] as const) {
    const seen = { id: listing.id, favourite, counts: { favourites: 1 } };
    expect(await see(person, listing)).toMatchObject(seen);
    expect((await person.gets<Page>('GET', `/v1/listings?${near}`)).items).toMatchObject([seen]);
  }
  expect(idsOf(await favouritesOf(buyer))).toEqual([listing.id]);
  expect(idsOf(await favouritesOf(neighbour))).toEqual([]);
});

test('twenty at once of one person on two nodes count once, and so do as many that take it back', async () => {
  const listing = await seller.lists();
  const twins = [twinOf(buyer, 0), twinOf(buyer, 1)];
  const twenty = Array.from({ length: 20 }, (_, index) => twins[index % 2]!);
  const added = await Promise.all(twenty.map((one) => favour(one, listing)));
  expect(new Set(added.map(({ status }) => status))).toEqual(new Set([200]));
  expect((await see(seller, listing)).counts!.favourites).toBe(1);
  const removed = await Promise.all(twenty.map((one) => unfavour(one, listing)));
  expect(new Set(removed.map(({ status }) => status))).toEqual(new Set([204]));
  expect((await see(seller, listing)).counts!.favourites).toBe(0);
});

test('favourites come last added first, in pages, without what the person may not see any more', async () => {
  const [person, other] = await Promise.all([cluster.person('지훈'), cluster.person('하늘', 1)]);
  const listings: view.Listing[] = [];
  for (let count = 0; count < 7; count += 1) {
    const listing = await (count === 5 ? other : seller).lists({ title: `${count}` });
    await favour(person, listing);
    listings.push(listing);
  }
  await seller.gets('POST', `${pathOf(listings[1]!)}/state`, { state: 'sold' });
  await seller.gets('POST', `${pathOf(listings[2]!)}/state`, { state: 'hidden' });
  expect((await seller.call('DELETE', pathOf(listings[3]!))).status).toBe(204);
  await person.gets('PUT', `/v1/me/blocks/${other.id}`);
  const titles: string[] = [];
  let query = '?limit=2';
  for (let page = 0; page < 9 && query; page += 1) {
    const { items, nextCursor }: Page = await favouritesOf(person, query);
    titles.push(...items.map(({ title }) => title));
    query = nextCursor ? `?limit=2&cursor=${encodeURIComponent(nextCursor)}` : '';
  }
  expect(titles).toEqual(['6', '4', '1', '0']);
  const { nextCursor } = await favouritesOf(person, '?limit=2');
  expect(
    await buyer.call('GET', `/v1/me/favourites?cursor=${encodeURIComponent(nextCursor!)}`),
  ).toMatchObject({ status: 422 });
  // What is shown again is among them again, and what is gone can be taken out.
  await seller.gets('POST', `${pathOf(listings[2]!)}/state`, { state: 'onSale' });
  await person.call('DELETE', `/v1/me/blocks/${other.id}`);
  expect((await unfavour(person, listings[3]!)).status).toBe(204);
  expect((await favouritesOf(person)).items.map(({ title }) => title)).toEqual([
    '6',
    '5',
    '4',
    '2',
    '1',
    '0',
  ]);
});

test('what one may not see cannot be a favourite, nor what is one’s own', async () => {
  const listing = await seller.lists();
  expect(await favour(seller, listing)).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
  expect(await favour(buyer, { id: randomUUID() })).toMatchObject({ status: 404 });
  await seller.gets('POST', `${pathOf(listing)}/state`, { state: 'hidden' });
  expect(await favour(buyer, listing)).toMatchObject({ status: 404 });
  const blocker = await cluster.person('지훈');
  await blocker.gets('PUT', `/v1/me/blocks/${buyer.id}`);
  const theirs = await blocker.lists();
  expect(await favour(buyer, theirs)).toMatchObject({ status: 404 });
  expect((await see(blocker, theirs)).counts!.favourites).toBe(0);
});

test('nobody keeps more favourites than anybody looks through', async () => {
  const person = await cluster.person('지훈');
  const listing = await seller.lists();
  await cluster.inspect((connection) =>
    connection.collection<{ _id: string }>('favourites').insertMany(
      Array.from({ length: tradeLimits.favourites }, (_, index) => ({
        _id: `${person.id}:gone-${index}`,
        userId: person.id,
        listingId: `gone-${index}`,
        at: new Date(index),
      })),
    ),
  );
  expect(await favour(person, listing)).toMatchObject({ status: 403 });
  expect(await favouritesOf(person)).toEqual({ items: [], nextCursor: null });
  expect((await unfavour(person, { id: 'gone-7' })).status).toBe(204);
  expect(await favour(person, listing)).toMatchObject({ status: 200 });
});

test('each person who looks is counted once a day, on whatever node, and its seller never', async () => {
  const listing = await seller.lists();
  for (const node of [0, 1, 0, 1]) await see(twinOf(buyer, node), listing);
  await see(neighbour, listing);
  await see(seller, listing);
  const views = async () => (await see(seller, listing)).counts!.views;
  await eventually('both are counted', async () => (await views()) === 2);
  await see(buyer, listing);
  // Whoever looks last is counted last.
  await see(await cluster.person('지훈', 1), listing);
  await eventually('the third is counted', async () => (await views()) >= 3);
  expect(await views()).toBe(3);
  // Lists are no look at a listing.
  await favour(neighbour, listing);
  await favouritesOf(neighbour);
  expect(await views()).toBe(3);
});

test('a conversation counts once something was said in it, however much', async () => {
  const listing = await seller.lists();
  const conversation = await buyer.asksAbout(listing);
  const conversations = async () => (await see(seller, listing)).counts!.conversations;
  expect(await conversations()).toBe(0);
  const first = randomUUID();
  for (let times = 0; times < 2; times += 1) await buyer.sends(conversation, '아직 있나요?', first);
  await buyer.sends(conversation, '오늘 볼 수 있어요');
  await seller.sends(conversation, '네');
  expect(await conversations()).toBe(1);
  await neighbour.offers(await neighbour.asksAbout(listing), 80_000);
  expect(await conversations()).toBe(2);
});
