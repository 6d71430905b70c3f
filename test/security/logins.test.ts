import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { Agent, request, type IncomingMessage } from 'node:http';
import { accountLimits, limits, type view } from '../../src/contract/index.js';
import { eventually } from '../support/eventually.js';
import { FaultProxy } from '../support/fault-proxy.js';
import { callRest } from '../support/person.js';
import { TestCluster } from '../support/test-cluster.js';

let cluster: TestCluster;
/** Its third node meets Redis only through this. */
let redis: FaultProxy;

beforeAll(async () => {
  const url = process.env['TEST_REDIS_URL']!;
  redis = await FaultProxy.to(url);
  cluster = await TestCluster.start({
    gateways: 3,
    env: { TRUST_PROXY: '1' },
    envOf: (name): Record<string, string> =>
      name === 'node-3' ? { REDIS_URL: redis.through(url) } : {},
  });
}, 60_000);

afterAll(async () => {
  await cluster?.stop();
  await redis?.close();
}, 60_000);

type Answer = view.SignedIn & view.Problem;

const password = 'correct horse battery';
const home = '192.0.2.1';
const anAddress = () => `${randomBytes(8).toString('hex')}@test.example`;

/** Posts as if from a network. */
const post = (path: string, body: object, from: string, node = 0) =>
  callRest<Answer>(cluster.gateways[node]!.url, 'POST', `/v1/auth/${path}`, {
    body,
    headers: { 'x-forwarded-for': from },
  });

const logsIn = (email: string, from: string, node = 0) =>
  post('login', { email, password }, from, node);
const guesses = (email: string, from: string, node = 0) =>
  post('login', { email, password: 'wrong horse' }, from, node);

/** Somebody who signed up at home. */
async function somebody(): Promise<{ email: string; refreshToken: string }> {
  const email = anAddress();
  const { status, body } = await post('sign-up', { email, password, nickname: '민지' }, home);
  expect(status).toBe(201);
  return { email, refreshToken: body.refreshToken };
}

/** So many guesses, one after another, on two nodes by turns; their statuses. */
async function guessesInARow(count: number, email: string, from: string): Promise<Set<number>> {
  const statuses = new Set<number>();
  for (let tries = 0; tries < count; tries += 1)
    statuses.add((await guesses(email, from, tries % 2)).status);
  return statuses;
}

const waitsAtMost = (answer: { status: number; headers: Headers }, seconds: number) => {
  expect(answer.status).toBe(429);
  const wait = Number(answer.headers.get('retry-after'));
  expect(wait).toBeGreaterThan(0);
  expect(wait).toBeLessThanOrEqual(seconds);
};

const oneNetworkEvery = limits.loginWindowSeconds / limits.loginsPerEmail;
const strangersEvery = limits.loginWindowSeconds / limits.loginsFromStrangeNetworks;

test('who guesses is put off, and nobody else is: neither at home nor in a new place', async () => {
  const { email } = await somebody();
  expect(await guessesInARow(limits.loginsPerEmail, email, '198.51.100.7')).toEqual(new Set([401]));
  for (const node of [0, 1]) {
    waitsAtMost(await guesses(email, '198.51.100.7', node), oneNetworkEvery);
    waitsAtMost(await logsIn(email, '198.51.100.7', node), oneNetworkEvery);
  }
  expect((await logsIn(email, home, 1)).status).toBe(200);
  expect((await logsIn(email, '203.0.113.5')).status).toBe(200);
});

test('many networks together guess no faster than the rate of strangers, and who is known there gets in', async () => {
  const { email, refreshToken } = await somebody();
  const lastSeenAt = '192.0.2.99';
  const renewed = await post('refresh', { refreshToken }, lastSeenAt, 1);
  expect(renewed.status).toBe(200);
  const networks = Array.from({ length: 5 }, (_, index) => `198.51.100.${index + 10}`);
  const statuses = (
    await Promise.all(
      networks.map(async (network) => {
        const answers = [];
        for (let tries = 0; tries < 9; tries += 1)
          answers.push((await guesses(email, network, tries % 2)).status);
        return answers;
      }),
    )
  ).flat();
  const judged = statuses.filter((status) => status === 401).length;
  expect(judged).toBeGreaterThanOrEqual(limits.loginsFromStrangeNetworks);
  // One more for each while that the guessing itself took.
  expect(judged).toBeLessThan(limits.loginsFromStrangeNetworks + 5);
  expect(new Set(statuses)).toEqual(new Set([401, 429]));
  waitsAtMost(await guesses(email, '203.0.113.200'), strangersEvery);
  for (const network of [home, lastSeenAt]) expect((await logsIn(email, network)).status).toBe(200);
  const other = await somebody();
  expect((await logsIn(other.email, networks[0]!)).status).toBe(200);
});

test('addresses of one line are one network, however they are written', async () => {
  const { email } = await somebody();
  const line = Array.from(
    { length: limits.loginsPerEmail },
    (_, index) => `2001:db8:1:2${index}::${index}`,
  );
  for (const address of line) expect((await guesses(email, address)).status).toBe(401);
  expect((await guesses(email, '2001:DB8:0001:00ff:ffff::1')).status).toBe(429);
  expect((await guesses(email, '2001:db8:1:100::1')).status).toBe(401);
  await guessesInARow(limits.loginsPerEmail, email, '::ffff:198.51.100.8');
  expect((await guesses(email, '198.51.100.8')).status).toBe(429);
});

test('only what fails is counted', async () => {
  const { email } = await somebody();
  await guessesInARow(limits.loginsPerEmail - 1, email, home);
  for (let tries = 0; tries <= limits.loginsPerEmail; tries += 1)
    expect((await logsIn(email, home, tries % 2)).status).toBe(200);
  expect(await guessesInARow(limits.loginsPerEmail, email, home)).toEqual(new Set([401]));
});

/** A call over a connection that is kept for the next one: many new ones at once would come in one by one. */
const asks = (agent: Agent, from: string, method: string, path: string, body?: object) =>
  new Promise<IncomingMessage>((resolve, reject) => {
    const { url } = cluster.gateways[0]!;
    const headers = { 'content-type': 'application/json', 'x-forwarded-for': from };
    request(`${url}${path}`, { agent, method, headers }, (answer) => {
      answer.resume().once('end', () => resolve(answer));
    })
      .once('error', reject)
      .end(body && JSON.stringify(body));
  });

test('many who sign in from a few networks hold up no other one; who finds no place is put off', async () => {
  const { email } = await somebody();
  const agent = new Agent({ keepAlive: true });
  // As many as their limit lets through.
  const networks = Array.from(
    { length: 4 * limits.loginsPerAddress },
    (_, n) => `198.51.100.${n % 4}`,
  );
  await Promise.all(networks.map((network) => asks(agent, network, 'GET', '/healthz')));
  const answered: number[] = [];
  const many = networks.map(async (network) => {
    const guess = { email: anAddress(), password: 'wrong horse' };
    const { statusCode, headers } = await asks(agent, network, 'POST', '/v1/auth/login', guess);
    answered.push(statusCode!);
    if (statusCode === 503) expect(Number(headers['retry-after'])).toBeGreaterThan(0);
  });
  const judged = () => answered.filter((status) => status === 401).length;
  await eventually('there is no place for one of them', () => answered.includes(503));
  expect((await logsIn(email, home)).status).toBe(200);
  const before = judged();
  await Promise.all(many);
  agent.destroy();
  expect(new Set(answered)).toEqual(new Set([401, 503]));
  expect(judged() - before).toBeGreaterThan(limits.passwordsWaiting / 2);
});

test('a node that has lost Redis counts by itself', async () => {
  const { email } = await somebody();
  redis.set('blackHole');
  const statuses = [];
  for (let tries = 0; tries <= limits.loginsPerEmail; tries += 1)
    statuses.push((await guesses(email, '198.51.100.30', 2)).status);
  expect(statuses).toEqual([...Array.from({ length: limits.loginsPerEmail }, () => 401), 429]);
  expect((await logsIn(email, home, 2)).status).toBe(200);
  redis.set('pass');
});

test('server keys that are not valid are bounded by network', async () => {
  const from = '203.0.113.77';
  const put = (network: string) =>
    callRest(cluster.gateways[0]!.url, 'PUT', '/v1/host/users/somebody', {
      body: { nickname: '민지' },
      headers: { authorization: 'Bearer none', 'x-forwarded-for': network },
    });
  const tries = Array.from({ length: accountLimits.wrongHostKeysPerAddress }, () => put(from));
  for (const { status } of await Promise.all(tries)) expect(status).toBe(401);
  waitsAtMost(await put(from), 60);
  expect((await put('203.0.113.78')).status).toBe(401);
});
