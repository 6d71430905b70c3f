import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { request } from 'node:http';
import type { Duplex } from 'node:stream';
import { text } from 'node:stream/consumers';
import { eventually, within } from '../support/eventually.js';
import type { view } from '../../src/contract/index.js';
import { AdminBrowser, holderOf } from '../support/operators.js';
import { callRest, type Person } from '../support/person.js';
import { RawDevice } from '../support/raw-device.js';
import { RawHttp } from '../support/raw-http.js';
import { TestCluster } from '../support/test-cluster.js';

const app = 'https://app.example.com';
const behindProxy = { TRUST_PROXY: '1', LIMIT_HANDSHAKES_PER_ADDRESS: '3', ORIGINS: app };
const beyondLoopback = {
  ...behindProxy,
  HOST: '::ffff:127.0.0.1',
  SMTP_URL: 'smtp://127.0.0.1:9',
  PUBLIC_URL: 'https://haggle.example',
};

let cluster: TestCluster;
let person: Person;

beforeAll(async () => {
  cluster = await TestCluster.start({
    gateways: 2,
    envOf: (name) =>
      name === 'node-2' ? beyondLoopback : { ...behindProxy, LIMIT_HANDSHAKES_AT_ONCE: '4' },
  });
  person = await cluster.person('민지');
}, 60_000);

afterAll(() => cluster?.stop(), 60_000);

const opens = (address: string, node = 1) =>
  RawDevice.opens(cluster.gateways[node]!.port, { 'X-Forwarded-For': `198.51.100.1, ${address}` });

async function isLetIn(address: string, node = 1): Promise<RawDevice> {
  const device = await opens(address, node);
  if (typeof device === 'string') throw new Error(device);
  return device;
}

const isRefused = async (address: string, node = 1) =>
  expect(await opens(address, node)).toMatch(/ 429 /);

test('handshakes under way are bounded for each address, as the proxy tells it', async () => {
  const devices: RawDevice[] = [];
  for (let count = 0; count < 3; count += 1) devices.push(await isLetIn('203.0.113.7'));
  await isRefused('203.0.113.7');
  (await isLetIn('203.0.113.8')).close();
  // One that has shown its token is none any more, and neither is one that has gone.
  devices[0]!.sends(`40${JSON.stringify({ token: person.accessToken })}`);
  await eventually('it is signed in', () =>
    devices[0]!.texts.some((text) => text.startsWith('42["session:ready"')),
  );
  devices.push(await isLetIn('203.0.113.7'));
  await isRefused('203.0.113.7');
  devices[1]!.close();
  await eventually('its place is free', async () => {
    const device = await opens('203.0.113.7');
    if (typeof device === 'string') return false;
    devices.push(device);
    return true;
  });
  for (const device of devices) device.close();
});

test('so they are behind a proxy on this machine', async () => {
  const devices: RawDevice[] = [];
  for (let count = 0; count < 3; count += 1) devices.push(await isLetIn('203.0.113.7', 0));
  await isRefused('203.0.113.7', 0);
  (await isLetIn('203.0.113.8', 0)).close();
  for (const device of devices) device.close();
});

/** The answer to the handshake of a device that then says nothing. */
function shakesHands(address: string) {
  return new Promise<{ status: number; retryAfter: number; body: string }>((resolve, reject) => {
    const asked = request({
      port: cluster.gateways[0]!.port,
      path: '/socket.io/?EIO=4&transport=websocket',
      headers: {
        Connection: 'Upgrade',
        Upgrade: 'websocket',
        'Sec-WebSocket-Version': '13',
        'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
        'X-Forwarded-For': address,
      },
    });
    asked.once('error', reject);
    asked.once('upgrade', ({ statusCode }, socket) => {
      silent.push(socket);
      resolve({ status: statusCode!, retryAfter: 0, body: '' });
    });
    asked.once('response', (answer) => {
      const retryAfter = Number(answer.headers['retry-after']);
      void text(answer).then((body) => resolve({ status: answer.statusCode!, retryAfter, body }));
    });
    asked.end();
  });
}
const silent: Duplex[] = [];

test('who comes while a gateway has its hands full is told when to come again, and then it is let in', async () => {
  const answers = await Promise.all(
    Array.from({ length: 30 }, (_, index) => shakesHands(`203.0.113.${100 + index}`)),
  );
  const refused = answers.filter(({ status }) => status !== 101);
  expect(refused.length).toBeGreaterThan(0);
  for (const { status, retryAfter, body } of refused) {
    expect([status, (JSON.parse(body) as { code: string }).code]).toEqual([503, 'UNAVAILABLE']);
    expect(retryAfter).toBeGreaterThanOrEqual(1);
    expect(retryAfter).toBeLessThanOrEqual(10);
  }
  // Those that were taken still say nothing, which keeps nobody out for long.
  const device = await eventually('one is let in', async () => {
    const opened = await opens('203.0.113.100', 0);
    return typeof opened === 'string' ? undefined : opened;
  });
  device.sends(`40${JSON.stringify({ token: person.accessToken })}`);
  await eventually('it is signed in', () =>
    device.texts.some((text) => text.startsWith('42["session:ready"')),
  );
  device.close();
  for (const socket of silent) socket.destroy();
});

test('addresses of one IPv6 network count as one', async () => {
  const devices: RawDevice[] = [];
  for (let count = 1; count <= 3; count += 1) devices.push(await isLetIn(`2001:db8:1::${count}`));
  await isRefused('2001:db8:1:1::9');
  devices.push(await isLetIn('2001:db8:2::1'));
  for (const device of devices) device.close();
});

test('one that says nothing is cut, and its place is free again', async () => {
  const devices: RawDevice[] = [];
  for (let count = 0; count < 3; count += 1) devices.push(await isLetIn('203.0.113.9'));
  await eventually('all are cut', () => devices.every(({ ended }) => ended), 20_000);
  expect(devices.map(({ closeFrames }) => closeFrames)).toEqual([0, 0, 0]);
  (await isLetIn('203.0.113.9')).close();
}, 30_000);

test('one whose token is refused is told so, and cut soon after', async () => {
  const device = await isLetIn('203.0.113.10');
  device.sends(`40${JSON.stringify({ token: 'hello' })}`);
  await eventually('it is told', () => device.texts.some((one) => one.startsWith('44{')));
  expect(device.texts.at(-1)).toContain('"code":"UNAUTHENTICATED"');
  await eventually('it is cut', () => device.ended, 20_000);
}, 30_000);

test('a connection has one token looked at at a time, five at most, and is one socket', async () => {
  const sends = (device: RawDevice, token: string) =>
    device.sends(`40${JSON.stringify({ token })}`);
  const both = await isLetIn('203.0.113.11');
  both.sends(...[1, 2].map(() => `40${JSON.stringify({ token: person.accessToken })}`));
  await eventually('it is cut', () => both.ended);
  expect(both.texts.filter((one) => one.startsWith('42'))).toEqual([]);
  const device = await isLetIn('203.0.113.11');
  const refusals = () => device.texts.filter((one) => one.startsWith('44{')).length;
  for (let tries = 1; tries <= 5; tries += 1) {
    sends(device, `token ${tries}`);
    await eventually('it is told', () => refusals() === tries);
  }
  sends(device, person.accessToken);
  await eventually('it is cut', () => device.ended);
  expect([refusals(), device.texts.at(-1)?.slice(0, 3)]).toEqual([5, '44{']);
}, 30_000);

describe('a page', () => {
  /** Handshakes of foreign pages that this node counted. */
  async function counted(): Promise<number> {
    const { url } = cluster.gateways[0]!;
    const metrics = await (await fetch(`${url}/metrics`)).text();
    return Number(/^haggle_origins_refused_total{.*} (\d+)/m.exec(metrics)?.[1] ?? 0);
  }
  const fromPage = (Origin: string) =>
    RawDevice.opens(cluster.gateways[0]!.port, { 'X-Forwarded-For': '203.0.113.11', Origin });

  test('of a listed origin, or of the gateway itself, may connect', async () => {
    const itself = `http://127.0.0.1:${cluster.gateways[0]!.port}`;
    for (const origin of [app, itself]) {
      const device = await fromPage(origin);
      expect(typeof device).not.toBe('string');
      if (typeof device !== 'string') device.close();
    }
  });

  test('of any other origin is refused before it is a WebSocket, and counted', async () => {
    const before = await counted();
    const foreign = [
      'https://evil.example',
      'https://app.example.com.evil.io',
      'https://evil.io/app.example.com',
      'https://app.example.com.',
      'https://APP.example.com',
      'http://app.example.com',
      'https://app.example.com:8443',
      'https://sub.app.example.com',
      'null',
      '',
    ];
    for (const origin of foreign) {
      expect([origin, await fromPage(origin)]).toEqual([origin, 'HTTP/1.1 403 Forbidden']);
    }
    expect(await counted()).toBe(before + foreign.length);
  });

  test('that sends cookies, or any device that sends its token elsewhere, is nobody', async () => {
    const headers = {
      'X-Forwarded-For': '203.0.113.12',
      Cookie: `token=${person.accessToken}; access_token=${person.accessToken}`,
      Authorization: `Bearer ${person.accessToken}`,
    };
    const port = cluster.gateways[0]!.port;
    for (const query of ['', `&token=${person.accessToken}&access_token=${person.accessToken}`]) {
      const device = await RawDevice.opens(port, headers, query);
      if (typeof device === 'string') throw new Error(device);
      device.sends('40');
      await eventually('it is told', () => device.texts.some((one) => one.startsWith('44{')));
      expect(device.texts.at(-1)).toContain('"code":"UNAUTHENTICATED"');
      device.close();
    }
    for (const path of ['/v1/me?access_token=', '/v1/me?token=']) {
      const { status } = await fetch(cluster.gateways[0]!.url + path + person.accessToken, {
        headers: { cookie: headers.Cookie },
      });
      expect(status).toBe(401);
    }
    // What stands in an address stands in the logs of proxies; ours shall not have it either.
    expect(cluster.gateways[0]!.log).not.toContain(person.accessToken);
  });
});

test('beyond loopback nothing is there that is for operators or developers', async () => {
  const { url } = cluster.gateways[1]!;
  for (const path of [
    '/metrics',
    '/dev/mailbox',
    '/dev/stop-node',
    '/admin',
    '/admin/audit',
    '/admin/queues',
    '/v1/admin/audit',
    '/v1/demo/accounts',
  ]) {
    // Also under the name of this machine, which anybody may give.
    for (const host of ['haggle.example', 'localhost', '127.0.0.1']) {
      const { status } = await asked(url + path, host);
      expect([path, host, [401, 404].includes(status)]).toEqual([path, host, true]);
      if (!path.startsWith('/v1')) expect([path, status]).toEqual([path, 404]);
    }
  }
  expect((await asked(`${url}/healthz`)).text).toBe('{"ok":true}');
});

test('beyond loopback, and behind a proxy, a role opens nothing without a second factor', async () => {
  const account = { email: 'admin@test.example', password: 'correct horse battery' };
  const admin = await holderOf(cluster, 'admin', { account });
  const [near, far] = cluster.gateways.map(({ url }) => url) as [string, string];
  const asks = async (at: string) =>
    (
      await callRest<view.Problem>(at, 'GET', '/v1/admin/audit', {
        headers: { authorization: `Bearer ${admin.accessToken}` },
      })
    ).body.code;
  // The first one is on loopback, and trusts a proxy.
  for (const at of [near, far]) expect(await asks(at)).toBe('SECOND_FACTOR_NEEDED');
  const browser = new AdminBrowser(far);
  // Pages of strangers ask the database, too: a network has so many of them.
  const left = async () =>
    Number(/r=(\d+)/.exec((await browser.opens('/admin')).headers.get('ratelimit') ?? '')?.[1]);
  expect((await left()) - (await left())).toBe(1);
  const { to } = await browser.signsIn(account);
  expect([to, (await browser.opens('/admin')).to]).toEqual(['/admin', '/admin/second-factor']);
  // No port of the machine is a way round it: an admin is there.
  expect((await fetch(`${near}/v1/admin/audit`)).status).toBe(401);
});

/** Under a name that `fetch` would not give. */
const asked = (url: string, host = 'haggle.example') =>
  new Promise<{ status: number; text: string }>((resolve, reject) => {
    const headers = { host, accept: '*/*' };
    request(url, { headers }, async (answer) =>
      resolve({ status: answer.statusCode!, text: await text(answer) }),
    )
      .once('error', reject)
      .end();
  });

test('who sends headers byte by byte is cut', async () => {
  const slow = new RawHttp(cluster.gateways[0]!);
  slow.says('GET /healthz HTTP/1.1\nHost: here\n');
  const drip = setInterval(() => slow.says('X'), 1_000);
  await within('the connection is closed', slow.ended, 20_000);
  clearInterval(drip);
  expect(slow.received).toMatch(/^HTTP\/1\.1 408 /);
}, 30_000);
