import { execFile } from 'node:child_process';
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, request as httpRequest, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import jwt from 'jsonwebtoken';
import sharp from 'sharp';
import { io } from 'socket.io-client';
import { accountLimits, limits, type view } from '../../src/contract/index.js';
import { eventually, within } from '../support/eventually.js';
import { callRest } from '../support/person.js';
import { TestCluster } from '../support/test-cluster.js';

const issuer = 'https://auth.host.example';
let cluster: TestCluster;
/** What the host app publishes its keys with, and how often it was asked. */
let publisher: Server;
let published: object[] = [];
let asked = 0;
let all: string;

beforeAll(async () => {
  publisher = createServer((_request, response) => {
    asked += 1;
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: published }));
  });
  await new Promise<void>((resolve) => publisher.listen(0, '127.0.0.1', resolve));
  cluster = await TestCluster.start({
    env: {
      HOST_JWT_ISSUER: issuer,
      HOST_JWT_JWKS_URL: `http://127.0.0.1:${(publisher.address() as AddressInfo).port}/jwks`,
      HOST_JWT_ID_CLAIM: 'uid',
    },
  });
  all = (await makesKey(['users', 'listings', 'tokens'])).key;
}, 60_000);

afterAll(async () => {
  await cluster?.stop();
  publisher?.close();
}, 60_000);

const call = <T = view.Problem>(method: string, path: string, token?: string, body?: unknown) =>
  callRest<T>(cluster.gateways[0]!.url, method, `/v1${path}`, {
    body,
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
  });

/** As an operator, whom loopback lets in. */
async function makesKey(scopes: string[]): Promise<view.NewHostKey> {
  const { status, body } = await call<view.NewHostKey>('POST', '/admin/host-keys', undefined, {
    name: 'Tests',
    scopes,
  });
  expect(status).toBe(201);
  return body;
}

const anId = () => `id-${randomUUID()}`;
const keepsPerson = async (nickname: string, externalId = anId()) => {
  const { body } = await call<view.HostUser>('PUT', `/host/users/${externalId}`, all, { nickname });
  return { externalId, id: body.user.id };
};
const mints = (externalId: string, key = all) =>
  call<view.SignedIn & view.Problem>('POST', '/host/tokens', key, { externalId });
const sanctions = async (userId: string, sanction: object) =>
  expect((await call('PUT', `/admin/users/${userId}/sanction`, undefined, sanction)).status).toBe(
    200,
  );
const aThing = (sellerExternalId: string, fields = {}) => ({
  sellerExternalId,
  title: '접이식 자전거',
  description: '',
  price: 100_000,
  category: 'sports',
  location: { latitude: 37.5561, longitude: 126.9052 },
  ...fields,
});

describe('server keys', () => {
  test('are shown once, stored as a hash, and good for their scopes alone', async () => {
    const { id, key } = await makesKey(['users']);
    const listed = await call<{ items: view.HostKey[] }>('GET', '/admin/host-keys');
    expect(listed.body.items.find((one) => one.id === id)?.scopes).toEqual(['users']);
    const stored = await cluster.inspect((connection) =>
      connection.collection('hostKeys').find().toArray(),
    );
    const secret = key.slice(`hgk_${id}_`.length);
    for (const text of [JSON.stringify(listed.body), JSON.stringify(stored)])
      expect(text).not.toContain(secret);
    const put = await call('PUT', `/host/users/${anId()}`, key, { nickname: '민지' });
    expect(put.status).toBe(200);
    const other = await mints(anId(), key);
    expect([other.status, other.body.code]).toEqual([403, 'FORBIDDEN']);
    for (const sent of [undefined, 'none', `${key}x`, key.replace(id, randomUUID())])
      expect((await call('PUT', `/host/users/${anId()}`, sent, { nickname: '민지' })).status).toBe(
        401,
      );
  });

  test('may be wrong any number of times where everybody comes from loopback', async () => {
    const tries = Array.from({ length: accountLimits.wrongHostKeysPerAddress + 1 }, () =>
      call('PUT', `/host/users/${anId()}`, undefined, { nickname: '민지' }),
    );
    const statuses = (await Promise.all(tries)).map(({ status }) => status);
    expect(new Set([...statuses, (await mints(anId(), 'none')).status])).toEqual(new Set([401]));
  });

  test('are rotated with a time for both secrets, and end at once', async () => {
    const made = await makesKey(['users']);
    const put = async (key: string) =>
      (await call('PUT', `/host/users/${anId()}`, key, { nickname: '민지' })).status;
    const rotate = () => call<view.NewHostKey>('POST', `/admin/host-keys/${made.id}/rotate`);
    const second = (await rotate()).body.key;
    expect([await put(made.key), await put(second)]).toEqual([200, 200]);
    const third = (await rotate()).body.key;
    expect([await put(made.key), await put(second), await put(third)]).toEqual([200, 200, 200]);
    await cluster.inspect((connection) =>
      connection
        .collection<{ _id: string }>('hostKeys')
        .updateOne(
          { _id: made.id },
          { $set: { 'secrets.$[old].until': new Date(Date.now() - 1_000) } },
          { arrayFilters: [{ 'old.until': { $ne: null } }] },
        ),
    );
    expect([await put(second), await put(third)]).toEqual([401, 200]);
    expect((await call('DELETE', `/admin/host-keys/${made.id}`)).status).toBe(204);
    expect(await put(third)).toBe(401);
    expect((await call('DELETE', `/admin/host-keys/${made.id}`)).status).toBe(404);
  });

  test('are made, rotated and ended on the operators’ page, which shows a secret once', async () => {
    const { url } = cluster.gateways[0]!;
    const page = async (path = '', fields?: Record<string, string>) => {
      const answer = await fetch(`${url}/admin/host-keys${path}`, {
        ...(fields ? { method: 'POST', body: new URLSearchParams(fields) } : {}),
      });
      return { status: answer.status, text: await answer.text() };
    };
    const keyIn = (text: string) => /<code>(hgk_[\w-]+)<\/code>/.exec(text)?.[1] ?? '';
    const none = await page('/create', { name: 'Katalog' });
    expect([keyIn(none.text), /role="alert"/.test(none.text)]).toEqual(['', true]);
    const made = await page('/create', { name: 'Katalog <b>', 'scope-users': 'on' });
    const first = keyIn(made.text);
    const [, id = ''] = /^hgk_([\w-]{36})_/.exec(first) ?? [];
    expect(made.text).toContain('Katalog &#60;b&#62;');
    const put = async (key: string) =>
      (await call('PUT', `/host/users/${anId()}`, key, { nickname: '민지' })).status;
    expect(await put(first)).toBe(200);
    expect((await mints(anId(), first)).status).toBe(403);
    const rotated = await page('/rotate', { id });
    const second = keyIn(rotated.text);
    expect([await put(first), await put(second)]).toEqual([200, 200]);
    const list = await page();
    expect([keyIn(list.text), list.text.includes(`hgk_${id}_`)]).toEqual(['', true]);
    for (const key of [first, second]) expect(list.text).not.toContain(key);
    const listed = await call<{ items: view.HostKey[] }>('GET', '/admin/host-keys');
    const one = listed.body.items.find((it) => it.id === id);
    expect(one).toMatchObject({ prefix: `hgk_${id}_`, scopes: ['users'] });
    expect(Date.parse(one!.lastUsedAt!)).toBeGreaterThanOrEqual(Date.parse(one!.createdAt));
    expect((await page('/end', { id })).text).not.toContain(`hgk_${id}_`);
    expect([await put(second), (await page('/rotate', { id })).status]).toEqual([401, 404]);
    const { items } = (await call<{ items: view.AuditEntry[] }>('GET', '/admin/audit')).body;
    expect(items.slice(0, 5).map(({ what }) => what)).toEqual([
      'rotateHostKey',
      'endHostKey',
      'rotateHostKey',
      'createHostKey',
      'createHostKey',
    ]);
  });

  test('rotated twice at once are both good, and so is the one that all servers have', async () => {
    const made = await makesKey(['users']);
    const path = `/admin/host-keys/${made.id}/rotate`;
    const rotated = await Promise.all([1, 2, 3].map(() => call<view.NewHostKey>('POST', path)));
    for (const { key } of [made, ...rotated.map(({ body }) => body)])
      expect((await call('PUT', `/host/users/${anId()}`, key, { nickname: '민지' })).status).toBe(
        200,
      );
  });

  test('neither open the doors of people, nor do their tokens open these', async () => {
    const { externalId } = await keepsPerson('민지');
    const { body } = await mints(externalId);
    expect((await call('GET', '/me', all)).status).toBe(401);
    const put = await call('PUT', `/host/users/${anId()}`, body.accessToken, { nickname: '준호' });
    expect(put.status).toBe(401);
  });
});

describe('people and listings of the host app', () => {
  test('are made once, changed, and go', async () => {
    const [minji, junho] = [await keepsPerson('민지'), await keepsPerson('준호')];
    const both = await Promise.all([keepsPerson('지수', 'jisu'), keepsPerson('지수', 'jisu')]);
    expect(both[0].id).toBe(both[1].id);
    expect((await keepsPerson('민지네', minji.externalId)).id).toBe(minji.id);
    const token = (await mints(minji.externalId)).body.accessToken;
    const me = await call<view.Me>('GET', '/me', token);
    expect(me.body).toMatchObject({ id: minji.id, nickname: '민지네' });

    const path = `/host/listings/${anId()}`;
    const put = (fields = {}, seller = junho.externalId) =>
      call<view.Listing & view.Problem>('PUT', path, all, aThing(seller, fields));
    const first = (await put()).body;
    expect(first).toMatchObject({ seller: { id: junho.id }, state: 'onSale', price: 100_000 });
    expect((await put()).body.version).toBe(first.version);
    const cheaper = (await put({ price: 90_000 })).body;
    expect(cheaper).toMatchObject({ id: first.id, price: 90_000 });
    const stolen = await put({}, minji.externalId);
    expect([stolen.status, stolen.body.errors?.[0]?.path]).toEqual([422, 'sellerExternalId']);
    expect((await put({}, anId())).status).toBe(404);
    for (const state of ['hidden', 'onSale', 'sold', 'hidden', 'onSale'])
      expect((await put({ state, price: 90_000 })).body.state).toBe(state);
    expect((await call('DELETE', path, all)).status).toBe(204);
    expect((await call('DELETE', path, all)).status).toBe(204);
    expect((await call('GET', `/listings/${first.id}`, token)).status).toBe(404);
    const again = (await put()).body;
    expect(again.id).not.toBe(first.id);

    const person = `/host/users/${junho.externalId}`;
    expect((await call('DELETE', person, all)).status).toBe(204);
    expect((await call('DELETE', person, all)).status).toBe(204);
    await eventually(
      'their listing is gone',
      async () => (await call('GET', `/listings/${again.id}`, token)).status === 404,
    );
    expect((await mints(junho.externalId)).status).toBe(404);
    expect((await keepsPerson('준호', junho.externalId)).id).not.toBe(junho.id);
  });

  test('listings have photos in the order that is sent, each of its seller alone', async () => {
    const [minji, junho] = [await keepsPerson('민지'), await keepsPerson('준호')];
    const path = `/host/listings/${anId()}`;
    const put = (fields = {}, at = path) =>
      call<view.Listing & view.Problem>('PUT', at, all, aThing(junho.externalId, fields));
    const upload = (of: string, bytes: Buffer, key = all) => {
      const form = new FormData();
      form.append('image', new Blob([Uint8Array.from(bytes)]), 'photo');
      return call<view.Image & view.Problem>('POST', `/host/users/${of}/images`, key, form);
    };
    const photo = await sharp({
      create: { width: 40, height: 30, channels: 3, background: '#3a7' },
    })
      .png()
      .toBuffer();
    const uploads = await Promise.all([1, 2, 3].map(() => upload(junho.externalId, photo)));
    expect(uploads.map(({ status }) => status)).toEqual([201, 201, 201]);
    const [one, two, three] = uploads.map(({ body }) => body.id) as [string, string, string];
    const idsOf = ({ body }: { body: view.Listing }) => (body.images ?? []).map(({ id }) => id);
    const made = await put({ imageIds: [one, two] });
    expect(idsOf(made)).toEqual([one, two]);
    const again = await put({ imageIds: [one, two] });
    expect([idsOf(again), again.body.version]).toEqual([[one, two], made.body.version]);
    expect(idsOf(await put())).toEqual([one, two]);
    expect(idsOf(await put({ imageIds: [three, one] }))).toEqual([three, one]);
    const { urls } = (await put()).body.images![0]!;
    const shown = await fetch(cluster.gateways[0]!.url + urls.full);
    expect([shown.status, shown.headers.get('content-type')]).toEqual([200, 'image/webp']);

    const others = (await upload(minji.externalId, photo)).body.id;
    const bad = [
      await put({ imageIds: [others] }),
      await put({ imageIds: [one] }, `/host/listings/${anId()}`),
      await put({ imageIds: [three, three] }),
      await put({ imageIds: Array.from({ length: 11 }, (_, n) => `image-${n}`) }),
      await put({ imageIds: [two] }),
    ];
    for (const { status, body } of bad)
      expect([status, body.errors?.[0]?.path]).toEqual([422, 'imageIds']);
    expect(idsOf(await put())).toEqual([three, one]);
    expect(idsOf(await put({ imageIds: [] }))).toEqual([]);

    const usersOnly = (await makesKey(['users'])).key;
    const refused = [
      await upload(anId(), photo),
      await upload(junho.externalId, Buffer.from('no picture')),
      await upload(junho.externalId, photo, usersOnly),
      await upload(junho.externalId, photo, 'none'),
    ];
    expect(refused.map(({ status, body }) => [status, body.code])).toEqual([
      [404, 'NOT_FOUND'],
      [415, 'UNSUPPORTED_TYPE'],
      [403, 'FORBIDDEN'],
      [401, 'UNAUTHENTICATED'],
    ]);
  });

  test('an import of photos has a line of its own: people wait behind none of it', async () => {
    const [minji, { externalId }] = [await cluster.person('민지'), await keepsPerson('준호')];
    const photo = await sharp({
      create: { width: 1_200, height: 900, channels: 3, background: '#3a7' },
    })
      .jpeg()
      .toBuffer();
    const uploads = async (path: string, token: string) => {
      const form = new FormData();
      form.append('image', new Blob([Uint8Array.from(photo)]), 'photo');
      return (await call('POST', path, token, form)).status;
    };
    const sent = Array.from({ length: 60 }, () => uploads(`/host/users/${externalId}/images`, all));
    const refused = new Promise((resolve) => {
      for (const one of sent) void one.then((status) => status === 503 && resolve(status));
    });
    await within('the line of the host app is full', refused);
    expect(await uploads('/images', minji.accessToken)).toBe(201);
    expect(new Set(await Promise.all(sent))).toEqual(new Set([201, 503]));
  });

  test('all its keys together hold as many bytes as one person', async () => {
    const { externalId } = await keepsPerson('준호');
    const other = (await makesKey(['listings'])).key;
    /** Begins to send the largest photo and never ends; resolves if it is answered before. */
    const begins = (key: string) => {
      const path = `/v1/host/users/${externalId}/images`;
      const request = httpRequest(cluster.gateways[0]!.url + path, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${key}`,
          'content-type': 'multipart/form-data; boundary=a',
          'content-length': limits.imageBytes,
        },
      });
      request.on('error', () => undefined);
      request.write('--a\r\n');
      const answered = new Promise<number | undefined>((resolve) =>
        request.on('response', ({ statusCode }) => resolve(statusCode)),
      );
      return { request, answered };
    };
    const begun = [all, all, all, all].map(begins);
    const first = () => Promise.race(begun.map(({ answered }) => answered));
    expect(await within('one is refused', first())).toBe(429);
    begun.push(begins(other));
    expect(await within('the other key has no room either', begun.at(-1)!.answered)).toBe(429);
    for (const { request } of begun) request.destroy();
  });

  test('who is banned sells nothing', async () => {
    const { externalId, id } = await keepsPerson('민지');
    const path = `/host/listings/${anId()}`;
    await sanctions(id, { kind: 'ban', reason: 'fraud' });
    const refused = await call('PUT', path, all, aThing(externalId));
    expect([refused.status, refused.body.code]).toEqual([403, 'ACCOUNT_SUSPENDED']);
    const kept = await cluster.inspect((connection) =>
      connection.collection('listings').countDocuments({ sellerId: id }),
    );
    expect(kept).toBe(0);
    await sanctions(id, { kind: 'none' });
    expect((await call('PUT', path, all, aThing(externalId))).status).toBe(200);
  });

  test('have no password here, so that the host app alone deletes them', async () => {
    const { externalId } = await keepsPerson('민지');
    const { accessToken } = (await mints(externalId)).body;
    const password = 'correct horse battery';
    for (const [method, path, body] of [
      ['DELETE', '/me', { password }],
      ['PUT', '/me/password', { password, newPassword: password }],
      ['PUT', '/me/email', { password, email: 'minji@test.example' }],
    ] as const)
      expect((await call(method, path, accessToken, body)).status).toBe(403);
    const login = await call('POST', '/auth/login', undefined, { email: 'a@b.example', password });
    expect(login.status).toBe(401);
  });

  test('the example of the documents runs', async () => {
    const [, program = ''] = /```js\n([\s\S]+?)```/.exec(readFileSync('docs/host-app.md', 'utf8'))!;
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--input-type=module', '--eval', program],
      { env: { HAGGLE_URL: cluster.gateways[0]!.url, HAGGLE_HOST_KEY: all } },
    );
    expect(stdout.split('\n').filter(Boolean)).toEqual(['2 photos', 'accepted', 'sold']);
  });
});

describe('tokens that the host app signs', () => {
  const newKey = (kid: string) => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    return { kid, privateKey, jwk: { ...publicKey.export({ format: 'jwk' }), kid } };
  };
  const key = newKey('one');
  const now = () => Math.floor(Date.now() / 1_000);
  const sign = (claims: object, by = key, options: jwt.SignOptions = {}) =>
    jwt.sign(
      { iss: issuer, aud: 'haggle', iat: now(), exp: now() + 600, ...claims },
      by.privateKey,
      {
        algorithm: 'ES256',
        keyid: by.kid,
        ...options,
      },
    );
  const me = async (token: string) => call<view.Me & view.Problem>('GET', '/me', token);
  beforeAll(() => {
    published = [key.jwk, { kty: 'unknown', kid: 'odd' }];
  });

  test('are access tokens of the same person, over both doors', async () => {
    const { externalId, id } = await keepsPerson('민지');
    const token = sign({ uid: externalId, nickname: '다른 이름' });
    expect((await me(token)).body).toMatchObject({ id, nickname: '민지' });
    const socket = io(cluster.gateways[0]!.url, {
      transports: ['websocket'],
      forceNew: true,
      auth: { token },
    });
    const ready = await new Promise<{ userId: string; sessionId: string }>((resolve) =>
      socket.once('session:ready', resolve),
    );
    expect(ready.userId).toBe(id);
    const renewed: unknown = await socket.emitWithAck('session:refresh', {
      token: sign({ uid: externalId, jti: 'another' }),
    });
    expect(renewed).toMatchObject({ ok: true });
    socket.close();
    const newcomer = (await me(sign({ uid: anId(), nickname: '처음' }))).body;
    expect(newcomer.nickname).toBe('처음');
  });

  test('are refused when anything about them is wrong', async () => {
    const uid = anId();
    const wrong = {
      issuer: sign({ uid, iss: 'https://elsewhere.example' }),
      audience: sign({ uid, aud: 'another' }),
      'no id': sign({}),
      'an id that is none': sign({ uid: 'a b' }),
      'no number as id': sign({ uid: 4711 }),
      'another key under its name': sign({ uid }, { ...newKey('one'), jwk: key.jwk }),
      'a key that nobody published': sign({ uid }, newKey('two')),
      'no key id': jwt.sign({ iss: issuer, aud: 'haggle', uid }, key.privateKey, {
        algorithm: 'ES256',
        expiresIn: 600,
      }),
      'an end that is too far': sign({ uid, exp: now() + 8 * 24 * 3_600 }),
      'a shared secret': jwt.sign({ iss: issuer, aud: 'haggle', uid, exp: now() + 600 }, 'secret', {
        keyid: 'one',
      }),
      'no signature': `${sign({ uid }).split('.').slice(0, 2).join('.')}.`,
    };
    for (const [what, token] of Object.entries(wrong)) {
      const { status, body } = await me(token);
      expect([what, status, body.code]).toEqual([what, 401, 'UNAUTHENTICATED']);
    }
    const over = await me(sign({ uid, iat: now() - 700, exp: now() - 100 }));
    expect([over.status, over.body.code]).toEqual([401, 'TOKEN_EXPIRED']);
    // Invented key ids do not make the gateway ask again and again.
    expect(asked).toBeLessThan(4);
  });

  test('older ones are refused once all sessions were ended', async () => {
    const uid = anId();
    const old = sign({ uid, iat: now() - 60 });
    expect((await me(old)).status).toBe(200);
    expect((await call('POST', '/auth/logout-all', old)).status).toBe(204);
    const refused = await me(old);
    expect([refused.status, refused.body.code]).toEqual([401, 'SESSION_REVOKED']);
    const older = await me(sign({ uid, iat: now() - 30 }));
    expect(older.body.code).toBe('SESSION_REVOKED');
    expect((await me(sign({ uid, iat: now() + 5 }))).status).toBe(200);
    // Also those that come for the first time, once a newer one has begun the next session.
    const unseen = await me(sign({ uid, iat: now() - 20 }));
    expect([unseen.status, unseen.body.code]).toEqual([401, 'SESSION_REVOKED']);
  });

  test('who arrives twice at once has one session, which one sign-out ends', async () => {
    const uid = anId();
    const tokens = [1, 2, 3, 4].map((jti) => sign({ uid, iat: now() - 60, jti: String(jti) }));
    const met = await Promise.all(tokens.map(me));
    expect(new Set(met.map(({ body }) => body.id)).size).toBe(1);
    const { items } = (await call<{ items: view.Session[] }>('GET', '/auth/sessions', tokens[0]))
      .body;
    expect(items).toHaveLength(1);
    expect((await call('DELETE', `/auth/sessions/${items[0]!.id}`, tokens[0])).status).toBe(204);
    for (const token of tokens) expect((await me(token)).body.code).toBe('SESSION_REVOKED');
  });

  test('a deleted person does not come back by a token of before', async () => {
    const seen = anId();
    const old = sign({ uid: seen, iat: now() - 60 });
    const { id } = (await me(old)).body;
    const neverSeen = anId();
    for (const uid of [seen, neverSeen])
      expect((await call('DELETE', `/host/users/${uid}`, all)).status).toBe(204);
    const unseen = [seen, neverSeen].map((uid) => sign({ uid, iat: now() - 30 }));
    for (const token of [old, ...unseen]) {
      const refused = await me(token);
      expect([refused.status, refused.body.code]).toEqual([401, 'SESSION_REVOKED']);
    }
    const stored = await cluster.inspect((connection) =>
      connection
        .collection<{ _id: string }>('hostedPeople')
        .countDocuments({ _id: { $in: [seen, neverSeen] } }),
    );
    expect(stored).toBe(0);
    // The host's server may make the person anew; what was signed before stays void.
    const again = await keepsPerson('민지', seen);
    expect(again.id).not.toBe(id);
    expect((await me(old)).body.code).toBe('SESSION_REVOKED');
    expect((await me(sign({ uid: seen, iat: now() + 5 }))).body.id).toBe(again.id);
  });

  test('who is suspended hears so each time, and goes on with the same token afterwards', async () => {
    const uid = anId();
    const token = sign({ uid });
    const { id } = (await me(token)).body;
    await sanctions(id, { kind: 'ban', reason: 'fraud' });
    const sessions = () =>
      cluster.inspect((connection) =>
        connection.collection('sessions').countDocuments({ userId: id }),
      );
    const before = await sessions();
    const newer = [1, 2].map((jti) => sign({ uid, jti: String(jti) }));
    for (const sent of [token, token, ...newer, ...newer]) {
      const refused = await me(sent);
      expect([refused.status, refused.body.code]).toEqual([403, 'ACCOUNT_SUSPENDED']);
    }
    expect(await sessions()).toBe(before);
    await sanctions(id, { kind: 'none' });
    for (const sent of [token, ...newer]) expect((await me(sent)).status).toBe(200);
  });
});
