import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { PlantedBug } from '../support/chaos/chaos.js';
import type { Promised } from '../support/oracle/facts.js';
import { judge } from '../support/oracle/oracle.js';
import { TestCluster } from '../support/test-cluster.js';
import type { Step } from './steps.js';
import { World } from './world.js';

let cluster: TestCluster;

beforeAll(async () => {
  cluster = await TestCluster.start({ gateways: 2, workers: 1, chaos: true });
}, 60_000);

afterAll(() => cluster?.stop(), 60_000);

/** A short life: both talk, and a device that was away comes back. */
const life: Step[] = [
  { do: 'send', device: 0, count: 2 },
  { do: 'breathe' },
  { do: 'leave', device: 3 },
  { do: 'send', device: 0, count: 1 },
  { do: 'breathe' },
  { do: 'send', device: 2, count: 1 },
  { do: 'breathe' },
];

/** The names of the promises that were not kept. */
async function brokenBy(bugs: PlantedBug[], withinMs: number): Promise<Promised[]> {
  const world = await World.begin(cluster);
  try {
    await world.plant(...bugs);
    for (const step of life) await world.take(step);
    // With a bug there may be no end to the waiting.
    await world.quiet(withinMs).catch(() => undefined);
    return judge(await world.facts()).map(({ promise }) => promise);
  } finally {
    await world.end();
  }
}

/** Long enough for the relay to have told everybody, were it not for the bug. */
const enoughMs = 3_000;
/** On a slow machine a device may hear of everything by luck, before the bug could bite. */
const lives = 4;

/** Whether it was seen, in one of a few lives, that the promise was not kept. */
async function isNoticed(bugs: PlantedBug[], promise: Promised): Promise<boolean> {
  for (let left = lives; left > 0; left -= 1)
    if ((await brokenBy(bugs, enoughMs)).includes(promise)) return true;
  return false;
}

test('without a bug all is well, even with an inbox that is never brought up to the log', async () => {
  expect(await brokenBy(['lagProjections'], 20_000)).toEqual([]);
});

test('a number that is left out is noticed', async () => {
  expect(await isNoticed(['skipSeq'], 'hole')).toBe(true);
}, 90_000);

test('hints that are dropped are noticed', async () => {
  expect(await isNoticed(['dropHints'], 'view')).toBe(true);
}, 90_000);

test('an intent that is stored twice is noticed', async () => {
  expect(await isNoticed(['insertTwice'], 'storedTwice')).toBe(true);
}, 90_000);

test('a sync that believes the inbox is noticed', async () => {
  expect(await isNoticed(['believeProjection', 'lagProjections'], 'view')).toBe(true);
}, 90_000);
