import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { hash } from '@node-rs/argon2';
import { randomBytes, randomUUID } from 'node:crypto';
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
import {
  aListing,
  callRest,
  type DeviceSocket,
  type HttpAnswer,
  type Person,
} from '../support/person.js';
import { TestCluster } from '../support/test-cluster.js';

let cluster: TestCluster;
/** Where an address must be proven first. */
let strict: TestCluster;
const people: Person[] = [];

beforeAll(async () => {
  [cluster, strict] = await Promise.all([
    TestCluster.start({ gateways: 2 }),
    TestCluster.start({ env: { EMAIL_PROOF: 'on' } }),
  ]);
}, 60_000);

afterAll(async () => {
  for (const person of people) person.leaves();
  await Promise.all([cluster?.stop(), strict?.stop()]);
}, 60_000);

const password = 'correct horse battery';
const anAddress = () => `${randomBytes(8).toString('hex')}@test.example`;

const anAccount = (fields: Partial<Record<string, unknown>> = {}) => ({
  email: anAddress(),
  password,
  nickname: '민지',
  ...fields,
});

/** A call without a token. */
const post = <T = view.Problem>(path: string, body: unknown, gateway = 0, of = cluster) =>
  callRest<T>(of.gateways[gateway]!.url, 'POST', `/v1/auth/${path}`, { body });

async function newcomer(nickname: string, of = cluster): Promise<Person> {
  const person = await of.person(nickname);
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

const collection = <T extends object>(of: TestCluster, name: string, filter: object) =>
  of.inspect((connection) => connection.collection(name).find<T>(filter).toArray());

/** The tokens of the mails to an address, in the order in which they were sent. */
async function mailTokens(email: string, atLeast = 1, of = cluster): Promise<string[]> {
  const mails = await eventually(`${atLeast} mails to ${email}`, async () => {
    const found = await collection<{ text: string; sentAt: Date }>(of, 'devMails', { to: email });
    return found.length >= atLeast && found;
  });
  return mails
    .sort((a, b) => a.sentAt.getTime() - b.sentAt.getTime())
    .map(({ text }) => /\?verify=([\w.-]+)/.exec(text)![1]!);
}

const aDevice = () => ({ provider: 'fcm', token: randomUUID() });

const devicesOf = async (person: Person) =>
  (await collection<{ deviceId: string }>(cluster, 'devices', { userId: person.id }))
    .map(({ deviceId }) => deviceId)
    .sort();

describe('signing up and in', () => {
  test('an address is one person, however it is written', async () => {
    const email = anAddress();
    const written = `  ${email.replace('test', 'TeSt').toUpperCase()} `;
    const signedUp = await post<view.SignedIn>('sign-up', anAccount({ email: written }));
    expect(signedUp).toMatchObject({
      status: 201,
      body: { user: { email, emailVerified: false, nickname: '민지' }, expiresIn: 900 },
    });
    const signedIn = await post<view.SignedIn>('login', { email: written, password });
    expect(signedIn).toMatchObject({
      status: 200,
      body: { user: { id: signedUp.body.user.id, email } },
    });
    const again = await post('sign-up', anAccount({ email }));
    expect(again).toMatchObject({ status: 409, body: { code: 'EMAIL_TAKEN' } });
  });

  /** 190 characters, after 64 and an @ one more than an address may have. */
  const longDomain = `${'a'.repeat(63)}.${'b'.repeat(63)}.${'c'.repeat(59)}.co`;
  test.each([
    ['a domain of one label', 'a@b'],
    ['an empty label', 'a@b..com'],
    ['a blank in the local part', 'a b@b.co'],
    ['a blank in the domain', 'a@b .co'],
    ['two @', 'a@b@c.co'],
    ['no @', 'a.b.co'],
    ['nothing before the @', '@b.co'],
    ['a dot in front', '.a@b.co'],
    ['a dot before the @', 'a.@b.co'],
    ['two dots', 'a..b@b.co'],
    ['a hyphen in front of a label', 'a@-b.co'],
    ['a line break at its end', 'a@b.co\nbcc: c@d.co'],
    ['letters beyond ASCII', '민지@예.kr'],
    ['255 characters', `${'a'.repeat(64)}@${longDomain}`],
    ['65 characters before the @', `${'a'.repeat(65)}@b.co`],
    ['an object for a query', { $gt: '' }],
    ['a list', ['a@b.co']],
    ['null', null],
  ])('an address with %s is refused', async (_what, email) => {
    const refused = await post('sign-up', anAccount({ email }));
    expect(refused).toMatchObject({ status: 422, body: { code: 'VALIDATION_FAILED' } });
    expect(new Set(refused.body.errors!.map(({ path }) => path))).toEqual(new Set(['email']));
  });

  test('ten sign-ups with one address at once on two nodes make one account', async () => {
    const email = anAddress();
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        post(
          'sign-up',
          anAccount({ email: index % 3 ? email : email.toUpperCase(), nickname: `손님${index}` }),
          index % 2,
        ),
      ),
    );
    const refused = answers.filter(({ status }) => status !== 201);
    expect(refused).toHaveLength(9);
    for (const { status, body } of refused)
      expect([status, body.code]).toEqual([409, 'EMAIL_TAKEN']);
    expect(await collection(cluster, 'users', { email })).toHaveLength(1);
    expect(await collection(cluster, 'emails', { _id: email })).toHaveLength(1);
  });

  test('who has no account and who has another password are told the same', async () => {
    const person = await newcomer('민지');
    const wrong = await post('login', { email: person.user.email, password: 'wrong horse' });
    const unknown = await post('login', { email: anAddress(), password: 'wrong horse' });
    expect(wrong).toMatchObject({ status: 401, body: { code: 'UNAUTHENTICATED' } });
    expect({ ...unknown.body, traceId: '' }).toEqual({ ...wrong.body, traceId: '' });
    expect(unknown.status).toBe(wrong.status);
  });

  test('of a password a hash is stored that costs at least what OWASP asks for, and no answer holds it', async () => {
    const person = await newcomer('민지');
    const [user] = await collection<{ passwordHash: string }>(cluster, 'users', {
      email: person.user.email,
    });
    const [, memory, time] = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=\d+\$/.exec(user!.passwordHash)!;
    expect(Number(memory)).toBeGreaterThanOrEqual(19_456);
    expect(Number(time)).toBeGreaterThanOrEqual(2);
    expect(JSON.stringify(user)).not.toContain(password);
    const twin = await newcomer('민지');
    const [other] = await collection<{ passwordHash: string }>(cluster, 'users', {
      email: twin.user.email,
    });
    expect(other!.passwordHash).not.toBe(user!.passwordHash);
    const shown = JSON.stringify(await person.gets('GET', '/v1/me'));
    expect(shown).not.toMatch(/password|hash|argon/i);
    const seen = JSON.stringify(await twin.gets('GET', `/v1/users/${person.id}`));
    expect(seen).not.toMatch(/password|hash|argon|@/i);
  });

  test('the eleventh try to sign in with an address has to wait, whichever node it asks', async () => {
    const person = await newcomer('민지');
    const other = await newcomer('준호');
    const { email } = person.user;
    for (let tries = 0; tries < 10; tries += 1) {
      const written = tries % 2 ? email : ` ${email.toUpperCase()}`;
      const answer = await post('login', { email: written, password: 'wrong horse' }, tries % 2);
      expect(answer.status).toBe(401);
    }
    for (const gateway of [0, 1]) {
      const refused = await post('login', { email, password }, gateway);
      expect(refused).toMatchObject({ status: 429, body: { code: 'RATE_LIMITED' } });
      const wait = Number(refused.headers.get('retry-after'));
      expect(wait).toBeGreaterThan(0);
      expect(wait).toBeLessThanOrEqual(limits.loginWindowSeconds / limits.loginsPerEmail);
    }
    expect((await post('login', { email: other.user.email, password })).status).toBe(200);
    expect((await asksAt(0, person.accessToken)).status).toBe(200);
  });
});

describe('a password is the same in every form of its characters', () => {
  const typed = '비밀번호 é 열두글자';
  const forms = [typed, typed.normalize('NFD'), typed.replaceAll(' ', '\u3000')];
  const logsIn = async (email: string, as: string) =>
    (await post('login', { email, password: as })).status;

  test.each(forms)('%j at the sign-up, any at the login', async (form) => {
    const account = anAccount({ password: form });
    expect((await post('sign-up', account)).status).toBe(201);
    for (const other of forms) expect(await logsIn(account.email, other)).toBe(200);
    expect(await logsIn(account.email, typed.replace('é', 'e'))).toBe(401);
    expect(await logsIn(account.email, ` ${typed}`)).toBe(401);
  });

  test('one that was hashed as it was typed is taken, and is like the others then', async () => {
    const account = anAccount();
    const { user } = (await post<view.SignedIn>('sign-up', account)).body;
    const [composed, decomposed] = forms as [string, string];
    const passwordHash = await hash(decomposed);
    await cluster.inspect((connection) =>
      connection
        .collection<{ _id: string }>('users')
        .updateOne({ _id: user.id }, { $set: { passwordHash } }),
    );
    expect(await logsIn(account.email, `${decomposed}!`)).toBe(401);
    expect(await logsIn(account.email, decomposed)).toBe(200);
    for (const other of [composed, decomposed])
      expect(await logsIn(account.email, other)).toBe(200);
  });

  test('its length is that of its characters, composed', async () => {
    const signsUp = (as: string) => post('sign-up', anAccount({ password: as.normalize('NFD') }));
    const [short, long] = ['가'.repeat(limits.passwordMin - 1), '각'.repeat(limits.passwordMax)];
    expect((await signsUp(short)).status).toBe(422);
    expect((await signsUp(`${long}각`)).status).toBe(422);
    expect((await signsUp(long)).status).toBe(201);
  });
});

describe('refreshing', () => {
  const refresh = (refreshToken: string, gateway = 0) =>
    post<view.SignedIn & view.Problem>('refresh', { refreshToken }, gateway);

  const tokenOf = async (answer: Promise<HttpAnswer<view.SignedIn & view.Problem>>) => {
    const { status, body } = await answer;
    expect(status).toBe(200);
    return body.refreshToken;
  };
  const session = async (person: Person) =>
    (await collection<{ arrived: boolean }>(cluster, 'sessions', { userId: person.id }))[0]!;
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

describe('oneself', () => {
  test('an edit of a copy that somebody changed meanwhile is refused and changes nothing', async () => {
    const person = await newcomer('민지');
    const renames = (nickname: string, ifMatch?: string) =>
      person.call<view.Me & view.Problem>(
        'PATCH',
        '/v1/me',
        { nickname },
        ifMatch === undefined ? {} : { 'if-match': ifMatch },
      );
    const tag = async (path: string) => (await person.call('GET', path)).headers.get('etag')!;
    const [mine, shown] = [await tag('/v1/me'), await tag(`/v1/users/${person.id}`)];
    const renamed = await renames('민지 둘', mine);
    expect(renamed).toMatchObject({ status: 200, body: { nickname: '민지 둘' } });
    expect(renamed.headers.get('etag')).toBe(await tag('/v1/me'));
    for (const stale of [mine, shown, '"999"'])
      expect(await renames('민지 셋', stale)).toMatchObject({
        status: 412,
        body: { code: 'VERSION_CONFLICT', current: { nickname: '민지 둘' } },
      });
    expect(await person.call('PATCH', '/v1/me', {}, { 'if-match': mine })).toMatchObject({
      status: 412,
    });
    expect((await person.gets<view.Me>('GET', '/v1/me')).nickname).toBe('민지 둘');
    expect((await renames('민지 셋', await tag(`/v1/users/${person.id}`))).status).toBe(200);
    expect((await renames('민지 넷')).status).toBe(200);
    const now = await tag('/v1/me');
    const both = await Promise.all([renames('하나', now), renames('둘', now)]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 412]);
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
    ['made for a mail', async (p) => (await mailTokens(p.user.email))[0]!, 'UNAUTHENTICATED'],
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

describe('where the e-mail address must be proven', () => {
  const notVerified = { code: 'EMAIL_NOT_VERIFIED' };
  const proves = (token: string) =>
    post<view.Me & view.Problem>('verify-email', { token }, 0, strict);
  const draft = () => ({ clientMessageId: randomUUID(), text: '아직 있나요?' });
  const offer = () => ({ clientMessageId: randomUUID(), amount: 80_000 });

  test('nobody lists or contacts before, everybody after, on both doors', async () => {
    const [seller, buyer] = [await newcomer('준호', strict), await newcomer('민지', strict)];
    const phone = await buyer.connects();
    expect(await seller.call('POST', '/v1/listings', aListing())).toMatchObject({
      status: 403,
      body: notVerified,
    });
    const [token] = await mailTokens(seller.user.email, 1, strict);
    expect(await proves(token!)).toMatchObject({
      status: 200,
      body: { id: seller.id, emailVerified: true },
    });
    const listing = await seller.lists();

    const [first] = await mailTokens(buyer.user.email, 1, strict);
    const calls = async () => {
      const conversation = { id: randomUUID() };
      const rest = (path: string, body: object) =>
        buyer.call('POST', `/v1/conversations${path}`, body);
      return [
        (await rest('', { listingId: listing.id })).body,
        (await rest(`/${conversation.id}/messages`, draft())).body,
        (await rest(`/${conversation.id}/offers`, offer())).body,
        (await buyer.call('POST', '/v1/images', new FormData())).body,
        await phone.ask('conversation:open', { listingId: listing.id }),
        await phone.ask('message:send', { conversationId: conversation.id, ...draft() }),
        await phone.ask('offer:make', { conversationId: conversation.id, ...offer() }),
      ].map((answer) => ('ok' in answer ? !answer.ok && answer.error.code : answer.code));
    };
    expect(await calls()).toEqual(Array.from({ length: 7 }, () => 'EMAIL_NOT_VERIFIED'));
    expect(await collection(strict, 'conversations', {})).toEqual([]);

    expect((await buyer.call('POST', '/v1/auth/verify-email/resend')).status).toBe(204);
    const [, second] = await mailTokens(buyer.user.email, 2, strict);
    for (const mail of [second, first, second])
      expect(await proves(mail!)).toMatchObject({ status: 200, body: { emailVerified: true } });
    expect(await buyer.gets('GET', '/v1/me')).toMatchObject({ emailVerified: true });
    const conversation = await buyer.asksAbout(listing);
    await buyer.sends(conversation, '안녕하세요');
    await phone.do('message:send', { conversationId: conversation.id, ...draft() });
    await phone.do('offer:make', { conversationId: conversation.id, ...offer() });
    expect(await seller.log(conversation)).toHaveLength(3);
  });

  test('a link proves the address it was mailed to, whoever follows it', async () => {
    const [owner, follower] = [await newcomer('준호', strict), await newcomer('민지', strict)];
    const [token] = await mailTokens(owner.user.email, 1, strict);
    const followed = await follower.call<view.Me>('POST', '/v1/auth/verify-email', { token });
    expect(followed).toMatchObject({ status: 200, body: { id: owner.id } });
    expect(await follower.gets('GET', '/v1/me')).toMatchObject({ emailVerified: false });
    expect(await follower.call('POST', '/v1/listings', aListing())).toMatchObject({
      body: notVerified,
    });
  });

  test('a link that was forged, ran out or is another token proves nothing', async () => {
    const person = await newcomer('민지', strict);
    const [token] = await mailTokens(person.user.email, 1, strict);
    const past = Math.floor(Date.now() / 1_000) - 1;
    const tries: [string, ErrorCode][] = [
      [resigned(token!, { claims: { exp: past } }), 'TOKEN_EXPIRED'],
      [resigned(token!, { key: strangeKey() }), 'UNAUTHENTICATED'],
      [resigned(token!, { claims: { email: anAddress() } }), 'UNAUTHENTICATED'],
      [resigned(token!, { claims: { sub: randomUUID() } }), 'UNAUTHENTICATED'],
      [unsigned(token!), 'UNAUTHENTICATED'],
      [person.accessToken, 'UNAUTHENTICATED'],
      [person.refreshToken, 'UNAUTHENTICATED'],
    ];
    for (const [forged, code] of tries)
      expect(await proves(forged)).toMatchObject({ status: 401, body: { code } });
    expect(await person.gets('GET', '/v1/me')).toMatchObject({ emailVerified: false });
  });
});
