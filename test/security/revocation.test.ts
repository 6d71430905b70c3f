import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { FaultProxy } from '../support/fault-proxy.js';
import { AdminBrowser, holderOf } from '../support/operators.js';
import { callRest } from '../support/person.js';
import { TestCluster } from '../support/test-cluster.js';

/** So long an ended session may go on where nobody tells of its end; 30 s where nothing is set. */
const checkSeconds = 2;
let cluster: TestCluster;
/** Its second node meets Redis only through this. */
let redis: FaultProxy;

beforeAll(async () => {
  const url = process.env['TEST_REDIS_URL']!;
  redis = await FaultProxy.to(url);
  cluster = await TestCluster.start({
    gateways: 2,
    envOf: (name): Record<string, string> =>
      name === 'node-2'
        ? { REDIS_URL: redis.through(url), SESSION_CHECK_SECONDS: String(checkSeconds) }
        : // So long that whatever it hears sooner, it was told.
          { SESSION_CHECK_SECONDS: '50' },
  });
}, 60_000);

afterAll(async () => {
  redis?.set('pass');
  await cluster?.stop();
  await redis?.close();
}, 60_000);

const codeAt = async (node: 0 | 1, token: string) => {
  const { body } = await callRest<{ code?: string }>(cluster.gateways[node]!.url, 'GET', '/v1/me', {
    headers: { authorization: `Bearer ${token}` },
  });
  return body.code;
};

test.each([
  ['node-1', 'node-2'],
  ['node-2', 'node-1'],
])('with Redis a session that ends on %s is over on %s at once', async (here, there) => {
  const [ends, hears] = [here, there].map((name) => (name === 'node-1' ? 0 : 1)) as [0 | 1, 0 | 1];
  const person = await cluster.person('민지', ends);
  const device = await person.connects(cluster.gateways[hears]);
  expect(await codeAt(hears, person.accessToken)).toBeUndefined();
  expect((await person.call('POST', '/v1/auth/logout')).status).toBe(204);
  expect(await device.hears('session:revoked', undefined, 5_000)).toEqual({ reason: 'signedOut' });
  await eventually('it is cut off', () => device.socket.disconnected, 5_000);
  await eventually(
    'the token is refused',
    async () => (await codeAt(hears, person.accessToken)) === 'SESSION_REVOKED',
    5_000,
  );
});

test('without Redis it is over as soon as the database is asked again', async () => {
  const person = await cluster.person('민지');
  const device = await person.connects(cluster.gateways[1]);
  expect(await codeAt(1, person.accessToken)).toBeUndefined();
  redis.set('blackHole');
  expect((await person.call('POST', '/v1/auth/logout')).status).toBe(204);
  // Until it asks, a node that nobody tells cannot know.
  expect(await device.hears('session:revoked')).toEqual({ reason: 'signedOut' });
  await eventually('it is cut off', () => device.socket.disconnected);
  await eventually(
    'the token is refused',
    async () => (await codeAt(1, person.accessToken)) === 'SESSION_REVOKED',
  );
  // On the node on which it is ended it is over at once.
  const other = await cluster.person('준호', 1);
  expect((await other.call('POST', '/v1/auth/logout')).status).toBe(204);
  expect(await codeAt(1, other.accessToken)).toBe('SESSION_REVOKED');
  redis.set('pass');
});

test('without Redis a role, and a session of the admin area, end with the next click', async () => {
  const account = { email: 'operator@test.example', password: 'correct horse battery' };
  const admin = await holderOf(cluster, 'admin');
  const operator = await holderOf(cluster, 'operator', { account });
  const headers = { authorization: `Bearer ${operator.accessToken}` };
  const deaf = cluster.gateways[1]!.url;
  const reads = async () => (await callRest(deaf, 'GET', '/v1/admin/audit', { headers })).status;
  const browser = new AdminBrowser(deaf);
  await browser.signsIn(account);
  expect([await reads(), (await browser.opens('/admin/audit')).status]).toEqual([200, 200]);
  redis.set('blackHole');
  const path = `/v1/admin/users/${operator.id}/role`;
  await admin.gets('PUT', path, { role: 'moderator' });
  expect([await reads(), (await browser.opens('/admin/audit')).status]).toEqual([403, 403]);
  expect((await browser.opens('/admin')).status).toBe(200);
  await operator.gets('PUT', '/v1/me/password', {
    password: account.password,
    newPassword: 'another long password',
  });
  expect((await browser.opens('/admin')).to).toBe('/admin/sign-in');
  redis.set('pass');
});
