import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { PushService } from '../../bench/push/push-service.js';
import { createLogger } from '../../src/platform/logger.js';
import { createMetrics } from '../../src/metrics.js';
import { createFcmProvider } from '../../workers/push/fcm-provider.js';
import { Pauses } from '../../workers/push/pauses.js';
import { guardProvider, type GateOptions } from '../../workers/push/provider-gate.js';
import type { ProviderAnswer, PushProvider } from '../../workers/push/provider.js';
import { createWebPushProvider, webPushService } from '../../workers/push/webpush-provider.js';
import { eventually } from '../support/eventually.js';
import {
  aDevice,
  aNotification,
  fcmError,
  serviceAccount,
  vapid,
} from '../support/push-providers.js';
import { PushSubscriber } from '../support/push-subscriber.js';

/** Two push services: the second one is another origin. */
let services: PushService[];
let redis: Redis;
const open: PushProvider[] = [];
const loggers: string[] = [];

beforeAll(async () => {
  services = await Promise.all([PushService.start(), PushService.start()]);
  redis = new Redis(process.env['TEST_REDIS_URL']!);
});

const closeAll = () => Promise.all(open.splice(0).map(async (provider) => provider.close?.()));

afterEach(async () => {
  await closeAll();
  for (const service of services) service.script('*');
});

afterAll(async () => {
  redis?.disconnect();
  await Promise.all((services ?? []).map((service) => service.stop()));
});

/** The pauses of one worker; workers with the same prefix share them. */
function aWorker(prefix = randomUUID()) {
  const metrics = createMetrics('test');
  const log = createLogger({ nodeId: 'test', level: 'silent', process: 'worker' });
  log.error = ((_: object, line: string) => loggers.push(line)) as unknown as typeof log.error;
  const pauses = new Pauses({ redis, prefix, metrics, log });
  const guard = (provider: PushProvider, options: Partial<GateOptions> = {}) => {
    const guarded = guardProvider(provider, { pauses, ...options });
    open.push(guarded);
    return guarded;
  };
  return { pauses, guard, metrics };
}

const anFcm = (deadlineMs = 60_000) =>
  createFcmProvider({
    account: serviceAccount(services[0]!),
    url: new URL(services[0]!.url),
    deadlineMs,
  });
const aWeb = (deadlineMs = 60_000) =>
  createWebPushProvider({ vapid, privateEndpoints: true, deadlineMs });
const phone = () => aDevice({ token: randomUUID() });
const browser = (service = 0) => {
  const subscriber = new PushSubscriber(`${services[service]!.url}/push/${randomUUID()}`);
  return aDevice({ provider: 'webpush', token: subscriber.endpoint, keys: subscriber.keys });
};
const kinds = (answers: ProviderAnswer[]) => [...new Set(answers.map(({ kind }) => kind))];

test('a stuck provider leaves the other as fast as it was, and keeps no place in the worker', async () => {
  const { guard } = aWorker();
  const web = guard(aWeb());
  const fcm = guard(anFcm(), { inFlight: 50 });
  const browsers = Array.from({ length: 50 }, () => browser());
  const wave = async () => {
    const began = performance.now();
    const answers = await Promise.all(browsers.map((one) => web.send(one, aNotification())));
    return { ms: performance.now() - began, answers };
  };
  await wave();
  const alone = await wave();
  services[0]!.script('*', 'hang');
  for (const one of browsers) services[0]!.script(one.token.split('/').at(-1)!, { status: 201 });
  const stuck = Array.from({ length: 200 }, () => fcm.send(phone(), aNotification()));
  await eventually('requests hang', () => services[0]!.hung === 50);
  // What found no place was answered at once; what hangs is still open.
  const held = await Promise.all(stuck.slice(50));
  expect(held).toEqual(
    held.map(() => ({ kind: 'wait', reason: 'full', ms: 250, detail: 'too many in flight' })),
  );
  const beside = await wave();
  expect(kinds(beside.answers)).toEqual(['taken']);
  expect(services[0]!.hung).toBe(50);
  process.stderr.write(
    `50 pushes alone: ${alone.ms.toFixed(0)} ms; beside a stuck provider: ${beside.ms.toFixed(0)} ms (${(beside.ms / alone.ms).toFixed(2)} times)\n`,
  );
  await closeAll();
  await Promise.all(stuck);
});

test('the breaker opens after failures in a row, and closes after one that went well', async () => {
  const { guard } = aWorker();
  const fcm = guard(anFcm(), { failures: 3, openMs: 300 });
  const token = randomUUID();
  const send = () => fcm.send(aDevice({ token }), aNotification());
  services[0]!.script(token, { status: 500 }, fcmError(404, 'UNREGISTERED'), { status: 500 });
  const before = [];
  // Somebody's dead token is an answer as good as any: it breaks the row.
  for (let index = 0; index < 5; index += 1) before.push(await send());
  expect(before.map(({ kind }) => kind)).toEqual(['failed', 'gone', 'failed', 'failed', 'failed']);
  expect(await send()).toMatchObject({ kind: 'wait', reason: 'open', ms: 300 });
  expect(services[0]!.requestsTo(token)).toHaveLength(5);
  services[0]!.script(token, { status: 200, body: '{"name":"projects/test/messages/1"}' });
  await eventually('it tries again', async () => (await send()).kind === 'taken');
  expect(await send()).toMatchObject({ kind: 'taken' });
});

test('while one push tries, the others do not wait for it', async () => {
  const { guard } = aWorker();
  const web = guard(aWeb(), { failures: 1, openMs: 50 });
  const one = browser();
  const name = one.token.split('/').at(-1)!;
  services[0]!.script(name, { status: 500 }, 'hang');
  await web.send(one, aNotification());
  // Only this one is sent until it tries: another would be taken, and close the breaker.
  await eventually('one tries', () => {
    void web.send(one, aNotification());
    return services[0]!.requestsTo(name).length > 1;
  });
  expect(await web.send(browser(), aNotification())).toMatchObject({
    kind: 'wait',
    reason: 'open',
  });
});

test('Retry-After stops all workers, for that service only', async () => {
  const prefix = randomUUID();
  const [first, second] = [aWorker(prefix), aWorker(prefix)];
  const here = first.guard(aWeb(), { serviceOf: webPushService });
  const there = second.guard(aWeb(), { serviceOf: webPushService });
  expect(await there.send(browser(), aNotification())).toMatchObject({ kind: 'taken' });
  services[0]!.script('*', { status: 503, headers: { 'retry-after': '30' } });
  expect(await here.send(browser(), aNotification())).toMatchObject({
    kind: 'wait',
    reason: 'rate',
  });
  services[0]!.script('*', { status: 201 });
  const seen = services[0]!.requests.length;
  const paused = { kind: 'wait', reason: 'rate', detail: 'paused' };
  expect(await here.send(browser(), aNotification())).toMatchObject(paused);
  await second.pauses.refresh();
  expect(await there.send(browser(), aNotification())).toMatchObject(paused);
  expect(services[0]!.requests).toHaveLength(seen);
  // Another push service goes on.
  expect(await here.send(browser(1), aNotification())).toMatchObject({ kind: 'taken' });
  expect(await there.send(browser(1), aNotification())).toMatchObject({ kind: 'taken' });
});

test('refused credentials pause the provider, are told once, and touch no token', async () => {
  const { guard, metrics } = aWorker();
  const fcm = guard(anFcm());
  services[0]!.script('*', { status: 401, body: '{"error":{"status":"UNAUTHENTICATED"}}' });
  loggers.length = 0;
  // An access token for one push, another one and the push again.
  const before = services[0]!.requests.length;
  const answers = [];
  for (let index = 0; index < 5; index += 1) answers.push(await fcm.send(phone(), aNotification()));
  expect(kinds(answers)).toEqual(['wait']);
  expect(services[0]!.requests.length - before).toBe(4);
  expect(loggers).toEqual(['a push provider refuses our credentials']);
  const { values } = await metrics.providerPaused.get();
  expect(values).toMatchObject([{ labels: { provider: 'fcm', reason: 'auth' }, value: 1 }]);
});

test('what concerns one device holds up nobody else', async () => {
  const { guard } = aWorker();
  const fcm = guard(anFcm());
  const [apple, busy] = [phone(), phone()];
  services[0]!.script(apple.token, fcmError(401, 'THIRD_PARTY_AUTH_ERROR'));
  services[0]!.script(busy.token, {
    ...fcmError(429, 'QUOTA_EXCEEDED'),
    headers: { 'retry-after': '40' },
  });
  loggers.length = 0;
  for (const one of [apple, busy]) {
    const held = { kind: 'wait', whom: 'device' };
    expect(await fcm.send(one, aNotification())).toMatchObject(held);
    expect(await fcm.send(one, aNotification())).toMatchObject({ ...held, reason: 'held' });
    expect(services[0]!.requestsTo(one.token)).toHaveLength(1);
    expect(await fcm.send(phone(), aNotification())).toMatchObject({ kind: 'taken' });
  }
  expect(loggers).toEqual(['a push provider refuses a credential for some devices']);
});

test('several over their limit with nothing taken in between pause the service, and others try it first', async () => {
  const { guard } = aWorker();
  const web = guard(aWeb(), { serviceOf: webPushService });
  const [first, ...others] = Array.from({ length: 4 }, () => browser());
  const send = (one = browser()) => web.send(one, aNotification());
  const limited = { status: 429, headers: { 'retry-after': '1' } };
  services[0]!.script('*', limited);
  await send(first);
  services[0]!.script('*', { status: 201 });
  expect(await send()).toMatchObject({ kind: 'taken' });
  services[0]!.script('*', limited);
  const before = services[0]!.requests.length;
  for (const one of others) expect(await send(one)).toMatchObject({ kind: 'wait', reason: 'rate' });
  expect(await send()).toMatchObject({ kind: 'wait', detail: 'paused' });
  expect(services[0]!.requests.length - before).toBe(3);

  services[0]!.script('*', { status: 201, afterMs: 50 });
  const tried = await eventually('the pause is over', async () => {
    const answers = await Promise.all([...others.map((one) => send(one)), send(), send()]);
    return answers.some(({ kind }) => kind === 'taken') && answers;
  });
  expect(tried.slice(0, 3)).toEqual(
    others.map(() => expect.objectContaining({ kind: 'wait', reason: 'held' })),
  );
  expect(tried.slice(3)).toMatchObject([
    { kind: 'taken' },
    { kind: 'wait', detail: 'another push tries first' },
  ]);
  expect(await send()).toMatchObject({ kind: 'taken' });
});

test('a provider that does not know what we ask for pauses, and no token is touched', async () => {
  const { guard } = aWorker();
  const fcm = guard(anFcm());
  services[0]!.script('*', { status: 404, body: '{"error":{"code":404,"status":"NOT_FOUND"}}' });
  loggers.length = 0;
  expect(await fcm.send(phone(), aNotification())).toMatchObject({ kind: 'wait', reason: 'setup' });
  expect(await fcm.send(phone(), aNotification())).toMatchObject({ detail: 'paused' });
  expect(loggers).toEqual(['a push provider does not know our project, or has a wrong address']);
});

test('addresses that lead nowhere open no breaker', async () => {
  const { guard } = aWorker();
  const web = guard(aWeb(), { failures: 1, serviceOf: () => 'one for all' });
  const nowhere = () => ({ ...browser(), token: `https://${randomUUID()}.example/x` });
  for (let index = 0; index < 3; index += 1)
    expect(await web.send(nowhere(), aNotification())).toMatchObject({ kind: 'failed' });
  expect(await web.send(browser(), aNotification())).toMatchObject({ kind: 'taken' });
});

test('one service of many cannot take all places', async () => {
  const { guard } = aWorker();
  const web = guard(aWeb(), { serviceOf: webPushService, inFlight: 8, inFlightPerService: 6 });
  services[1]!.script('*', 'hang');
  const stuck = Array.from({ length: 20 }, () => web.send(browser(1), aNotification()));
  await eventually('requests hang', () => services[1]!.hung === 6);
  expect(await web.send(browser(0), aNotification())).toMatchObject({ kind: 'taken' });
  await closeAll();
  await Promise.all(stuck);
});

test('a provider that breaks its word fails, and nothing is thrown', async () => {
  const { guard } = aWorker();
  const broken: PushProvider = { name: 'log', send: () => Promise.reject(new Error('broken')) };
  expect(await guard(broken).send(phone(), aNotification())).toMatchObject({ kind: 'failed' });
});
