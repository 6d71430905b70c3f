import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createPublicKey, randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { limits, type ErrorCode, type view } from '../../src/contract/index.js';
import { eventually, within } from '../support/eventually.js';
import {
  claimsOf,
  resigned,
  signedWithPublicKey,
  strangeKey,
  unsigned,
  withOtherClaims,
  withoutClaims,
} from '../support/forged-tokens.js';
import { callRest, type DeviceSocket, type HttpAnswer, type Person } from '../support/person.js';
import { TestCluster } from '../support/test-cluster.js';

let cluster: TestCluster;
const people: Person[] = [];

beforeAll(async () => {
  cluster = await TestCluster.shared();
}, 60_000);

afterAll(async () => {
  for (const person of people) person.leaves();
  await cluster?.stop();
}, 60_000);

const password = 'correct horse battery';

/** A call without a token. */
const post = <T = view.Problem>(path: string, body: unknown, gateway = 0) =>
  callRest<T>(cluster.gateways[gateway]!.url, 'POST', `/v1/auth/${path}`, { body });

async function newcomer(nickname: string): Promise<Person> {
  const person = await cluster.person(nickname);
  people.push(person);
  return person;
}

/** The same person on another device: a session of its own. */
async function onAnotherDevice(person: Person): Promise<Person> {
  const { body } = await post<view.SignedIn>('login', { email: person.user.email, password });
  const { accessToken, refreshToken } = body;
  const twin = Object.create(person, {
    accessToken: { value: accessToken, writable: true },
    refreshToken: { value: refreshToken, writable: true },
  }) as Person;
  people.push(twin);
  return twin;
}

const asksAt = (gateway: number, token: string) =>
  callRest<view.Problem>(cluster.gateways[gateway]!.url, 'GET', '/v1/me', {
    headers: { authorization: `Bearer ${token}` },
  });

/** Refused within the five seconds that the news of an ended session may take. */
const isSoonRefusedAt = (gateway: number, token: string, code: ErrorCode = 'SESSION_REVOKED') =>
  eventually(
    `node ${gateway + 1} refuses the token`,
    async () => (await asksAt(gateway, token)).body.code === code,
    5_000,
  );

const isCutOff = (device: DeviceSocket) =>
  eventually('the socket is cut off', () => device.socket.disconnected, 5_000);

/** What a handshake is told that is not let in. */
async function refusalOf(person: Person, token: unknown): Promise<unknown> {
  const device = person.opensSocket(person.gateway, { token });
  const refused = new Promise<unknown>((resolve, reject) => {
    device.socket.once('connect_error', (error: Error & { data?: unknown }) => resolve(error.data));
    device.socket.once('connect', () => reject(new Error('the socket was let in')));
  });
  device.socket.connect();
  try {
    return await within('the handshake is refused', refused);
  } finally {
    device.close();
  }
}

const collection = <T extends object>(name: string, filter: object) =>
  cluster.inspect((connection) => connection.collection(name).find<T>(filter).toArray());

/** The token of the mail that proves an address. */
async function mailToken(email: string): Promise<string> {
  const { text } = await eventually(`a mail to ${email}`, async () => {
    const [mail] = await collection<{ text: string }>('devMails', { to: email });
    return mail;
  });
  return /\?verify=([\w.-]+)/.exec(text)![1]!;
}

const aDevice = () => ({ provider: 'fcm', token: randomUUID() });

const devicesOf = async (person: Person) =>
  (await collection<{ deviceId: string }>('devices', { userId: person.id }))
    .map(({ deviceId }) => deviceId)
    .sort();

describe('refreshing', () => {
  const refresh = (refreshToken: string, gateway = 0) =>
    post<view.SignedIn & view.Problem>('refresh', { refreshToken }, gateway);

  const tokenOf = async (answer: Promise<HttpAnswer<view.SignedIn & view.Problem>>) => {
    const { status, body } = await answer;
    expect(status).toBe(200);
    return body.refreshToken;
  };
  const session = async (person: Person) =>
    (await collection<{ arrived: boolean }>('sessions', { userId: person.id }))[0]!;
  /** So much time passes for the last trade of everybody's token. */
  const passes = (person: Person, ms: number) =>
    cluster.inspect((connection) =>
      connection
        .collection('sessions')
        .updateMany({ userId: person.id, previousHash: { $ne: null } }, [
          { $set: { rotatedAt: { $subtract: ['$rotatedAt', ms] } } },
        ]),
    );
  const graceMs = limits.refreshGraceSeconds * 1_000;

  test('a refresh token is traded for a new pair, and for the same one when the answer was lost, on any node', async () => {
    const person = await newcomer('민지');
    const first = await refresh(person.refreshToken);
    expect(first).toMatchObject({ status: 200, body: { user: { id: person.id }, expiresIn: 900 } });
    expect(first.body.refreshToken).not.toBe(person.refreshToken);
    const again = await Promise.all(
      [0, 1, 0].map((gateway) => refresh(person.refreshToken, gateway)),
    );
    for (const { status, body } of again) {
      expect([status, body.refreshToken]).toEqual([200, first.body.refreshToken]);
      expect((await asksAt(1, body.accessToken)).status).toBe(200);
    }
    await passes(person, graceMs - 20_000);
    expect(await tokenOf(refresh(person.refreshToken, 1))).toBe(first.body.refreshToken);
    expect((await refresh(first.body.refreshToken, 1)).status).toBe(200);
  });

  test('three trades of one token at once, on two nodes, have one successor', async () => {
    const person = await newcomer('민지');
    const trades = [0, 1, 0, 1, 0, 1].map((gateway) =>
      tokenOf(refresh(person.refreshToken, gateway)),
    );
    const [token, ...others] = new Set(await Promise.all(trades));
    expect(others).toEqual([]);
    expect(await tokenOf(refresh(token!))).not.toBe(token);
  });

  test('an answer that never arrived is given again however late, and nobody is signed out', async () => {
    const person = await newcomer('민지');
    const lost = await tokenOf(refresh(person.refreshToken));
    await passes(person, 24 * 3_600_000);
    expect(await tokenOf(refresh(person.refreshToken, 1))).toBe(lost);
    expect((await refresh(lost)).status).toBe(200);
  });

  test('a token that was replaced ends the session at once when its successor was traded too', async () => {
    const person = await newcomer('민지');
    const second = await tokenOf(refresh(person.refreshToken));
    const third = await tokenOf(refresh(second, 1));
    for (const token of [person.refreshToken, second, third, person.refreshToken])
      expect(await refresh(token)).toMatchObject({
        status: 401,
        body: { code: 'SESSION_REVOKED' },
      });
  });

  test('of two who hold one token the second is noticed, whoever it is', async () => {
    const person = await newcomer('민지');
    const { body } = await refresh(person.refreshToken);
    expect((await asksAt(1, body.accessToken)).status).toBe(200);
    await eventually('the use is noted', async () => (await session(person)).arrived);
    await passes(person, graceMs + 1);
    for (const token of [person.refreshToken, body.refreshToken])
      expect(await refresh(token)).toMatchObject({
        status: 401,
        body: { code: 'SESSION_REVOKED' },
      });
  });

  test('a traded token that comes back after the grace was copied: its session ends on all nodes', async () => {
    const person = await newcomer('민지');
    const { body: renewed } = await refresh(person.refreshToken);
    person.accessToken = renewed.accessToken;
    const devices = await Promise.all(cluster.gateways.map((gateway) => person.connects(gateway)));
    const elsewhere = await onAnotherDevice(person);
    const phone = await elsewhere.connects();
    const pushed = await person.call('PUT', '/v1/me/devices/phone', aDevice());
    expect(pushed.status).toBe(200);
    await elsewhere.gets('PUT', '/v1/me/devices/tablet', aDevice());
    await passes(person, graceMs + 1);
    const reused = await refresh(person.refreshToken, 1);
    expect(reused).toMatchObject({ status: 401, body: { code: 'SESSION_REVOKED' } });
    for (const device of devices) {
      expect(await device.hears('session:revoked')).toEqual({ reason: 'signedOut' });
      await isCutOff(device);
    }
    for (const gateway of [0, 1]) await isSoonRefusedAt(gateway, renewed.accessToken);
    expect(await refusalOf(person, renewed.accessToken)).toEqual({
      code: 'SESSION_REVOKED',
      retryable: false,
    });
    expect(await refresh(renewed.refreshToken)).toMatchObject({
      status: 401,
      body: { code: 'SESSION_REVOKED' },
    });
    expect(await devicesOf(person)).toEqual(['tablet']);
    await phone.do('sync:pull', {});
    expect(phone.all('session:revoked')).toEqual([]);
  });

  test('what is no refresh token is refused and ends nothing', async () => {
    const person = await newcomer('민지');
    const [sessionId] = person.refreshToken.split('.');
    const forged = [
      'x',
      person.accessToken,
      `${randomUUID()}.${randomBytes(32).toString('base64url')}`,
      `${sessionId}.short`,
    ];
    for (const token of forged)
      expect(await refresh(token)).toMatchObject({
        status: 401,
        body: { code: 'UNAUTHENTICATED' },
      });
    expect((await refresh(person.refreshToken)).status).toBe(200);
  });
});

describe('signing out', () => {
  test('ends this session on all nodes, and no other', async () => {
    const person = await newcomer('민지');
    const twin = await onAnotherDevice(person);
    const [here, there, other] = await Promise.all([
      person.connects(cluster.gateways[0]),
      person.connects(cluster.gateways[1]),
      twin.connects(cluster.gateways[1]),
    ]);
    // Both nodes have seen the session alive and remember it.
    for (const gateway of [0, 1])
      expect((await asksAt(gateway, person.accessToken)).status).toBe(200);
    expect((await person.call('POST', '/v1/auth/logout')).status).toBe(204);
    for (const device of [here, there]) {
      expect(await device.hears('session:revoked')).toEqual({ reason: 'signedOut' });
      await isCutOff(device);
    }
    for (const gateway of [0, 1]) await isSoonRefusedAt(gateway, person.accessToken);
    expect(await post('refresh', { refreshToken: person.refreshToken })).toMatchObject({
      status: 401,
      body: { code: 'SESSION_REVOKED' },
    });
    await other.do('sync:pull', {});
    expect(other.all('session:revoked')).toEqual([]);
    expect((await asksAt(0, twin.accessToken)).status).toBe(200);
  });

  test('everywhere ends all sessions of a person and nobody else', async () => {
    const person = await newcomer('민지');
    const bystander = await newcomer('준호');
    const twin = await onAnotherDevice(person);
    const devices = [
      await person.connects(cluster.gateways[0]),
      await twin.connects(cluster.gateways[1]),
    ];
    const unconcerned = await bystander.connects(cluster.gateways[1]);
    expect((await person.call('POST', '/v1/auth/logout-all')).status).toBe(204);
    for (const device of devices) {
      await device.hears('session:revoked', ({ reason }) => reason === 'signedOut');
      await isCutOff(device);
    }
    for (const gateway of [0, 1])
      for (const { accessToken } of [person, twin]) await isSoonRefusedAt(gateway, accessToken);
    await unconcerned.do('sync:pull', {});
    expect(unconcerned.all('session:revoked')).toEqual([]);
  });

  test('a person sees the own sessions and cuts off one of them; those of others are not there', async () => {
    const person = await newcomer('민지');
    const stranger = await newcomer('준호');
    const twin = await onAnotherDevice(person);
    const lost = await twin.connects(cluster.gateways[1]);
    const sessionsOf = async (of: Person) =>
      (await of.gets<{ items: view.Session[] }>('GET', '/v1/auth/sessions')).items;
    const [mine, theirs] = [await sessionsOf(person), await sessionsOf(twin)];
    expect(mine.map(({ id }) => id).sort()).toEqual(theirs.map(({ id }) => id).sort());
    expect(mine.filter(({ current }) => current)).toHaveLength(1);
    const id = theirs.find(({ current }) => current)!.id;
    expect(mine.find(({ current }) => current)!.id).not.toBe(id);

    expect(await stranger.call('DELETE', `/v1/auth/sessions/${id}`)).toMatchObject({
      status: 404,
      body: { code: 'NOT_FOUND' },
    });
    expect((await asksAt(1, twin.accessToken)).status).toBe(200);
    expect((await person.call('DELETE', `/v1/auth/sessions/${id}`)).status).toBe(204);
    await lost.hears('session:revoked');
    await isSoonRefusedAt(1, twin.accessToken);
    expect((await person.call('DELETE', `/v1/auth/sessions/${id}`)).status).toBe(404);
    expect((await sessionsOf(person)).map((session) => session.current)).toEqual([true]);
  });
});

describe('what a session leaves behind', () => {
  const endings: [string, (person: Person, sessionId: string) => Promise<{ status: number }>][] = [
    ['signing out', (person) => person.call('POST', '/v1/auth/logout')],
    ['signing out everywhere', (person) => person.call('POST', '/v1/auth/logout-all')],
    ['cutting it off', (person, id) => person.call('DELETE', `/v1/auth/sessions/${id}`)],
  ];

  test.each(endings)('%s forgets its push devices, and of nobody else', async (_what, end) => {
    const [person, other] = [await newcomer('민지'), await newcomer('준호')];
    for (const one of [person, other]) await one.gets('PUT', '/v1/me/devices/phone', aDevice());
    const { items } = await person.gets<{ items: view.Session[] }>('GET', '/v1/auth/sessions');
    expect((await end(person, items[0]!.id)).status).toBe(204);
    expect(await devicesOf(person)).toEqual([]);
    expect(await devicesOf(other)).toEqual(['phone']);
  });

  test('two sign-outs at once end it once, and neither is refused for the other', async () => {
    const person = await newcomer('민지');
    const answers = await Promise.all([
      person.call('POST', '/v1/auth/logout'),
      person.call('POST', '/v1/auth/logout'),
    ]);
    for (const { status } of answers) expect([204, 401]).toContain(status);
    expect(answers.map(({ status }) => status)).toContain(204);
  });

  test('a device that registers where the end is not known yet is not kept', async () => {
    const person = await newcomer('민지');
    expect((await asksAt(0, person.accessToken)).status).toBe(200);
    // As another node does whose news was lost.
    await cluster.inspect((connection) =>
      connection
        .collection('sessions')
        .updateOne({ userId: person.id }, { $set: { revokedAt: new Date() } }),
    );
    expect(await person.call('PUT', '/v1/me/devices/phone', aDevice())).toMatchObject({
      status: 401,
      body: { code: 'SESSION_REVOKED' },
    });
    expect(await devicesOf(person)).toEqual([]);
    expect((await person.call('POST', '/v1/auth/logout')).status).toBe(204);
  });
});

describe('tokens', () => {
  const past = () => Math.floor(Date.now() / 1_000) - 1;
  const forgeries: [string, (person: Person) => string | Promise<string>, ErrorCode][] = [
    [
      'signed with a strange key',
      (p) => resigned(p.accessToken, { key: strangeKey() }),
      'UNAUTHENTICATED',
    ],
    [
      'of another person under the old signature',
      (p) => withOtherClaims(p.accessToken, { sub: randomUUID() }),
      'UNAUTHENTICATED',
    ],
    ['without a signature', (p) => unsigned(p.accessToken), 'UNAUTHENTICATED'],
    [
      'signed with the public key as a secret',
      (p) => signedWithPublicKey(p.accessToken),
      'UNAUTHENTICATED',
    ],
    [
      'that names another key',
      (p) => resigned(p.accessToken, { header: { kid: 'another' } }),
      'UNAUTHENTICATED',
    ],
    ...['../../../etc/passwd', "' OR 1=1 --", '__proto__', ''].map(
      (kid): [string, (person: Person) => string, ErrorCode] => [
        `whose key id is ${JSON.stringify(kid)}`,
        (p) => resigned(p.accessToken, { header: { kid } }),
        'UNAUTHENTICATED',
      ],
    ),
    [
      'that names no key',
      (p) => resigned(p.accessToken, { header: { kid: undefined } }),
      'UNAUTHENTICATED',
    ],
    [
      'of another issuer',
      (p) => resigned(p.accessToken, { claims: { iss: 'another' } }),
      'UNAUTHENTICATED',
    ],
    [
      'for another audience',
      (p) => resigned(p.accessToken, { claims: { aud: 'another' } }),
      'UNAUTHENTICATED',
    ],
    [
      'that never ends',
      (p) => resigned(p.accessToken, { claims: { exp: undefined } }),
      'UNAUTHENTICATED',
    ],
    [
      'that is good for longer than ours are',
      (p) => resigned(p.accessToken, { claims: { exp: past() + limits.accessTokenSeconds + 60 } }),
      'UNAUTHENTICATED',
    ],
    [
      'that says nothing of its beginning',
      (p) => resigned(p.accessToken, { claims: { iat: undefined } }),
      'UNAUTHENTICATED',
    ],
    [
      'that is not good yet',
      (p) => resigned(p.accessToken, { claims: { nbf: past() + 120 } }),
      'UNAUTHENTICATED',
    ],
    [
      'without a session',
      (p) => resigned(p.accessToken, { claims: { sid: undefined } }),
      'UNAUTHENTICATED',
    ],
    [
      'whose session is an object for a query',
      (p) => resigned(p.accessToken, { claims: { sid: { $gt: '' } } }),
      'UNAUTHENTICATED',
    ],
    [
      'of a session that never was',
      (p) => resigned(p.accessToken, { claims: { sid: randomUUID() } }),
      'SESSION_REVOKED',
    ],
    [
      'that has run out',
      (p) => resigned(p.accessToken, { claims: { exp: past() } }),
      'TOKEN_EXPIRED',
    ],
    [
      'signed for another use',
      (p) => resigned(p.accessToken, { claims: { typ: 'email' } }),
      'UNAUTHENTICATED',
    ],
    ['made of a header and no claims', (p) => withoutClaims(p.accessToken), 'UNAUTHENTICATED'],
    ['made for a mail', (p) => mailToken(p.user.email), 'UNAUTHENTICATED'],
    ['made for refreshing', (p) => p.refreshToken, 'UNAUTHENTICATED'],
    ['that is a word', () => 'hello', 'UNAUTHENTICATED'],
  ];

  test.each(forgeries)('one %s opens neither door', async (_what, forge, code) => {
    const person = await thePerson();
    const token = await forge(person);
    const refused = await asksAt(0, token);
    expect(refused).toMatchObject({ status: 401, body: { code } });
    expect(refused.headers.get('www-authenticate')).toMatch(/^Bearer/);
    expect(await refusalOf(person, token)).toEqual({ code, retryable: false });
  });

  let known: Promise<Person> | undefined;
  const thePerson = () => (known ??= newcomer('민지'));

  test('none at all opens neither door, and the same forging hand signs one that does', async () => {
    const person = await thePerson();
    expect(await callRest(person.gateway.url, 'GET', '/v1/me')).toMatchObject({ status: 401 });
    for (const nothing of [undefined, null, 42, { $gt: '' }, ['token']])
      expect(await refusalOf(person, nothing)).toEqual({
        code: 'UNAUTHENTICATED',
        retryable: false,
      });
    expect((await asksAt(0, resigned(person.accessToken, {}))).status).toBe(200);
  });

  test('one that says where its key is, or brings it along, is refused without a look there', async () => {
    const person = await thePerson();
    let asked = 0;
    const elsewhere = createServer((_request, response) => {
      asked += 1;
      response.end('{"keys":[]}');
    });
    elsewhere.listen(0, '127.0.0.1');
    await once(elsewhere, 'listening');
    const url = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/keys`;
    const key = strangeKey();
    const jwk = { ...createPublicKey(key).export({ format: 'jwk' }), kid: 'mine' };
    for (const header of [
      { kid: 'mine', jku: url },
      { kid: 'mine', x5u: url },
      { kid: 'mine', jwk },
      { jwk },
    ]) {
      const token = resigned(person.accessToken, { key, header });
      expect(await asksAt(0, token)).toMatchObject({ status: 401 });
      expect(await refusalOf(person, token)).toMatchObject({ code: 'UNAUTHENTICATED' });
    }
    // Under the true key such a header changes nothing, and nobody follows it either.
    const ours = resigned(person.accessToken, { header: { jku: url, x5u: url, jwk } });
    expect((await asksAt(0, ours)).status).toBe(200);
    await new Promise((resolve) => elsewhere.close(resolve));
    expect(asked).toBe(0);
  });

  test('a socket is cut off when its token runs out, unless it brought a newer one of the same session', async () => {
    const person = await thePerson();
    const other = await onAnotherDevice(person);
    const soon = resigned(person.accessToken, {
      claims: { exp: Math.floor(Date.now() / 1_000) + 3 },
    });
    const [left, kept] = [0, 1].map(() => person.opensSocket(person.gateway, { token: soon }));
    for (const device of [left!, kept!]) {
      device.socket.connect();
      await device.hears('session:ready');
    }
    for (const [token, code] of [
      [other.accessToken, 'UNAUTHENTICATED'],
      [resigned(person.accessToken, { claims: { exp: past() } }), 'TOKEN_EXPIRED'],
      ['hello', 'UNAUTHENTICATED'],
    ])
      expect(await kept!.ask('session:refresh', { token })).toMatchObject({
        ok: false,
        error: { code, retryable: false },
      });
    const { expiresAt } = await kept!.do('session:refresh', { token: person.accessToken });
    expect(Date.parse(expiresAt)).toBe(Number(claimsOf(person.accessToken)['exp']) * 1_000);
    expect(await left!.hears('session:revoked')).toEqual({ reason: 'expired' });
    await isCutOff(left!);
    await kept!.do('sync:pull', {});
    expect(kept!.all('session:revoked')).toEqual([]);
  });
});
