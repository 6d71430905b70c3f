import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { createMetrics } from '../../src/metrics.js';
import { createLogger } from '../../src/platform/logger.js';
import { openRedis, type RedisClient } from '../../src/platform/redis.js';
import { SharedCache } from '../../src/platform/shared-cache.js';
import { eventually } from '../support/eventually.js';

const log = createLogger({ nodeId: 'test', level: 'silent', process: 'test' });
const prefix = `test-${randomUUID()}`;
let redis: RedisClient;

beforeAll(async () => {
  redis = openRedis(process.env['TEST_REDIS_URL']!, 'commands', log);
  await eventually('Redis is there', () => redis.status === 'ready');
});

afterAll(() => redis?.disconnect());

const lifeMs = 40_000;
/** The cache as one node has it. */
const node = (name = 'numbers') =>
  new SharedCache<number>({
    redis,
    prefix,
    name,
    lifeMs,
    // So that a busy machine changes nothing.
    budgetMs: 10_000,
    on: true,
    log,
    metrics: createMetrics('test'),
  });

/** Looks that end when they are told to. */
function looks() {
  const open: ((value: number) => void)[] = [];
  return {
    open,
    look: () => new Promise<number>((resolve) => open.push(resolve)),
    begun: (count: number) => eventually(`${count} looks`, () => open.length === count),
  };
}

test('all who ask at once share one look and one more, and every node has it then', async () => {
  const [one, other] = [node(), node()];
  const { open, look, begun } = looks();
  const asked = Array.from({ length: 20 }, () => one.get('shared', [], look));
  await begun(1);
  open[0]!(7);
  await begun(2);
  open[1]!(8);
  const answers = await Promise.all(asked);
  expect(answers.filter((answer) => answer === 8)).toHaveLength(19);
  expect(await other.get('shared', [], look)).toBe(8);
  expect(open).toHaveLength(2);
});

test('what changes while it is looked up is looked up again, and what is of other things stays', async () => {
  const cache = node();
  const { open, look, begun } = looks();
  const first = cache.get('of-a', ['a'], look);
  await begun(1);
  await node().changed(['a', 'c']);
  open[0]!(1);
  expect(await first).toBe(1);
  const second = cache.get('of-a', ['a'], look);
  await begun(2);
  open[1]!(2);
  expect(await second).toBe(2);
  await node().changed(['b', 'c']);
  expect(await cache.get('of-a', ['a'], look)).toBe(2);
});

test('what is about to end is renewed by one reader, and nobody waits for it', async () => {
  const [one, other] = [node('renewed'), node('renewed')];
  const { open, look, begun } = looks();
  const first = one.get('key', [], look);
  await begun(1);
  open[0]!(1);
  await first;
  const key = (await redis.keys(`${prefix}:cache:renewed:key`))[0]!;
  expect(await redis.pttl(key)).toBeLessThanOrEqual(lifeMs);
  await redis.pexpire(key, lifeMs / 4 - 1_000);
  for (let round = 0; round < 3; round += 1)
    for (const cache of [one, other]) expect(await cache.get('key', [], look)).toBe(1);
  await begun(2);
  open[1]!(2);
  await eventually('it is renewed', async () => (await other.get('key', [], look)) === 2);
  expect(await redis.pttl(key)).toBeGreaterThan(lifeMs / 4);
  expect(open).toHaveLength(2);
});
