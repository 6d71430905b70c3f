import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import type { Person } from '../support/person.js';
import { RawDevice } from '../support/raw-device.js';
import { TestCluster } from '../support/test-cluster.js';

const behindProxy = { TRUST_PROXY: '1', LIMIT_HANDSHAKES_PER_ADDRESS: '3' };
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
    envOf: (name) => (name === 'node-2' ? beyondLoopback : behindProxy),
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
  expect(await opens(address, node)).toMatch(/ 400 /);

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
