import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import type { AckError, view } from '../../src/contract/index.js';
import { eventually, within } from '../support/eventually.js';
import { aListing, callRest, type DeviceSocket, type Person } from '../support/person.js';
import { RawWebSocket } from '../support/raw-web-socket.js';
import { TestCluster } from '../support/test-cluster.js';

let cluster: TestCluster;
let offender: Person, friend: Person;
/** Somebody on the same node who has nothing to do with any of it. */
let bystander: DeviceSocket;
let conversation: view.Conversation;
let listing: view.Listing;

beforeAll(async () => {
  cluster = await TestCluster.start({
    env: { LIMIT_MESSAGES_PER_SECOND: '1000', LIMIT_MESSAGE_BURST: '2000' },
  });
  [offender, friend] = await Promise.all([cluster.person('민지'), cluster.person('준호')]);
  listing = await friend.lists();
  conversation = await offender.asksAbout(listing);
  bystander = await friend.connects();
}, 60_000);

afterAll(async () => {
  for (const person of [offender, friend]) person?.leaves();
  await cluster?.stop();
}, 60_000);

const url = () => cluster.gateways[0]!.url;

/** How much of everything is stored, sessions and mails left out: nobody signs in here. */
const stock = () =>
  cluster.inspect(async (connection) => {
    const names = ['users', 'listings', 'conversations', 'messages', 'offers', 'deals', 'inbox'];
    const counts = names.map(async (name) => {
      const count = await connection.collection(name).countDocuments();
      return [name, count] as const;
    });
    return Object.fromEntries(await Promise.all(counts));
  });

/**
 * Does something bad and proves what must hold afterwards: nothing was stored, the same process goes on, the
 * bystander's socket is the same and still hears (the barrier), and nothing unexpected was logged.
 */
async function harmless<T>(act: () => Promise<T>): Promise<T> {
  const [before, socketId, logged] = [await stock(), bystander.socket.id, unexpected()];
  const result = await act();
  expect(await stock()).toEqual(before);
  const { message } = await offender.sends(conversation, randomUUID());
  await bystander.hears('message:new', (heard) => heard.message.text === message.text);
  expect(bystander.socket.id).toBe(socketId);
  expect(await (await fetch(`${url()}/healthz`)).json()).toEqual({ ok: true });
  expect(unexpected()).toBe(logged);
  return result;
}

/** Errors that the gateway did not foresee. A second start of it would be logged too. */
const unexpected = () =>
  cluster.gateways[0]!.log.split('\n').filter((line) =>
    /unexpected error|gateway is ready|uncaught|unhandled/i.test(line),
  ).length;

/** No answer shows the inside: neither a stack, nor a file, nor the database. */
function showsNothingInside(answer: unknown): void {
  expect(JSON.stringify(answer)).not.toMatch(
    /\bat \w+.*\(|node_modules|\.js:\d|file:\/\/|mongo|SyntaxError|TypeError|BSON|Cast to/i,
  );
}

const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
const poisoned = '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}';
const query = { $gt: '' };

describe('over REST', () => {
  const refused = async (
    method: string,
    path: string,
    body: unknown,
    status: number,
    code: string,
    headers: Record<string, string> = {},
  ) => {
    const answer = await harmless(() => offender.call(method, path, body, headers));
    expect([method, path, answer.status, answer.body.code]).toEqual([method, path, status, code]);
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(answer.body.instance).toBe(path.split('?')[0]);
    expect(answer.headers.get('x-request-id')).toBe(answer.body.traceId);
    showsNothingInside(answer.body);
    return answer.body;
  };
  const invalid = (method: string, path: string, body?: unknown) =>
    refused(method, path, body, 422, 'VALIDATION_FAILED');

  test.each([
    ['cut off', '{"title": "자전거"'],
    ['no JSON at all', 'title=bicycle'],
    ['two values', '{}{}'],
    ['a number that is none', '{"price": NaN}'],
    ['a lone quote', '"'],
  ])('a body that is %s is no JSON', async (_what, body) => {
    await refused('POST', '/v1/listings', body, 400, 'VALIDATION_FAILED');
  });

  test.each([
    ['an empty text', '""'],
    ['a number', '7'],
    ['a list', '[]'],
    ['null', 'null'],
    ['nested a thousand times', nested(1_000)],
    ['nested sixty thousand times', nested(60_000)],
    ['objects nested ten thousand times', '{"a":'.repeat(10_000) + '1' + '}'.repeat(10_000)],
    ['a prototype', poisoned],
  ])('a body that is %s is refused', async (_what, body) => {
    await invalid('POST', '/v1/listings', body);
  });

  test('a prototype beside good fields is refused like every unknown field', async () => {
    const withPrototype = JSON.stringify(aListing()).replace('{', '{"__proto__":{"price":1},');
    await invalid('POST', '/v1/listings', withPrototype);
    const inside = JSON.stringify(aListing()).replace(
      '"location":{',
      '"location":{"__proto__":{},',
    );
    await invalid('POST', '/v1/listings', inside);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  test('wrong types and unknown fields are named one by one', async () => {
    const { errors } = await invalid('POST', '/v1/listings', {
      ...aListing({ title: 7, price: '80000', location: { latitude: '37', longitude: query } }),
      colour: 'red',
    });
    const paths = errors!.map(({ path }) => path);
    for (const path of ['title', 'price', 'location.latitude', 'location.longitude'])
      expect(paths).toContain(path);
    expect(errors!.map(({ message }) => message).join()).toContain('colour');
  });

  test('a query object is no text anywhere', async () => {
    const { id } = conversation;
    const draft = { clientMessageId: randomUUID(), text: '안녕' };
    const answer = { version: 1, clientMessageId: randomUUID() };
    const calls: [string, string, object][] = [
      ['POST', '/v1/auth/login', { email: query, password: query }],
      ['POST', '/v1/auth/login', { email: offender.user.email, password: query }],
      ['POST', '/v1/auth/refresh', { refreshToken: query }],
      ['POST', '/v1/auth/verify-email', { token: query }],
      ['PATCH', '/v1/me', { nickname: query }],
      ['POST', '/v1/listings', aListing({ category: query })],
      ['PATCH', `/v1/listings/${listing.id}`, { title: query }],
      ['POST', '/v1/conversations', { listingId: query }],
      ['POST', `/v1/conversations/${id}/messages`, { ...draft, text: query }],
      ['POST', `/v1/conversations/${id}/messages`, { ...draft, clientMessageId: query }],
      ['PUT', `/v1/conversations/${id}/receipts`, { readSeq: query }],
      ['POST', `/v1/conversations/${id}/offers`, { ...draft, amount: query }],
      ['POST', `/v1/offers/${randomUUID()}/accept`, { ...answer, amount: query }],
      ['POST', `/v1/offers/${randomUUID()}/decline`, { ...answer, version: query }],
      ['POST', '/v1/sync', { known: query }],
      ['POST', '/v1/sync', { cursor: query }],
      ['PUT', '/v1/me/devices/phone', { provider: 'log', token: query }],
    ];
    for (const [method, path, body] of calls) {
      const refusal = await offender.call(method, path, body);
      expect([path, refusal.status, refusal.body.code]).toEqual([path, 422, 'VALIDATION_FAILED']);
      showsNothingInside(refusal.body);
    }
    for (const path of [
      '/v1/listings?category[$ne]=books',
      '/v1/listings?cursor[$gt]=',
      '/v1/listings?limit=1&limit=2',
      `/v1/conversations/${id}/messages?afterSeq[$gt]=0`,
      '/v1/conversations?box=active&box=archived',
      '/v1/me?colour=red',
    ])
      await invalid('GET', path);
  });

  test('what is no id is refused wherever an id belongs', async () => {
    for (const id of [
      'not%20an%20id',
      '%7B%22$gt%22%3A%22%22%7D',
      '..%2F..',
      '%00',
      'a'.repeat(65),
      '민지',
    ]) {
      const encoded = id === '민지' ? encodeURIComponent(id) : id;
      for (const path of ['listings', 'conversations', 'offers', 'users']) {
        const answer = await callRest<view.Problem>(url(), 'GET', `/v1/${path}/${encoded}`, {
          headers: { authorization: `Bearer ${offender.accessToken}` },
        });
        expect([path, id, answer.status]).toEqual([path, id, 422]);
        showsNothingInside(answer.body);
      }
    }
    await invalid('POST', `/v1/conversations/..%5C../messages`, {
      clientMessageId: randomUUID(),
      text: '안녕',
    });
    await refused('GET', '/v1/listings/%E0%A4%A', undefined, 400, 'VALIDATION_FAILED');
  });

  test('a body that is too large, of another type or in a strange coding is refused as such', async () => {
    const large = aListing({ description: 'x'.repeat(128 * 1024) });
    await refused('POST', '/v1/listings', large, 413, 'PAYLOAD_TOO_LARGE');
    const text = JSON.stringify(aListing());
    const json = 'application/json';
    for (const headers of [
      { 'content-type': 'text/plain' },
      { 'content-type': 'application/x-www-form-urlencoded' },
      { 'content-type': 'multipart/form-data; boundary=x' },
      { 'content-type': 'application/xml' },
      { 'content-type': `${json}; charset=koi8-r` },
      { 'content-type': json, 'content-encoding': 'compress' },
    ] as Record<string, string>[])
      await refused('POST', '/v1/listings', text, 415, 'UNSUPPORTED_TYPE', headers);
    await refused('POST', '/v1/listings', 'not gzip', 400, 'VALIDATION_FAILED', {
      'content-encoding': 'gzip',
    });
  });

  test('a refused field is named by its place: in the body, or with what it is in before it', async () => {
    const talk = `/v1/conversations/${conversation.id}`;
    const edit = { text: '네', clientMessageId: randomUUID() };
    const tooHigh = aListing({ price: 1_000, offers: { enabled: true, minimum: 2_000 } });
    const rows: [string, ...Parameters<Person['call']>][] = [
      ['query.limit', 'GET', '/v1/listings?limit=0'],
      ['query.limit', 'GET', `${talk}/messages?limit=many`],
      ['query.cursor', 'GET', '/v1/listings?cursor=x'],
      ['query.cursor', 'GET', '/v1/conversations?cursor=x'],
      ['query.near', 'GET', '/v1/listings?sort=distance'],
      ['query.q', 'GET', '/v1/listings?sort=relevance'],
      ['path.seq', 'PATCH', `${talk}/messages/first`, edit],
      ['listingId', 'POST', '/v1/conversations', {}],
      ['offers.minimum', 'POST', '/v1/listings', tooHigh],
      ['imageIds', 'POST', '/v1/listings', aListing({ imageIds: ['of-nobody'] })],
      ['cursor', 'POST', '/v1/sync', { cursor: 'x' }],
      ['image', 'POST', '/v1/images', new FormData()],
      ['header.If-Match', 'POST', '/v1/sync', {}, { 'if-match': '"1"' }],
      ['header.Idempotency-Key', 'POST', '/v1/listings', aListing(), { 'idempotency-key': 'a b' }],
    ];
    for (const [place, ...asked] of rows) {
      const { body } = await offender.call<view.Problem>(...asked);
      expect([asked[1], body.code, body.errors?.map(({ path }) => path)]).toEqual([
        asked[1],
        'VALIDATION_FAILED',
        [place],
      ]);
    }
    const device = await offender.connects();
    expect(await device.ask('sync:pull', { cursor: 'x' })).toMatchObject({
      error: { details: { errors: [{ path: 'cursor' }] } },
    });
    device.close();
  });

  test('what is not there is not there for anybody', async () => {
    const at = async (method: string, path: string, headers: Record<string, string> = {}) => {
      const response = await fetch(`${url()}${path}`, { method, headers });
      const body = (await response.json()) as view.Problem;
      showsNothingInside(body);
      return [response.status, body.code];
    };
    const signedIn = { authorization: `Bearer ${offender.accessToken}` };
    for (const headers of [{}, signedIn]) {
      expect(await at('GET', '/v1/nothing', headers)).toEqual([404, 'NOT_FOUND']);
      expect(await at('PUT', '/v1/listings', headers)).toEqual([405, 'NOT_FOUND']);
    }
    expect(await at('GET', '/nothing.txt')).toEqual([404, 'NOT_FOUND']);
    for (const authorization of ['Bearer', 'Bearer ', 'Basic YTpi', `Bearer ${'x'.repeat(5_000)}`])
      expect(await at('GET', '/v1/me', { authorization })).toEqual([401, 'UNAUTHENTICATED']);
  });

  test('a body that never comes whole, and bytes that are no HTTP, end nothing but themselves', async () => {
    await harmless(async () => {
      const cut = httpRequest(`${url()}/v1/listings`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${offender.accessToken}`,
          'content-type': 'application/json',
          'content-length': '1000',
        },
      });
      cut.on('error', () => undefined);
      await new Promise((resolve) => cut.write('{"title": "half', resolve));
      cut.destroy();
      const raw = connect(cluster.gateways[0]!.port, '127.0.0.1');
      raw.on('error', () => undefined).resume();
      raw.end('\u0016\u0003\u0001 no HTTP\r\n\r\n');
      await within('the gateway hangs up', new Promise((resolve) => raw.once('close', resolve)));
    });
  });

  test('the admin area, open as long as nobody is an admin, is not there under the name of another site', async () => {
    const statusAs = (host: string) =>
      new Promise((resolve, reject) => {
        const asked = httpRequest(`${url()}/admin`, { headers: { host } }, (response) => {
          response.resume();
          resolve(response.statusCode);
        });
        asked.on('error', reject).end();
      });
    const { port } = cluster.gateways[0]!;
    for (const here of [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`])
      expect([here, await statusAs(here)]).toEqual([here, 200]);
    for (const elsewhere of [`rebound.example:${port}`, '127.0.0.1.rebound.example'])
      expect([elsewhere, await statusAs(elsewhere)]).toEqual([elsewhere, 404]);
  });
});

describe('over the socket', () => {
  let device: DeviceSocket;
  beforeAll(async () => {
    device = await offender.connects();
  });

  /** Events that the contract does not know go out past its types. */
  const emits = async (event: string, ...args: unknown[]) =>
    (await device.socket.timeout(10_000).emitWithAck(event, ...args)) as {
      ok: boolean;
      error: AckError;
    };

  const isRefused = (answer: { ok: boolean; error: AckError }) => {
    expect(answer).toMatchObject({
      ok: false,
      error: { code: 'VALIDATION_FAILED', retryable: false },
    });
    showsNothingInside(answer);
  };

  test("unknown events are answered as such, the names of everybody's prototype too", async () => {
    await harmless(async () => {
      for (const event of [
        '',
        'message:steal',
        '__proto__',
        'constructor',
        'toString',
        'x'.repeat(10_000),
      ])
        isRefused(await emits(event, {}));
      isRefused(await emits('session:ready', { userId: friend.id }));
      isRefused(await emits('message:new', { message: { text: 'forged' } }));
    });
    expect(bystander.texts(conversation.id)).not.toContain('forged');
    expect(device.socket.connected).toBe(true);
  });

  test('malformed payloads of every event are refused, and the socket stays', async () => {
    const { id: conversationId } = conversation;
    const clientMessageId = randomUUID();
    const good = { conversationId, clientMessageId, text: '안녕' };
    const events = [
      'conversation:open',
      'message:send',
      'receipt:delivered',
      'receipt:read',
      'typing:set',
      'offer:make',
      'offer:respond',
      'session:refresh',
    ];
    const nothings = [null, undefined, 7, 'text', [], [[]], true, {}, query, Buffer.from('bytes')];
    await harmless(async () => {
      for (const event of events)
        for (const payload of nothings) isRefused(await emits(event, payload));
      for (const payload of [7, 'text', [], { colour: 'red' }, Buffer.from('bytes')])
        isRefused(await emits('sync:pull', payload));
      for (const event of events) isRefused(await emits(event));
      for (const change of [
        { text: query },
        { text: ['안녕'] },
        { text: Buffer.from('안녕') },
        { clientMessageId: query },
        { clientMessageId: 'short' },
        { conversationId: query },
        { conversationId: 'not an id' },
        { conversationId: '' },
        { kind: 'system' },
        { kind: 'offer' },
        { senderId: friend.id },
        { seq: 1 },
        { state: 'unsent' },
      ])
        isRefused(await emits('message:send', { ...good, ...change }));
      isRefused(await emits('message:send', JSON.parse(poisoned)));
    });
    expect(device.socket.connected).toBe(true);
  });

  test('a prototype beside good fields is refused like every unknown field', async () => {
    const text = JSON.stringify({
      conversationId: conversation.id,
      clientMessageId: randomUUID(),
      text: '안녕',
    }).replace('{', '{"__proto__":{"kind":"system"},');
    await harmless(async () => isRefused(await emits('message:send', JSON.parse(text))));
  });

  test('a payload nested thirty thousand times is refused, past the encoder of the client', async () => {
    const { id: conversationId } = conversation;
    const good = JSON.stringify({ conversationId, clientMessageId: randomUUID(), text: '깊이' });
    await harmless(async () => {
      rawly(device, `427000001["message:send",${nested(30_000)}]`);
      rawly(device, `427000002["message:send",${good.replace('{', `{"x":${nested(30_000)},`)}]`);
      // Read after them on the same connection.
      await device.do('sync:pull', {});
    });
    expect(bystander.texts(conversation.id)).not.toContain('깊이');
    expect(device.socket.connected).toBe(true);
  });

  test('without a callback nothing durable is done', async () => {
    const said = { conversationId: conversation.id, clientMessageId: randomUUID(), text: '몰래' };
    await harmless(async () => {
      device.socket.emit('message:send', said);
      device.socket.emit('offer:make', { ...said, amount: 80_000 });
      device.socket.emit('conversation:open', { listingId: listing.id });
      device.socket.emit('message:send');
      device.socket.emit('message:send', said, 'no callback');
      device.socket.emit('nobody:knows', said);
      device.socket.emit('typing:set', { conversationId: query, typing: 'yes' });
      // What comes after them on the same connection was read after them.
      await device.do('sync:pull', {});
    });
    expect(bystander.texts(conversation.id)).not.toContain('몰래');
    expect(device.socket.connected).toBe(true);
  });

  test('more arguments than a payload and a callback confuse nobody', async () => {
    await harmless(async () => {
      isRefused(await emits('message:send', 'one', 'two', 'three'));
      isRefused(await emits('message:send', ...Array.from({ length: 100 }, () => ({}))));
    });
    expect(device.socket.connected).toBe(true);
  });

  test.each([
    [
      'a frame that is too large',
      (one: DeviceSocket) => one.socket.emit('message:send', { text: 'x'.repeat(300_000) }),
    ],
    ['bytes that are no packet', (one: DeviceSocket) => rawly(one, '4nonsense')],
    ['a packet that is no JSON', (one: DeviceSocket) => rawly(one, '42["message:send",{')],
    ['a packet with a reserved name', (one: DeviceSocket) => rawly(one, '42["disconnect",{}]')],
    ['a packet without a name', (one: DeviceSocket) => rawly(one, '42[]')],
    [
      'a packet that waits for bytes that never come',
      (one: DeviceSocket) =>
        rawly(one, '459999999-["message:send",{"_placeholder":true,"num":0}]', '42["x"]'),
    ],
    [
      'bytes that nobody waits for',
      (one: DeviceSocket) => one.socket.io.engine.write(Buffer.from([0, 1, 2]) as never),
    ],
    ['an unknown kind of frame', (one: DeviceSocket) => rawSocket(one).send('9')],
  ])('%s costs the offender its connection at most', async (_what, misbehaves) => {
    const culprit = offender.opensSocket();
    culprit.socket.io.reconnection(false);
    culprit.socket.connect();
    await culprit.hears('session:ready');
    await harmless(async () => {
      misbehaves(culprit);
      await eventually('the culprit is cut off', () => culprit.socket.disconnected);
      culprit.close();
    });
    expect(device.socket.connected).toBe(true);
    await device.do('sync:pull', {});
  });

  /** Frames past the client's own encoder. */
  const rawSocket = (one: DeviceSocket) =>
    (one.socket.io.engine.transport as unknown as { ws: WebSocket }).ws;
  const rawly = (one: DeviceSocket, ...frames: string[]) => {
    for (const frame of frames) rawSocket(one).send(frame);
  };

  test.each([
    { protocol: '1', deviceId: '' },
    { protocol: 1, deviceId: 'phone-1' },
    { protocol: null, deviceId: null },
    { protocol: '', deviceId: '' },
    { somethingElse: '7' },
  ])('a handshake with %j is taken', async (fields) => {
    const auth = { token: offender.accessToken, ...fields };
    const welcome = offender.opensSocket(offender.gateway, auth);
    welcome.socket.connect();
    expect(await welcome.hears('session:ready')).toMatchObject({ protocol: 1 });
    welcome.close();
  });

  test('a handshake that is none lets nobody in and harms nobody', async () => {
    for (const [auth, code, path] of [
      [{ token: offender.accessToken, protocol: 2 }, 'PROTOCOL_UNSUPPORTED'],
      [{ token: offender.accessToken, protocol: '2' }, 'PROTOCOL_UNSUPPORTED'],
      ...['01', ' 1', '1.0', '1e0', '0x1', true, 1.5, [], [1], {}].map((value) => [
        { token: offender.accessToken, protocol: value },
        ...['VALIDATION_FAILED', 'protocol'],
      ]),
      [{ token: offender.accessToken, deviceId: query }, 'VALIDATION_FAILED', 'deviceId'],
      [{ token: '' }, 'UNAUTHENTICATED'],
      [{ token: offender.accessToken, more: 'a'.repeat(70_000) }, 'PAYLOAD_TOO_LARGE'],
      [JSON.parse(`{"__proto__":{"token":"${offender.accessToken}"}}`), 'UNAUTHENTICATED'],
      [{}, 'UNAUTHENTICATED'],
    ] as [object, string, string?][]) {
      const unwanted = offender.opensSocket(offender.gateway, auth);
      const told = new Promise((resolve) =>
        unwanted.socket.once('connect_error', (error: Error & { data?: unknown }) =>
          resolve(error.data),
        ),
      );
      await harmless(async () => {
        unwanted.socket.connect();
        expect(await within('the handshake is refused', told)).toEqual({
          code,
          retryable: false,
          ...(path && { details: { errors: [{ path, message: expect.any(String) as unknown }] } }),
        });
      });
      unwanted.close();
    }
  });

  test('a handshake whose auth is a large list is told so', async () => {
    const raw = await RawWebSocket.open(cluster.gateways[0]!);
    raw.says(`40["${'a'.repeat(70_000)}"]`);
    expect(await raw.hears('44')).toContain('PAYLOAD_TOO_LARGE');
    raw.close();
  });

  test.each([
    ['"a text"', 'VALIDATION_FAILED'],
    ['["a list"]', 'VALIDATION_FAILED'],
    ['[]', 'VALIDATION_FAILED'],
    ['7', 'VALIDATION_FAILED'],
    ['0', 'VALIDATION_FAILED'],
    ['-1.5', 'VALIDATION_FAILED'],
    ['""', 'VALIDATION_FAILED'],
    ['true', 'VALIDATION_FAILED'],
    ['false', 'VALIDATION_FAILED'],
    ['null', 'UNAUTHENTICATED'],
    ['', 'UNAUTHENTICATED'],
  ])('a handshake whose auth is %p is told %s', async (auth, code) => {
    const raw = await RawWebSocket.open(cluster.gateways[0]!);
    await harmless(async () => {
      raw.says(`40${auth}`);
      const told = await raw.hears('44');
      const { data } = JSON.parse(told.slice(2)) as { data: unknown };
      const errors = [{ path: '', message: expect.stringContaining('expected object') as unknown }];
      expect(data).toEqual({
        code,
        retryable: false,
        ...(code === 'VALIDATION_FAILED' && { details: { errors } }),
      });
    });
    raw.close();
  });
});
