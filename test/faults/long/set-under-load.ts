import { afterAll, afterEach, beforeAll } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { Crowd } from '../../support/crowd.js';
import { ReplicaSet } from '../../support/replica-set.js';
import { tells } from '../../support/seeds.js';
import { TestCluster } from '../../support/test-cluster.js';

/**
 * The whole product on a MongoDB of three members, to which things happen while people talk; one of them for each test
 * file.
 */
export let set: ReplicaSet;
export let cluster: TestCluster;
export let crowd: Crowd;

beforeAll(async () => {
  set = await ReplicaSet.start({ electable: true });
  cluster = await TestCluster.start({
    gateways: 2,
    workers: 1,
    env: {
      MONGODB_URI: set.uri(`test_${randomBytes(6).toString('hex')}`),
      LIMIT_MESSAGES_PER_SECOND: '1000',
      LIMIT_MESSAGE_BURST: '2000',
    },
  });
  crowd = await Crowd.gathers(cluster);
}, 180_000);

afterEach(() => set?.fails('off'));

afterAll(async () => {
  crowd?.leaves();
  await cluster?.stop();
  await set?.stop();
}, 60_000);

/** It is over, the set is whole, and people talk on for a while. */
export async function isOver(row: number, seed: number, since: number): Promise<void> {
  await crowd.goesOn(1, 60_000);
  const pauseMs = crowd.longestPause(since);
  await set.isWhole();
  tells({ row, seed, pauseMs, repairMs: await crowd.recovers(seed) });
}
