import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { view } from '../../src/contract/index.js';
import { eventually } from '../support/eventually.js';
import type { Person } from '../support/person.js';
import { TestCluster } from '../support/test-cluster.js';

let cluster: TestCluster;
let seller: Person, buyer: Person;

beforeAll(async () => {
  cluster = await TestCluster.shared({ worker: true });
  [seller, buyer] = await Promise.all([cluster.person('준호'), cluster.person('민지')]);
}, 60_000);

afterAll(() => cluster?.stop(), 60_000);

const dayMs = 24 * 3_600_000;
const ago = (ms: number) => new Date(Date.now() - ms);

async function reviewed(): Promise<string> {
  const listing = await seller.lists({ price: 100_000 });
  const { offer } = await buyer.offers(await buyer.asksAbout(listing), 80_000);
  const { dealId } = (await seller.accepts(offer)).body.offer;
  await seller.gets('POST', `/v1/deals/${dealId}/complete`, {});
  for (const person of [buyer, seller])
    await person.gets('POST', `/v1/deals/${dealId}/reviews`, { rating: 'great' });
  return dealId!;
}

const degreesOf = async (person: Person) =>
  (await buyer.gets<view.Profile>('GET', `/v1/users/${person.id}`)).temperature;

test('reviews whose command died before they were shown are shown all the same', async () => {
  const dealId = await reviewed();
  await cluster.inspect(({ db }) =>
    db!
      .collection('reviews')
      .updateMany({ dealId }, { $set: { shownAt: ago(-7 * dayMs), dueAt: ago(10_000) } }),
  );
  await eventually(
    'both are shown',
    async () => {
      const { reviews } = await buyer.gets<view.Deal>('GET', `/v1/deals/${dealId}`);
      return reviews?.theirs !== null && reviews?.mine?.shown;
    },
    20_000,
  );
  expect(await degreesOf(seller)).toBe(37.3);
}, 60_000);

test('what was said weighs less every night', async () => {
  await cluster.inspect(async ({ db }) => {
    await db!
      .collection('reviews')
      .updateMany({ subjectId: seller.id }, { $set: { createdAt: ago(120 * dayMs) } });
    await db!
      .collection<{ _id: string }>('users')
      .updateOne({ _id: seller.id }, { $set: { 'manner.dueAt': ago(10_000) } });
  });
  await eventually('half is left', async () => (await degreesOf(seller)) === 36.9, 20_000);
  const stored = await cluster.inspect(({ db }) =>
    db!.collection<{ _id: string; manner?: { dueAt: Date } }>('users').findOne({
      _id: seller.id,
    }),
  );
  const next = stored!.manner!.dueAt;
  expect(next.getTime()).toBeGreaterThan(Date.now());
  expect(next.getTime()).toBeLessThanOrEqual(Date.now() + dayMs);
  // Nobody else's moved.
  expect(await degreesOf(buyer)).toBe(37.3);
}, 60_000);
