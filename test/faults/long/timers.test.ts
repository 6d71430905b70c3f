import { afterAll, beforeAll, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { eventually } from '../../support/eventually.js';
import { FaultProxy } from '../../support/fault-proxy.js';
import { haggle } from '../../support/offers.js';
import type { Person } from '../../support/person.js';
import { TestCluster } from '../../support/test-cluster.js';
import { timePassesUntil } from '../../support/time-passes.js';

/** Two workers with all roles; only they reach the queues through the proxy. */
let cluster: TestCluster;
let proxy: FaultProxy;
let redis: Redis;
/** So long after its moment something is done at the latest, whatever became of its job. */
const latestMs = 20_000;

beforeAll(async () => {
  const url = process.env['TEST_REDIS_URL']!;
  redis = new Redis(url);
  proxy = await FaultProxy.to(url);
  cluster = await TestCluster.start({
    workers: 2,
    env: { LIMIT_MESSAGES_PER_SECOND: '1000', LIMIT_MESSAGE_BURST: '2000' },
    envOf: (name): Record<string, string> =>
      name.startsWith('worker') ? { QUEUE_REDIS_URL: proxy.through(url) } : {},
  });
}, 60_000);

afterAll(async () => {
  proxy?.set('pass');
  await cluster?.stop();
  await proxy?.close();
  redis?.disconnect();
}, 60_000);

/** Its time was over, once. The reminder before it may have come late, or been left out when it was too late for it. */
const endsOnce = (person: Person, conversation: { id: string }) =>
  eventually(
    'the log says that it has ended',
    async () => {
      const acts = (await person.log(conversation)).map(
        ({ offer, notice }) => offer?.act ?? notice?.type,
      );
      const said = acts.filter((act) => act !== 'offerEndsSoon');
      return JSON.stringify(said) === JSON.stringify(['made', 'expired']);
    },
    latestMs,
  );

/** What Redis has of the queue of timers. */
const queueKeys = (word: string) =>
  redis.keys(`${new URL(cluster.mongoUri).pathname.slice(1)}-queues:timers:*${word}*`);

test('with the queue out of reach everything still ends, and it goes on as before when it is back', async () => {
  const [seller, buyer, rival] = (await Promise.all(
    ['준호', '민지', '서연'].map((name) => cluster.person(name)),
  )) as [Person, Person, Person];
  const [first, second] = [await haggle(seller, buyer), await haggle(seller, rival)];
  proxy.set('refuse');
  await timePassesUntil(cluster, 'offers', first.offer.id, 'dueAt', 1_000);
  await endsOnce(buyer, first.conversation);
  proxy.set('pass');
  await timePassesUntil(cluster, 'offers', second.offer.id, 'dueAt', 6_000);
  await eventually(
    'there is a job again',
    async () => (await queueKeys(second.offer.id)).length > 0,
    latestMs,
  );
  await endsOnce(rival, second.conversation);
}, 90_000);

test('many that are overdue at once end once each, though a worker is killed in the midst of it', async () => {
  const seller = await cluster.person('준호');
  const buyers = await Promise.all(['가', '나', '다', '라'].map((name) => cluster.person(name)));
  const made = await Promise.all(
    buyers.flatMap((one) => Array.from({ length: 15 }, () => haggle(seller, one))),
  );
  const ids = made.map(({ offer }) => offer.id);
  const ended = () =>
    cluster.inspect((connection) =>
      connection
        .collection<{ _id: string }>('offers')
        .countDocuments({ _id: { $in: ids }, state: 'expired' }),
    );
  await Promise.all(ids.map((id) => timePassesUntil(cluster, 'offers', id, 'dueAt', -6_000)));
  await eventually('the first have ended', async () => (await ended()) > 0, latestMs);
  await cluster.workers[0]!.kill();
  await eventually('all have ended', async () => (await ended()) === ids.length, latestMs);
  await cluster.workers[0]!.start();
  for (const { conversation } of made) await endsOnce(seller, conversation);
}, 120_000);
