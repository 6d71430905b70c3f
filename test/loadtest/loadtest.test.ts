import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { runLoadTest, type LoadTestPlan } from '../../bench/loadtest/run.js';
import { largest } from '../../bench/loadtest/search.js';
import { TestCluster } from '../support/test-cluster.js';

let cluster: TestCluster;
beforeAll(async () => {
  cluster = await TestCluster.shared();
}, 60_000);
afterAll(() => cluster?.stop(), 60_000);

const printed: string[] = [];
const plan = (urls: string[]): LoadTestPlan => ({
  most: 24,
  first: 24,
  seconds: 4,
  minutes: 0.01,
  processes: 2,
  urls,
  tokens: undefined,
  allowed: false,
  record: false,
  print: (line) => printed.push(line),
});

test('simulated people browse and chat on two gateways without an error', async () => {
  const { steps } = await runLoadTest(plan(cluster.gateways.map(({ url }) => url)));
  expect(steps).toHaveLength(1);
  const [step] = steps;
  expect(step).toMatchObject({ users: 24, errors: {} });
  expect(step!.requestsPerSecond).toBeGreaterThan(0);
  expect(step!.messagesPerSecond).toBeGreaterThan(0);
  expect(step!.deliveryMs.p99).toBeGreaterThan(0);
  expect(printed.join('\n')).toContain('24 users');
});

test('a server on another machine is left alone', async () => {
  for (const url of ['http://192.0.2.1:3000', 'https://haggle.example', 'http://127.0.0.1.example'])
    await expect(runLoadTest(plan([url]))).rejects.toThrow('is not on this machine');
  await expect(runLoadTest(plan(['localhost:3000']))).rejects.toThrow('is no address');
});

test.each([
  [730, 100, 10_000],
  [100, 100, 10_000],
  [7, 100, 10_000],
  [10_000, 100, 10_000],
])('the largest number is found to within a tenth: %d', async (limit, first, most) => {
  const tried: number[] = [];
  const found = await largest({
    first,
    most,
    holds: (users) => {
      tried.push(users);
      return Promise.resolve(users <= limit);
    },
    outOfTime: () => tried.length > 20,
  });
  expect(found).toBeLessThanOrEqual(limit);
  expect(found).toBeGreaterThanOrEqual(0.89 * limit - 1);
  expect(Math.max(...tried)).toBeLessThanOrEqual(most);
});
