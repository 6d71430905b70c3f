import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { view } from '../../src/contract/index.js';
import { eventually } from '../support/eventually.js';
import { FaultProxy } from '../support/fault-proxy.js';
import type { Person } from '../support/person.js';
import { TestCluster } from '../support/test-cluster.js';

/** Two gateways of which one loses Redis, and with it every word about the cache that both share. */
let proxy: FaultProxy;
let cluster: TestCluster;
let reader: Person, seller: Person;
const location = { latitude: 34.8118, longitude: 126.3922 };

beforeAll(async () => {
  const url = process.env['TEST_REDIS_URL']!;
  proxy = await FaultProxy.to(url);
  cluster = await TestCluster.start({
    gateways: 2,
    envOf: (name): Record<string, string> =>
      name === 'node-2'
        ? { REDIS_URL: proxy.through(url), SWITCHED_OFF: 'search,suggestions,distance,views' }
        : {},
  });
  [reader, seller] = await Promise.all([cluster.person('민지', 0), cluster.person('준호', 1)]);
}, 60_000);

beforeEach(() => proxy.set('pass'));

afterAll(async () => {
  proxy?.set('pass');
  await cluster?.stop();
  await proxy?.close();
}, 60_000);

const idsFor = async (who: Person) => {
  const path = '/v1/listings?near=34.8118,126.3922&limit=100';
  const { items } = await who.gets<{ items: view.Listing[] }>('GET', path);
  return items.map(({ id }) => id);
};

test.each(['refuse', 'blackHole'] as const)(
  'what a gateway without Redis (%s) hides is in no list, and there the feed goes on from the database',
  async (fault) => {
    const [one, other] = [await seller.lists({ location }), await seller.lists({ location })];
    for (const who of [reader, seller])
      expect((await idsFor(who)).slice(0, 2)).toEqual([other.id, one.id]);
    proxy.set(fault);
    await seller.gets('POST', `/v1/listings/${one.id}/state`, { state: 'hidden' });
    for (const who of [reader, seller]) {
      const ids = await idsFor(who);
      expect([ids[0], ids.includes(one.id)]).toEqual([other.id, false]);
    }
    const listed = await seller.lists({ location });
    expect((await idsFor(seller))[0]).toBe(listed.id);
    const metrics = await (await fetch(`${cluster.gateways[1]!.url}/metrics`)).text();
    expect(metrics).toMatch(/^haggle_cache_reads_total\{cache="feed",outcome="away",.*\} [1-9]/m);
  },
  30_000,
);

test('what operators switched off is not done there, and says so or is left out', async () => {
  const listing = await seller.lists({ title: '접이식 의자', location });
  const off = await cluster.person('서연', 1);
  const near = '/v1/listings?near=34.8118,126.3922';
  const path = `/v1/listings/${listing.id}`;
  for (const query of ['&q=의자', '&sort=distance', '&sort=distance&limit=1'])
    expect(await off.call('GET', near + query)).toMatchObject({
      status: 503,
      body: { code: 'UNAVAILABLE' },
    });
  expect(await off.gets('GET', '/v1/search/suggestions?q=의자')).toEqual({
    words: [],
    categories: [],
  });
  await off.gets('GET', path);
  // The other gateway goes on, and its view is the only one.
  for (const query of ['&q=의자', '&sort=distance'])
    expect((await reader.call('GET', near + query)).status).toBe(200);
  await reader.gets('GET', path);
  const views = () =>
    eventually('a view is counted', async () => {
      const { counts } = await seller.gets<view.Listing>('GET', path);
      return counts?.views;
    });
  expect(await views()).toBe(1);
});
