import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { view } from '../../src/contract/index.js';
import type { Person } from '../support/person.js';
import { TestCluster } from '../support/test-cluster.js';

let cluster: TestCluster;
let seller: Person, buyer: Person;

beforeAll(async () => {
  cluster = await TestCluster.shared();
  [seller, buyer] = await Promise.all([cluster.person('준호', 0), cluster.person('민지', 1)]);
}, 60_000);

afterAll(() => cluster?.stop(), 60_000);

/** Far from what other tests list. */
const town = { latitude: -36.85, longitude: 174.76 };
const search = (query: Record<string, string | number>) => {
  const words = new URLSearchParams({ near: `${town.latitude},${town.longitude}` });
  for (const [name, value] of Object.entries(query)) words.set(name, String(value));
  return `/v1/listings?${words.toString()}`;
};
const find = (q: string, more: Record<string, string | number> = {}) =>
  buyer.gets<view.ListingPage>('GET', search({ q, ...more }));
const titles = async (q: string, more: Record<string, string | number> = {}) =>
  (await find(q, more)).items.map(({ title }) => title);

test('what is listed is found at once on the other node, as it is now, and not once it is gone', async () => {
  const description = '상자까지 다 있어요';
  const listing = await seller.lists({ title: '맥북 프로 14인치', description, location: town });
  await seller.lists({ title: '접이식 자전거', price: 30_000, location: town });
  const forms = ['맥북프로', '맥북'.normalize('NFD'), 'ﾱￃﾡﾲￓﾡ', 'ㅁㅂ 14', '맥ㅂ', '맥북 상자'];
  for (const q of forms) expect([q, await titles(q)]).toEqual([q, ['맥북 프로 14인치']]);
  for (const q of ['자저', '3만원', 'ㅈㄱ 3만원 이하'])
    expect([q, await titles(q)]).toEqual([q, ['접이식 자전거']]);
  expect(await titles('맥북 자전거')).toEqual([]);
  const path = `/v1/listings/${listing.id}`;
  await seller.gets('PATCH', path, { title: '그램 17' });
  expect(await titles('맥북')).toEqual([]);
  expect(await titles('맥북 17')).toEqual([]);
  expect(await titles('그램17')).toEqual(['그램 17']);
  await seller.gets('POST', `${path}/state`, { state: 'hidden' });
  expect(await titles('그램')).toEqual([]);
});

test('the wrong keyboard layout finds nothing, and is told what would be found', async () => {
  await seller.lists({ title: '맥북 에어', location: town });
  await seller.lists({ title: 'Canon 카메라', location: town });
  expect(await find('aorqnr')).toEqual({ items: [], nextCursor: null, didYouMean: '맥북' });
  expect(await find('ㅊ무ㅐㅜ')).toMatchObject({ items: [], didYouMean: 'canon' });
  for (const q of ['zzzz', '맥북', 'canon', '🚲', '!!!'])
    expect(await find(q)).not.toHaveProperty('didYouMean');
  expect(await titles('🚲')).toEqual([]);
});

test('pages, orders and filters work as in the feed, and a cursor serves only its own search', async () => {
  for (const price of [10_000, 30_000, 20_000])
    await seller.lists({ title: `원목 의자 ${price}`, price, location: town });
  const all = ['원목 의자 20000', '원목 의자 30000', '원목 의자 10000'];
  expect(await titles('의자')).toEqual(all);
  expect(await titles('의자', { sort: 'priceAsc' })).toEqual([all[2], all[0], all[1]]);
  expect(await titles('의자', { sort: 'priceDesc', maxPrice: 20_000 })).toEqual([all[0], all[2]]);
  expect(await titles('의자', { category: 'books' })).toEqual([]);
  const first = await find('의자', { limit: 2 });
  expect(first.items).toHaveLength(2);
  const cursor = first.nextCursor!;
  expect(await titles('의자', { limit: 2, cursor })).toEqual([all[2]]);
  for (const misused of [
    search({ q: '책상', limit: 2, cursor }),
    search({ q: '의자', sort: 'recent', cursor }),
    search({ cursor }),
  ])
    expect(await buyer.call('GET', misused)).toMatchObject({
      status: 422,
      body: { code: 'VALIDATION_FAILED', errors: [{ path: 'query.cursor' }] },
    });
});

test('a block hides what is found; a blank search is the feed; what is out of order is refused', async () => {
  const other = await cluster.person('서연');
  await other.lists({ title: '캠핑 텐트', location: town });
  expect(await titles('텐트')).toEqual(['캠핑 텐트']);
  await buyer.gets('PUT', `/v1/me/blocks/${other.id}`);
  expect(await titles('텐트')).toEqual([]);
  expect((await find(' ')).items).toEqual(
    (await buyer.gets<view.ListingPage>('GET', search({}))).items,
  );
  const refused: Record<string, string>[] = [
    { q: 'a'.repeat(101) },
    { q: 'a\u0000b' },
    { sort: 'relevance' },
  ];
  for (const query of refused)
    expect(await buyer.call('GET', search(query))).toMatchObject({
      status: 422,
      body: { code: 'VALIDATION_FAILED' },
    });
  expect(await buyer.call('GET', '/v1/listings?q=a&q=b')).toMatchObject({ status: 422 });
});

test('while words are typed, what titles and categories say is suggested, whatever the keyboard layout', async () => {
  // Suggestions know no place: these words are in no other test.
  await seller.lists({ title: '목재 흔들의자 세트', location: town });
  const suggest = (q: string) =>
    buyer.gets<view.SearchSuggestions>('GET', `/v1/search/suggestions?q=${encodeURIComponent(q)}`);
  expect(await suggest('목재 흔')).toEqual({
    words: ['목재 흔들의자', '목재 흔들의자 세트'],
    categories: [],
  });
  expect((await suggest('ahrwo')).words).toContain('목재 흔들의자');
  expect((await suggest('ㅅㅍㅊ')).categories).toEqual(['sports']);
  expect((await suggest('furni')).categories).toEqual(['furniture']);
  expect(await suggest('!!!')).toEqual({ words: [], categories: [] });
  expect((await buyer.call('GET', '/v1/search/suggestions')).status).toBe(422);
});
