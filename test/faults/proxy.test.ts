import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ChatCrowd } from '../support/chat-crowd.js';
import { findProxy } from '../support/reverse-proxy.js';
import { ProxiedCluster } from '../support/proxied-cluster.js';
import { expectAllGetsThrough } from '../support/proxy-checks.js';

/** One proxy with the configuration that ships and a few people; `npm run test:faults` has all five and many. */
const found = findProxy('nginx');
const testBehindProxy = 'program' in found ? test : test.skip;
if ('missing' in found) console.warn(`Not run: there is no nginx, since ${found.missing}.`);

let proxied: ProxiedCluster | undefined;
let crowd: ChatCrowd | undefined;

beforeAll(async () => {
  if ('program' in found)
    proxied = await ProxiedCluster.start('nginx', found.program, { gateways: 2, leadSeconds: 1 });
}, 120_000);

afterAll(async () => {
  crowd?.leaves();
  await proxied?.stop();
}, 60_000);

testBehindProxy(
  'behind nginx all gets through with a gateway missing, and while one is replaced no send fails',
  async () => {
    const behind = proxied!;
    const pairs = await Promise.all([behind.pair(1), behind.pair(2)]);
    await expectAllGetsThrough(behind, pairs[0].people[0]);
    crowd = new ChatCrowd(behind.proxy.url);
    await crowd.connects(pairs, 3);
    crowd.begins(20);
    await behind.replaces(0);
    await behind.proxy.reload();
    await crowd.rests();

    const { counts } = crowd;
    const { cutOff, refused, rest } = counts;
    expect({ cutOff, refused, rest }).toEqual({ cutOff: 0, refused: {}, rest: {} });
    expect(crowd.reconnectsMost).toBeLessThanOrEqual(1);
    const stored = await behind.stored();
    expect(stored).toMatchObject({ doubled: 0, holes: 0 });
    expect([...crowd.acknowledged].filter((id) => !stored.ids.has(id))).toEqual([]);
  },
  120_000,
);
