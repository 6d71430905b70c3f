import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import type { PushJob } from '../../src/notifications/push-job.js';
import { PushQueues } from '../../src/notifications/push-queues.js';
import { Queues } from '../../src/platform/queues.js';

/** What the autoscaler of workers goes by, held against what BullMQ keeps and where. */

let redis: Redis;
let opened: Queues;
let queues: PushQueues;
const prefix = `sample-${randomUUID()}`;
const job: PushJob = { kind: 'digest', recipientId: 'somebody', until: 0 };

beforeAll(() => {
  redis = new Redis(process.env['TEST_REDIS_URL']!, { maxRetriesPerRequest: null });
  opened = new Queues({ connection: redis, prefix, log: pino({ level: 'silent' }) });
  queues = new PushQueues(opened);
});

afterAll(async () => {
  await opened.close();
  redis.disconnect();
});

const sampleOf = async (queue: string) => {
  const sample = (await queues.sample()).find((one) => one.queue === queue);
  if (!sample) throw new Error(`no sample of ${queue}`);
  return sample;
};

test('what could be taken is counted wherever it lies, and aged from its own time', async () => {
  const chat = opened.all.find(({ name }) => name === 'chat')!;
  const minuteAgo = Date.now() - 60_000;
  await chat.add('waits', job, { timestamp: minuteAgo + 30_000 });
  await chat.add('has a priority', job, { priority: 3 });
  await chat.add('is not due', job, { delay: 3_600_000, timestamp: minuteAgo });
  expect(await sampleOf('chat')).toMatchObject({
    jobs: { waiting: 1, prioritized: 1, delayed: 1 },
    due: 2,
  });
  // Nobody takes jobs here, so what is due stays among the delayed: the length of the list says one.
  await chat.add('is due', job, { delay: 10_000, timestamp: minuteAgo });
  const { jobs, due, oldestMs } = await sampleOf('chat');
  expect(await redis.llen(`${prefix}:chat:wait`)).toBe(1);
  expect(jobs).toMatchObject({ waiting: 1, prioritized: 1, delayed: 2 });
  expect(due).toBe(3);
  // It was added a minute ago and fell due ten seconds later.
  expect(oldestMs).toBeGreaterThanOrEqual(50_000);
  expect(oldestMs).toBeLessThan(60_000);
  expect(await sampleOf('bulk')).toMatchObject({ due: 0, oldestMs: 0 });
});

test('a job keeps its age when a worker has looked and could not take it', async () => {
  const bulk = opened.all.find(({ name }) => name === 'bulk')!;
  const timestamp = Date.now() - 60_000;
  await bulk.add('is taken', job, { timestamp });
  await bulk.add('was delayed', job, { delay: 20_000, timestamp });
  // It moves what is due into the list, and is busy with the first.
  let free = (): void => undefined;
  const busy = new Promise<void>((resolve) => (free = resolve));
  let take = (): void => undefined;
  const taken = new Promise<void>((resolve) => (take = resolve));
  const worker = new Worker(
    'bulk',
    async () => {
      take();
      await busy;
    },
    { connection: redis, prefix, concurrency: 1 },
  );
  try {
    await taken;
    const { jobs, due, oldestMs } = await sampleOf('bulk');
    expect(jobs).toMatchObject({ waiting: 1, delayed: 0, active: 1 });
    expect(due).toBe(1);
    expect(oldestMs).toBeGreaterThanOrEqual(40_000);
    expect(oldestMs).toBeLessThan(60_000);
  } finally {
    free();
    await worker.close();
  }
});
