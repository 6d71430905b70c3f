import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { view } from '../../src/contract/index.js';
import { eventually } from '../support/eventually.js';
import type { Person } from '../support/person.js';
import { TestCluster } from '../support/test-cluster.js';

let cluster: TestCluster;
let buyer: Person, seller: Person, friend: Person;

beforeAll(async () => {
  cluster = await TestCluster.shared({ worker: true });
  [buyer, seller, friend] = await Promise.all([
    cluster.person('민지', 0),
    cluster.person('준호', 1),
    cluster.person('지훈', 0),
  ]);
  for (const one of [buyer, friend])
    await one.gets('PUT', '/v1/me/devices/phone', { provider: 'log', token: randomUUID() });
}, 60_000);

afterAll(() => cluster?.stop(), 60_000);

type Page = { items: view.Notification[] };
const told = async (person: Person) =>
  (await person.gets<Page>('GET', '/v1/me/notifications?limit=100')).items;
const toldOf = async (person: Person, listing: { id: string }) =>
  (await told(person)).filter(({ listingId }) => listingId === listing.id);
const hears = (person: Person, listing: { id: string }) =>
  eventually('the news are in the list', async () => (await toldOf(person, listing))[0]);
const isDone = (listing: { id: string }) =>
  eventually('all were told', () =>
    cluster.inspect(async (connection) => {
      const listings = connection.collection<{ _id: string; news?: unknown[] }>('listings');
      const { news = [] } = (await listings.findOne({ _id: listing.id })) ?? {};
      return news.length === 0;
    }),
  );

test('a listing tells once whoever waits for it, by whatever, in list, event and push', async () => {
  const word = `망원${randomUUID().slice(0, 8)}`;
  await buyer.gets('POST', '/v1/me/keyword-alerts', { keyword: word });
  await buyer.gets('POST', '/v1/me/saved-searches', { q: word });
  await buyer.gets('PUT', `/v1/me/following/${seller.id}`);
  await friend.gets('PUT', `/v1/me/following/${seller.id}`);
  const screen = await friend.connects();
  const listing = await seller.lists({ title: `${word} 자전거`, price: 30_000 });
  const shown = await screen.hears('notification:new', ({ listingId }) => listingId === listing.id);
  screen.close();
  expect(shown).toMatchObject({
    category: 'alert',
    template: 'listing.followed',
    params: { title: listing.title, price: 30_000, name: '준호' },
    read: false,
  });
  expect(await hears(buyer, listing)).toMatchObject({
    template: 'listing.matched',
    params: { keyword: word },
    fallbackText: expect.stringContaining(listing.title) as unknown as string,
  });
  await isDone(listing);
  const sent = await eventually('the push leaves', async () => {
    const all = await cluster.sent(`news-${listing.id}`);
    return all.some(({ recipientId }) => recipientId === buyer.id) && all;
  });
  expect(sent.filter(({ recipientId }) => recipientId === buyer.id)).toHaveLength(1);
  expect(await toldOf(buyer, listing)).toHaveLength(1);
  expect(await toldOf(seller, listing)).toEqual([]);
  const [{ id: upTo } = { id: '' }] = await told(buyer);
  expect(await buyer.gets('PUT', '/v1/me/notifications/read', { upTo })).toEqual({ unread: 0 });
  expect(await toldOf(buyer, listing)).toMatchObject([{ read: true }]);
  await buyer.gets('DELETE', `/v1/me/following/${seller.id}`);
  await friend.gets('DELETE', `/v1/me/following/${seller.id}`);
});

test('a draft tells nobody before it is on sale; who is blocked, or nobody can see, is not told of', async () => {
  const word = `합정${randomUUID().slice(0, 8)}`;
  for (const one of [buyer, friend])
    await one.gets('POST', '/v1/me/keyword-alerts', { keyword: word });
  await seller.gets('PUT', `/v1/me/blocks/${friend.id}`);
  const draft = await seller.lists({ title: `${word} 책상`, state: 'draft' });
  await seller.gets('POST', `/v1/listings/${draft.id}/state`, { state: 'onSale' });
  expect(await hears(buyer, draft)).toMatchObject({ template: 'listing.matched' });
  await isDone(draft);
  expect(await toldOf(friend, draft)).toEqual([]);
  expect(await toldOf(buyer, draft)).toHaveLength(1);
  await seller.gets('POST', `/v1/listings/${draft.id}/state`, { state: 'hidden' });
  expect(await toldOf(buyer, draft)).toEqual([]);
  await seller.gets('DELETE', `/v1/me/blocks/${friend.id}`);
});

test('what leaves the sale before anybody was told is told once it is back, and once', async () => {
  const word = `공덕${randomUUID().slice(0, 8)}`;
  await buyer.gets('POST', '/v1/me/keyword-alerts', { keyword: word });
  const listing = await seller.lists({ title: `${word} 램프` });
  const put = (state: string) => seller.gets('POST', `/v1/listings/${listing.id}/state`, { state });
  await put('hidden');
  await isDone(listing);
  for (let time = 0; time < 2; time += 1) {
    await put('onSale');
    await hears(buyer, listing);
    await isDone(listing);
    expect(await toldOf(buyer, listing)).toHaveLength(1);
    await put('hidden');
  }
});

test('a cut of 5 % tells those who have it among the favourites, once a day each', async () => {
  const listing = await seller.lists({ title: '원목 책장', price: 100_000 });
  await buyer.gets('PUT', `/v1/listings/${listing.id}/favourite`);
  const cut = async (price: number) => {
    await seller.gets('PATCH', `/v1/listings/${listing.id}`, { price });
    await isDone(listing);
  };
  await cut(96_000);
  expect(await toldOf(buyer, listing)).toEqual([]);
  await cut(90_000);
  expect(await toldOf(buyer, listing)).toMatchObject([
    { template: 'listing.priceCut', params: { before: 96_000, price: 90_000 } },
  ]);
  await friend.gets('PUT', `/v1/listings/${listing.id}/favourite`);
  await cut(80_000);
  expect(await toldOf(buyer, listing)).toHaveLength(1);
  expect(await toldOf(friend, listing)).toHaveLength(1);
});

test('what was written while no relay was there is told by the next, and told again nobody twice', async () => {
  const word = `상수${randomUUID().slice(0, 8)}`;
  await buyer.gets('POST', '/v1/me/keyword-alerts', { keyword: word });
  const listing = await seller.lists({ title: `${word} 의자` });
  await hears(buyer, listing);
  await isDone(listing);
  // As a relay leaves it that dies before it has noted that all were told.
  await cluster.inspect(async (connection) => {
    const listings = connection.collection<{ _id: string; news: object[] }>('listings');
    const [{ id }] = (await told(buyer)) as [view.Notification];
    const again = { kind: 'published', id, at: new Date(), version: 1 };
    await listings.updateOne({ _id: listing.id }, { $set: { news: [again] } });
  });
  await isDone(listing);
  expect(await toldOf(buyer, listing)).toHaveLength(1);
});

test('whoever switched alerts off finds them in the list alone', async () => {
  const quiet = await cluster.person('서연', 1);
  await quiet.gets('PUT', '/v1/me/devices/phone', { provider: 'log', token: randomUUID() });
  await quiet.gets('PATCH', '/v1/me/notification-settings', { categories: { alert: false } });
  const word = `연남${randomUUID().slice(0, 8)}`;
  await quiet.gets('POST', '/v1/me/keyword-alerts', { keyword: word });
  const listing = await seller.lists({ title: `${word} 화분` });
  await hears(quiet, listing);
  await isDone(listing);
  const decided = await cluster.inspect((connection) =>
    connection.collection('decisions').findOne({ recipientId: quiet.id }),
  );
  expect(decided).toMatchObject({ category: 'alert', do: 'nothing', reason: 'categoryOff' });
  expect(await cluster.sent(`news-${listing.id}`)).toEqual([]);
});

test('quiet hours hold the push, and the list has it at once', async () => {
  const asleep = await cluster.person('하윤', 1);
  await asleep.gets('PUT', '/v1/me/devices/phone', { provider: 'log', token: randomUUID() });
  // All day but the minute before noon.
  const quietHours = { from: '12:00', to: '11:59' };
  await asleep.gets('PATCH', '/v1/me/notification-settings', { quietHours });
  const word = `성산${randomUUID().slice(0, 8)}`;
  await asleep.gets('POST', '/v1/me/keyword-alerts', { keyword: word });
  const listing = await seller.lists({ title: `${word} 시계` });
  await hears(asleep, listing);
  await isDone(listing);
  const decided = await cluster.inspect((connection) =>
    connection.collection('decisions').findOne({ recipientId: asleep.id }),
  );
  expect(decided).toMatchObject({ do: 'hold', reason: 'quietHours' });
});
