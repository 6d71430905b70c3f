import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import type { DeviceSocket, Person } from '../support/person.js';
import { RawHttp } from '../support/raw-http.js';
import { RawWebSocket } from '../support/raw-web-socket.js';
import type { ServerProcess } from '../support/server-process.js';
import { TestCluster } from '../support/test-cluster.js';

/** What a gateway says to whoever set up the proxy in front, and how it leaves it time. */
let cluster: TestCluster;
let open: ServerProcess;
let behind: ServerProcess;
let person: Person;

beforeAll(async () => {
  cluster = await TestCluster.start({
    gateways: 2,
    env: { PUBLIC_URL: 'https://market.example/', REBALANCE: '1' },
    envOf: (name): Record<string, string> =>
      name === 'node-2' ? { TRUST_PROXY: '1', DRAIN_LEAD_SECONDS: '6' } : {},
  });
  [open, behind] = cluster.gateways as [ServerProcess, ServerProcess];
  person = await cluster.person('민지');
}, 60_000);

afterAll(() => cluster?.stop(), 60_000);

const get = async (gateway: ServerProcess, path: string, headers = '') => {
  const http = new RawHttp(gateway).says(`GET ${path} HTTP/1.1\nHost: here\n${headers}\n`);
  await http.statuses(1);
  http.close();
  return http.received;
};

const warnings = (gateway: ServerProcess, about: string) =>
  gateway.log
    .split('\n')
    .filter((line) => line.includes('"level":40') && line.includes(about))
    .map((line) => JSON.parse(line) as Record<string, unknown>);

test('a gateway warns once when what it is asked does not fit TRUST_PROXY, and not of probes', async () => {
  await get(behind, '/readyz');
  await get(open, '/v1/listings');
  await get(behind, '/v1/listings', 'X-Forwarded-For: 198.51.100.7\n');
  for (const gateway of [open, behind]) expect(warnings(gateway, 'TRUST_PROXY')).toEqual([]);
  for (let time = 0; time < 2; time += 1) {
    await get(open, '/v1/listings', 'X-Forwarded-For: 198.51.100.7\n');
    await get(behind, '/v1/listings');
  }
  for (const [gateway, is, words] of [
    [open, 0, 'Set it to the number of proxies'],
    [behind, 1, 'anybody may claim any address'],
  ] as const) {
    await eventually(`${gateway.name} warns`, () => warnings(gateway, words).length > 0);
    expect(warnings(gateway, 'TRUST_PROXY')).toEqual([
      expect.objectContaining({ setting: 'TRUST_PROXY', is }),
    ]);
  }
});

const upgrade = async (origin: string) => {
  const http = new RawHttp(open).says(
    `GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\nHost: market.example:8443\nOrigin: ${origin}\n` +
      'Connection: Upgrade\nUpgrade: websocket\nSec-WebSocket-Version: 13\nSec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\n\n',
  );
  const [status] = await http.statuses(1);
  http.close();
  return status;
};

test('the page of PUBLIC_URL may open sockets; the first refusal of another is logged with both names', async () => {
  expect(await upgrade('https://market.example')).toBe(101);
  expect(await upgrade('https://market.example:8443')).toBe(101);
  for (const origin of ['https://other.example', 'https://other.example', 'https://third.example'])
    expect(await upgrade(origin)).toBe(403);
  const host = 'market.example:8443';
  await eventually('both are logged', () => warnings(open, 'third.example').length > 0);
  expect(warnings(open, 'refused for its origin')).toEqual([
    expect.objectContaining({ origin: 'https://other.example', host }),
    expect.objectContaining({ origin: 'https://third.example', host }),
  ]);
  const metrics = await (await fetch(`${open.url}/metrics`)).text();
  expect(metrics).toMatch(/^haggle_origins_refused_total\S* 3$/m);
});

test('a gateway that has more than its share of sockets asks what is above the mean to move', async () => {
  const at = (gateway: ServerProcess) => devices.filter((one) => one.gateway === gateway).length;
  const devices: { gateway: ServerProcess; device: DeviceSocket }[] = [];
  const connects = async (who: Person, gateway: ServerProcess) => {
    const device = await who.connects(gateway);
    const one = { gateway, device };
    devices.push(one);
    // A proxy would lead it to the gateway with the fewest.
    device.socket.once('server:draining', () => {
      one.gateway = behind;
      device.close();
      // Nobody waits for it: the people may leave before it is let in.
      who.opensSocket(behind).socket.connect();
    });
  };
  const people = [person, await cluster.person('준호')];
  for (const who of people)
    await Promise.all(Array.from({ length: 15 }, () => connects(who, open)));
  // It acts on what it has then, which may be before the last ones came, and leaves it at less than ten too many.
  await eventually('it has less than ten above the mean', () => at(open) < 25);
  const told = devices.flatMap(({ device }) => device.all('server:draining'));
  expect(told).toHaveLength(30 - at(open));
  expect(told).toEqual(told.map(() => expect.objectContaining({ reason: 'balance' }) as unknown));
  for (const who of people) who.leaves();
});

test('a gateway that is to end says so, and goes on to take everything until its lead time is over', async () => {
  const early = await RawWebSocket.signIn(behind, person.accessToken);
  const exit = behind.end('SIGTERM');
  const unready = await eventually('it is not ready', async () => {
    const answer = await get(behind, '/readyz');
    return answer.startsWith('HTTP/1.1 503') && answer;
  });
  expect(unready).toMatch(/"ready":false.*"draining":true/);
  expect(await get(behind, '/v1/listings')).toMatch(/^HTTP\/1\.1 200 [^]*Connection: close/);
  const late = await RawWebSocket.signIn(behind, person.accessToken);
  late.says('421["sync:pull",{}]');
  expect(await late.answerTo(1)).toMatchObject({ ok: true });

  for (const socket of [early, late]) {
    await socket.hears('42["server:draining"');
    // Whoever comes now finds nobody, so that a proxy asks another node.
    expect((await fetch(`${behind.url}/readyz`).catch(() => undefined))?.status).toBeUndefined();
    await socket.hasEnded();
  }
  expect(await exit).toBe(0);
});
