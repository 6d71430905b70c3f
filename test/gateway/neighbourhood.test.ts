import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { view } from '../../src/contract/index.js';
import { aListing, type Person } from '../support/person.js';
import { TestCluster } from '../support/test-cluster.js';

/** Where a neighbourhood must be proven. */
let strict: TestCluster;
let free: TestCluster;

beforeAll(async () => {
  [strict, free] = await Promise.all([
    TestCluster.start({ env: { NEIGHBOURHOOD_PROOF: 'on' } }),
    TestCluster.shared(),
  ]);
}, 60_000);
afterAll(() => Promise.all([strict?.stop(), free?.stop()]), 60_000);

const here = { latitude: 37.556_049, longitude: 126.905_051, accuracy: 35, name: ' 망원동 ' };
const proves = (person: Person, place: object = here) =>
  person.call<view.Me & view.Problem>('PUT', '/v1/me/neighbourhood', place);
const dayMs = 24 * 3_600_000;

/** To the product it looks as if the proof were so many days old. */
const proofAges = (person: Person, days: number) =>
  strict.inspect(async (connection) => {
    await connection
      .collection<{ _id: string }>('users')
      .updateOne(
        { _id: person.id },
        { $set: { 'neighbourhood.provenAt': new Date(Date.now() - days * dayMs) } },
      );
  });

test('one looks without a neighbourhood, and lists and contacts only with one that was proven of late', async () => {
  const [seller, buyer] = [await strict.person('준호'), await strict.person('민지')];
  const needed = { status: 403, body: { code: 'NEIGHBOURHOOD_NOT_PROVEN' } };
  expect(seller.user).toMatchObject({ neighbourhood: null, mustProveNeighbourhood: true });
  expect(await seller.call('POST', '/v1/listings', aListing())).toMatchObject(needed);

  await proves(seller);
  const listing = await seller.lists();
  expect(await buyer.gets('GET', `/v1/listings/${listing.id}`)).toMatchObject({ id: listing.id });
  await buyer.gets('GET', '/v1/listings?near=37.556,126.905');
  const phone = await buyer.connects();
  expect(await buyer.call('POST', '/v1/conversations', { listingId: listing.id })).toMatchObject(
    needed,
  );
  expect(
    await phone.ask('message:send', {
      conversationId: randomUUID(),
      clientMessageId: randomUUID(),
      text: '아직 있나요?',
    }),
  ).toMatchObject({ ok: false, error: needed.body });

  await proves(buyer);
  await proofAges(buyer, 31);
  expect(await buyer.gets('GET', '/v1/me')).toMatchObject({ mustProveNeighbourhood: true });
  expect((await buyer.call('POST', '/v1/conversations', { listingId: listing.id })).body).toEqual(
    expect.objectContaining(needed.body),
  );
  await proofAges(buyer, 29);
  expect(await buyer.gets('GET', '/v1/me')).toMatchObject({ mustProveNeighbourhood: false });
  await buyer.asksAbout(listing);
  buyer.leaves();
});

test('a neighbourhood is kept to about 100 m for 30 days, and nobody else sees it', async () => {
  const [minji, junho] = [await free.person('민지'), await free.person('준호')];
  expect(minji.user).toMatchObject({ neighbourhood: null, mustProveNeighbourhood: false });
  const { status, body } = await proves(minji);
  expect([status, body.neighbourhood]).toEqual([
    200,
    {
      name: '망원동',
      location: { latitude: 37.556, longitude: 126.905 },
      provenAt: expect.any(String),
      provenUntil: expect.any(String),
    },
  ]);
  const { provenAt, provenUntil } = body.neighbourhood!;
  expect(Date.parse(provenUntil) - Date.parse(provenAt)).toBe(30 * dayMs);
  expect(await minji.gets('GET', '/v1/me')).toEqual(body);
  expect(await junho.gets('GET', `/v1/users/${minji.id}`)).not.toHaveProperty('neighbourhood');
});

test.each([
  ['less exact than 200 m', { ...here, accuracy: 200.1 }, 'accuracy'],
  ['without its exactness', { latitude: 37.5, longitude: 127 }, 'accuracy'],
  ['beyond the pole', { ...here, latitude: 90.1 }, 'latitude'],
  ['with a name that is too long', { ...here, name: '가'.repeat(21) }, 'name'],
])('a place %s changes nothing', async (_what, place, path) => {
  const minji = await free.person('민지');
  const before = (await proves(minji, { ...here, accuracy: 200 })).body;
  const { status, body } = await proves(minji, place);
  expect([status, body.code, body.errors?.map((one) => one.path)]).toEqual([
    422,
    'VALIDATION_FAILED',
    [path],
  ]);
  expect(await minji.gets('GET', '/v1/me')).toEqual(before);
});
