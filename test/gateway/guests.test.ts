import { afterAll, beforeAll, expect, test } from '@jest/globals';
import sharp from 'sharp';
import { createHaggleClient } from '../../client/index.js';
import { createMarketApi } from '../../client/market.js';
import type { view } from '../../src/contract/index.js';
import { eventually } from '../support/eventually.js';
import { callRest, type Person } from '../support/person.js';
import { TestCluster } from '../support/test-cluster.js';

/** What somebody reads who is not signed in; the second gateway keeps guests out. */
let cluster: TestCluster;
let seller: Person, stranger: Person;
let listing: view.Listing;
let paths: string[];

beforeAll(async () => {
  cluster = await TestCluster.start({
    gateways: 2,
    // So many points that only whoever asks very often runs out of them.
    env: { TRUST_PROXY: '1', LIMIT_POINTS_PER_SECOND: '1', LIMIT_POINTS_BURST: '60' },
    envOf: (name): Record<string, string> => (name === 'node-2' ? { GUESTS: 'off' } : {}),
  });
  [seller, stranger] = await Promise.all([cluster.person('준호'), cluster.person('민지')]);
  listing = await seller.lists({ title: '하늘색 자전거' });
  paths = [
    `/v1/listings?near=37.556,126.905`,
    `/v1/listings?q=${encodeURIComponent('ㅈㅈㄱ')}`,
    `/v1/search/suggestions?q=${encodeURIComponent('자저')}`,
    `/v1/listings/${listing.id}`,
    `/v1/listings/${listing.id}/price-history`,
    `/v1/users/${seller.id}`,
    `/v1/users/${seller.id}/listings`,
    `/v1/users/${seller.id}/reviews`,
  ];
}, 60_000);

afterAll(() => cluster?.stop(), 60_000);

const asks = <T = view.Problem>(
  path: string,
  headers: Record<string, string> = {},
  [method, node] = ['GET', 0] as [string, number],
) => callRest<T>(cluster.gateways[node]!.url, method, path, { headers });

test('a guest reads what a stranger reads who has an account', async () => {
  for (const path of paths) {
    const guest = await asks(path);
    expect([path, guest.status]).toEqual([path, 200]);
    // The stranger is counted as a viewer meanwhile.
    const told = (body: unknown) => JSON.stringify(body).replaceAll(/"views":\d+/g, '');
    expect([path, told(guest.body)]).toEqual([path, told(await stranger.gets('GET', path))]);
  }
});

test('a guest is not counted among those who looked', async () => {
  const path = `/v1/listings/${(await seller.lists()).id}`;
  await asks(path);
  await asks(path);
  // Views are written behind, in the order in which people looked.
  await stranger.gets('GET', path);
  const views = async () => (await seller.gets<view.Listing>('GET', path)).counts?.views ?? 0;
  await eventually('the stranger is counted', async () => (await views()) > 0);
  expect(await views()).toBe(1);
});

test('what is out of sight is so for guests, too', async () => {
  const hidden = await seller.lists({ title: '숨은 자전거' });
  await seller.gets('POST', `/v1/listings/${hidden.id}/state`, { state: 'hidden' });
  expect((await asks(`/v1/listings/${hidden.id}`)).status).toBe(404);
  for (const path of [paths[0]!, paths[1]!, paths[6]!]) {
    const { body } = await asks<{ items: view.Listing[] }>(path);
    const shown = body.items.map(({ id }) => id);
    expect(shown).toContain(listing.id);
    expect(shown).not.toContain(hidden.id);
  }
});

test('a token that is no good makes no guest, so that an app renews it', async () => {
  for (const path of paths)
    for (const authorization of ['Bearer x.y.z', 'Bearer', 'Basic YTpi'])
      expect([path, (await asks(path, { authorization })).status]).toEqual([path, 401]);
});

test('a gateway may keep guests out', async () => {
  for (const path of paths) {
    const { status, body } = await asks(path, {}, ['GET', 1]);
    expect([path, status, body.code]).toEqual([path, 401, 'UNAUTHENTICATED']);
  }
  expect((await asks('/v1/categories', {}, ['GET', 1])).status).toBe(200);
});

test('guests of one network share a budget, and take nothing from people', async () => {
  const search = paths[2]!;
  const many = await Promise.all(
    Array.from({ length: 200 }, () => asks(search, { 'x-forwarded-for': '203.0.113.7' })),
  );
  const refused = many.filter(({ status }) => status === 429);
  expect(refused.length).toBeGreaterThan(0);
  expect(refused.length).toBeLessThan(200);
  for (const { headers } of refused) expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
  expect((await asks(search, { 'x-forwarded-for': '203.0.113.8' })).status).toBe(200);
  expect((await stranger.call('GET', search)).status).toBe(200);
});

test('a link to a listing says what it is about, and of what is out of sight nothing', async () => {
  const form = new FormData();
  const png = await sharp({ create: { width: 4, height: 3, channels: 3, background: 'red' } })
    .png()
    .toBuffer();
  form.append('image', new Blob([new Uint8Array(png)], { type: 'image/png' }), 'a.png');
  const photo = await seller.gets<view.Image>('POST', '/v1/images', form);
  const given = { title: '<b>"자전거" & 헬멧', price: 120_000, imageIds: [photo.id] };
  const { id } = await seller.lists(given);
  const page = async (node = 0) => {
    const answer = await fetch(`${cluster.gateways[node]!.url}/listings/${id}`, {
      headers: { accept: '*/*' },
    });
    return answer.text();
  };
  const shown = await page();
  expect(shown).toContain(
    '<meta property="og:title" content="&lt;b&gt;&quot;자전거&quot; &amp; 헬멧 · 120,000원" />',
  );
  const [, image] = /og:image" content="([^"]+)"/.exec(shown)!;
  expect((await fetch(image!)).headers.get('content-type')).toMatch(/^image\//);
  expect(shown).toMatch(new RegExp(`og:url" content="http://[^"]+/listings/${id}"`));
  expect(await page(1)).not.toContain('og:');
  await seller.gets('POST', `/v1/listings/${id}/state`, { state: 'hidden' });
  const hidden = await page();
  expect(hidden).not.toContain('og:');
  expect(hidden).toContain('<div id="app">');
});

test('the client library reads before anybody signs in, and writes nothing', async () => {
  const client = createHaggleClient({ url: cluster.gateways[0]!.url });
  const market = createMarketApi(client);
  const { items } = await market.listListings({ q: 'ㅈㅈㄱ' });
  expect(items.map(({ id }) => id)).toContain(listing.id);
  expect((await market.getListing(listing.id)).abilities.contact).toBe(true);
  await expect(market.addFavourite(listing.id)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  await expect(market.getMe()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  client.close();
});
