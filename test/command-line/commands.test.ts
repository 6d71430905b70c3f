import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import webPush from 'web-push';
import type { view } from '../../src/contract/index.js';
import { settings } from '../../src/platform/config.js';
import { haggle } from '../support/haggle.js';
import { callRest, type Person } from '../support/person.js';
import { signingKey } from '../support/signing-key.js';
import { TestCluster } from '../support/test-cluster.js';

/** Every command as it ships, beside gateways that many files share. */
let cluster: TestCluster;
let person: Person;
let env: Record<string, string>;
const folder = mkdtempSync(join(tmpdir(), 'haggle-cli-'));
/** A proxy that knows nothing of WebSocket. */
let deaf: Server | undefined;

beforeAll(async () => {
  cluster = await TestCluster.shared();
  env = cluster.gateways[0]!.settings;
  person = await cluster.person('민지');
}, 60_000);

afterAll(async () => {
  rmSync(folder, { recursive: true });
  deaf?.close();
  person?.leaves();
  await cluster?.stop();
}, 60_000);

const call = <T>(method: string, path: string, token?: string, body?: object) =>
  callRest<T>(cluster.gateways[0]!.url, method, `/v1${path}`, {
    body,
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
  });

test('every command says what it is for, with an example', async () => {
  const { out } = await haggle(['--help']);
  const names = [...out.matchAll(/^ {2}([a-z:]+) /gm)].map(([, name]) => name!);
  const commands = names.filter((name) => name !== 'help');
  expect(commands.length).toBeGreaterThanOrEqual(9);
  const helps = await Promise.all(commands.map((name) => haggle([name, '--help'])));
  for (const help of helps)
    expect(help).toMatchObject({ code: 0, out: expect.stringMatching(/Examples?:\n/), err: '' });
  expect(await haggle(['doktor'])).toMatchObject({
    code: 1,
    err: expect.stringContaining('Did you mean doctor?'),
  });
});

test('user:create makes an operator, who signs in and is let in, and roles are given and taken', async () => {
  const email = `ops-${person.id}@cli.example`;
  const args = ['user:create', '--email', email, '--nickname', 'ops', '--role', 'operator'];
  const made = await haggle([...args, '--password-stdin'], env, 'correct horse battery\n');
  expect(made).toMatchObject({ code: 0, err: '' });
  const login = { email, password: 'correct horse battery' };
  const { body } = await call<{ accessToken: string; user: { id: string } }>(
    'POST',
    '/auth/login',
    undefined,
    login,
  );
  expect(body.user.id).toBe(made.out.trim());
  expect((await call('GET', '/admin/dead-letters', body.accessToken)).status).toBe(200);
  expect(await haggle(args, env)).toMatchObject({
    code: 1,
    out: '',
    err: expect.stringContaining('has an account already'),
  });
  // The audit trail names nobody who was not made.
  const { items } = (
    await call<{ items: view.AuditEntry[] }>('GET', '/admin/audit', body.accessToken)
  ).body;
  const given = items.filter(({ input }) => input.some(({ value }) => value === 'operator'));
  expect(given.map(({ input }) => input[0]?.value)).toEqual([body.user.id]);
  const reads = async (what: string) => (await call('GET', what, body.accessToken)).status;
  const role = ['user:role', email, 'moderator'];
  expect(await haggle(role, env)).toMatchObject({ code: 0, out: made.out, err: '' });
  expect([await reads('/admin/reports'), await reads('/admin/audit')]).toEqual([200, 403]);
  await haggle(['user:role', made.out.trim(), 'none'], env);
  expect(await reads('/admin/reports')).toBe(403);
  const unknown = await haggle(['user:reset-second-factor', 'nobody@cli.example'], env);
  expect(unknown).toMatchObject({ code: 1, err: expect.stringContaining('Nobody has') });
  const short = await haggle([...args, '--password-stdin'], env, 'short');
  expect(short).toMatchObject({ code: 1, err: expect.stringMatching(/^password: /) });
});

test('token signs in as anybody, on loopback only', async () => {
  const { code, out, err } = await haggle(['token', person.id], env);
  expect([code, err]).toEqual([0, '']);
  expect((await call<{ id: string }>('GET', '/me', out.trim())).body.id).toBe(person.id);
  expect(await haggle(['token', 'nobody@cli.example'], env)).toMatchObject({ code: 1, out: '' });
  const open = {
    HOST: '0.0.0.0',
    SMTP_URL: 'smtp://127.0.0.1:9',
    PUBLIC_URL: 'https://haggle.test',
    DEMO: 'off',
  };
  expect(await haggle(['token', person.id], { ...env, ...open })).toMatchObject({
    code: 1,
    out: '',
    err: expect.stringContaining('not loopback'),
  });
});

test('key:create makes a key that the gateways take', async () => {
  const made = await haggle(['key:create', '--name', 'app server', '--scope', 'users'], env);
  expect(made).toMatchObject({ code: 0, out: expect.stringMatching(/^hgk_/) });
  const path = '/host/users/nobody';
  const asked = await Promise.all(
    [made.out.trim(), `${made.out.trim().slice(0, -1)}!`].map((key) => call('PUT', path, key, {})),
  );
  expect(asked.map(({ status }) => status === 401)).toEqual([false, true]);
  const wrong = await haggle(['key:create', '--name', 'x', '--scope', 'everything'], env);
  expect(wrong).toMatchObject({ code: 1, err: expect.stringContaining('users, listings, tokens') });
});

test('config shows every setting and no secret, and says what is wrong', async () => {
  const password = 'only-for-this-test';
  const secrets = {
    MONGODB_URI: `mongodb://user:${password}@db.test/haggle`,
    REDIS_URL: `redis-cluster://user:${password}@one.test:1,two.test:2`,
    SMTP_URL: `smtps://user:${password}@mail.test`,
    WEBHOOK_URL: `https://team.test/hook?token=${password}`,
    WEBHOOK_SECRETS: `whsec_${Buffer.alloc(24, password).toString('base64')}`,
    IMAGE_BUCKET_SECRET: password,
    JWT_KEYS: signingKey,
  };
  const shown = await haggle(['config'], secrets);
  expect(shown).toMatchObject({ code: 0, err: '' });
  for (const name of Object.keys(settings)) expect(shown.out).toContain(name);
  expect(shown.out).toContain('mongodb://***@db.test/haggle');
  for (const secret of [password, 'BEGIN', 'whsec']) expect(shown.out).not.toContain(secret);
  const wrong = await haggle(['config', '--check'], { ...secrets, PORT: 'eighty' });
  expect(wrong).toMatchObject({ code: 1, out: '', err: expect.stringContaining('PORT') });
  const weak = { HOST: '0.0.0.0', SECOND_FACTOR: 'off' };
  const open = await haggle(['config', '--check'], { ...secrets, ...weak });
  expect(open).toMatchObject({ code: 1, err: expect.stringContaining('SECOND_FACTOR is off') });
  // Nobody is to think that it still guards something.
  const old = await haggle(['config', '--check'], { ...secrets, ADMIN_PASSWORD: password });
  expect(old).toMatchObject({ code: 1, err: expect.stringMatching(/user:create --admin/) });
  expect(old.err).not.toContain(password);
});

test('doctor finds everything in order, and what is not', async () => {
  const PUBLIC_URL = cluster.gateways[0]!.url;
  const healthy = await haggle(['doctor'], { ...env, PUBLIC_URL });
  expect(healthy).toMatchObject({ code: 0, err: '' });
  for (const line of [
    /^ok {4}MongoDB +version /m,
    /^warn {2}MongoDB +replica set \w+ of 1 member$/m,
    /^ok {4}migrations +all done$/m,
    /^ok {4}Redis +maxmemory-policy noeviction$/m,
    /^ok {4}JWT_KEYS +1 key/m,
    /^ok {4}PUBLIC_URL +WebSocket comes through/m,
  ])
    expect(healthy.out).toMatch(line);

  deaf = createServer((_, response) => response.writeHead(400).end());
  deaf.listen(0, '127.0.0.1');
  await once(deaf, 'listening');
  const [one, other] = [webPush.generateVAPIDKeys(), webPush.generateVAPIDKeys()];
  const pair = join(folder, 'vapid.json');
  writeFileSync(pair, JSON.stringify({ ...one, publicKey: other.publicKey }));
  const account = join(folder, 'fcm.json');
  writeFileSync(account, '{"type": "service_account"}');
  const empty = new URL(env['MONGODB_URI']!);
  empty.pathname = `${empty.pathname}_empty`;
  const ill = await haggle(['doctor'], {
    ...env,
    MONGODB_URI: empty.href,
    QUEUE_REDIS_URL: 'redis://127.0.0.1:9',
    PUBLIC_URL: `http://127.0.0.1:${(deaf.address() as AddressInfo).port}`,
    JWT_KEYS: 'no key',
    WEBPUSH_KEYS_FILE: pair,
    FCM_CREDENTIALS_FILE: account,
  });
  expect([ill.code, ill.err]).toEqual([1, '']);
  for (const line of [
    /^fail {2}migrations +missing: 0001/m,
    /^fail {2}queues +cannot be reached/m,
    /^fail {2}PUBLIC_URL +an upgrade to WebSocket is answered 400/m,
    /^fail {2}JWT_KEYS /m,
    /^fail {2}Web Push +the public key/m,
    /^fail {2}FCM /m,
  ])
    expect(ill.out).toMatch(line);
});
