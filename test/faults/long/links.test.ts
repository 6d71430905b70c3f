import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createHaggleClient } from '../../../client/index.js';
import type { view } from '../../../src/contract/index.js';
import { eventually } from '../../support/eventually.js';
import { FaultProxy } from '../../support/fault-proxy.js';
import type { Person } from '../../support/person.js';
import { tells } from '../../support/seeds.js';
import { TestCluster } from '../../support/test-cluster.js';

/** Between the devices of one person and their gateway. */
let proxy: FaultProxy;
let cluster: TestCluster;
let buyer: Person, seller: Person;
let conversation: view.Conversation;

beforeAll(async () => {
  cluster = await TestCluster.start({
    gateways: 2,
    workers: 1,
    env: { LIMIT_MESSAGES_PER_SECOND: '1000', LIMIT_MESSAGE_BURST: '2000' },
  });
  proxy = await FaultProxy.to(cluster.gateways[0]!.url);
  [buyer, seller] = await Promise.all([cluster.person('민지', 0), cluster.person('준호', 1)]);
  conversation = await buyer.asksAbout(await seller.lists());
  await buyer.sends(conversation, '안녕하세요');
}, 60_000);

afterAll(async () => {
  for (const person of [buyer, seller]) person?.leaves();
  await proxy?.close();
  await cluster?.stop();
}, 60_000);

/** A device with the client library behind the proxy. */
function phone() {
  const client = createHaggleClient({
    url: proxy.through(cluster.gateways[0]!.url).replace(/\/$/, ''),
    userId: buyer.id,
    getToken: () => Promise.resolve(buyer.accessToken),
  });
  client.connect();
  return client;
}

const isLive = (client: ReturnType<typeof phone>) => client.state.snapshot().phase === 'live';

const socketsOf = async (): Promise<number> => {
  const metrics = await (await fetch(`${cluster.gateways[0]!.url}/metrics`)).text();
  return Number(/^haggle_sockets\S* (\d+)$/m.exec(metrics)![1]);
};

test('over a link of 2 KB a second, in slices of seven bytes, all arrives and no connection is lost', async () => {
  const client = phone();
  const room = client.room(conversation.id);
  const phases: string[] = [];
  await eventually('it is connected', () => isLive(client));
  client.state.subscribe(() => phases.push(client.state.snapshot().phase));
  proxy.slow(2_048, 7);
  const since = performance.now();
  const texts = Array.from({ length: 12 }, (_, index) => `${index} ${'느린 길 '.repeat(20)}`);
  const sent = Promise.all(texts.map((text) => room.send({ text }).done));
  const answers = texts.map(
    async (text) => (await seller.sends(conversation, `답 ${text}`)).message,
  );
  await Promise.all([sent, ...answers]);
  await eventually(
    'both have all',
    () => room.snapshot().log.filter(({ seq }) => seq > 1).length === 2 * texts.length,
    60_000,
  );
  expect(phases.filter((phase) => phase !== 'live')).toEqual([]);
  const own = room.snapshot().log.filter(({ senderId }) => senderId === buyer.id);
  expect(own.map(({ text }) => text)).toEqual(['안녕하세요', ...texts]);
  tells({ row: 25, repairMs: Math.round(performance.now() - since) });
  client.close();
  await proxy.close();
  proxy = await FaultProxy.to(cluster.gateways[0]!.url);
}, 120_000);

test('a connection that carries nothing any more is given up on both sides, and the device comes back', async () => {
  const client = phone();
  await eventually('it is connected', () => isLive(client));
  const watcher = await seller.connects();
  const { presences } = await watcher.do('presence:watch', { userIds: [buyer.id] });
  expect(presences).toMatchObject([{ online: true }]);
  const before = await socketsOf();
  proxy.set('blackHole');
  const since = performance.now();
  await eventually('the device has noticed', () => !isLive(client), 90_000);
  await eventually(
    'the gateway has freed the socket',
    async () => (await socketsOf()) < before,
    90_000,
  );
  await watcher.hears('presence', ({ userId, online }) => userId === buyer.id && !online, 90_000);
  tells({ row: 24, noticedMs: Math.round(performance.now() - since) });
  // What the black hole held back is of a connection that is gone.
  proxy.cut();
  proxy.set('pass');
  const again = performance.now();
  await eventually('the device is back', () => isLive(client), 90_000);
  await watcher.hears('presence', ({ userId, online }) => userId === buyer.id && online, 90_000);
  tells({ row: 24, repairMs: Math.round(performance.now() - again) });
  client.close();
}, 300_000);
