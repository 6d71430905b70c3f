import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { freePort } from '../../scripts/servers/free-port.js';
import { eventually } from '../support/eventually.js';
import { FaultProxy } from '../support/fault-proxy.js';
import { RawHttp } from '../support/raw-http.js';
import { askForShared } from '../support/shared.js';
import { TestCluster } from '../support/test-cluster.js';

/** Processes that are started before their servers, or lose them, with a proxy before each server. */
let mongodb: FaultProxy;
let redis: FaultProxy;
let cluster: TestCluster;
let metricsPort: number;

beforeAll(async () => {
  mongodb = await FaultProxy.to(process.env['TEST_MONGODB_URI']!);
  redis = await FaultProxy.to(process.env['TEST_REDIS_URL']!);
});

afterAll(async () => {
  await mongodb?.close();
  await redis?.close();
});

beforeEach(async () => {
  mongodb.set('refuse');
  redis.set('refuse');
  metricsPort = await freePort();
  const uri = new URL(mongodb.through(process.env['TEST_MONGODB_URI']!));
  uri.pathname = `/test_${randomUUID().slice(0, 8)}`;
  // Else the driver would go to the member's own address, past the proxy.
  uri.search = 'directConnection=true';
  const direct = new URL(process.env['TEST_MONGODB_URI']!);
  direct.pathname = uri.pathname;
  await askForShared('/migrate', { uri: direct.href });
  cluster = await TestCluster.start({
    workers: 1,
    untilReady: false,
    env: { MONGODB_URI: uri.href, REDIS_URL: redis.through(process.env['TEST_REDIS_URL']!) },
    envOf: (name): Record<string, string> =>
      name === 'worker-1' ? { METRICS_PORT: String(metricsPort) } : {},
  });
  await gateway().listens();
}, 60_000);

afterEach(async () => {
  mongodb.set('pass');
  redis.set('pass');
  await cluster?.stop();
}, 60_000);

const gateway = () => cluster.gateways[0]!;
const worker = () => cluster.workers[0]!;

/** What both processes say of themselves at a path, once it is this. */
const bothSay = (path: string, status: number, body: object) =>
  Promise.all(
    [gateway().port, metricsPort].map((port) =>
      eventually(`port ${port} says ${JSON.stringify(body)} at ${path}`, async () => {
        const answer = await fetch(`http://127.0.0.1:${port}${path}`).catch(() => undefined);
        if (answer?.status !== status) return false;
        const said = (await answer.json()) as Record<string, unknown>;
        return Object.entries(body).every(([name, value]) => said[name] === value);
      }),
    ),
  );

const handshake =
  'GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\nHost: here\nConnection: Upgrade\nUpgrade: websocket\n' +
  'Sec-WebSocket-Version: 13\nSec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\n\n';

test('a process listens before its servers are there, says what is missing, and serves as soon as it can', async () => {
  const missing = { ready: false, starting: true };
  await bothSay('/healthz', 200, { ok: true });
  await bothSay('/readyz', 503, { ...missing, mongodb: 'down', redis: 'down' });

  const listings = await fetch(`${gateway().url}/v1/listings`);
  expect(listings.status).toBe(503);
  expect(listings.headers.get('retry-after')).toBe('2');
  expect(await listings.json()).toMatchObject({ code: 'UNAVAILABLE' });
  const webSocket = new RawHttp(gateway()).says(handshake);
  await webSocket.hasEnded();
  expect(webSocket.received).toMatch(/^HTTP\/1\.1 503 [^]*Retry-After: 1[^]*"UNAVAILABLE"/);

  mongodb.set('pass');
  await bothSay('/readyz', 503, { ...missing, mongodb: 'up', redis: 'down' });
  redis.set('pass');
  await bothSay('/readyz', 200, { ready: true, starting: false, mongodb: 'up', redis: 'up' });
  const device = await (await cluster.person('민지')).connects();
  expect(device.all('session:ready')).toHaveLength(1);

  // A gateway that loses the database is not taken out at once: all would be, for one slow moment.
  mongodb.set('blackHole');
  await bothSay('/readyz', 200, { ready: true, mongodb: 'down' });
}, 60_000);

test('a process that waits for its servers ends when it is told to', async () => {
  await bothSay('/healthz', 200, { ok: true });
  expect(await Promise.all([gateway(), worker()].map((one) => one.end('SIGTERM')))).toEqual([0, 0]);
  for (const { log } of [gateway(), worker()]) expect(log).not.toMatch(/"level":[56]0|failed/);
}, 60_000);
