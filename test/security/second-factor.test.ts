import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { view } from '../../src/contract/index.js';
import { codeAt, fromBase32 } from '../../src/admin/second-factor.js';
import { TestCluster } from '../support/test-cluster.js';

const password = 'of the tests only';
const secrets = {
  junho: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ',
  sora: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP',
};
let cluster: TestCluster;

beforeAll(async () => {
  cluster = await TestCluster.start({
    gateways: 2,
    env: {
      ADMIN_ACCOUNTS: ['minji', 'junho', 'sora'].map((name) => `${name}:${password}`).join(),
      ADMIN_SECOND_FACTORS: Object.entries(secrets)
        .map((pair) => pair.join(':'))
        .join(),
    },
  });
}, 60_000);

afterAll(() => cluster?.stop(), 60_000);

/** As a browser asks for a page, without following where it is sent. */
function asks(
  name: string,
  path: string,
  { node = 0, cookie = '', code, given = password }: Asked = {},
): Promise<Response> {
  return fetch(`${cluster.gateways[node]!.url}${path}`, {
    redirect: 'manual',
    headers: {
      accept: path.startsWith('/v1') ? 'application/json' : 'text/html',
      authorization: `Basic ${btoa(`${name}:${given}`)}`,
      ...(cookie && { cookie }),
      ...(code !== undefined && { 'content-type': 'application/x-www-form-urlencoded' }),
    },
    ...(code !== undefined && { method: 'POST', body: `code=${code}` }),
  });
}
interface Asked {
  node?: number;
  cookie?: string;
  code?: string;
  given?: string;
}

const page = '/admin/second-factor';
const codeOf = (name: keyof typeof secrets) =>
  codeAt(fromBase32(secrets[name]), Math.floor(Date.now() / 30_000));
/** Six digits that are no code of these minutes. */
function aWrongCode(name: keyof typeof secrets): string {
  const now = Math.floor(Date.now() / 30_000);
  const right = Array.from({ length: 9 }, (_, n) => codeAt(fromBase32(secrets[name]), now - 4 + n));
  return ['000000', '111111', '222222'].find((code) => !right.includes(code))!;
}
const cookieOf = (answer: Response) => answer.headers.get('set-cookie')!.split(';')[0]!;

test.each([
  [59, '287082'],
  [1_111_111_109, '081804'],
  [1_111_111_111, '050471'],
  [1_234_567_890, '005924'],
  [2_000_000_000, '279037'],
  [20_000_000_000, '353130'],
])('codes are those of RFC 6238, at %d s', (seconds, code) => {
  expect(codeAt(fromBase32(secrets.junho), Math.floor(seconds / 30))).toBe(code);
});

test('the password alone opens nothing but the page that asks for a code', async () => {
  for (const path of ['/admin', '/admin/audit', '/admin/people', '/admin/queues']) {
    const answer = await asks('junho', path);
    expect([path, answer.status, answer.headers.get('location')]).toEqual([path, 303, page]);
  }
  expect((await asks('junho', '/v1/admin/audit')).status).toBe(403);
  expect((await asks('junho', '/admin/webhooks/enable', { code: '' })).status).toBe(403);
  const form = await asks('junho', page);
  expect([form.status, await form.text()]).toEqual([200, expect.stringContaining('name="code"')]);
  expect((await asks('junho', page, { given: 'wrong horse battery' })).status).toBe(401);
  // Who has no second factor is let in as before.
  expect((await asks('minji', '/admin')).status).toBe(200);
  expect((await asks('minji', page, { code: '123456' })).status).toBe(403);
});

test('a code opens the area on all nodes, once, and for nobody else', async () => {
  const code = codeOf('junho');
  const entered = await asks('junho', page, { code });
  expect([entered.status, entered.headers.get('location')]).toEqual([303, '/admin']);
  expect(entered.headers.get('set-cookie')).toMatch(/HttpOnly.*SameSite=Strict/);
  const cookie = cookieOf(entered);
  for (const node of [0, 1]) {
    expect((await asks('junho', '/admin', { node, cookie })).status).toBe(200);
    expect((await asks('junho', '/v1/admin/audit', { node, cookie })).status).toBe(200);
  }
  // Somebody who looked over the shoulder is too late, on the other node, too.
  expect((await asks('junho', page, { code, node: 1 })).status).toBe(403);
  // The cookie is of one operator, with the password, and for its time.
  expect((await asks('sora', '/v1/admin/audit', { cookie })).status).toBe(403);
  expect((await asks('junho', '/admin', { cookie, given: 'wrong horse' })).status).toBe(401);
  const longer = cookie.replace(/\d+~/, (until) => `${Number(until.slice(0, -1)) + 1}~`);
  for (const forged of [longer, cookie.slice(0, -1), 'haggle_operator=99999999999~', ''])
    expect((await asks('junho', '/v1/admin/audit', { cookie: forged })).status).toBe(403);
});

test('codes are not guessed, and the trail says who tried', async () => {
  const statuses = [];
  for (let tries = 0; tries < 12; tries += 1)
    statuses.push((await asks('sora', page, { code: aWrongCode('sora'), node: tries % 2 })).status);
  expect(statuses).toEqual([...Array.from({ length: 10 }, () => 403), 429, 429]);
  // Not even with the right one.
  expect((await asks('sora', page, { code: codeOf('sora') })).status).toBe(429);
  const trail = (await (await asks('minji', '/v1/admin/audit')).json()) as {
    items: view.AuditEntry[];
  };
  const noted = trail.items.map(({ by, what, input }) => `${by} ${what} ${JSON.stringify(input)}`);
  expect(noted).toContain('sora wrongSecondFactor []');
  expect(noted).toContain('junho showSecondFactor []');
});
