import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { view } from '../../src/contract/index.js';
import { eventually } from '../support/eventually.js';
import type { Person } from '../support/person.js';
import { TestCluster } from '../support/test-cluster.js';

let cluster: TestCluster;
let buyer: Person, seller: Person;

beforeAll(async () => {
  cluster = await TestCluster.shared();
  [buyer, seller] = await Promise.all([cluster.person('민지', 0), cluster.person('준호', 1)]);
}, 60_000);

afterAll(() => cluster?.stop(), 60_000);

const keywords = '/v1/me/keyword-alerts';
const searches = '/v1/me/saved-searches';
const near = { latitude: 37.556, longitude: 126.905 };
interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

test('keywords are kept once, listed and given up', async () => {
  const first = await buyer.call<view.KeywordAlert>('POST', keywords, { keyword: ' 맥북  프로 ' });
  expect(first).toMatchObject({ status: 201, body: { keyword: '맥북 프로' } });
  const again = await buyer.call('POST', keywords, { keyword: '맥북 프로' });
  expect(again).toMatchObject({ status: 200, body: first.body });
  const narrow = { keyword: 'ㅈㅈㄱ', near, radiusKm: 3, maxPrice: 50_000 };
  expect(await buyer.call('POST', keywords, narrow)).toMatchObject({ status: 201, body: narrow });
  const page = await buyer.gets<Page<view.KeywordAlert>>('GET', `${keywords}?limit=1`);
  expect(page.items.map(({ keyword }) => keyword)).toEqual(['ㅈㅈㄱ']);
  const rest = await buyer.gets<Page<view.KeywordAlert>>(
    'GET',
    `${keywords}?cursor=${encodeURIComponent(page.nextCursor!)}`,
  );
  expect(rest).toMatchObject({ items: [{ id: first.body.id }], nextCursor: null });
  const path = `${keywords}/${first.body.id}`;
  // Somebody else's is not theirs to give up.
  expect((await seller.call('DELETE', path)).status).toBe(204);
  expect((await buyer.gets<Page<unknown>>('GET', keywords)).items).toHaveLength(2);
  for (let time = 0; time < 2; time += 1)
    expect((await buyer.call('DELETE', path)).status).toBe(204);
  expect((await buyer.gets<Page<unknown>>('GET', keywords)).items).toHaveLength(1);
});

test('what says too little, or is out of order, is refused', async () => {
  for (const body of [
    { keyword: 'ㅁ' },
    { keyword: '3만원 이하' },
    { keyword: '!!!' },
    { keyword: '' },
    { keyword: 'a'.repeat(101) },
    { keyword: '맥북', radiusKm: 51 },
    { keyword: '맥북', near: { latitude: 91, longitude: 0 } },
    { keyword: '맥북', words: 1 },
  ])
    expect([body, (await buyer.call('POST', keywords, body)).status]).toEqual([body, 422]);
  for (const body of [{}, { maxPrice: 1 }, { q: ' ' }, { near, radiusKm: 50 }])
    expect([body, (await buyer.call('POST', searches, body)).status]).toEqual([body, 422]);
});

test('nobody waits for more keywords than anybody looks after', async () => {
  const keen = await cluster.person('지훈', 0);
  const most = 30;
  for (let n = 0; n < most; n += 1) await keen.gets('POST', keywords, { keyword: `책상 ${n}` });
  expect((await keen.call('POST', keywords, { keyword: '책상 30' })).status).toBe(403);
  expect((await keen.call('POST', keywords, { keyword: '책상 3' })).status).toBe(200);
});

test('searches are saved with their filters', async () => {
  const wanted = { q: '의자', near, radiusKm: 6, category: 'furniture', minPrice: 1_000 };
  const saved = await buyer.call<view.SavedSearch>('POST', searches, wanted);
  expect(saved).toMatchObject({ status: 201, body: wanted });
  expect((await buyer.call('POST', searches, wanted)).status).toBe(200);
  expect((await buyer.call('POST', searches, { category: 'books' })).status).toBe(201);
  const { items } = await buyer.gets<Page<view.SavedSearch>>('GET', searches);
  expect(items.map(({ category }) => category)).toEqual(['books', 'furniture']);
  expect((await buyer.call('DELETE', `${keywords}/${saved.body.id}`)).status).toBe(204);
  expect((await buyer.gets<Page<unknown>>('GET', searches)).items).toHaveLength(2);
  expect((await buyer.call('DELETE', `${searches}/${saved.body.id}`)).status).toBe(204);
  expect((await buyer.gets<Page<unknown>>('GET', searches)).items).toHaveLength(1);
});

test('sellers are followed, but not oneself, and not across a block', async () => {
  const path = (id: string) => `/v1/me/following/${id}`;
  const following = () => buyer.gets<Page<view.Following>>('GET', '/v1/me/following');
  const first = await buyer.gets<view.Following>('PUT', path(seller.id));
  expect(first).toMatchObject({ user: { id: seller.id, nickname: '준호' } });
  expect(await buyer.gets('PUT', path(seller.id))).toEqual(first);
  expect((await following()).items).toEqual([first]);
  expect((await buyer.call('PUT', path(buyer.id))).status).toBe(403);
  expect((await buyer.call('PUT', path('nobody'))).status).toBe(404);
  await seller.gets('PUT', `/v1/me/blocks/${buyer.id}`);
  expect((await following()).items).toEqual([]);
  expect((await buyer.call('PUT', path(seller.id))).status).toBe(404);
  await seller.gets('DELETE', `/v1/me/blocks/${buyer.id}`);
  expect((await following()).items).toHaveLength(1);
  for (let time = 0; time < 2; time += 1)
    expect((await buyer.call('DELETE', path(seller.id))).status).toBe(204);
  expect((await following()).items).toEqual([]);
});

test('an account that is deleted waits for nothing and follows nobody any more', async () => {
  const gone = await cluster.person('하은', 0);
  await gone.gets('POST', keywords, { keyword: '맥북' });
  await gone.gets('PUT', `/v1/me/following/${seller.id}`);
  await buyer.gets('PUT', `/v1/me/following/${gone.id}`);
  const password = 'correct horse battery';
  expect((await gone.call('DELETE', '/v1/me', { password })).status).toBe(204);
  const left = () =>
    cluster.inspect(async (connection) => {
      const people = { $or: [{ followerId: gone.id }, { sellerId: gone.id }] };
      const [alerts, following] = await Promise.all([
        connection.collection('alerts').countDocuments({ userId: gone.id }),
        connection.collection('following').countDocuments(people),
      ]);
      return alerts + following;
    });
  await eventually('it is erased', async () => (await left()) === 0);
});
