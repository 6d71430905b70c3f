import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { clockOff } from '../../support/clock-off.js';
import { Crowd } from '../../support/crowd.js';
import { eventually } from '../../support/eventually.js';
import { haggle, seen } from '../../support/offers.js';
import { seeds, tells } from '../../support/seeds.js';
import { TestCluster } from '../../support/test-cluster.js';
import { timePassesUntil } from '../../support/time-passes.js';

/** Of the gateways and of the workers one is ten minutes ahead, and one ten minutes behind. */
const shiftMs = 10 * 60_000;
const shifts: Record<string, number> = {
  'node-2': shiftMs,
  'node-3': -shiftMs,
  'worker-2': shiftMs,
  'worker-3': -shiftMs,
};

let cluster: TestCluster;
let crowd: Crowd;

beforeAll(async () => {
  cluster = await TestCluster.start({
    gateways: 3,
    workers: 3,
    env: { LIMIT_MESSAGES_PER_SECOND: '1000', LIMIT_MESSAGE_BURST: '2000' },
    envOf: (name) => (name in shifts ? clockOff(shifts[name]!) : {}),
  });
  crowd = await Crowd.gathers(cluster);
}, 120_000);

afterAll(async () => {
  crowd?.leaves();
  await cluster?.stop();
}, 60_000);

test.each(seeds())(
  'the clocks of two nodes are 10 min off: the log has one order (seed %i)',
  async (seed) => {
    crowd.talks(seed);
    await crowd.goesOn(3);
    tells({ row: 26, seed, repairMs: await crowd.recovers(seed) });
  },
  60_000,
);

test('the clocks of two nodes are 10 min off: a token that one gave is taken by a node whose clock is right', async () => {
  for (const gateway of [1, 2]) {
    const person = await cluster.person('민지', gateway);
    person.gateway = cluster.gateways[0]!;
    expect((await person.call('GET', '/v1/me')).status).toBe(200);
    (await person.connects()).close();
  }
});

test('the clocks of two nodes are 10 min off: an offer ends at its moment by the database, not before', async () => {
  const [seller, buyer] = [await cluster.person('준호'), await cluster.person('민지')];
  const { offer } = await haggle(seller, buyer);
  await timePassesUntil(cluster, 'offers', offer.id, 'dueAt', 8_000);
  const since = performance.now();
  await eventually('it has ended', async () => (await seen(buyer, offer)).state === 'expired');
  expect(performance.now() - since).toBeGreaterThan(7_000);
}, 60_000);

test('the clocks of two nodes are 10 min off: of two devices of a person on both, each hears at once', async () => {
  const [buyer, seller] = [await cluster.person('민지', 1), await cluster.person('준호', 0)];
  const conversation = await buyer.asksAbout(await seller.lists());
  const desk = await seller.connects(cluster.gateways[0]);
  const phone = await seller.connects(cluster.gateways[1]);
  const { message } = await buyer.sends(conversation, '둘 다 들리나요?');
  for (const device of [desk, phone]) {
    await device.hears('message:new', ({ message: { id } }) => id === message.id);
    device.close();
  }
});
