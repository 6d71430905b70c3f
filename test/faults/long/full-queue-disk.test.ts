import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { view } from '../../../src/contract/index.js';
import { eventually } from '../../support/eventually.js';
import { OwnRedis } from '../../support/own-redis.js';
import type { Person } from '../../support/person.js';
import { tells } from '../../support/seeds.js';
import { TestCluster } from '../../support/test-cluster.js';

/** The Redis of the queues alone, whose append-only file finds no room. */
let redis: OwnRedis;
let cluster: TestCluster;
let buyer: Person, seller: Person;

beforeAll(async () => {
  redis = await OwnRedis.start();
  cluster = await TestCluster.start({ workers: 1, env: { QUEUE_REDIS_URL: redis.url } });
  [buyer, seller] = await Promise.all([cluster.person('민지'), cluster.person('준호')]);
  await seller.gets('PUT', '/v1/me/devices/phone', { provider: 'log', token: randomUUID() });
}, 60_000);

afterAll(async () => {
  for (const person of [buyer, seller]) person?.leaves();
  await cluster?.stop();
  await redis?.stop();
}, 60_000);

const sent = async ({ conversationId, seq }: view.Message) =>
  (await cluster.sent(conversationId)).some((one) => one.seq === seq);

const queuesAre = (state: 'up' | 'down') =>
  eventually(`the queues are ${state}`, async () => {
    const answer = await fetch(`${cluster.gateways[0]!.url}/readyz`);
    return ((await answer.json()) as { queues: string }).queues === state;
  });

test('a Redis of the queues without room on its disk: chat goes on, and pushes are sent once when it has room', async () => {
  const conversation = await buyer.asksAbout(await seller.lists());
  const first = (await buyer.sends(conversation, '하나')).message;
  await eventually('it is pushed', () => sent(first));

  redis.fillDisk();
  await eventually('it takes no writes', () =>
    redis.ask('SET', 'room', '').then(
      () => false,
      (error: Error) => error.message.startsWith('MISCONF'),
    ),
  );
  await queuesAre('down');
  const phone = await seller.connects();
  const live = (await buyer.sends(conversation, '둘')).message;
  await phone.hears('message:new', ({ message }) => message.id === live.id);
  phone.close();
  const late = (await buyer.sends(conversation, '셋')).message;
  // Decided, and handed to a queue that does not take it.
  await eventually('the worker has tried', () => cluster.workers[0]!.log.includes('MISCONF'));
  expect(await sent(late)).toBe(false);

  redis.emptyDisk();
  const since = performance.now();
  await eventually('it is pushed', () => sent(late), 60_000);
  tells({ row: 27, repairMs: Math.round(performance.now() - since) });
  await queuesAre('up');
  const pushes = cluster.workers[0]!.log.split('\n').filter(
    (line) => line.includes('"push notification"') && line.includes(`"seq":${late.seq},`),
  );
  expect(pushes).toHaveLength(1);
  expect(cluster.workers[0]!.unexpectedEnds).toEqual([]);
}, 120_000);
