import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { bodyExamples, clientEventExamples } from '../../src/contract/documents/examples.js';
import {
  clientEvents,
  endpoints,
  roleFor,
  takesIfMatch,
  type view,
} from '../../src/contract/index.js';
import { holderOf } from '../support/operators.js';
import { callRest, type DeviceSocket, type Person } from '../support/person.js';
import { TestCluster } from '../support/test-cluster.js';

/** Every endpoint and event by the access that the contract declares for it, in every spelling; see `roles.test.ts`. */
let cluster: TestCluster;
let stranger: Person;

/** Whoever runs the service. */
let asAdmin: string;

/** The gateway that asks for a proven address, which nobody here has. */
const strict = 'node-2';

beforeAll(async () => {
  cluster = await TestCluster.start({
    gateways: 2,
    envOf: (name) => ({ EMAIL_PROOF: name === strict ? 'on' : 'off' }),
  });
  stranger = await cluster.person('낯선이');
  asAdmin = `Bearer ${(await holderOf(cluster, 'admin')).accessToken}`;
}, 60_000);

afterAll(() => cluster?.stop(), 60_000);

describe('nobody', () => {
  test.each(Object.entries(endpoints))('%s', async (_name, { method, path, access }) => {
    const { status } = await callRest(
      cluster.gateways[0]!.url,
      method.toUpperCase(),
      `/v1${path.replace(':seq', '1').replace(':variant', 'thumb').replace(/:\w+/g, 'some-id')}`,
      method === 'get' ? {} : { body: {} },
    );
    if (access === 'public' || access === 'guest') expect(status).not.toBe(401);
    else expect(status).toBe(401);
  });

  test.each(['/v1/forgotten', '/v1/me/forgotten', '/v1/admin/forgotten', '/v1/host/forgotten'])(
    '%s does not exist, for anybody',
    async (path) => {
      const { url } = cluster.gateways[0]!;
      for (const authorization of [undefined, 'Bearer of-nobody', asAdmin]) {
        const headers: Record<string, string> =
          authorization === undefined ? {} : { authorization };
        for (const method of ['GET', 'POST', 'DELETE']) {
          const { status } = await fetch(`${url}${path}`, { method, headers });
          expect([method, authorization, status]).toEqual([method, authorization, 404]);
        }
      }
    },
  );

  test('a known path says which methods it has, and tells nobody more', async () => {
    const { url } = cluster.gateways[0]!;
    for (const { path } of Object.values(endpoints)) {
      const exact = `/v1${path.replace(':seq', '1').replace(':variant', 'thumb').replace(/:\w+/g, 'some-id')}`;
      const response = await fetch(`${url}${exact}`, { method: 'PROPFIND' });
      const { code } = (await response.json()) as view.Problem;
      expect([path, response.status, code]).toEqual([path, 405, 'NOT_FOUND']);
      expect(response.headers.get('allow')).toContain('OPTIONS');
    }
  });
});

describe('who has not proven the address', () => {
  const notVerified = 'EMAIL_NOT_VERIFIED';
  const verified = Object.entries(endpoints).filter(([, { access }]) => access === 'verified');
  let device: DeviceSocket;
  beforeAll(async () => (device = await stranger.connects(cluster.gateways[1])));
  afterAll(() => device?.close());

  test.each(verified)('%s', async (name, { method, path, upload }) => {
    const { status, body } = await callRest<view.Problem>(
      cluster.gateways[1]!.url,
      method.toUpperCase(),
      `/v1${path.replace(/:\w+/g, randomUUID())}`,
      {
        headers: { authorization: `Bearer ${stranger.accessToken}` },
        body: upload ? anImage() : bodyExamples[name],
      },
    );
    expect([status, body.code]).toEqual([403, notVerified]);
  });

  test.each(Object.entries(clientEvents))('%s', async (name, { access }) => {
    const event = name as keyof typeof clientEvents;
    const { payload } = clientEventExamples[event]!;
    const answer = await device.ask(event, payload);
    const code = answer.ok ? 'OK' : answer.error.code;
    if (access === 'verified') expect(code).toBe(notVerified);
    else expect(code).not.toBe(notVerified);
  });
});

/** Other ways to write a path that a proxy, a router or a file system might take for the same one. */
const spellings: Record<string, (path: string) => string> = {
  'in capitals': (path) => path.toUpperCase(),
  'with a capital': (path) => path.replace(/(?<=^.v1.)./, (letter) => letter.toUpperCase()),
  'with a capital at the end': (path) => path.replace(/.$/, (letter) => letter.toUpperCase()),
  'with a slash at the end': (path) => `${path}/`,
  'with two slashes in it': (path) => path.replace('/v1/', '/v1//'),
  'with two slashes in front': (path) => `/${path}`,
  'with an encoded letter': (path) =>
    path.replace(/(?<=^.v1.)./, (letter) => `%${letter.charCodeAt(0).toString(16)}`),
  'with an encoded slash': (path) => path.replace(/^.v1./, '/v1%2f'),
  'with dot segments': (path) => path.replace('/v1/', '/v1/me/../'),
  'with a dot': (path) => path.replace('/v1/', '/v1/./'),
  'with a backslash': (path) => path.replace('/v1/', '/v1\\'),
  'with a semicolon': (path) => path.replace(/$/, ';x'),
};

/** As it is written: `fetch` would tidy the path up. */
function asWritten(
  method: string,
  path: string,
  authorization?: string,
): Promise<[number, string]> {
  const { hostname, port } = new URL(cluster.gateways[0]!.url);
  return new Promise((resolve, reject) => {
    const headers = { ...(authorization && { authorization }), accept: 'application/json' };
    httpRequest({ hostname, port, method, path, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve([response.statusCode!, text]));
    })
      .on('error', reject)
      .end();
  });
}

test.each(Object.entries(spellings))('a path %s is another path', async (_how, spelled) => {
  const reached: string[] = [];
  for (const { method, path } of Object.values(endpoints)) {
    const exact = `/v1${path.replace(':seq', '1').replace(':variant', 'thumb').replace(/:\w+/g, 'some-id')}`;
    const other = spelled(exact);
    // A parameter takes any text, also one with another last letter.
    if (/:\w+$/.test(path) && other.startsWith(exact.slice(0, -1)) && !other.endsWith('/'))
      continue;
    const signedIn = `Bearer ${stranger.accessToken}`;
    const [status, text] = await asWritten(method.toUpperCase(), other, signedIn);
    if (status !== 404 || !/"There is no such (resource|page)"/.test(text))
      reached.push(`${method} ${other}: ${status} ${text}`);
    for (const who of [undefined, asAdmin]) {
      const [closed] = await asWritten(method.toUpperCase(), other, who);
      if (![401, 404].includes(closed)) reached.push(`${method} ${other}: ${closed} for ${who}`);
    }
  }
  expect(reached).toEqual([]);
});

test.each(
  Object.values(endpoints)
    .filter((one) => one.method !== 'get' && !takesIfMatch(one))
    .filter((one) => !roleFor(one) && one.access !== 'host')
    .map(({ method, path, upload }) => [method.toUpperCase(), path, upload] as const),
)('%s %s has no version, and says so to who names one', async (method, path, upload) => {
  const exact = `/v1${path.replace(':seq', '1').replace(/:\w+/g, 'some-id')}`;
  const body = method === 'DELETE' ? undefined : upload ? anImage() : {};
  expect(await stranger.call(method, exact, body, { 'if-match': '"1-x"' })).toMatchObject({
    status: 422,
    body: { code: 'VALIDATION_FAILED', errors: [{ path: 'header.If-Match' }] },
  });
});

/** One white pixel. */
function anImage(): FormData {
  const gif = Buffer.from('R0lGODlhAQABAIAAAP///wAAACwAAAAAAQABAAACAkQBADs=', 'base64');
  const form = new FormData();
  form.append('image', new Blob([Uint8Array.from(gif)]), 'pixel.gif');
  return form;
}

/** What an admin may, who has every other role's rights. */
const adminReads = Object.values(endpoints).filter((one) => roleFor(one) && one.method === 'get');

test.each(adminReads.map(({ path }) => path))('the admin reads %s', async (path) => {
  const { status } = await callRest(cluster.gateways[0]!.url, 'GET', `/v1${path}`, {
    headers: { authorization: asAdmin },
  });
  expect([200, 404, 422]).toContain(status);
});
