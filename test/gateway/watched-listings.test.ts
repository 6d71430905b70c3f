import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { view } from '../../src/contract/index.js';
import { tradeLimits } from '../../src/contract/trade-limits.js';
import { eventually } from '../support/eventually.js';
import type { DeviceSocket, Person } from '../support/person.js';
import { TestCluster } from '../support/test-cluster.js';

let cluster: TestCluster;
let seller: Person, buyer: Person, neighbour: Person;
let looking: DeviceSocket, talking: DeviceSocket;

beforeAll(async () => {
  cluster = await TestCluster.shared();
  [seller, buyer, neighbour] = await Promise.all([
    cluster.person('준호', 0),
    cluster.person('민지', 1),
    cluster.person('서연', 0),
  ]);
  [looking, talking] = await Promise.all([neighbour.connects(), buyer.connects()]);
}, 60_000);

afterAll(async () => {
  for (const person of [seller, buyer, neighbour]) person?.leaves();
  await cluster?.stop();
}, 60_000);

type Named = { id: string };
const pathOf = ({ id }: Named) => `/v1/listings/${id}`;
const edit = (listing: Named, change: object) => seller.gets('PATCH', pathOf(listing), change);
const put = (listing: Named, state: string) =>
  seller.gets('POST', `${pathOf(listing)}/state`, { state });
const watch = (device: DeviceSocket, ...listings: Named[]) =>
  device.ask('listing:watch', { listingIds: listings.map(({ id }) => id) });
const toldOf = (device: DeviceSocket, { id }: Named) =>
  device.all('listing:updated').filter((one) => one.id === id);
const hears = (device: DeviceSocket, { id }: Named, fits: (one: view.Listing) => boolean) =>
  device.hears('listing:updated', (one) => one.id === id && fits(one));

test('who looks at a listing is shown each change of it, as they would read it', async () => {
  const [listing, other] = [await seller.lists(), await seller.lists()];
  expect(await watch(looking, listing)).toEqual({ ok: true, data: {} });
  await edit(other, { price: 90_000 });
  await neighbour.gets('PUT', `${pathOf(listing)}/favourite`);
  await edit(listing, { description: '벨 포함' });
  const shown = await hears(looking, listing, (one) => one.description === '벨 포함');
  expect(shown).toEqual(await neighbour.gets('GET', pathOf(listing)));
  expect(shown).toMatchObject({ favourite: true, version: 2 });
  await edit(listing, { price: 90_000 });
  await hears(looking, listing, ({ price }) => price === 90_000);
  expect(toldOf(looking, other)).toEqual([]);

  expect(await looking.ask('listing:unwatch', { listingIds: [listing.id] })).toMatchObject({
    ok: true,
  });
  await watch(looking, other);
  await edit(listing, { price: 80_000 });
  await edit(other, { price: 80_000 });
  await hears(looking, other, ({ price }) => price === 80_000);
  expect(toldOf(looking, listing).map(({ price }) => price)).not.toContain(80_000);
});

test('who talks about it is shown what changed there, also without looking', async () => {
  const listing = await seller.lists();
  await buyer.sends(await buyer.asksAbout(listing), '아직 있나요?');
  await edit(listing, { price: 90_000 });
  const shown = await hears(talking, listing, ({ price }) => price === 90_000);
  expect(shown).toMatchObject({ abilities: { edit: false, contact: true } });
  expect(shown).not.toHaveProperty('bump');
});

test('what goes out of sight is removed for who looks at it, without its words, and watched no more', async () => {
  const listing = await seller.lists({ title: '비밀', description: '비밀' });
  await watch(looking, listing);
  await put(listing, 'hidden');
  const gone = await hears(looking, listing, ({ state }) => state === 'removed');
  expect(gone).toMatchObject({ title: '', description: '', location: null });
  expect(gone.abilities).toEqual({ edit: false, remove: false, contact: false, offer: false });
  await edit(listing, { title: '더 비밀' });
  await put(listing, 'onSale');
  const barrier = await seller.lists();
  await watch(looking, barrier);
  await edit(barrier, { price: 90_000 });
  await hears(looking, barrier, ({ price }) => price === 90_000);
  expect(toldOf(looking, listing)).toHaveLength(1);
});

test('what one may not see cannot be watched, nor more than anybody has open', async () => {
  const hidden = await seller.lists();
  await put(hidden, 'hidden');
  const draft = await seller.lists({ state: 'draft' });
  const blocker = await cluster.person('지훈');
  const theirs = await blocker.lists();
  await blocker.gets('PUT', `/v1/me/blocks/${neighbour.id}`);
  const seen = await seller.lists();
  for (const unseen of [hidden, draft, theirs, { id: randomUUID() }])
    expect(await watch(looking, seen, unseen)).toMatchObject({
      ok: false,
      error: { code: 'NOT_FOUND' },
    });
  const device = await neighbour.connects();
  const many = [];
  for (let count = 0; count < tradeLimits.listingsWatched; count += 1) many.push(seen);
  const others = await Promise.all(many.map(() => seller.lists()));
  expect(await watch(device, ...others)).toMatchObject({ ok: true });
  expect(await watch(device, ...others)).toMatchObject({ ok: true });
  expect(await watch(device, seen)).toMatchObject({
    ok: false,
    error: { code: 'VALIDATION_FAILED' },
  });
  await edit(seen, { price: 90_000 });
  await edit(others.at(-1)!, { price: 90_000 });
  await hears(device, others.at(-1)!, ({ price }) => price === 90_000);
  expect(toldOf(device, seen)).toEqual([]);
});

test('a block that comes while somebody looks shows them nothing more of it', async () => {
  const owner = await cluster.person('하늘', 1);
  const listing = await owner.lists({ title: '전' });
  await watch(looking, listing);
  await owner.gets('PUT', `/v1/me/blocks/${neighbour.id}`);
  await owner.gets('PATCH', pathOf(listing), { title: '후' });
  const gone = await hears(looking, listing, () => true);
  expect(gone).toMatchObject({ state: 'removed', title: '' });
  await eventually('it is told once', () => toldOf(looking, listing).length === 1);
});
