import { afterEach, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { createLeash } from '../../../scripts/servers/leash.js';
import { startRedisCluster } from '../../../scripts/servers/redis-cluster.js';
import { findRedisServer } from '../../../scripts/servers/redis-program.js';
import { closeMongo, connectMongo } from '../../../src/platform/mongo.js';
import {
  connectRedis,
  hasLostShards,
  watchPrimary,
  type RedisClient,
  type RedisRole,
} from '../../../src/platform/redis.js';
import { User } from '../../../src/users/user.js';
import { UserStore } from '../../../src/users/user.store.js';
import { eventually } from '../../support/eventually.js';
import { FaultProxy } from '../../support/fault-proxy.js';
import { OwnRedis } from '../../support/own-redis.js';
import { ReplicaSet } from '../../support/replica-set.js';

/** The product's own connections, to servers that are more than one. */
const log = pino({ level: 'silent' });
const clients: RedisClient[] = [];
const endings: (() => unknown)[] = [];

afterEach(async () => {
  for (const client of clients.splice(0)) client.disconnect();
  for (const end of endings.splice(0).reverse()) await end();
});

const connects = async (url: string, role: RedisRole): Promise<RedisClient> => {
  const client = await connectRedis(url, role, log);
  clients.push(client);
  return client;
};

/** Two connections, and what is heard in the room. */
const listens = async (url: string) => {
  const [publisher, subscriber] = [
    await connects(url, 'publisher'),
    await connects(url, 'subscriber'),
  ];
  const heard: string[] = [];
  await subscriber.ssubscribe('room');
  subscriber.on('smessage', (_channel: string, text: string) => heard.push(text));
  return { publisher, subscriber, heard };
};

/** What is published after this comes to whoever listens. */
const crosses = (publisher: RedisClient, heard: readonly string[], channel: string) => {
  const said: string[] = [];
  return eventually('a message crosses', async () => {
    said.push(randomUUID());
    await publisher.spublish(channel, said.at(-1)!).catch(() => undefined);
    return said.some((text) => heard.includes(text));
  });
};

test('a Redis that became a replica is left by connections that nothing cuts', async () => {
  const [old, next] = [await OwnRedis.start(), await OwnRedis.start()];
  endings.push(() => Promise.all([old.stop(), next.stop()]));
  const place = ({ url }: OwnRedis): [string, string] => ['127.0.0.1', new URL(url).port];
  await next.ask('REPLICAOF', ...place(old));
  await eventually('the replica follows', async () =>
    String(await next.ask('INFO', 'replication')).includes('master_link_status:up'),
  );
  const proxy = await FaultProxy.to(old.url);
  endings.push(() => proxy.close());
  const { publisher, heard } = await listens(proxy.through(old.url));
  const watch = watchPrimary(clients, { key: 'written', log });
  endings.push(() => watch.close());
  await crosses(publisher, heard, 'room');

  await next.ask('REPLICAOF', 'NO', 'ONE');
  proxy.leadTo(next.url);
  await old.ask('REPLICAOF', ...place(next));
  await eventually(
    'nobody stays at the old one',
    async () => !String(await old.ask('CLIENT', 'LIST')).includes('name=haggle-'),
  );
  await crosses(publisher, heard, 'room');
  await eventually('it is known to be written', () => !watch.readOnly);
});

test('subscriptions of a shard that is gone are known to be lost, and heard again when it is back', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'haggle-shards-'));
  const leash = createLeash();
  const onProgress = () => undefined;
  const program = process.env['TEST_REDIS_BIN'] ?? (await findRedisServer({ env: {}, onProgress }));
  const { url, nodes } = await startRedisCluster({ program, dataDir: folder, leash });
  endings.push(async () => {
    for (const { child } of nodes) child.kill();
    await Promise.all(nodes.map(({ child }) => child.exited));
    leash.end();
    rmSync(folder, { recursive: true, force: true });
  });
  const { publisher, subscriber, heard } = await listens(url);
  await crosses(publisher, heard, 'room');
  const asked = new Redis(nodes[0]!.port, '127.0.0.1');
  const slot = Number(await asked.call('CLUSTER', 'KEYSLOT', 'room'));
  asked.disconnect();
  const node = nodes[Math.floor((slot * nodes.length) / 16_384)]!;

  node.child.kill();
  await node.child.exited;
  await eventually('it is known', () => hasLostShards(subscriber));
  await node.again();
  await eventually('it is whole', () => !hasLostShards(subscriber));
  await crosses(publisher, heard, 'room');
});

test('what may come from a member that is behind does, and the rest from the primary', async () => {
  const set = await ReplicaSet.start({ members: 2 });
  endings.push(() => set.stop());
  const connection = await connectMongo(set.uri(`test_${randomUUID().slice(0, 8)}`), log);
  endings.push(() => closeMongo(connection));
  const users = new UserStore(connection, { caching: 'none' });
  const id = randomUUID();
  const createdAt = new Date();
  const rest = { passwordHash: 'none', emailVerifiedAt: createdAt, createdAt };
  await users.add(new User({ id, email: `${id}@test.example`, nickname: '준호', ...rest }));
  const nameFrom = async (from: 'primary' | 'secondary') =>
    (await users.withManner(id, from))?.profile.nickname;
  await eventually('the member has it', async () => (await nameFrom('secondary')) === '준호');

  await set.standStill();
  await connection
    .collection<{ _id: string }>('users')
    .updateOne({ _id: id }, { $set: { nickname: '준호네' } });
  expect([await nameFrom('primary'), await nameFrom('secondary')]).toEqual(['준호네', '준호']);
  await set.goOn();
  await eventually(
    'the member has the rest',
    async () => (await nameFrom('secondary')) === '준호네',
  );
}, 90_000);
