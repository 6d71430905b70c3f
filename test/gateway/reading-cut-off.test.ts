import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { view } from '../../src/contract/index.js';
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
      name === 'node-2' ? { REDIS_URL: proxy.through(url) } : {},
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
