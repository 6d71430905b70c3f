import { afterAll, beforeAll, test } from '@jest/globals';
import fc from 'fast-check';
import { mustBeKept } from '../support/oracle/oracle.js';
import { TestCluster } from '../support/test-cluster.js';
import { steps } from './steps.js';
import { World } from './world.js';

/** `MODEL_SEED=… MODEL_RUNS=…` repeats what failed, or looks for longer. */
const { MODEL_SEED, MODEL_RUNS } = process.env;
const seed = Number(MODEL_SEED ?? Date.now() % 2 ** 31);
const runs = Number(MODEL_RUNS ?? 5);
/** Unless runs were asked for, none begins after this time: a slow machine does fewer. */
const beginWithinMs = MODEL_RUNS === undefined ? 35_000 : Infinity;
/** What one run may take on a busy machine. */
const runMs = 60_000;

let cluster: TestCluster;

beforeAll(async () => {
  cluster = await TestCluster.start({
    gateways: 2,
    workers: 1,
    chaos: true,
    env: { LIMIT_MESSAGES_PER_SECOND: '1000', LIMIT_MESSAGE_BURST: '2000' },
  });
}, 60_000);

afterAll(() => cluster?.stop(), 60_000);

test(
  'whatever four devices and two nodes go through, after quiet every device equals the log and the promises hold',
  async () => {
    const start = performance.now();
    await fc.assert(
      fc.asyncProperty(steps, async (life) => {
        if (performance.now() - start > beginWithinMs) return;
        const world = await World.begin(cluster);
        try {
          for (const step of life) await world.take(step);
          await world.quiet();
          mustBeKept(await world.facts());
        } finally {
          await world.end();
        }
      }),
      // A failure names its seed. It is not made smaller: that would take minutes, and the timing is another then.
      { seed, numRuns: runs, endOnFailure: true },
    );
  },
  runs * runMs,
);
