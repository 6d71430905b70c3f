import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { view } from '../../src/contract/index.js';
import { eventually } from '../support/eventually.js';
import { giveRole } from '../support/operators.js';
import { callRest, type Person } from '../support/person.js';
import { haggle } from '../support/haggle.js';
import { TestCluster } from '../support/test-cluster.js';

/** What whoever runs the service sees of pushes, and does about them. */
const noProvider = 'no provider fcm is set up';

let cluster: TestCluster;
let buyer: Person, seller: Person;

beforeAll(async () => {
  cluster = await TestCluster.start({
    workers: 1,
    env: { PUSH_DELAY_ONLINE_MS: '6000' },
  });
  [buyer, seller] = await Promise.all([cluster.person('민지'), cluster.person('준호')]);
  await registers(seller, 'log');
}, 60_000);

afterAll(async () => {
  seller?.leaves();
  await cluster?.stop();
}, 60_000);

const registers = (who: Person, provider: 'log' | 'fcm') =>
  who.gets('PUT', '/v1/me/devices/phone', { provider, token: randomUUID() });

const api = <T>(method: string, path: string, body?: unknown) =>
  callRest<T>(cluster.gateways[0]!.url, method, `/v1/admin${path}`, {
    body,
  });

const page = async (path: string, init: RequestInit = {}) => {
  const response = await fetch(`${cluster.gateways[0]!.url}/admin${path}`, {
    redirect: 'manual',
    ...init,
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
};

const posts = (path: string, fields: Record<string, string>, headers = {}) =>
  page(path, { method: 'POST', body: new URLSearchParams(fields), headers });

const traceOf = async ({ id }: view.Message) => {
  const { body } = await api<view.DeliveryTrace>('GET', `/deliveries?messageId=${id}`);
  return body;
};

/** The trace once its only recipient's story has come so far. */
const traced = (message: view.Message, fits: (one: view.TracedRecipient) => unknown) =>
  eventually(
    'the story is told',
    async () => {
      const [one] = (await traceOf(message)).recipients;
      return one && fits(one) ? one : undefined;
    },
    30_000,
  );

const deadLetters = async () =>
  (await api<{ items: view.DeadLetter[]; total: number }>('GET', '/dead-letters?limit=100')).body;

/** A push to somebody whose device has a provider that is not set up. */
async function aDeadLetter(who: Person) {
  await registers(who, 'fcm');
  const conversation = await buyer.asksAbout(await who.lists());
  const { message } = await buyer.sends(conversation, '비밀 이야기');
  const { deadLetter } = await traced(message, (one) => one.deadLetter);
  return { message, letter: deadLetter! };
}

test('what was sent is explained, device by device', async () => {
  const conversation = await buyer.asksAbout(await seller.lists());
  const { message } = await buyer.sends(conversation, '비밀 이야기');
  const told = await traced(message, ({ decision }) => decision?.outcome?.is === 'sent');
  expect(told).toMatchObject({
    userId: seller.id,
    readSeq: 0,
    decision: { do: 'push', reason: 'notConnected', category: 'chat' },
    devices: [{ deviceId: 'phone', provider: 'log', state: 'sent' }],
    deadLetter: null,
  });
  expect(told.devices[0]!.attempts).toMatchObject([{ answer: 'taken' }]);
  expect(told.explanation).toMatch(
    /^Unread after .* no device connected; sent to 1 of 1 device\.$/,
  );
  const { message: stored } = await traceOf(message);
  expect(stored).toMatchObject({ seq: 1, senderId: buyer.id, storedAt: message.createdAt });
  const bySeq = await api('GET', `/deliveries?conversationId=${conversation.id}&seq=1`);
  expect(bySeq.body).toMatchObject({ message: stored });
  const shown = await page(`/deliveries?messageId=${message.id}`);
  expect(shown.text).toContain('sent to 1 of 1 device');
  expect(JSON.stringify(bySeq.body) + shown.text).not.toContain('비밀');
});

test('what was read is explained too', async () => {
  const conversation = await buyer.asksAbout(await seller.lists());
  const shop = await seller.connects();
  const { message } = await buyer.sends(conversation, '읽을 메시지');
  await shop.hears('message:new', (one) => one.message.id === message.id);
  await shop.do('receipt:read', { conversationId: conversation.id, seq: 1 });
  const told = await traced(message, ({ decision }) => decision);
  expect(told.explanation).toMatch(/^Read on a device.*, so nothing was sent\.$/);
  expect(told).toMatchObject({ readSeq: 1, devices: [], job: null });
  shop.close();
});

test('what was given up is listed with its reason, and put back by a button', async () => {
  const person = await cluster.person('하늘');
  const { message, letter } = await aDeadLetter(person);
  expect(letter).toMatchObject({ queue: 'chat', kind: 'entry', seq: 1, reason: noProvider });
  const list = await page('/dead-letters');
  expect(list.text).toContain(noProvider);
  expect(list.headers.get('content-security-policy')).toContain("default-src 'self'");

  await registers(person, 'log');
  const elsewhere = { 'sec-fetch-site': 'cross-site' };
  expect((await posts('/dead-letters/redrive', { id: letter.id }, elsewhere)).status).toBe(403);
  const back = await posts('/dead-letters/redrive', { id: letter.id });
  expect([back.status, back.headers.get('location')]).toEqual([
    303,
    '/admin/dead-letters?redriven=1',
  ]);
  const told = await traced(message, ({ decision }) => decision?.outcome?.is === 'sent');
  expect(told.deadLetter).toBeNull();
  expect((await posts('/dead-letters/redrive', { id: letter.id })).status).toBe(404);
});

test('all of one reason are put back at once, by the API or from the command line', async () => {
  const person = await cluster.person('바다');
  const { letter } = await aDeadLetter(person);
  const other = await api<{ redriven: number }>('POST', '/dead-letters/redrive', { reason: 'no' });
  expect(other.body).toEqual({ redriven: 0 });
  expect(await redrives()).toContain(letter.id);
  expect(await redrives(`--reason=${noProvider}`)).toBe('1 put back\n');
  // Nothing was mended: it comes back.
  await eventually('it is given up again', async () => (await deadLetters()).total === 1);
  await registers(person, 'log');
  const put = await api<{ redriven: number }>('POST', '/dead-letters/redrive', {});
  expect(put.body).toEqual({ redriven: 1 });
  await eventually('none is left', async () => (await deadLetters()).total === 0);
});

async function redrives(...args: string[]): Promise<string> {
  const ran = await haggle(['queues:redrive', ...args], cluster.workers[0]!.settings);
  expect(ran).toMatchObject({ code: 0, err: '' });
  return ran.out;
}

test('the queue dashboard shows places and no person', async () => {
  const person = await cluster.person('구름');
  const { letter } = await aDeadLetter(person);
  const board = await page('/queues/api/queues?activeQueue=dead&status=waiting');
  const { queues } = JSON.parse(board.text) as {
    queues: { name: string; jobs: { id: string; data: { job: Record<string, unknown> } }[] }[];
  };
  const job = queues.find(({ name }) => name === 'dead')!.jobs.find(({ id }) => id === letter.id)!;
  expect(job.data.job).toMatchObject({ conversationId: letter.conversationId, seq: 1 });
  expect(job.data.job['recipientId']).toBe(`${person.id.slice(0, 8)}…`);
  // Its page asks no other host for anything.
  const { text } = await page('/queues');
  expect(text).toContain('id="root"');
  expect(text.match(/(?:href|src)="(?:https?:)?\/\/[^"]*/g)).toBeNull();
});

test('the pages are for the admin only, and say what is not there', async () => {
  const paths = ['', '/deliveries', '/dead-letters', '/webhooks', '/queues'];
  for (const path of paths) expect([path, (await page(path)).status]).toEqual([path, 200]);
  const missing = await page('/deliveries?messageId="><script>alert(1)</script>');
  expect(missing.status).toBe(404);
  expect(missing.text).not.toContain('<script>alert');
  expect((await api('GET', `/deliveries?messageId=${randomUUID()}`)).status).toBe(404);
  expect((await api('GET', '/deliveries?seq=1')).status).toBe(422);
  // Open to everybody on this machine only as long as nobody is an admin.
  await giveRole(cluster, buyer, 'admin');
  for (const path of paths) {
    const nobody = await page(path, { headers: { authorization: 'Basic bm9ib2R5' } });
    expect([path, nobody.status]).toEqual([path, 401]);
  }
});
