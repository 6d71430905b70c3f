import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { eventually } from '../support/eventually.js';
import { FaultProxy } from '../support/fault-proxy.js';
import type { Person } from '../support/person.js';
import { TestCluster } from '../support/test-cluster.js';

let proxy: FaultProxy;
let cluster: TestCluster;
let buyer: Person, seller: Person;

beforeAll(async () => {
  const redis = process.env['TEST_REDIS_URL']!;
  proxy = await FaultProxy.to(redis);
  const through = proxy.through(redis);
  cluster = await TestCluster.start({
    workers: 2,
    env: { REDIS_URL: through, QUEUE_REDIS_URL: through },
  });
  [buyer, seller] = await Promise.all([cluster.person('민지'), cluster.person('준호')]);
  await seller.gets('PUT', '/v1/me/devices/shop-phone', { provider: 'log', token: randomUUID() });
}, 60_000);

afterAll(async () => {
  proxy?.set('pass');
  await cluster?.stop();
  await proxy?.close();
}, 60_000);

const workerLog = () => cluster.workers.map((worker) => worker.log).join('');

test('what is written while Redis is away is pushed when it is back, once, by the relay that kept its lease', async () => {
  const conversation = await buyer.asksAbout(await seller.lists());
  await eventually('a relay acts', () => workerLog().includes('this relay acts'));
  proxy.set('refuse');
  await buyer.sends(conversation, '지금 듣고 있나요?');
  await buyer.sends(conversation, '나중에라도요');
  await eventually('the relay waits for the queue', () =>
    workerLog().includes('the queue took no pushes'),
  );
  proxy.set('pass');
  const sent = await eventually('both are pushed', async () => {
    const found = await cluster.sent(conversation.id);
    return found.length >= 2 && found;
  });
  expect(sent.map(({ seq }) => seq).sort()).toEqual([1, 2]);
  expect(workerLog().split('this relay acts')).toHaveLength(2);
});
