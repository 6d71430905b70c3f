import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { actingRelay } from '../../support/acting-relay.js';
import { eventually } from '../../support/eventually.js';
import type { Person } from '../../support/person.js';
import { TestCluster } from '../../support/test-cluster.js';

let cluster: TestCluster;
let buyer: Person, seller: Person;

beforeAll(async () => {
  cluster = await TestCluster.start({ workers: 2 });
  [buyer, seller] = await Promise.all([cluster.person('민지'), cluster.person('준호')]);
}, 60_000);

afterAll(async () => {
  for (const worker of cluster?.workers ?? []) worker.resume();
  await cluster?.stop();
}, 60_000);

interface StoredPlace {
  _id: string;
  token: { _data: string } | null;
  fence: number;
}

const place = () =>
  cluster.inspect((connection) =>
    connection.collection<StoredPlace>('relayPlaces').findOne({ _id: 'messages' }),
  );

const pushed = (conversation: { id: string }, count: number) =>
  eventually(`${count} pushes are sent`, async () => {
    const sent = await cluster.sent(conversation.id);
    return sent.length >= count && sent;
  });

test('a relay that is stopped hands over at once', async () => {
  const { worker, fence } = await actingRelay(cluster);
  await worker.end('SIGTERM');
  // Less than a lease that runs out.
  await actingRelay(cluster, { afterFence: fence, withinMs: 4_000 });
  await worker.start();
});

test('a relay that was paused finds itself replaced: it acts no more, the place stays, nobody is pushed twice', async () => {
  await seller.gets('PUT', '/v1/me/devices/shop-phone', { provider: 'log', token: randomUUID() });
  const conversation = await buyer.asksAbout(await seller.lists());
  const { worker, fence } = await actingRelay(cluster);
  const lost = () => worker.log.split('lost its lease').length;
  const lostBefore = lost();
  // In the hands of the one when it is paused, and so in those of the other.
  await buyer.sends(conversation, '첫 번째');
  worker.pause();
  const successor = await actingRelay(cluster, { afterFence: fence });
  expect(successor.worker).not.toBe(worker);
  await buyer.sends(conversation, '두 번째');
  await pushed(conversation, 2);
  const moved = await eventually('the place moves', async () => {
    const now = await place();
    return now?.fence === successor.fence && now.token && now;
  });
  worker.resume();
  await eventually('it notices', () => lost() > lostBefore);
  await buyer.sends(conversation, '세 번째');
  expect(await pushed(conversation, 3)).toHaveLength(3);
  const after = await place();
  expect(after!.fence).toBe(successor.fence);
  expect(after!.token!._data >= moved.token!._data).toBe(true);
  expect((await actingRelay(cluster)).worker).toBe(successor.worker);
  const lines = cluster.workers.flatMap(({ log }) => log.split('\n'));
  const told = lines.filter(
    (line) => line.includes('push notification') && line.includes(conversation.id),
  );
  expect(told).toHaveLength(3);
}, 60_000);
