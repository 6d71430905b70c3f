import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createPublicKey, randomUUID } from 'node:crypto';
import jwt from 'jsonwebtoken';
import { PushService, type PushAnswer } from '../../bench/push/push-service.js';
import { isPublicAddress, whyNotPublic } from '../../src/platform/public-address.js';
import { createFcmProvider } from '../../workers/push/fcm-provider.js';
import type { PushProvider } from '../../workers/push/provider.js';
import { createWebPushProvider } from '../../workers/push/webpush-provider.js';
import {
  aDevice,
  aNotification,
  fcmError,
  serviceAccount,
  vapid,
} from '../support/push-providers.js';
import { PushSubscriber, readVapid } from '../support/push-subscriber.js';

/** Short, so that a test of it takes no longer; long enough for an answer that comes. */
const deadlineMs = 1_500;
let service: PushService;
let fcm: PushProvider, web: PushProvider;

const anFcm = (ms = deadlineMs) =>
  createFcmProvider({
    account: serviceAccount(service),
    url: new URL(service.url),
    deadlineMs: ms,
  });

beforeAll(async () => {
  service = await PushService.start();
  fcm = anFcm();
  web = createWebPushProvider({ vapid, privateEndpoints: true, deadlineMs });
});

afterAll(async () => {
  await Promise.all([fcm?.close?.(), web?.close?.()]);
  await service?.stop();
});

/** A phone and a browser that the service knows by a name of their own, and what is sent to them. */
const phone = (...script: PushAnswer[]) => {
  const token = `phone-${randomUUID()}`;
  if (script.length > 0) service.script(token, ...script);
  const send = (given = {}) => fcm.send(aDevice({ token }), aNotification(given));
  return { token, send, requests: () => service.requestsTo(token) };
};
const browser = (...script: PushAnswer[]) => {
  const name = `browser-${randomUUID()}`;
  if (script.length > 0) service.script(name, ...script);
  const subscriber = new PushSubscriber(`${service.url}/push/${name}`);
  const device = aDevice({
    provider: 'webpush',
    token: subscriber.endpoint,
    keys: subscriber.keys,
  });
  const send = (given = {}) => web.send(device, aNotification(given));
  return { subscriber, send, requests: () => service.requestsTo(name) };
};

/** What the service account says of itself; throws when its signature does not fit. */
const readAssertion = (form: Buffer) =>
  jwt.verify(
    new URLSearchParams(form.toString()).get('assertion') ?? '',
    createPublicKey(serviceAccount(service).private_key),
  );

const soon = (ms: number) => new Date(Date.now() + ms).toUTCString();

describe('fcm', () => {
  test('what is on the wire', async () => {
    const one = phone();
    expect(await one.send()).toEqual({
      kind: 'taken',
      providerId: expect.stringMatching(/^projects/),
    });
    const [request] = one.requests();
    expect(request).toMatchObject({ path: '/v1/projects/test/messages:send' });
    expect(request!.headers.authorization).toBe('Bearer access');
    const [token] = service.requestsTo('token');
    expect(readAssertion(token!.body)).toMatchObject({
      iss: 'push@test.iam.gserviceaccount.com',
      aud: `${service.url}/token`,
      scope: 'https://www.googleapis.com/auth/firebase.messaging',
    });
    const { conversationId, tag } = aNotification();
    const { message } = JSON.parse(request!.body.toString()) as {
      message: Record<string, unknown>;
    };
    expect(message).toEqual({
      token: one.token,
      notification: { title: '민지', body: '아직 있나요?' },
      data: {
        id: 'entry-1:device-1',
        conversationId,
        seq: '7',
        template: 'text',
        badge: '3',
        tag,
        silent: 'false',
        sound: 'true',
      },
      android: {
        priority: 'high',
        ttl: '86400s',
        notification: { tag, sound: 'default', notification_count: 3 },
      },
      apns: {
        headers: {
          'apns-priority': '10',
          'apns-push-type': 'alert',
          'apns-expiration': expect.stringMatching(/^\d{10}$/),
          'apns-collapse-id': tag,
        },
        payload: { aps: { badge: 3, 'thread-id': tag, sound: 'default' } },
      },
      webpush: {
        headers: { TTL: '86400', Urgency: 'high', Topic: expect.stringMatching(/^[\w-]{32}$/) },
        notification: { tag, renotify: true, silent: false },
      },
    });
    expect(JSON.stringify(message.android)).not.toMatch(/collapse/i);
  });

  test('one without a sound goes to the quiet channel', async () => {
    const one = phone();
    await one.send({ sound: false });
    const { message } = JSON.parse(one.requests()[0]!.body.toString()) as {
      message: Record<string, { notification?: object; payload?: { aps: object } }>;
    };
    expect(message['android']!.notification).toMatchObject({ channel_id: 'quiet' });
    expect(message['android']!.notification).not.toHaveProperty('sound');
    expect(message['apns']!.payload!.aps).not.toHaveProperty('sound');
    expect(message['webpush']!.notification).toMatchObject({ silent: true, renotify: false });
  });

  test('a silent one shows nothing and wakes the app', async () => {
    const one = phone();
    await one.send({ silent: true, sound: false, title: '', body: '', urgency: 'low', badge: 0 });
    const { message } = JSON.parse(one.requests()[0]!.body.toString()) as {
      message: {
        notification?: object;
        android: object;
        apns: { headers: object; payload: object };
      };
    };
    expect(message.notification).toBeUndefined();
    expect(message.android).toEqual({ priority: 'normal', ttl: '86400s' });
    // Apple allows a badge in an alert only.
    expect(message.apns.headers).toMatchObject({
      'apns-push-type': 'alert',
      'apns-priority': '5',
    });
    expect(message.apns.headers).not.toHaveProperty('apns-collapse-id');
    expect(message.apns.payload).toEqual({ aps: { badge: 0 } });
  });

  test('words that were taken back make way: for nothing where that goes, else for neutral ones', async () => {
    const one = phone();
    const words = { title: 'Haggle', body: '새 소식이 있어요' };
    await one.send({ ...words, silent: true, sound: false, replaces: 7, urgency: 'normal' });
    const { message } = JSON.parse(one.requests()[0]!.body.toString()) as {
      message: { notification?: object; data: object; apns: object };
    };
    const { tag } = aNotification();
    expect(message.notification).toBeUndefined();
    expect(message.data).toMatchObject({ silent: 'true', replaces: '7' });
    expect(message.apns).toMatchObject({
      headers: { 'apns-push-type': 'alert', 'apns-collapse-id': tag },
      payload: { aps: { badge: 3, alert: words } },
    });
  });

  test('what comes together goes together, each with its own answer', async () => {
    const dead = phone(fcmError(404, 'UNREGISTERED'));
    const others = Array.from({ length: 600 }, () => phone());
    const patient = anFcm(20_000);
    const answers = await Promise.all(
      [dead, ...others].map(({ token }) => patient.send(aDevice({ token }), aNotification())),
    );
    await patient.close?.();
    expect(answers.map(({ kind }) => kind)).toEqual(['gone', ...others.map(() => 'taken')]);
    expect(others.every((one) => one.requests().length === 1)).toBe(true);
  });

  const notToken = 'Invalid value at message.android.ttl';
  const badToken = 'The registration token is not a valid FCM registration token';
  test.each<[string, PushAnswer, object]>([
    ['UNREGISTERED', fcmError(404, 'UNREGISTERED'), { kind: 'gone' }],
    ['INVALID_ARGUMENT of a token', fcmError(400, 'INVALID_ARGUMENT', badToken), { kind: 'gone' }],
    [
      'INVALID_ARGUMENT of a field',
      fcmError(400, 'INVALID_ARGUMENT', notToken),
      { kind: 'refused' },
    ],
    [
      'THIRD_PARTY_AUTH_ERROR',
      fcmError(401, 'THIRD_PARTY_AUTH_ERROR'),
      { kind: 'wait', reason: 'auth', ms: 300_000, whom: 'device' },
    ],
    ['404 of a proxy', { status: 404, body: '<html>' }, { kind: 'wait', reason: 'setup' }],
    ['413 without JSON', { status: 413, body: 'too large' }, { kind: 'failed' }],
    [
      'QUOTA_EXCEEDED',
      fcmError(429, 'QUOTA_EXCEEDED'),
      { kind: 'wait', reason: 'rate', ms: 60_000, whom: 'device' },
    ],
    ['UNAVAILABLE', fcmError(503, 'UNAVAILABLE'), { kind: 'failed' }],
    ['INTERNAL', fcmError(500, 'INTERNAL'), { kind: 'failed' }],
    ['502 of a proxy', { status: 502, body: '<html>' }, { kind: 'failed' }],
    ['an answer that is no JSON', { status: 200, body: 'OK' }, { kind: 'failed' }],
    ['time-out', 'hang', { kind: 'failed' }],
    ['reset', 'reset', { kind: 'failed' }],
    ['half an answer', 'half', { kind: 'failed' }],
  ])('%s, asked once', async (_, answer, expected) => {
    const one = phone(answer);
    expect(await one.send()).toMatchObject(expected);
    expect(one.requests()).toHaveLength(1);
  });

  test.each([
    ['seconds', () => '40', 40_000],
    ['a date', () => soon(40_000), 40_000],
  ])('Retry-After in %s is obeyed', async (_, value, ms) => {
    const provider = anFcm();
    for (const [status, code] of [
      [429, 'QUOTA_EXCEEDED'],
      [503, 'UNAVAILABLE'],
    ] as const) {
      const token = randomUUID();
      service.script(token, { ...fcmError(status, code), headers: { 'retry-after': value() } });
      const answer = await provider.send(aDevice({ token }), aNotification());
      expect(answer).toMatchObject({ kind: 'wait', reason: 'rate' });
      const waited = (answer as { ms: number }).ms;
      expect(Math.abs(waited - ms)).toBeLessThan(5_000);
    }
    await provider.close?.();
  });

  test('a token of another project is given up once others were taken, never before', async () => {
    const stranger = phone(fcmError(403, 'SENDER_ID_MISMATCH'));
    const unclear = { kind: 'wait', reason: 'auth', whom: 'device' };
    expect(await stranger.send()).toMatchObject(unclear);
    expect(await stranger.send()).toMatchObject(unclear);
    await phone().send();
    expect(await stranger.send()).toMatchObject({ kind: 'gone' });
  });

  test('when all are refused the provider waits, and no token is lost', async () => {
    const answers = [];
    for (let index = 0; index < 4; index += 1)
      answers.push(await phone(fcmError(403, 'PERMISSION_DENIED')).send());
    expect(answers[2]).toMatchObject({ kind: 'wait', reason: 'auth' });
    expect(answers.filter(({ kind }) => kind === 'gone')).toEqual([]);
  });

  test('tokens of another project hold up themselves, however many they are', async () => {
    for (let index = 0; index < 5; index += 1)
      expect(await phone(fcmError(403, 'SENDER_ID_MISMATCH')).send()).toMatchObject({
        kind: 'wait',
        whom: 'device',
      });
  });

  const unauthenticated: PushAnswer = {
    status: 401,
    body: JSON.stringify({ error: { code: 401, status: 'UNAUTHENTICATED' } }),
  };
  const token = (value: string): PushAnswer => ({
    status: 200,
    body: JSON.stringify({ access_token: value, expires_in: 3_600 }),
  });
  const accessTokens = (requests: { headers: { authorization?: string } }[]) =>
    requests.map(({ headers }) => headers.authorization);

  test('a refused access token: another one once, and the push again', async () => {
    service.script('token', token('first'), token('second'));
    const provider = anFcm();
    const one = phone(unauthenticated, { status: 200, body: '{"name":"messages/1"}' });
    const device = aDevice({ token: one.token });
    expect(await provider.send(device, aNotification())).toMatchObject({ kind: 'taken' });
    expect(accessTokens(one.requests())).toEqual(['Bearer first', 'Bearer second']);
    const other = phone();
    await provider.send(aDevice({ token: other.token }), aNotification());
    expect(accessTokens(other.requests())).toEqual(['Bearer second']);
    await provider.close?.();
  });

  test('the fresh one is refused as well: the provider waits', async () => {
    service.script('token', token('first'), token('second'));
    const provider = anFcm();
    const one = phone(unauthenticated);
    expect(await provider.send(aDevice({ token: one.token }), aNotification())).toMatchObject({
      kind: 'wait',
      reason: 'auth',
      ms: 300_000,
    });
    expect(accessTokens(one.requests())).toEqual(['Bearer first', 'Bearer second']);
    service.script('token', token('access'));
    await provider.close?.();
  });

  test.each<PushAnswer>([{ status: 503, body: '' }, 'reset', 'hang'])(
    'a token service that is out of reach refuses nobody: %j',
    async (answer) => {
      service.script('token', answer);
      const provider = anFcm();
      const one = phone();
      expect(await provider.send(aDevice({ token: one.token }), aNotification())).toMatchObject({
        kind: 'failed',
      });
      expect(one.requests()).toEqual([]);
      service.script('token', token('access'));
      expect(await provider.send(aDevice({ token: one.token }), aNotification())).toMatchObject({
        kind: 'taken',
      });
      await provider.close?.();
    },
  );

  test('without an access token nothing is sent and nothing lost', async () => {
    const provider = anFcm();
    const token = randomUUID();
    service.script('token', { status: 400, body: '{"error":"invalid_grant"}' });
    expect(await provider.send(aDevice({ token }), aNotification())).toMatchObject({
      kind: 'wait',
      reason: 'auth',
    });
    expect(service.requestsTo(token)).toEqual([]);
    await provider.close?.();
  });
});

describe('webpush', () => {
  test('what is on the wire, which only the browser can read', async () => {
    const one = browser();
    expect(await one.send()).toEqual({
      kind: 'taken',
      providerId: expect.stringMatching(/^\/message/),
    });
    const [request] = one.requests();
    const { headers, body } = request!;
    expect(headers).toMatchObject({
      ttl: '86400',
      urgency: 'high',
      'content-encoding': 'aes128gcm',
    });
    expect(headers['topic']).toMatch(/^[\w-]{32}$/);
    expect(body.toString('latin1')).not.toContain('conversationId');
    const { key, claims } = readVapid(headers.authorization!);
    expect(key).toBe(vapid.publicKey);
    expect(claims).toMatchObject({ aud: service.url, sub: vapid.subject });
    const { conversationId, tag } = aNotification();
    expect(one.subscriber.read({ headers, body })).toEqual({
      id: 'entry-1:device-1',
      conversationId,
      seq: 7,
      template: 'text',
      badge: 3,
      tag,
      sound: true,
      silent: false,
      title: '민지',
      body: '아직 있나요?',
    });
    const stranger = new PushSubscriber(one.subscriber.endpoint);
    expect(() => stranger.read({ headers, body })).toThrow();
  });

  test('the topic is one for each conversation, and another for what takes its notification away', async () => {
    const one = browser();
    for (const tag of ['a', 'b', 'a']) await one.send({ tag });
    await one.send({ tag: 'a', silent: true });
    const [a, b, again, silent] = one.requests().map(({ headers }) => headers['topic']);
    expect(again).toBe(a);
    expect(b).not.toBe(a);
    expect([a, b]).not.toContain(silent);
  });

  test('too large: once more with ids only', async () => {
    const one = browser({ status: 413 }, { status: 201 });
    expect(await one.send()).toMatchObject({ kind: 'taken' });
    const [whole, ids] = one.requests().map((request) => one.subscriber.read(request));
    expect(whole).toHaveProperty('body');
    expect(ids).not.toHaveProperty('body');
    expect(ids).toMatchObject({ id: 'entry-1:device-1', seq: 7, tag: aNotification().tag });
  });

  test.each<[string, PushAnswer, object, number]>([
    ['404', { status: 404 }, { kind: 'gone' }, 1],
    ['410', { status: 410 }, { kind: 'gone' }, 1],
    ['400', { status: 400 }, { kind: 'refused' }, 1],
    [
      '400 of another key',
      { status: 400, body: '{"reason":"VapidPkHashMismatch"}' },
      { kind: 'gone' },
      1,
    ],
    ['413 again', { status: 413 }, { kind: 'refused' }, 2],
    [
      'a redirect',
      { status: 307, headers: { location: 'http://127.0.0.1:1/' } },
      { kind: 'refused' },
      1,
    ],
    ['429', { status: 429 }, { kind: 'wait', reason: 'rate', ms: 60_000, whom: 'device' }, 1],
    [
      '429 with seconds',
      { status: 429, headers: { 'retry-after': '7' } },
      { kind: 'wait', reason: 'rate', ms: 7_000 },
      1,
    ],
    [
      '429 with nonsense',
      { status: 429, headers: { 'retry-after': 'later' } },
      { kind: 'wait', reason: 'rate', ms: 60_000 },
      1,
    ],
    [
      '429 with an age',
      { status: 429, headers: { 'retry-after': '99999999' } },
      { kind: 'wait', reason: 'rate', ms: 3_600_000 },
      1,
    ],
    [
      '503 with seconds',
      { status: 503, headers: { 'retry-after': '7' } },
      { kind: 'wait', reason: 'rate', ms: 7_000 },
      1,
    ],
    ['503', { status: 503 }, { kind: 'failed' }, 1],
    ['500', { status: 500 }, { kind: 'failed' }, 1],
    ['time-out', 'hang', { kind: 'failed' }, 1],
    ['reset', 'reset', { kind: 'failed' }, 1],
    ['half an answer', 'half', { kind: 'failed' }, 1],
  ])('%s', async (_, answer, expected, requests) => {
    const one = browser(answer);
    expect(await one.send()).toMatchObject(expected);
    expect(one.requests()).toHaveLength(requests);
  });

  test('429 with a date', async () => {
    const answer = await browser({ status: 429, headers: { 'retry-after': soon(40_000) } }).send();
    expect(answer).toMatchObject({ kind: 'wait', reason: 'rate' });
    expect(Math.abs((answer as { ms: number }).ms - 40_000)).toBeLessThan(5_000);
  });

  test.each([401, 403])(
    '%d of one: given up once others were taken, never before',
    async (status) => {
      const one = browser({ status });
      expect(await one.send()).toMatchObject({ kind: 'wait', reason: 'auth', whom: 'device' });
      await browser().send();
      expect(await one.send()).toMatchObject({ kind: 'gone' });
    },
  );

  test('403 of all: our own key, and no subscription is lost', async () => {
    const answers = [];
    for (let index = 0; index < 5; index += 1) answers.push(await browser({ status: 403 }).send());
    expect(answers[2]).toMatchObject({ kind: 'wait', reason: 'auth', ms: 300_000 });
    expect(answers.filter(({ kind }) => kind === 'gone')).toEqual([]);
  });

  test('a subscription that no browser has made', async () => {
    const device = aDevice({
      provider: 'webpush',
      token: `${service.url}/push/x`,
      keys: { p256dh: 'AA', auth: 'AA' },
    });
    expect(await web.send(device, aNotification())).toMatchObject({ kind: 'gone' });
  });

  test('Safari is not sent what it must not hide', async () => {
    const { keys } = browser().subscriber;
    const token = 'https://web.push.apple.com/abc';
    const device = aDevice({ provider: 'webpush', token, keys });
    expect(await web.send(device, aNotification({ silent: true }))).toMatchObject({
      kind: 'taken',
    });
  });
});

describe('where a push service is sent to', () => {
  test.each([
    'http://push.example.com/x',
    'https://127.0.0.1/x',
    'https://[::1]/x',
    'https://[::ffff:10.0.0.1]/x',
    'https://10.1.2.3/x',
    'https://169.254.169.254/latest/meta-data',
    'https://0x7f000001/x',
    'https://localhost/x',
    'https://push.localhost/x',
    'https://intranet/x',
    'https://push.example.com./x',
    'https://printer.local/x',
    'https://api.cluster.internal/x',
    'https://router.home.arpa/x',
    'https://permanently-removed.invalid/x',
    'https://[64:ff9b::808:808]/x',
    'https://[::ffff:8.8.8.8]/x',
    'https://[::]/x',
    'https://0/x',
    'https://2130706433/x',
    'https://me:secret@push.example.com/x',
    'https://push.example.com:25/x',
    'ftp://push.example.com',
    'nonsense',
  ])('not to %s', async (token) => {
    const provider = createWebPushProvider({ vapid, privateEndpoints: false, deadlineMs });
    const { keys } = browser().subscriber;
    const answer = await provider.send(
      aDevice({ provider: 'webpush', token, keys }),
      aNotification(),
    );
    expect(answer).toMatchObject({ kind: 'gone', detail: expect.stringContaining('not') });
    expect(answer).toMatchObject({ detail: expect.stringContaining('public') });
    await provider.close?.();
  });

  test.each([
    ['8.8.8.8', true],
    ['172.15.0.1', true],
    ['172.16.0.1', false],
    ['172.31.255.255', false],
    ['172.32.0.1', true],
    ['100.64.0.1', false],
    ['192.168.0.1', false],
    ['224.0.0.1', false],
    ['255.255.255.255', false],
    ['2606:4700::1111', true],
    ['fd00::1', false],
    ['fec0::1', false],
    ['3fff::1', false],
    ['::ffff:8.8.8.8', false],
    ['2002:808:808::1', false],
    ['fe80::1', false],
    ['::ffff:192.168.0.1', false],
    ['64:ff9b::a00:1', false],
    ['not an address', false],
  ])('%s: %s', (address, expected) => {
    expect(isPublicAddress(address)).toBe(expected);
  });

  test.each([
    'https://fcm.googleapis.com/fcm/send/x',
    'https://updates.push.services.mozilla.com/wpush/v2/x',
    'https://web.push.apple.com/x',
    'https://push.example.org:8443/x',
    'https://8.8.8.8/x',
  ])('%s may be reached', (address) => {
    expect(whyNotPublic(address)).toBeUndefined();
  });

  test('a name that does not exist is a matter of that device', async () => {
    const { keys } = browser().subscriber;
    const device = aDevice({
      provider: 'webpush',
      token: 'https://push.nosuchhost.example/x',
      keys,
    });
    expect(await web.send(device, aNotification())).toMatchObject({
      kind: 'failed',
      whom: 'device',
    });
  });
});
