import { afterAll, beforeAll, test } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { createLeash } from '../../../scripts/servers/leash.js';
import { startRedisCluster, type RedisCluster } from '../../../scripts/servers/redis-cluster.js';
import { findRedisServer } from '../../../scripts/servers/redis-program.js';
import type { view } from '../../../src/contract/index.js';
import { eventually } from '../../support/eventually.js';
import type { DeviceSocket, Person } from '../../support/person.js';
import { TestCluster } from '../../support/test-cluster.js';

/** The rest of what runs on a Redis Cluster is proven by `npm run test:redis-cluster`. */
const folder = mkdtempSync(join(tmpdir(), 'haggle-redis-cluster-'));
const leash = createLeash();
const prefix = 'shards';
let redis: RedisCluster;
let cluster: TestCluster;
let buyer: Person, seller: Person;
let conversation: view.Conversation;

beforeAll(async () => {
  const program =
    process.env['TEST_REDIS_BIN'] ?? (await findRedisServer({ env: {}, onProgress: () => {} }));
  redis = await startRedisCluster({ program, dataDir: folder, leash });
  const env = { REDIS_URL: redis.url, REDIS_PREFIX: prefix };
  cluster = await TestCluster.start({ gateways: 2, workers: 1, env });
  [buyer, seller] = await Promise.all([cluster.person('민지', 0), cluster.person('준호', 1)]);
  const phone = { provider: 'log', token: 'phone', locale: 'ko', timeZone: 'Asia/Seoul' };
  await seller.gets('PUT', '/v1/me/devices/phone', phone);
  conversation = await buyer.asksAbout(await seller.lists());
}, 60_000);

afterAll(async () => {
  for (const person of [buyer, seller]) person?.leaves();
  await cluster?.stop();
  for (const { child } of redis?.nodes ?? []) {
    child.kill();
    await child.exited;
  }
  leash.end();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

/** The node that has the room of the seller. */
async function nodeOfTheRoom() {
  const client = new Redis(redis.nodes[0]!.port, '127.0.0.1');
  const room = `${prefix}:io#/#user:${seller.id}#`;
  const slot = Number(await client.call('CLUSTER', 'KEYSLOT', room));
  client.disconnect();
  return redis.nodes[Math.floor((slot * redis.nodes.length) / 16_384)]!;
}

const says = async (device: DeviceSocket, text: string): Promise<void> => {
  const { message } = await buyer.sends(conversation, text);
  await device.hears('message:new', ({ message: { seq } }) => seq === message.seq);
};

const isHeard = (state: string) =>
  eventually(`Redis is ${state}`, async () => {
    const answer = await fetch(`${seller.gateway.url}/readyz`);
    return ((await answer.json()) as { redis: string }).redis === state;
  });

test('messages cross nodes over a Redis Cluster, and pushes go through its queues', async () => {
  const device = await seller.connects();
  await says(device, '하나');
  device.close();
  const { message } = await buyer.sends(conversation, '둘');
  await eventually('it is decided', async () =>
    (await cluster.deliveries(conversation.id)).some(({ seq }) => seq === message.seq),
  );
}, 60_000);

test('while the shard of a room is gone its gateway reads the log, and hears again afterwards', async () => {
  const device = await seller.connects();
  const node = await nodeOfTheRoom();
  node.child.kill();
  await node.child.exited;
  await isHeard('down');
  await says(device, '셋');
  await node.again();
  await isHeard('up');
  // What the sender's node publishes before it has the shard again is hinted at, as without Redis.
  await eventually('messages cross again', async () => {
    const { message } = await buyer.sends(conversation, '넷');
    const isIt = ({ message: { seq } }: { message: view.Message }) => seq === message.seq;
    return device.hears('message:new', isIt, 1_000).catch(() => undefined);
  });
}, 60_000);
