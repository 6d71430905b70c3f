import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../support/eventually.js';
import { callRest, type Person } from '../support/person.js';
import { TestCluster } from '../support/test-cluster.js';

const newKey = () =>
  generateKeyPairSync('ec', { namedCurve: 'P-256' })
    .privateKey.export({ type: 'pkcs8', format: 'pem' })
    .toString();
const [first, second] = [newKey(), newKey()];

const folder = mkdtempSync(join(tmpdir(), 'haggle-keys-'));
/** Each node has a file of its own, as machines have. */
const fileOf = (name: string) => join(folder, `${name}.pem`);
let cluster: TestCluster;

beforeAll(async () => {
  for (const name of ['node-1', 'node-2']) writeFileSync(fileOf(name), first);
  cluster = await TestCluster.start({
    gateways: 2,
    envOf: (name) => ({ JWT_KEYS: '', JWT_KEYS_FILE: fileOf(name) }),
  });
}, 60_000);

afterAll(async () => {
  await cluster?.stop();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

/** As a volume of Kubernetes changes: another file takes its place at once. */
async function change(node: 0 | 1, keys: string[]): Promise<void> {
  const { name, url } = cluster.gateways[node]!;
  writeFileSync(`${fileOf(name)}.new`, keys.join('\n'));
  renameSync(`${fileOf(name)}.new`, fileOf(name));
  await eventually(`${name} has read its keys`, async () => {
    const published = (await (await fetch(`${url}/.well-known/jwks.json`)).json()) as {
      keys: { x: string }[];
    };
    return published.keys.map(({ x }) => x).join() === keys.map(xOf).join();
  });
}

const xOf = (pem: string): string =>
  createPublicKey(createPrivateKey(pem)).export({ format: 'jwk' }).x!;

const answers = async (node: 0 | 1, token: string) =>
  (
    await callRest(cluster.gateways[node]!.url, 'GET', '/v1/me', {
      headers: { authorization: `Bearer ${token}` },
    })
  ).status;

test('keys change without a restart: each is known everywhere before it signs, and taken out at last', async () => {
  const person = await cluster.person('민지');
  const old = person.accessToken;
  const device = await person.connects(cluster.gateways[1]);
  // Known on all nodes, and signing on none.
  await change(0, [first, second]);
  // A node that is behind takes what the others sign.
  expect(await answers(1, (await renewed(person)).accessToken)).toBe(200);
  await change(1, [first, second]);
  // Signing on one node, and known on the other.
  await change(0, [second, first]);
  const fresh = (await renewed(person)).accessToken;
  for (const token of [old, fresh])
    for (const node of [0, 1] as const) expect(await answers(node, token)).toBe(200);
  expect(device.socket.connected).toBe(true);

  // A file that holds no keys changes nothing.
  writeFileSync(fileOf('node-2'), 'no keys');
  await eventually('it is told', () => cluster.gateways[1]!.log.includes('those of before stay'));
  expect(await answers(1, old)).toBe(200);

  // The old one is out of use: its tokens are refused, and the devices that came with one are cut off.
  await change(1, [second]);
  await change(0, [second]);
  for (const node of [0, 1] as const) {
    expect(await answers(node, old)).toBe(401);
    expect(await answers(node, fresh)).toBe(200);
  }
  const renewedDevice = await Object.assign(person, { accessToken: fresh }).connects(
    cluster.gateways[1],
  );
  expect(await device.hears('session:revoked', undefined, 60_000)).toEqual({ reason: 'expired' });
  await eventually('it is cut off', () => device.socket.disconnected);
  await renewedDevice.do('sync:pull', {});
}, 90_000);

/** A new pair, from the first node. */
async function renewed(person: Person): Promise<Person> {
  const { status, body } = await callRest<{ accessToken: string; refreshToken: string }>(
    cluster.gateways[0]!.url,
    'POST',
    '/v1/auth/refresh',
    { body: { refreshToken: person.refreshToken } },
  );
  expect(status).toBe(200);
  return Object.assign(person, body);
}
