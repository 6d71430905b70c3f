import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { endpoints, limits, type view } from '../../src/contract/index.js';
import { holderOf } from '../support/operators.js';
import type { Person } from '../support/person.js';
import { RawHttp } from '../support/raw-http.js';
import { TestCluster } from '../support/test-cluster.js';

/** What HTTP itself promises, whatever the endpoint: methods, origins, tags, limits. Behind a proxy, so that limits count. */
const origin = 'https://app.example';
const ofAdmin = { email: 'admin@test.example', password: 'correct horse battery' };
let cluster: TestCluster;
let person: Person, other: Person;
let listing: view.Listing;

beforeAll(async () => {
  cluster = await TestCluster.start({
    demo: true,
    env: { TRUST_PROXY: '1', ORIGINS: origin },
  });
  await holderOf(cluster, 'admin', { account: ofAdmin });
  [person, other] = await Promise.all([cluster.person('민지'), cluster.person('준호')]);
  listing = await person.lists();
}, 60_000);

afterAll(() => cluster?.stop(), 60_000);

interface Heard {
  status: number;
  headers: IncomingHttpHeaders;
  bytes: Buffer;
  text: string;
}

/** As it is said here, Host and Accept too, which `fetch` sets by itself. */
function says(
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body?: string,
): Promise<Heard> {
  const { hostname, port } = new URL(cluster.gateways[0]!.url);
  return new Promise((resolve, reject) => {
    httpRequest({ hostname, port, method, path, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const bytes = Buffer.concat(chunks);
        const { headers: heard, statusCode: status } = response;
        resolve({ status: status!, headers: heard, bytes, text: bytes.toString() });
      });
    })
      .on('error', reject)
      .end(body);
  });
}

const from = (address: string) => ({ 'x-forwarded-for': address });
const signedIn = (who: Person) => ({ authorization: `Bearer ${who.accessToken}` });
/** Who signed in to the admin area from there, as a browser. */
const entersFrom = async (who: string, fields: Record<string, string>): Promise<Heard> =>
  says(
    'POST',
    '/admin/sign-in',
    { ...from(who), 'content-type': 'application/x-www-form-urlencoded' },
    new URLSearchParams(fields).toString(),
  );
const asAdmin = async () => {
  const { headers } = await entersFrom('198.51.100.65', ofAdmin);
  return { cookie: headers['set-cookie']![0]!.split(';')[0]! };
};
/** A picture of one pixel, in a colour that can be told. */
function pixel(red = 255): FormData {
  const gif = Buffer.from('R0lGODlhAQABAIAAAP///wAAACwAAAAAAQABAAACAkQBADs=', 'base64');
  gif[13] = red;
  const form = new FormData();
  form.append('image', new Blob([Uint8Array.from(gif)]), 'pixel.gif');
  return form;
}

const json = { 'content-type': 'application/json' };

describe('methods', () => {
  const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'TRACE', 'PROPFIND'];
  const byPath = new Map<string, string[]>();
  for (const { path, method } of Object.values(endpoints))
    byPath.set(path, [...(byPath.get(path) ?? []), method.toUpperCase()]);

  test('a known path with another method is 405, and says which it has', async () => {
    const wrong: string[] = [];
    for (const [path, known] of byPath) {
      const exact = `/v1${path.replace(':seq', '1').replace(/:\w+/g, 'some-id')}`;
      for (const method of methods.filter((name) => !known.includes(name))) {
        const { status, headers } = await says(method, exact);
        const allowed = headers.allow?.split(', ') ?? [];
        if (status !== 405 || known.some((name) => !allowed.includes(name)))
          wrong.push(`${method} ${exact}: ${status}, allow ${headers.allow}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  test.each([
    '/healthz',
    '/readyz',
    '/metrics',
    '/docs',
    '/openapi.json',
    '/admin/webhooks/replay',
  ])('so it is for %s', async (path) => {
    const { status, headers } = await says('DELETE', path, await asAdmin());
    expect([status, headers.allow]).toEqual([405, expect.stringMatching(/GET|POST/)]);
  });

  test('OPTIONS is answered before the login check, without CORS for who is not listed', async () => {
    for (const stranger of [undefined, { origin: 'https://other.example' }, { origin: 'null' }]) {
      const { status, headers } = await says('OPTIONS', '/v1/me', stranger);
      expect([status, headers.allow]).toEqual([204, 'DELETE, GET, HEAD, OPTIONS, PATCH']);
      expect(Object.keys(headers).filter((name) => /access-control/.test(name))).toEqual([]);
    }
  });

  test('OPTIONS from a listed origin says the same, as a preflight or not', async () => {
    const preflight = { origin, 'access-control-request-method': 'GET' };
    for (const sent of [{ origin }, preflight]) {
      const { status, headers } = await says('OPTIONS', '/v1/me', sent);
      expect([status, headers.allow]).toEqual([204, 'DELETE, GET, HEAD, OPTIONS, PATCH']);
      expect(headers['access-control-allow-origin']).toBe(origin);
    }
  });

  test('an unknown path is not there for strangers and people', async () => {
    expect((await says('GET', '/v1/forgotten')).status).toBe(404);
    expect((await says('GET', '/v1/forgotten', signedIn(person))).status).toBe(404);
    for (const headers of [undefined, { origin }, signedIn(person)])
      expect((await says('OPTIONS', '/v1/forgotten', headers)).status).toBe(404);
    // A page could not read the 404 of its call without it.
    const preflight = { origin, 'access-control-request-method': 'GET' };
    expect((await says('OPTIONS', '/v1/forgotten', preflight)).status).toBe(204);
  });
});

describe('targets', () => {
  /** Of one connection each, byte by byte: no client of HTTP sends these by itself. */
  async function heard(line: string, host = 'here:3000', more = ''): Promise<string> {
    const http = new RawHttp(cluster.gateways[0]!);
    http.says(`${line} HTTP/1.1\nHost: ${host}\nConnection: close\n${more}\n`);
    await http.hasEnded();
    return http.received;
  }
  const statusOf = async (...sent: Parameters<typeof heard>) =>
    Number(/^HTTP\/1\.1 (\d+)/.exec(await heard(...sent))?.[1]);

  test('OPTIONS * says what the server takes', async () => {
    const answer = await heard('OPTIONS *');
    expect(answer).toMatch(/^HTTP\/1\.1 204 [^]*\r\nAllow: .*OPTIONS/);
  });

  test('an absolute target is the path that it names', async () => {
    const token = `Authorization: Bearer ${person.accessToken}\n`;
    for (const [target, status] of [
      ['/v1/me', 200],
      ['/v1/forgotten', 404],
      ['/V1/me', 404],
      ['/healthz', 200],
      ['', 200],
      ['/', 200],
      ['?a=1', 200],
    ] as const) {
      expect([target, await statusOf(`GET http://here:3000${target}`, undefined, token)]).toEqual([
        target,
        status,
      ]);
    }
    expect(await statusOf('GET HTTPS://Here:3000/v1/me')).toBe(401);
    expect(await statusOf('PUT http://here:3000/v1/me')).toBe(405);
    expect(await heard('GET http://here:3000/v1/me?a=1')).toContain('"instance":"/v1/me"');
  });

  test('every other target is refused, whatever it spells', async () => {
    for (const line of [
      'GET *',
      'OPTIONS *.*',
      'GET http://other/v1/me',
      'GET http://localhost/metrics',
      'GET http://here:3000@localhost/metrics',
      'GET http://here/v1/me',
      'GET http:///v1/me',
      'GET ftp://here:3000/v1/me',
      'GET v1/me',
    ])
      expect([line, await statusOf(line)]).toEqual([line, 400]);
    expect(await statusOf('GET http://evil.example/metrics', 'evil.example')).toBe(404);
    expect(cluster.gateways[0]!.log).not.toContain('unexpected error');
  });
});

describe('origins', () => {
  test('a page of a listed origin may sign in, read and write', async () => {
    const preflight = await says('OPTIONS', '/v1/listings', {
      origin,
      'access-control-request-method': 'PATCH',
      'access-control-request-headers': 'authorization,content-type,if-match',
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.allow).toBe('GET, HEAD, OPTIONS, POST');
    expect(preflight.headers['access-control-allow-origin']).toBe(origin);
    expect(preflight.headers['access-control-allow-methods']).toContain('PATCH');
    for (const name of ['authorization', 'content-type', 'if-match', 'idempotency-key'])
      expect(preflight.headers['access-control-allow-headers']!.toLowerCase()).toContain(name);
    for (const answer of [
      await says('GET', '/v1/me', { origin, ...signedIn(person) }),
      await says('GET', '/v1/me', { origin }),
      await says('POST', '/v1/auth/login', { origin, ...json }, '{'),
    ]) {
      expect(answer.headers['access-control-allow-origin']).toBe(origin);
      expect(answer.headers.vary).toMatch(/origin/i);
      expect(answer.headers['access-control-expose-headers']).toMatch(/ETag/);
      expect(answer.headers['access-control-allow-credentials']).toBeUndefined();
    }
  });

  test.each([
    'https://app.example.evil.example',
    'https://APP.example',
    'http://app.example',
    'null',
  ])('a page of %s may not', async (stranger) => {
    const { status, headers } = await says('GET', '/v1/me', {
      origin: stranger,
      ...signedIn(person),
    });
    expect([status, headers['access-control-allow-origin']]).toEqual([200, undefined]);
    expect(headers.vary).toMatch(/origin/i);
  });
});

describe('what is open on this machine only', () => {
  const paths = ['/dev/mailbox', '/v1/demo/accounts', '/metrics'];

  test.each(paths)('%s is not there under a name that was pointed here', async (path) => {
    for (const host of ['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example'])
      expect((await says('GET', path, { host })).status).toBe(404);
    expect((await says('GET', path, { 'x-forwarded-host': 'evil.example' })).status).toBe(404);
    for (const host of ['localhost:3000', 'LocalHost', 'localhost.', '127.0.0.1', '[::1]:3000'])
      expect((await says('GET', path, { host })).status).toBe(200);
  });
});

test('nobody stops a node that no `npm start` looks after', async () => {
  for (const host of ['localhost:3000', '127.0.0.1'])
    expect((await says('POST', '/dev/stop-node', { host })).status).toBe(404);
});

describe('the page', () => {
  test.each(['*/*', 'text/html', 'text/html,application/xhtml+xml;q=0.9,*/*;q=0.8', undefined])(
    'is there for who takes %s',
    async (accept) => {
      for (const method of ['GET', 'HEAD']) {
        const { status, headers } = await says(method, '/', accept ? { accept } : {});
        expect([status, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
      }
    },
  );

  test('is not there for a program that asks for JSON, nor for a file that is missing', async () => {
    for (const accept of ['application/json', 'application/json, text/plain, */*'])
      expect((await says('GET', '/v2/me', { accept })).status).toBe(404);
    expect((await says('GET', '/missing.js', { accept: '*/*' })).status).toBe(404);
    const cookie = await asAdmin();
    for (const path of [
      '//v1/me',
      '/V1/me',
      '/v2/me',
      '/ADMIN',
      '/admin/nope',
      '/docs/',
      '/DEV/mailbox',
    ])
      expect([path, (await says('GET', path, cookie)).status]).toEqual([path, 404]);
    expect((await says('POST', '/')).status).toBe(405);
    expect((await says('POST', '/v2/me')).status).toBe(404);
  });
});

describe('compression', () => {
  let long: string;
  beforeAll(async () => {
    const { id } = await person.lists({ description: '가'.repeat(1_000) });
    long = `/v1/listings/${id}`;
  });
  const unpack = { br: brotliDecompressSync, gzip: gunzipSync };

  test.each(['br', 'gzip'] as const)('%s of scripts, of JSON and of documents', async (coding) => {
    const { text: page } = await says('GET', '/');
    const script = /src="(\/assets\/[^"]+\.js)"/.exec(page)![1]!;
    for (const path of [script, '/openapi.json', long, '/docs/events']) {
      const plain = await says('GET', path, signedIn(person));
      const packed = await says('GET', path, { ...signedIn(person), 'accept-encoding': coding });
      expect([path, packed.headers['content-encoding']]).toEqual([path, coding]);
      expect(packed.headers.vary).toContain('Accept-Encoding');
      const type = plain.headers['content-type']!;
      expect(packed.headers['content-type']?.toLowerCase()).toBe(type.toLowerCase());
      expect(unpack[coding](packed.bytes).equals(plain.bytes)).toBe(true);
      expect(packed.bytes.length).toBeLessThan(plain.bytes.length / 2);
    }
  });

  test('is not for who does not ask, for what is short, for pictures, nor for a part of a file', async () => {
    const { status, body } = await person.call<view.Image>('POST', '/v1/images', pixel());
    expect(status).toBe(201);
    const coded = async (path: string, headers: Record<string, string>) => {
      const heard = await says('GET', path, { ...signedIn(person), ...headers });
      return [path, heard.headers['content-encoding']];
    };
    const both = { 'accept-encoding': 'gzip, br' };
    for (const path of ['/openapi.json', '/'])
      expect(await coded(path, { 'accept-encoding': 'identity' })).toEqual([path, undefined]);
    for (const path of ['/v1/me', new URL(body.urls.full, 'http://x').pathname])
      expect(await coded(path, both)).toEqual([path, undefined]);
    const { text: page } = await says('GET', '/');
    const script = /src="(\/assets\/[^"]+\.js)"/.exec(page)![1]!;
    const part = await says('GET', script, { range: 'bytes=10-19' });
    expect([part.status, part.headers['content-range'], part.bytes.length]).toEqual([
      206,
      expect.stringMatching(/^bytes 10-19\//),
      10,
    ]);
  });

  test('a tag that came with compressed JSON guards like the plain one', async () => {
    const headers = { ...signedIn(person), 'accept-encoding': 'gzip' };
    const { headers: heard } = await says('GET', long, headers);
    expect(heard['content-encoding']).toBe('gzip');
    const again = await says('GET', long, { ...headers, 'if-none-match': heard.etag! });
    expect([again.status, again.bytes.length]).toEqual([304, 0]);
    const guarded = { 'if-match': heard.etag! };
    expect((await person.call('PATCH', long, { title: '긴 글' }, guarded)).status).toBe(200);
    expect((await person.call('PATCH', long, { title: '더 긴 글' }, guarded)).status).toBe(412);
  });
});

test.each(['{"email":', 'email=a', '{}{}', '{"a":NaN}'])('%s is no JSON: 400', async (body) => {
  const { status, text } = await says('POST', '/v1/auth/login', json, body);
  expect([status, JSON.parse(text)]).toMatchObject([400, { code: 'VALIDATION_FAILED' }]);
});

describe('copies', () => {
  const patch = (tag: string) =>
    person.call(
      'PATCH',
      `/v1/listings/${listing.id}`,
      { description: randomUUID() },
      { 'if-match': tag },
    );
  const current = async () =>
    (await person.call('GET', `/v1/listings/${listing.id}`)).headers.get('etag')!;

  test('If-Match takes the current tag, weakened by a proxy, in a list, and any', async () => {
    const forms: ((tag: string) => string)[] = [
      (tag) => tag,
      (tag) => `W/${tag}`,
      (tag) => `"x", ${tag}`,
      (tag) => `"x",W/${tag} , "0-y"`,
      (tag) => `,${tag},`,
      (tag) => `"999-x", ${tag}, "998"`,
      () => '*',
    ];
    for (const form of forms) expect((await patch(form(await current()))).status).toBe(200);
  });

  test('If-Match refuses every other', async () => {
    const stale = await current();
    await patch(stale);
    for (const tag of [stale, `W/${stale}`, '"999"', '"x"', 'x', '""', '', `"x", ${stale}`])
      expect([tag, (await patch(tag)).status]).toEqual([tag, 412]);
  });
});

describe('Idempotency-Key', () => {
  test.each<[string, string, () => unknown, () => unknown]>([
    ['an image', '/v1/images', () => pixel(1), () => pixel(2)],
    [
      'a conversation',
      '/v1/conversations',
      () => ({ listingId: listing.id }),
      () => ({ listingId: randomUUID() }),
    ],
    [
      'a report',
      '/v1/reports',
      () => ({ targetType: 'listing', targetId: listing.id, reason: 'other', note: 'a' }),
      () => ({ targetType: 'listing', targetId: listing.id, reason: 'other', note: 'b' }),
    ],
  ])('makes %s once', async (_what, path, body, another) => {
    const headers = { 'idempotency-key': randomUUID() };
    const first = await other.call('POST', path, body(), headers);
    expect(first.status).toBe(201);
    const again = await other.call('POST', path, body(), headers);
    expect([again.status, again.body]).toEqual([201, first.body]);
    const changed = await other.call('POST', path, another(), headers);
    expect([changed.status, changed.body]).toMatchObject([422, { code: 'VALIDATION_FAILED' }]);
  });
});

describe('limits', () => {
  const address = '198.51.100.7';

  /** Twenty at a time: it is the count that matters. */
  async function asks(times: number, ask: (n: number) => Promise<Heard>): Promise<Heard[]> {
    const answers: Heard[] = [];
    while (answers.length < times) {
      const next = Array.from({ length: Math.min(20, times - answers.length) }, (_, n) =>
        ask(answers.length + n),
      );
      answers.push(...(await Promise.all(next)));
    }
    return answers;
  }

  test('images and neighbours do not use up what a person may ask for', async () => {
    const { body } = await person.call('POST', '/v1/images', pixel());
    const { urls } = body as unknown as view.Image;
    const many = await asks(limits.requestsPerMinute + 20, () =>
      says('GET', urls.thumb, from(address)),
    );
    expect(many.filter(({ status }) => status !== 200)).toEqual([]);
    // Strangers behind the address use up what strangers have …
    const strangers = await asks(limits.requestsPerMinute + 1, () =>
      says('GET', '/v1/me', from(address)),
    );
    const refused = strangers.filter(({ status }) => status === 429);
    expect(refused).toHaveLength(1);
    // … until the window is over, and not longer.
    const { 'retry-after': wait, ratelimit } = refused[0]!.headers;
    expect(Number(wait)).toBe(Number(/t=(\d+)/.exec(String(ratelimit))![1]));
    // … and nothing of those who are signed in, or come back.
    expect((await says('GET', '/v1/me', { ...from(address), ...signedIn(other) })).status).toBe(
      200,
    );
    const { refreshToken } = other;
    const refresh = await says(
      'POST',
      '/v1/auth/refresh',
      { ...from(address), ...json },
      JSON.stringify({ refreshToken }),
    );
    expect(refresh.status).toBe(200);
  });

  test('a token leads past no limit of signing up', async () => {
    const sent = () =>
      says(
        'POST',
        '/v1/auth/sign-up',
        { ...from('198.51.100.99'), ...signedIn(other), ...json },
        JSON.stringify({ nickname: '민지' }),
      );
    const many = await asks(limits.signUpsPerAddress + 1, sent);
    expect(many.map(({ status }) => status).sort()).toEqual([
      ...Array.from({ length: limits.signUpsPerAddress }, () => 422),
      429,
    ]);
  });

  test('a person who asks too much is put off alone', async () => {
    const categories = (who: Person, n: number) =>
      says('GET', '/v1/categories', { ...from(`203.0.113.${n % 250}`), ...signedIn(who) });
    const many = await asks(limits.requestsPerMinute + 10, (n) => categories(person, n));
    expect(many.map(({ status }) => status)).toContain(429);
    expect((await categories(other, 1)).status).toBe(200);
  });

  test('failed sign-ins to the admin area are logged and end in 429, for the right one too', async () => {
    const who = '198.51.100.66';
    for (let tries = 0; tries < limits.adminPasswordTries; tries += 1) {
      // No address: so nothing needs to be hashed.
      const { status } = await entersFrom(who, { email: 'none', password: `guess ${tries}` });
      expect(status).toBe(401);
    }
    const { status, headers } = await entersFrom(who, ofAdmin);
    expect([status, Number(headers['retry-after']) > 60]).toEqual([429, true]);
    expect((await entersFrom('198.51.100.67', ofAdmin)).status).toBe(303);
    const { log } = cluster.gateways[0]!;
    expect(log.split('\n').filter((line) => line.includes('failed to sign in'))).toHaveLength(
      limits.adminPasswordTries,
    );
    expect(log).not.toContain('guess');
  });
});
