import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { view } from '../../src/contract/index.js';
import { stepOf } from '../../src/users/one-time-codes.js';
import { eventually } from '../support/eventually.js';
import { haggle } from '../support/haggle.js';
import {
  AdminBrowser,
  aWrongCode,
  codeOf,
  giveRole,
  holderOf,
  notAtTheTurn,
} from '../support/operators.js';
import { callRest, type Person } from '../support/person.js';
import { TestCluster } from '../support/test-cluster.js';

/**
 * How people with a role prove who they are, on two gateways: in the admin area, and where they act in the app. One
 * story after another on one cluster, since each account costs hashes; so one long file.
 */
const password = 'correct horse battery';
let cluster: TestCluster;
const page = '/admin/second-factor';
/** What must stand in no line of a log. */
const secrets: string[] = [];

beforeAll(async () => {
  cluster = await TestCluster.start({ gateways: 2, env: { SECOND_FACTOR: 'on' } });
}, 60_000);

afterAll(() => cluster?.stop(), 60_000);

const browserAt = (node = 0) => new AdminBrowser(cluster.gateways[node]!.url);
let people = 0;
/** Somebody with a role, an address that is known, and the usual password. */
async function holder(role: view.Role, nickname: string = role) {
  const account = { email: `holder-${(people += 1)}@test.example`, password };
  secrets.push(account.email);
  const person = await holderOf(cluster, role, { nickname, account });
  return { person, account };
}
/** Sets a second factor up over the API, with the code of half a minute ago. */
async function setsUp(person: Person) {
  await notAtTheTurn();
  const { secret } = await person.gets<view.SecondFactorSecret>('POST', '/v1/me/second-factor', {
    password,
  });
  const { recoveryCodes } = await person.gets<view.RecoveryCodes>('PUT', '/v1/me/second-factor', {
    code: codeOf(secret, -1),
  });
  secrets.push(secret, ...recoveryCodes);
  return { secret, recoveryCodes };
}
/** What a session is answered at a gateway. */
async function codeAt(accessToken: string, node: 0 | 1, path = '/v1/admin/reports') {
  const { status, body } = await callRest<view.Problem>(cluster.gateways[node]!.url, 'GET', path, {
    headers: { authorization: `Bearer ${accessToken}` },
  });
  return status === 200 ? 200 : body.code;
}
const logsIn = async (account: { email: string; password: string }) =>
  (
    await callRest<view.SignedIn>(cluster.gateways[0]!.url, 'POST', '/v1/auth/login', {
      body: account,
    })
  ).body;
const trail = async (reader: Person) =>
  (await reader.gets<{ items: view.AuditEntry[] }>('GET', '/v1/admin/audit?limit=100')).items;

test.each([
  [59, '287082'],
  [1_111_111_109, '081804'],
  [1_111_111_111, '050471'],
  [1_234_567_890, '005924'],
  [2_000_000_000, '279037'],
  [20_000_000_000, '353130'],
])('codes are those of RFC 6238, at %d s', (seconds, code) => {
  const at = (away: number) => new Date((seconds + away) * 1_000);
  const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
  const step = Math.floor(seconds / 30);
  expect(stepOf(secret, code, at(0))).toBe(step);
  expect(stepOf(secret, code, at(30))).toBe(step);
  expect(stepOf(secret, code, at(90))).toBeUndefined();
});

test('on this machine the area is open until somebody is an admin, and to no password', async () => {
  const browser = browserAt();
  expect((await browser.opens('/admin/accounts')).text).toContain('open to everybody');
  const basic = { authorization: `Basic ${btoa('admin:of the tests only')}` };
  const asks = (headers: Record<string, string>) =>
    callRest<view.Problem>(browser.url, 'GET', '/v1/admin/roles', { headers });
  expect((await asks({})).status).toBe(200);
  expect((await asks({ 'sec-fetch-site': 'cross-site' })).status).toBe(200);
  const first = { email: 'first-admin@test.example', password };
  const named = ['--email', first.email, '--nickname', '첫 관리자', '--admin'];
  const made = await haggle(
    ['user:create', ...named, '--password-stdin'],
    cluster.gateways[0]!.settings,
    password,
  );
  expect(made).toMatchObject({ code: 0, err: '' });
  for (const node of [0, 1]) {
    const { status, to } = await browserAt(node).opens('/admin');
    expect([status, to]).toEqual([303, '/admin/sign-in']);
  }
  expect((await browser.opens('/admin', { headers: basic })).status).toBe(303);
  for (const headers of [{}, basic]) expect((await asks(headers)).status).toBe(401);
  expect((await browser.signsIn(first)).to).toBe('/admin');
  expect((await browser.opens('/admin')).to).toBe(page);
  // Lost with the phone, it is taken away from the command line.
  const { accessToken } = await logsIn(first);
  const as = { headers: { authorization: `Bearer ${accessToken}` } };
  const { body } = await callRest<view.SecondFactorSecret>(
    browser.url,
    'POST',
    '/v1/me/second-factor',
    { ...as, body: { password } },
  );
  const code = codeOf(body.secret);
  await callRest(browser.url, 'PUT', '/v1/me/second-factor', { ...as, body: { code } });
  expect((await browserAt().signsIn(first)).status).toBe(401);
  await haggle(['user:reset-second-factor', first.email], cluster.gateways[0]!.settings);
  expect((await browserAt().signsIn(first)).status).toBe(303);
});

describe('in the admin area', () => {
  test('a role and the password open nothing but the page that sets a second factor up', async () => {
    const { account } = await holder('admin');
    const browser = browserAt();
    const signedIn = await browser.signsIn(account);
    expect([signedIn.status, signedIn.to]).toEqual([303, '/admin']);
    expect(signedIn.cookie).toMatch(/Path=\/admin;.*HttpOnly; SameSite=Strict/);
    secrets.push(/=([^;]+)/.exec(signedIn.cookie!)![1]!);
    for (const path of ['/admin', '/admin/audit', '/admin/accounts', '/admin/queues']) {
      const { status, to } = await browser.opens(path);
      expect([path, status, to]).toEqual([path, 303, page]);
    }
    expect((await browser.posts('/admin/webhooks/enable', {})).status).toBe(403);

    expect((await browser.opens(page)).text).toContain('Your role needs a second factor');
    const refused = await browser.posts(`${page}/set-up`, { password: 'wrong horse battery' });
    expect([refused.status, refused.text]).toEqual([
      422,
      expect.stringContaining('Password is wrong'),
    ]);
    expect(refused.text).not.toContain('/admin/accounts');
    const begun = await browser.posts(`${page}/set-up`, { password });
    const secret = /<code>([A-Z2-7]{32})<\/code>/.exec(begun.text)![1]!;
    secrets.push(secret);
    expect(begun.text).toContain('<svg');
    expect((await browser.posts(`${page}/confirm`, { code: aWrongCode(secret) })).status).toBe(422);
    expect((await browser.opens('/admin')).to).toBe(page);
    await notAtTheTurn();
    const done = await browser.posts(`${page}/confirm`, { code: codeOf(secret, -1) });
    const recoveryCodes = done.text.match(/[A-Z2-7]{4}(-[A-Z2-7]{4}){3}/g)!;
    expect(recoveryCodes).toHaveLength(10);
    secrets.push(...recoveryCodes);
    for (const node of [0, 1]) {
      const there = browser.at(cluster.gateways[node]!.url);
      expect((await there.opens('/admin')).status).toBe(200);
    }
    const { text } = await browser.opens(page);
    expect(text).toContain('10 recovery codes are left');
    // The way back to everything that the role opens.
    expect(text).toContain('href="/admin/accounts"');

    await eventually('the person is told by mail', () =>
      cluster.inspect(({ db }) =>
        db!.collection('devMails').findOne({ to: account.email, subject: /second factor/ }),
      ),
    );
    // Kept as hashes, and the cookie's secret, too.
    const stored = await cluster.inspect(async ({ db }) =>
      JSON.stringify([
        await db!.collection('secondFactors').find().toArray(),
        await db!.collection('sessions').find().toArray(),
      ]),
    );
    for (const kept of [...recoveryCodes, /\.([^;]+)/.exec(signedIn.cookie!)![1]!]) {
      expect(stored).not.toContain(kept);
      expect(stored).not.toContain(kept.replaceAll('-', ''));
    }

    // The next one is signed in with everything at once, and with a recovery code in place of the phone.
    const next = await browserAt(1).signsIn({ ...account, code: codeOf(secret) });
    expect([next.status, next.to]).toEqual([303, '/admin']);
    const lost = { ...account, code: recoveryCodes[0].toLowerCase().replaceAll('-', ' ') };
    expect((await browserAt().signsIn(lost)).status).toBe(303);
    expect((await browserAt(1).signsIn(lost)).status).toBe(401);
  });

  test('nobody learns what of it was wrong', async () => {
    const { person, account } = await holder('moderator');
    const { secret } = await setsUp(person);
    const nobodySpecial = { email: 'nobody-special@test.example', password };
    await cluster.person('아무나', 0, nobodySpecial);
    const answers = [];
    for (const fields of [
      { ...account, password: 'wrong horse battery', code: codeOf(secret) },
      { ...account, code: aWrongCode(secret) },
      { ...account, code: codeOf(secret, -1) },
      account,
      { ...account, email: 'nobody@test.example', code: codeOf(secret) },
      nobodySpecial,
      { email: 'none', password: '', code: '' },
    ]) {
      const { status, text, cookie } = await browserAt(1).signsIn(fields);
      answers.push([status, text, cookie]);
    }
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]).toEqual([401, expect.stringContaining('password or code is wrong'), null]);
    // The code above was of a wrong password, so it is good still.
    expect((await browserAt().signsIn({ ...account, code: codeOf(secret) })).status).toBe(303);
  });

  test('each role opens its pages and forms, and no others', async () => {
    const forRole = {
      moderator: ['', '/reports', '/contests', '/people'],
      operator: ['/status', '/audit', '/deliveries', '/dead-letters', '/webhooks', '/queues'],
      admin: ['/watchwords', '/host-keys', '/accounts'],
    };
    const forms = {
      moderator: '/people/sanction',
      operator: '/dead-letters/redrive',
      admin: '/accounts/role',
    };
    const roles = ['moderator', 'operator', 'admin'] as const;
    for (const [rank, role] of roles.entries()) {
      const { person, account } = await holder(role);
      const { secret } = await setsUp(person);
      const browser = browserAt(rank % 2);
      await browser.signsIn({ ...account, code: codeOf(secret) });
      for (const [index, other] of roles.entries()) {
        const may = index <= rank;
        for (const path of forRole[other]) {
          const { status } = await browser.opens(`/admin${path}`);
          expect([role, path, status]).toEqual([role, path, may ? 200 : 403]);
        }
        const { status } = await browser.posts(`/admin${forms[other]}`, { reason: 'none such' });
        expect([role, forms[other], status === 403]).toEqual([role, forms[other], !may]);
      }
      const { text } = await browser.opens('/admin');
      expect([role, text.includes('href="/admin/accounts"')]).toEqual([role, role === 'admin']);
      expect([role, text.includes('href="/admin/audit"')]).toEqual([role, role !== 'moderator']);
    }
  });

  test('an admin gives roles and resets second factors, of others', async () => {
    const { person: admin, account } = await holder('admin', '<b>관리자</b>');
    const { secret } = await setsUp(admin);
    const browser = browserAt(1);
    await browser.signsIn({ ...account, code: codeOf(secret) });
    const { person, account: theirs } = await holder('moderator', '진행자');
    await setsUp(person);
    const list = await browser.opens('/admin/accounts');
    expect(list.text).toContain('&#60;b&#62;관리자');
    expect(list.text).not.toContain('<b>관리자');
    const elsewhere = { 'sec-fetch-site': 'cross-site' };
    const role = { id: theirs.email, role: 'operator' };
    expect((await browser.posts('/admin/accounts/role', role, elsewhere)).status).toBe(403);
    expect((await browser.posts('/admin/sign-in', account, elsewhere)).status).toBe(403);
    expect(await codeAt(person.accessToken, 0, '/v1/admin/audit')).toBe('FORBIDDEN');
    expect((await browser.posts('/admin/accounts/role', role)).status).toBe(303);
    expect(await codeAt(person.accessToken, 0, '/v1/admin/audit')).toBe(200);
    const own = await browser.posts('/admin/accounts/role', { id: admin.id, role: 'none' });
    expect(own.text).toContain('Nobody changes their own role');
    const reset = (id: string) => browser.posts('/admin/accounts/second-factor', { id });
    expect((await reset(admin.id)).text).toContain('Another admin');
    expect((await reset(person.id)).status).toBe(303);
    // What was shown of it counts no more, on any node, and the role not without another one.
    for (const node of [0, 1] as const)
      expect(await codeAt(person.accessToken, node)).toBe('SECOND_FACTOR_NEEDED');
    await setsUp(person);
    expect(await codeAt(person.accessToken, 1)).toBe(200);
    const { items } = await admin.gets<{ items: view.RoleHolder[] }>('GET', '/v1/admin/roles');
    expect(items.find(({ user }) => user.id === person.id)).toMatchObject({
      role: 'operator',
      secondFactorSince: expect.any(String) as unknown,
    });
    // The trail says who did what to whom.
    const noted = (await trail(admin)).map(({ by, what, input }) => [by, what, input]);
    expect(noted).toContainEqual([
      admin.id,
      'resetSecondFactor',
      [{ field: 'id', value: person.id }],
    ]);
    expect(noted).toContainEqual([
      admin.id,
      'setRole',
      expect.arrayContaining([{ field: 'role', value: 'operator' }]),
    ]);
  });

  test('a session ends with the role, the password, a sanction and a sign-out, on every node', async () => {
    const { person: admin } = await holder('admin');
    await setsUp(admin);
    const ends: [string, (who: { person: Person; browser: AdminBrowser }) => Promise<unknown>][] = [
      [
        'password',
        ({ person }) =>
          person.gets('PUT', '/v1/me/password', { password, newPassword: `${password}!` }),
      ],
      ['all sessions', ({ person }) => person.gets('POST', '/v1/auth/logout-all')],
      [
        'ban',
        ({ person }) =>
          admin.gets('PUT', `/v1/admin/users/${person.id}/sanction`, {
            kind: 'ban',
            reason: 'fraud',
          }),
      ],
      ['sign-out', ({ browser }) => browser.posts('/admin/sign-out', {})],
      ['deletion', ({ person }) => person.gets('DELETE', '/v1/me', { password })],
    ];
    for (const [what, end] of ends) {
      const { person, account } = await holder('operator');
      const { secret } = await setsUp(person);
      const here = browserAt();
      await here.signsIn({ ...account, code: codeOf(secret) });
      const there = here.at(cluster.gateways[1]!.url);
      expect([what, (await there.opens('/admin')).status]).toEqual([what, 200]);
      await end({ person, browser: here.at(here.url) });
      for (const browser of [here, there]) {
        const { status, to } = await browser.opens('/admin');
        expect([what, status, to]).toEqual([what, 303, '/admin/sign-in']);
      }
    }
    const { person, account } = await holder('operator');
    const { secret } = await setsUp(person);
    const browser = browserAt();
    await browser.signsIn({ ...account, code: codeOf(secret) });
    await cluster.inspect((connection) =>
      connection
        .collection<{ _id: string }>('users')
        .updateOne({ _id: person.id }, { $unset: { role: '' } }),
    );
    for (const node of [0, 1] as const) {
      expect((await browser.at(cluster.gateways[node]!.url).opens('/admin')).status).toBe(403);
      expect(await codeAt(person.accessToken, node)).toBe('FORBIDDEN');
    }
    // An hour without a look, and the end of the day.
    await giveRole(cluster, person, 'operator');
    const isOver = async (change: object) => {
      await cluster.inspect((connection) =>
        connection
          .collection('sessions')
          .updateMany({ userId: person.id, cookieHash: { $exists: true } }, { $set: change }),
      );
      return (await browser.opens('/admin')).to === '/admin/sign-in';
    };
    const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000);
    expect(await isOver({ lastUsedAt: ago(59) })).toBe(false);
    expect(await isOver({ lastUsedAt: ago(61) })).toBe(true);
    expect(await isOver({ lastUsedAt: new Date(), expiresAt: ago(0) })).toBe(true);
  });
});

describe('in the app', () => {
  test('a code opens this session, on both nodes, once, and for twelve hours', async () => {
    const { person, account } = await holder('moderator');
    expect(await codeAt(person.accessToken, 0)).toBe('SECOND_FACTOR_NEEDED');
    const { secret, recoveryCodes } = await setsUp(person);
    const other = await logsIn(account);
    for (const node of [0, 1] as const) {
      expect(await codeAt(person.accessToken, node)).toBe(200);
      expect(await codeAt(other.accessToken, node)).toBe('SECOND_FACTOR_NEEDED');
    }
    // Whoever has the password alone cannot put another one in its place.
    const as = { headers: { authorization: `Bearer ${other.accessToken}` } };
    const at = cluster.gateways[1]!.url;
    const calls = (method: string, path: string, body: object) =>
      callRest<view.Problem>(at, method, path, { ...as, body });
    expect((await calls('POST', '/v1/me/second-factor', { password })).body.code).toBe(
      'SECOND_FACTOR_NEEDED',
    );
    // Nor by one that was begun while there was none, a moment too late.
    const begun = {
      secret: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ',
      until: new Date(Date.now() + 60_000),
    };
    await cluster.inspect((connection) =>
      connection
        .collection<{ _id: string }>('secondFactors')
        .updateOne({ _id: person.id }, { $set: { begun } }),
    );
    const code = codeOf(begun.secret);
    expect((await calls('PUT', '/v1/me/second-factor', { code })).body.code).toBe(
      'SECOND_FACTOR_NEEDED',
    );
    const shows = async (code: string) =>
      (await calls('POST', '/v1/auth/second-factor', { code })).status;
    // It opened the set-up.
    expect(await shows(codeOf(secret, -1))).toBe(422);
    const both = await Promise.all([shows(codeOf(secret)), shows(codeOf(secret))]);
    expect(both.sort()).toEqual([204, 422]);
    expect(await codeAt(other.accessToken, 0)).toBe(200);
    const twice = await Promise.all([shows(recoveryCodes[3]!), shows(recoveryCodes[3]!)]);
    expect(twice.sort()).toEqual([204, 422]);
    const state = await person.gets<view.SecondFactor>('GET', '/v1/me/second-factor');
    expect(state).toMatchObject({ needed: false, recoveryCodes: 9 });
    const hours = (Date.parse(state.shownUntil!) - Date.now()) / 3_600_000;
    expect(hours).toBeGreaterThan(11.9);
    // What was shown counts for its time, and for the second factor that it was of.
    await cluster.inspect((connection) =>
      connection
        .collection('sessions')
        .updateMany(
          { userId: person.id, 'factor.at': { $exists: true } },
          { $set: { 'factor.at': new Date(Date.now() - 12 * 3_600_000) } },
        ),
    );
    for (const { accessToken } of [person, other])
      expect(await codeAt(accessToken, 1)).toBe('SECOND_FACTOR_NEEDED');
    expect(await shows(codeOf(secret, 1))).toBe(204);
    // Nor one that is older than the last.
    expect(await shows(codeOf(secret))).toBe(422);
    await person.gets('POST', '/v1/auth/second-factor', { code: recoveryCodes[5] });
    expect(await codeAt(person.accessToken, 0)).toBe(200);
    const { secret: renewed } = await setsUpAs(calls);
    expect(await codeAt(other.accessToken, 0)).toBe(200);
    expect(await codeAt(person.accessToken, 0)).toBe('SECOND_FACTOR_NEEDED');
    expect(renewed).not.toBe(secret);
  });

  /** In the session of these calls. */
  async function setsUpAs(
    calls: (method: string, path: string, body: object) => Promise<{ body: unknown }>,
  ) {
    const { secret } = (await calls('POST', '/v1/me/second-factor', { password }))
      .body as view.SecondFactorSecret;
    await calls('PUT', '/v1/me/second-factor', { code: codeOf(secret) });
    return { secret };
  }

  test('codes are not guessed, and the trail says who tried', async () => {
    const { person } = await holder('admin');
    const { secret } = await setsUp(person);
    const shows = async (code: string, node: number) => {
      const { status } = await callRest(
        cluster.gateways[node]!.url,
        'POST',
        '/v1/auth/second-factor',
        { body: { code }, headers: { authorization: `Bearer ${person.accessToken}` } },
      );
      return status;
    };
    const statuses = [];
    for (let tries = 0; tries < 12; tries += 1)
      statuses.push(await shows(aWrongCode(secret), tries % 2));
    expect(statuses).toEqual([...Array.from({ length: 10 }, () => 422), 429, 429]);
    // Not even with the right one.
    expect(await shows(codeOf(secret), 0)).toBe(429);
    const noted = (await trail(person)).filter(({ by }) => by === person.id);
    expect(noted.map(({ what }) => what)).toEqual([
      ...Array.from({ length: 10 }, () => 'wrongSecondFactor'),
      'confirmSecondFactor',
      'setUpSecondFactor',
    ]);
    expect(noted[0]).toMatchObject({ byName: 'admin', input: [] });
  });

  test('of two who confirm at once one is told recovery codes', async () => {
    const { person } = await holder('moderator');
    const path = '/v1/me/second-factor';
    expect((await person.call('PUT', path, { code: '123456' })).body.code).toBe(
      'SECOND_FACTOR_NEEDED',
    );
    const { secret } = await person.gets<view.SecondFactorSecret>('POST', path, { password });
    const code = codeOf(secret);
    const answers = await Promise.all([0, 1].map(() => person.call('PUT', path, { code })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 403]);
    // What was begun is over after a quarter of an hour.
    const again = await person.gets<view.SecondFactorSecret>('POST', path, { password });
    await cluster.inspect((connection) =>
      connection
        .collection<{ _id: string }>('secondFactors')
        .updateOne({ _id: person.id }, { $set: { 'begun.until': new Date() } }),
    );
    const late = await person.call('PUT', path, { code: codeOf(again.secret) });
    expect(late.body.code).toBe('SECOND_FACTOR_NEEDED');
    expect(await codeAt(person.accessToken, 1)).toBe(200);
  });

  test('who has no role has none', async () => {
    const person = await cluster.person('아무나');
    const calls = async (method: string, path: string, body?: object) =>
      (await person.call(method, path, body)).body.code;
    expect(await calls('POST', '/v1/me/second-factor', { password })).toBe('FORBIDDEN');
    expect(await calls('PUT', '/v1/me/second-factor', { code: '123456' })).toBe('FORBIDDEN');
    expect(await calls('POST', '/v1/auth/second-factor', { code: '123456' })).toBe('FORBIDDEN');
    expect(await person.gets('GET', '/v1/me/second-factor')).toEqual({
      since: null,
      needed: false,
      shownUntil: null,
      recoveryCodes: 0,
    });
  });
});

test('the trail names who signed in, and who was tried; no log names a secret, or an address', async () => {
  const { person, account } = await holder('admin', '마지막 관리자');
  const { secret } = await setsUp(person);
  const code = codeOf(secret);
  expect((await browserAt().signsIn({ ...account, password: 'open sesame', code })).status).toBe(
    401,
  );
  expect((await browserAt().signsIn({ ...account, code })).status).toBe(303);
  const [entered, failed] = await trail(person);
  expect(entered).toMatchObject({ what: 'signIn', by: person.id, byName: '마지막 관리자' });
  expect(failed).toMatchObject({
    what: 'failedLogin',
    by: null,
    from: '127.0.0.1',
    input: [{ field: 'id', value: person.id }],
  });
  const logs = cluster.gateways.map(({ log }) => log).join('\n');
  expect(logs).toContain('failed to sign in to the admin area');
  for (const secretText of [...secrets, 'open sesame', password, `"${code}"`])
    expect([secretText, logs.includes(secretText)]).toEqual([secretText, false]);
});
