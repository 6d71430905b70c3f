import { afterAll, afterEach, beforeAll, test } from '@jest/globals';
import { setTimeout as wait } from 'node:timers/promises';
import { Crowd } from '../../support/crowd.js';
import { eventually } from '../../support/eventually.js';
import { OwnRedis } from '../../support/own-redis.js';
import { chance, seeds, tells } from '../../support/seeds.js';
import { TestCluster } from '../../support/test-cluster.js';

/** Things happen to the one Redis while people talk over two nodes and a worker pushes. */
let redis: OwnRedis;
let cluster: TestCluster;
let crowd: Crowd;

beforeAll(async () => {
  redis = await OwnRedis.start();
  cluster = await TestCluster.start({
    gateways: 2,
    workers: 1,
    env: {
      REDIS_URL: redis.url,
      LIMIT_MESSAGES_PER_SECOND: '1000',
      LIMIT_MESSAGE_BURST: '2000',
    },
  });
  crowd = await Crowd.gathers(cluster);
}, 120_000);

afterEach(async () => {
  redis?.goOn();
  await redis?.ask('CONFIG', 'SET', 'maxmemory', '0').catch(() => undefined);
});

afterAll(async () => {
  crowd?.leaves();
  await cluster?.stop();
  await redis?.stop();
}, 60_000);

async function isOver(row: number, seed: number, since: number): Promise<void> {
  await crowd.goesOn(1);
  const pauseMs = crowd.longestPause(since);
  tells({ row, seed, pauseMs, repairMs: await crowd.recovers(seed) });
}

/** Both gateways say so of themselves. */
const redisIs = (state: 'up' | 'down') =>
  eventually(`Redis is ${state}`, async () => {
    const answers = await Promise.all(
      cluster.gateways.map(async ({ url }): Promise<unknown> =>
        (await fetch(`${url}/readyz`)).json(),
      ),
    );
    return answers.every((answer) => (answer as { redis: string }).redis === state);
  });

test.each(seeds())(
  'Redis is killed under load, and comes back (seed %i)',
  async (seed) => {
    const since = await crowd.isUnderLoad(seed);
    await redis.kill();
    await wait(seed % 10 === 0 ? 30_000 : 3_000);
    await redis.launch();
    await redisIs('up');
    await isOver(4, seed, since);
  },
  180_000,
);

test.each(seeds())(
  'Redis hangs under load, and wakes up (seed %i)',
  async (seed) => {
    const since = await crowd.isUnderLoad(seed);
    redis.hang();
    await redisIs('down');
    await crowd.goesOn(2);
    await wait(chance(seed + 1)() * 5_000);
    redis.goOn();
    await redisIs('up');
    await isOver(5, seed, since);
  },
  180_000,
);

test.each(seeds())(
  'everything in Redis is gone at once under load (seed %i)',
  async (seed) => {
    const since = await crowd.isUnderLoad(seed);
    await redis.ask('FLUSHALL');
    await isOver(6, seed, since);
    await pushesGoOn(seed);
  },
  180_000,
);

test.each(seeds())(
  'Redis is full under load, and has room again (seed %i)',
  async (seed) => {
    const since = await crowd.isUnderLoad(seed);
    await redis.ask('CONFIG', 'SET', 'maxmemory', '1mb');
    await crowd.goesOn(3);
    await redis.ask('CONFIG', 'SET', 'maxmemory', '0');
    await isOver(7, seed, since);
    await pushesGoOn(seed);
  },
  180_000,
);

test.each(seeds())(
  'subscriptions are cut under load, each second for a while (seed %i)',
  async (seed) => {
    const since = await crowd.isUnderLoad(seed);
    for (let cut = 0; cut < 5; cut += 1) {
      await redis.ask('CLIENT', 'KILL', 'TYPE', 'pubsub');
      await wait(500 + chance(seed + cut)() * 1_000);
    }
    await redisIs('up');
    await isOver(8, seed, since);
  },
  180_000,
);

/** The last entry of a conversation, which nobody has read, is pushed; the oracle has seen that none was pushed twice. */
async function pushesGoOn(seed: number): Promise<void> {
  const [buyer, seller] = crowd.pair(seed);
  const conversation = await buyer.asksAbout(await seller.lists());
  const { message } = await buyer.sends(conversation, '푸시');
  await eventually(
    'it is pushed',
    async () => (await cluster.sent(conversation.id)).some(({ seq }) => seq === message.seq),
    60_000,
  );
}
