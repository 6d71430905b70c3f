import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { view } from '../../src/contract/index.js';
import { AdminBrowser, holderOf } from '../support/operators.js';
import type { Person } from '../support/person.js';
import { TestCluster } from '../support/test-cluster.js';

/** People with the role of an operator: who is let in, for how long, and what the trail says of them. */
let cluster: TestCluster;
let admin: Person, operator: Person, moderator: Person, stranger: Person;

const account = { email: 'admin@test.example', password: 'correct horse battery' };

beforeAll(async () => {
  cluster = await TestCluster.start({ gateways: 2 });
  admin = await holderOf(cluster, 'admin', { nickname: '관리자', gateway: 1, account });
  operator = await cluster.person('운영자', 0);
  moderator = await cluster.person('진행자', 1);
  stranger = await cluster.person('누구');
  await setRole(operator, 'operator');
  await setRole(moderator, 'moderator');
}, 60_000);

afterAll(() => cluster?.stop(), 60_000);

/** The admin, at the other gateway than the one of the operator. */
const asks = <T = view.Problem>(method: string, path: string, body?: unknown) =>
  calls<T>(admin, method, path, body);

const setRole = (who: Person, role: string) => asks('PUT', `/users/${who.id}/role`, { role });
const calls = <T = view.Problem>(who: Person, method: string, path: string, body?: unknown) =>
  who.call<T>(method, `/v1/admin${path}`, body);

interface Trail {
  items: view.AuditEntry[];
  nextCursor: string | null;
}

/** All that an operator does here, with the status of who may: nothing of it is there. */
const doors = [
  ['GET', '/audit', undefined, 200],
  ['GET', `/deliveries?messageId=${randomUUID()}`, undefined, 404],
  ['GET', '/dead-letters', undefined, 200],
  ['POST', '/dead-letters/redrive', { reason: 'none such' }, 200],
  ['POST', '/dead-letters/none/redrive', undefined, 404],
  ['GET', '/webhooks', undefined, 200],
  ['POST', '/webhooks/replay', { ids: [randomUUID()] }, 200],
  ['POST', '/webhooks/enable', undefined, 204],
] as const;

describe('an operator with an account', () => {
  test.each(doors)('%s %s', async (method, path, body, status) => {
    for (const who of [moderator, stranger])
      expect((await calls(who, method, path, body)).body.code).toBe('FORBIDDEN');
    expect((await calls(operator, method, path, body)).status).toBe(status);
  });

  test('does what moderators do, and gives no roles, keys and words', async () => {
    expect((await calls(operator, 'GET', '/reports')).status).toBe(200);
    const { body } = await asks<{ items: view.User[] }>('GET', '/operators');
    expect(body.items.map(({ id }) => id)).toEqual([operator.id]);
    for (const [method, path, asked] of [
      ['PUT', `/users/${operator.id}/role`, { role: 'moderator' }],
      ['GET', '/operators', undefined],
      ['GET', '/host-keys', undefined],
      ['POST', '/host-keys', { name: 'mine', scopes: ['users'] }],
      ['GET', '/watchwords', undefined],
    ] as const)
      expect([path, (await calls(operator, method, path, asked)).status]).toEqual([path, 403]);
  });

  test('is named in the trail for what was done, and nobody for what was refused', async () => {
    await calls(operator, 'POST', '/webhooks/enable');
    await calls(stranger, 'POST', '/webhooks/enable');
    await calls(operator, 'POST', '/dead-letters/redrive', { reason: 'none such' });
    const read = async (query: string) =>
      (await calls<Trail>(operator, 'GET', `/audit?${query}`)).body;
    const first = await read('limit=2');
    expect(first.items).toMatchObject([
      {
        what: 'redriveDeadLetters',
        by: operator.id,
        byName: '운영자',
        input: [{ field: 'reason', value: 'none such' }],
      },
      { what: 'enableWebhooks', by: operator.id, byName: '운영자' },
    ]);
    const all = await read('limit=100');
    const next = await read(`limit=2&cursor=${first.nextCursor!}`);
    expect(next.items).toEqual(all.items.slice(2, 4));
    const setBy = all.items.find(({ what }) => what === 'setRole');
    expect(setBy).toMatchObject({ by: admin.id, byName: '관리자' });
    const browser = new AdminBrowser(cluster.gateways[0]!.url);
    await browser.signsIn(account);
    const page = (await browser.opens('/admin/audit')).text;
    // Anybody may take the name of another, so the id stands beside it.
    expect(page).toMatch(new RegExp(`운영자\\s*<br /><span class="id">${operator.id}<`));
  });

  test('is made one and is none any more from the next call on', async () => {
    const person = await cluster.person('새 운영자', 0);
    const reads = async () => (await calls(person, 'GET', '/audit')).status;
    await setRole(person, 'operator');
    expect(await reads()).toBe(200);
    expect((await person.gets<view.Me>('GET', '/v1/me')).role).toBe('operator');
    await setRole(person, 'moderator');
    expect(await reads()).toBe(403);
    await setRole(person, 'operator');
    await setRole(person, 'none');
    expect(await reads()).toBe(403);
  });

  test('who is suspended is kept out at once, also while the session goes on', async () => {
    const person = await cluster.person('정지된 운영자', 0);
    await setRole(person, 'operator');
    expect((await calls(person, 'GET', '/audit')).status).toBe(200);
    // As it is where the process that laid it died before it ended the sessions.
    await cluster.inspect((connection) =>
      connection.collection<{ _id: string }>('sanctions').insertOne({
        _id: randomUUID(),
        userId: person.id,
        kind: 'suspension',
        reason: 'fraud',
        by: admin.id,
        at: new Date(),
        until: new Date(Date.now() + 60_000),
        liftedAt: null,
      } as never),
    );
    expect((await person.call('GET', '/v1/me')).status).toBe(200);
    const refused = await calls(person, 'GET', '/audit');
    expect([refused.status, refused.body.code]).toEqual([403, 'ACCOUNT_SUSPENDED']);
  });
});
