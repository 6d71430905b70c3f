import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { freePort } from '../../../scripts/servers/free-port.js';
import { createLeash } from '../../../scripts/servers/leash.js';
import { checkRedis, launchRedisServer, redisUrl } from '../../../scripts/servers/redis.js';
import { findRedisServer } from '../../../scripts/servers/redis-program.js';
import type { Child } from '../../../scripts/servers/child.js';
import { eventually } from '../../support/eventually.js';
import { FaultProxy } from '../../support/fault-proxy.js';
import { ServerProcess } from '../../support/server-process.js';
import { TestCluster } from '../../support/test-cluster.js';

/** A Redis that lives on in another role: nothing cuts the connections to it. */
const folder = mkdtempSync(join(tmpdir(), 'haggle-redis-role-'));
const leash = createLeash();
const servers: Child[] = [];
const clients: Redis[] = [];
let cluster: TestCluster | undefined;
let proxy: FaultProxy | undefined;

let program: string;
beforeAll(async () => {
  const onProgress = () => undefined;
  program = process.env['TEST_REDIS_BIN'] ?? (await findRedisServer({ env: {}, onProgress }));
}, 60_000);

afterAll(async () => {
  await cluster?.stop();
  await proxy?.close();
  for (const client of clients) client.disconnect();
  for (const server of servers) server.kill();
  await Promise.all(servers.map(({ exited }) => exited));
  leash.end();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

async function launch(name: string, config: Record<string, string> = {}): Promise<string> {
  const port = await freePort();
  const [dataDir, logFile] = [join(folder, name), join(folder, `${name}.log`)];
  const child = launchRedisServer({ program, dataDir, port, logFile, leash, config });
  servers.push(child);
  await child.ready;
  return redisUrl(port);
}

const ask = (url: string): Redis => {
  const client = new Redis(url);
  clients.push(client);
  return client;
};

test('a primary that becomes a replica is left, by everybody and for everything', async () => {
  const [first, second] = [await launch('first'), await launch('second')];
  const [a, b] = [ask(first), ask(second)];
  const place = (url: string) => ['127.0.0.1', new URL(url).port] as const;
  await b.replicaof(...place(first));
  await eventually('the replica follows', async () =>
    (await b.info('replication')).includes('master_link_status:up'),
  );
  proxy = await FaultProxy.to(first);
  cluster = await TestCluster.start({
    gateways: 2,
    workers: 1,
    env: { REDIS_URL: proxy.through(first) },
  });
  const [buyer, seller] = await Promise.all([cluster.person('민지', 0), cluster.person('준호', 1)]);
  await seller.gets('PUT', '/v1/me/devices/phone', {
    provider: 'log',
    token: 'phone',
    locale: 'ko',
    timeZone: 'Asia/Seoul',
  });
  const conversation = await buyer.asksAbout(await seller.lists());
  const device = await seller.connects();
  const crosses = async (text: string) => {
    const { message } = await buyer.sends(conversation, text);
    // On a busy machine a publish may be late: then a hint says so, as promised.
    await eventually(
      `${text} crosses`,
      () =>
        device.all('message:new').some((heard) => heard.message.seq === message.seq) ||
        device.all('sync:hint').some(({ lastSeq }) => lastSeq >= message.seq),
      20_000,
    );
  };
  await crosses('전');

  // The virtual address moves; the old primary lives on, and so do the connections to it.
  await b.replicaof('NO', 'ONE');
  proxy.leadTo(second);
  await a.replicaof(...place(second));

  const left = async () =>
    String(await a.client('LIST'))
      .split('\n')
      .filter((line) => line.includes('name=haggle-'));
  await eventually(
    'nobody stays at the old primary',
    async () => (await left()).length === 0,
    20_000,
  );
  for (const { url } of cluster.gateways)
    await eventually(`${url} is whole again`, async () => {
      const state = (await (await fetch(`${url}/readyz`)).json()) as {
        ready: boolean;
        redis: string;
      };
      return state.ready && state.redis === 'up';
    });
  await crosses('후');
  // A node that starts now knows only the new primary.
  await cluster.gateways[1]!.kill();
  await cluster.gateways[1]!.start();
  await eventually('the device is back', () => device.socket.connected, 20_000);
  await crosses('새 노드');
  device.close();
  // Queues and workers too.
  const { message } = await buyer.sends(conversation, '푸시');
  await eventually(
    'it is pushed',
    async () => (await cluster!.deliveries(conversation.id)).some(({ seq }) => seq === message.seq),
    30_000,
  );
}, 120_000);

test('a node of a Redis Cluster that is named as a single Redis is refused in words, by every process and by the set-up', async () => {
  const url = await launch('cluster', { '--cluster-enabled': 'yes' });
  const words = /node of a Redis Cluster/;
  await expect(checkRedis(url)).rejects.toThrow(words);
  const settings = { MONGODB_URI: process.env['TEST_MONGODB_URI']!, REDIS_URL: url };
  for (const entry of ['dist/src/main.js', 'dist/workers/main.js'] as const) {
    const started = new ServerProcess('refused', entry, settings);
    await expect(started.start()).rejects.toThrow('ended');
    expect(started.log).toMatch(words);
  }
}, 60_000);
