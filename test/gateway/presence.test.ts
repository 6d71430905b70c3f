import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { view } from '../../src/contract/index.js';
import { clockOff } from '../support/clock-off.js';
import { eventually } from '../support/eventually.js';
import type { DeviceSocket, Person } from '../support/person.js';
import { TestCluster } from '../support/test-cluster.js';

/** Short, so that a killed gateway's people are gone soon; everything else about presence follows from it. */
const leaseSeconds = 3;

let cluster: TestCluster;
let buyer: Person, seller: Person, stranger: Person;
let phone: DeviceSocket;

beforeAll(async () => {
  cluster = await TestCluster.start({
    gateways: 2,
    // Some tests ask again and again.
    env: { PRESENCE_LEASE_SECONDS: String(leaseSeconds), LIMIT_POINTS_BURST: '100000' },
    // Leases go by the clock of Redis: that of a node may be ahead.
    envOf: (name) => (name === 'node-2' ? clockOff(60_000) : {}),
  });
  [buyer, seller, stranger] = await Promise.all([
    cluster.person('민지', 0),
    cluster.person('준호', 1),
    cluster.person('서연', 0),
  ]);
  phone = await buyer.connects();
  await buyer.asksAbout(await seller.lists());
}, 60_000);

afterAll(async () => {
  for (const person of [buyer, seller, stranger]) person?.leaves();
  await cluster?.stop();
}, 60_000);

const watch = async (device: DeviceSocket, ...people: Person[]): Promise<view.Presence[]> => {
  const { presences } = await device.do('presence:watch', { userIds: people.map(({ id }) => id) });
  return presences;
};

const shown = (device: DeviceSocket, person: Person): boolean[] =>
  device
    .all('presence')
    .filter(({ userId }) => userId === person.id)
    .map(({ online }) => online);

test('who watches somebody on another node sees them come and go, and when they were there last', async () => {
  expect(await watch(phone, seller)).toEqual([
    { userId: seller.id, online: false, lastActiveAt: null },
  ]);
  const shop = await seller.connects();
  await phone.hears('presence', ({ userId, online }) => userId === seller.id && online);
  shop.close();
  const gone = await phone.hears(
    'presence',
    ({ userId, online }) => userId === seller.id && !online,
  );
  const at = new Date(gone.lastActiveAt!);
  expect(at.getTime() % 600_000).toBe(0);
  expect(Date.now() - at.getTime()).toBeLessThan(15 * 60_000);
  expect(shown(phone, seller)).toEqual([true, false]);
});

test('people who come at the same moment are all shown', async () => {
  const friends = await Promise.all(
    ['하준', '지우', '도윤'].map((name) => cluster.person(name, 1)),
  );
  for (const friend of friends) await buyer.asksAbout(await friend.lists());
  await watch(phone, ...friends);
  await Promise.all(friends.map((friend) => friend.connects()));
  await eventually('all are online', () =>
    friends.every((friend) => shown(phone, friend).includes(true)),
  );
  for (const friend of friends) friend.leaves();
});

test('a device that comes back within seconds is not shown as away', async () => {
  const tablet = await buyer.connects();
  const shop = await seller.connects();
  await eventually('the seller is seen', async () => {
    const [presence] = await watch(tablet, seller);
    return presence?.online;
  });
  // Asks anew each time, and so sees what the tablet is spared.
  const laptop = await buyer.connects(cluster.gateways[1]);
  shop.close();
  const left = performance.now();
  await eventually('the seller has been away for a second', async () => {
    await laptop.do('presence:unwatch', { userIds: [seller.id] });
    const [presence] = await watch(laptop, seller);
    return presence?.online === false && performance.now() - left > 1_000;
  });
  const again = await seller.connects(cluster.gateways[0]);
  await eventually('the seller is back', async () => {
    await laptop.do('presence:unwatch', { userIds: [seller.id] });
    return (await watch(laptop, seller))[0]?.online;
  });
  expect(shown(tablet, seller)).not.toContain(false);
  again.close();
  // Whoever leaves for good is shown: what came before it was not.
  await eventually('the seller is gone', () => shown(tablet, seller).includes(false));
  tablet.close();
  laptop.close();
});

test('strangers learn nothing, not even that there is something to learn', async () => {
  const curious = await stranger.connects();
  expect(await watch(curious, buyer)).toEqual([
    { userId: buyer.id, online: false, lastActiveAt: null },
  ]);
  expect((await curious.do('presence:watch', { userIds: [randomUUID()] })).presences).toMatchObject(
    [{ online: false, lastActiveAt: null }],
  );
  // The phone, which may know of the buyer's other side, is told of the seller; the stranger of nobody.
  await watch(phone, seller);
  await watch(curious, seller);
  const before = shown(phone, seller).length;
  const shop = await seller.connects();
  await eventually('the phone sees the seller', () => shown(phone, seller).length > before);
  shop.close();
  await eventually('the phone sees the seller go', () => shown(phone, seller).length > before + 1);
  expect(curious.all('presence')).toEqual([]);
  curious.close();
});

test('who no longer watches hears no more', async () => {
  const [quiet, loud] = await Promise.all([buyer.connects(), buyer.connects()]);
  await Promise.all([watch(quiet, seller), watch(loud, seller)]);
  await quiet.do('presence:unwatch', { userIds: [seller.id] });
  const shop = await seller.connects();
  await eventually('the other device sees the seller', () => shown(loud, seller).includes(true));
  expect(shown(quiet, seller)).toEqual([]);
  for (const device of [quiet, loud, shop]) device.close();
});

test('a socket watches a hundred people at most', async () => {
  const many = Array.from({ length: 101 }, () => randomUUID());
  expect(await phone.ask('presence:watch', { userIds: many })).toMatchObject({
    ok: false,
    error: { code: 'VALIDATION_FAILED' },
  });
});

test('watches that begin together share the bound', async () => {
  const device = await buyer.connects();
  const hundred = () => ({ userIds: Array.from({ length: 100 }, () => randomUUID()) });
  const answers = await Promise.all(
    Array.from({ length: 5 }, () => device.ask('presence:watch', hundred())),
  );
  expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
  device.close();
}, 60_000);

test('a block ends all watches of a socket, also those that began together', async () => {
  const friend = await cluster.person('하준', 0);
  await buyer.asksAbout(await friend.lists());
  await eventually('the seller is away', async () => !(await watch(phone, seller))[0]?.online);
  const device = await buyer.connects();
  await Promise.all([watch(device, friend), watch(device, seller)]);
  await friend.gets('PUT', `/v1/me/blocks/${buyer.id}`);
  const hidden = await friend.connects();
  const shop = await seller.connects();
  // Both were to be looked at by then.
  await eventually('the seller is seen', () => shown(device, seller).includes(true));
  expect(shown(device, friend)).not.toContain(true);
  for (const one of [device, hidden, shop]) one.close();
  friend.leaves();
});

test('people of a gateway that was killed are away when the lease has run out', async () => {
  const tablet = await buyer.connects(cluster.gateways[0]);
  await seller.connects(cluster.gateways[1]);
  await eventually('the seller is seen', async () => (await watch(tablet, seller))[0]?.online);
  const before = shown(tablet, seller).length;
  const killed = performance.now();
  await cluster.gateways[1]!.kill();
  seller.leaves();
  await eventually('the seller is away', () => shown(tablet, seller).slice(before).includes(false));
  // The lease, a look a fifth of it later, and the seconds in which a device may come back.
  expect(performance.now() - killed).toBeLessThan(1_000 * (leaseSeconds * 1.2 + 4 + 3));
  await cluster.gateways[1]!.start();
});
