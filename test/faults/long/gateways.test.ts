import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { setTimeout as wait } from 'node:timers/promises';
import { Crowd } from '../../support/crowd.js';
import { eventually } from '../../support/eventually.js';
import { chance, seeds, tells } from '../../support/seeds.js';
import { TestCluster } from '../../support/test-cluster.js';

/** How long the people of a gateway are taken for connected; shorter than by default, and nothing else changes. */
const leaseSeconds = 10;

/** Things happen to one of two gateways while people talk over both. */
let cluster: TestCluster;
let crowd: Crowd;

beforeAll(async () => {
  cluster = await TestCluster.start({
    gateways: 2,
    workers: 1,
    env: {
      LIMIT_MESSAGES_PER_SECOND: '1000',
      LIMIT_MESSAGE_BURST: '2000',
      PRESENCE_LEASE_SECONDS: String(leaseSeconds),
    },
  });
  crowd = await Crowd.gathers(cluster);
}, 120_000);

afterEach(() => {
  for (const gateway of cluster?.gateways ?? []) gateway.resume();
});

afterAll(async () => {
  crowd?.leaves();
  await cluster?.stop();
}, 60_000);

test.each(seeds())(
  'a gateway is killed under load, and comes back (seed %i)',
  async (seed) => {
    const next = chance(seed);
    await crowd.spreads();
    crowd.talks(seed);
    await crowd.goesOn(1);
    const victim = cluster.gateways[Math.floor(next() * 2)]!;
    await wait(next() * 500);
    const since = performance.now();
    await victim.kill();
    await crowd.goesOn(1);
    await victim.start();
    await crowd.goesOn(1);
    const pauseMs = crowd.longestPause(since);
    tells({ row: 1, seed, pauseMs, repairMs: await crowd.recovers(seed) });
  },
  120_000,
);

/** In any case longer than its people are still taken for connected to it. */
const stoppedMsOf = (seed: number) => (seed % 10 === 0 ? 40_000 : (leaseSeconds + 2) * 1_000);

test.each(seeds())(
  'a gateway stands still for up to 40 s under load, and goes on (seed %i)',
  async (seed) => {
    const next = chance(seed);
    await crowd.spreads();
    crowd.talks(seed);
    await crowd.goesOn(1);
    const [hung, other] = next() < 0.5 ? [0, 1] : [1, 0];
    await wait(next() * 500);
    const since = performance.now();
    cluster.gateways[hung]!.pause();
    // Whoever leaves it finds the other: a load balancer asks for readiness.
    crowd.turnsTo(other);
    // Requests beside it wait for nobody: those that everybody may make, and an operator's.
    const { url } = cluster.gateways[other]!;
    for (const path of ['/readyz', '/admin/queues'])
      expect([200, 301, 302]).toContain((await fetch(`${url}${path}`)).status);
    await crowd.goesOn(1, 60_000);
    await wait(Math.max(0, since + stoppedMsOf(seed) - performance.now()));
    cluster.gateways[hung]!.resume();
    await eventually('it says of itself that it hears', async () => {
      const answer = await fetch(`${cluster.gateways[hung]!.url}/readyz`);
      return ((await answer.json()) as { redis: string }).redis === 'up';
    });
    // Some come to it again.
    await crowd.spreads();
    await crowd.goesOn(1);
    const pauseMs = crowd.longestPause(since);
    tells({ row: 9, seed, pauseMs, repairMs: await crowd.recovers(seed) });
  },
  180_000,
);
