import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { mongo } from 'mongoose';
import { pino } from 'pino';
import { PushService, type PushAnswer } from '../../bench/push/push-service.js';
import { freePort } from '../../scripts/servers/free-port.js';
import type { view } from '../../src/contract/index.js';
import { createDeadLetters } from '../../src/notifications/dead-letters.js';
import { DeliveryStore } from '../../src/notifications/delivery.store.js';
import { bundleSize } from '../../src/notifications/push-job.js';
import { PushQueues } from '../../src/notifications/push-queues.js';
import { Queues } from '../../src/platform/queues.js';
import { eventually } from '../support/eventually.js';
import { callRest, type Person } from '../support/person.js';
import { fcmError, serviceAccount, vapid } from '../support/push-providers.js';
import { PushSubscriber } from '../support/push-subscriber.js';
import { TestCluster } from '../support/test-cluster.js';
import { atPlace, messagesIn } from '../support/log.js';

let service: PushService;
let folder: string;
let cluster: TestCluster;
let redis: Redis;
let opened: Queues;
let queues: PushQueues;
let healthPort: number;
let buyer: Person, seller: Person;

beforeAll(async () => {
  service = await PushService.start();
  folder = await mkdtemp(join(tmpdir(), 'haggle-push-'));
  const credentials = join(folder, 'account.json');
  await writeFile(credentials, JSON.stringify(serviceAccount(service)));
  const webPushKeys = join(folder, 'web-push.json');
  await writeFile(webPushKeys, JSON.stringify(vapid));
  healthPort = await freePort();
  cluster = await TestCluster.start({
    workers: 2,
    env: {
      FCM_CREDENTIALS_FILE: credentials,
      FCM_URL: service.url,
      WEBPUSH_KEYS_FILE: webPushKeys,
      // So few that a test can fill them.
      PUSH_RETRY_MS: '10',
      PUSH_STUCK_SECONDS: '3',
      PUSH_CONCURRENCY: '8',
      LIMIT_MESSAGES_PER_SECOND: '1000',
      LIMIT_MESSAGE_BURST: '2000',
    },
    envOf: (name): Record<string, string> =>
      name === 'worker-1' ? { METRICS_PORT: String(healthPort) } : {},
  });
  redis = new Redis(process.env['TEST_REDIS_URL']!);
  const log = pino({ level: 'silent' });
  opened = new Queues({ connection: redis, prefix: `${prefix()}-queues`, log });
  queues = new PushQueues(opened);
  buyer = await cluster.person('민지');
}, 60_000);

beforeEach(async () => {
  await Promise.all(cluster.workers.filter((one) => !one.isRunning).map((one) => one.start()));
  // Somebody new, without the phones of the tests before.
  seller = await cluster.person('준호');
}, 60_000);

afterAll(async () => {
  await opened?.close();
  redis?.disconnect();
  await cluster?.stop();
  await service?.stop();
  if (folder) await rm(folder, { recursive: true });
}, 60_000);

const prefix = () => cluster.gateways[0]!.settings['REDIS_PREFIX']!;

/** A phone of this person, by its token; the provider answers it by script. */
async function phone(person: Person, ...answers: PushAnswer[]): Promise<string> {
  const token = randomUUID();
  if (answers.length > 0) service.script(token, ...answers);
  await person.gets('PUT', `/v1/me/devices/${token}`, { provider: 'fcm', token });
  return token;
}

interface Told {
  id: string;
  seq: string;
  badge: string;
  silent: string;
  conversationId: string;
  template: string;
}

const toldTo = (token: string): Told[] =>
  service
    .requestsTo(token)
    .map(({ body }) => (JSON.parse(body.toString()) as { message: { data: Told } }).message.data);

const isTold = (token: string, times: number) =>
  eventually(`${times} notifications for the phone`, () => toldTo(token).length >= times, 30_000);

/** What is known of an entry on the device that it is sent to. */
const deliveryOf = async ({ conversationId, seq }: view.Message) =>
  (await cluster.deliveries(conversationId)).find((one) => one.seq === seq);

const settles = (message: view.Message, state = 'sent') =>
  eventually(
    `the notification is ${state}`,
    async () => {
      const delivery = await deliveryOf(message);
      return delivery?.state === state && delivery;
    },
    30_000,
  );

const asked = async () => {
  const conversation = await buyer.asksAbout(await seller.lists());
  const { message } = await buyer.sends(conversation, '아직 있나요?');
  return { conversation, message };
};

/** What its decision says became of an entry, for the one whom it concerns. */
const outcomeOf = ({ conversationId, seq }: { conversationId: string; seq: number }) =>
  eventually('its decision has an outcome', () =>
    cluster.inspect(async (connection) => {
      const found = await connection.collection('decisions').findOne({ conversationId, seq });
      return found?.['outcome'] as { is: string } | undefined;
    }),
  );

const accepted: PushAnswer = { status: 200, body: JSON.stringify({ name: 'messages/1' }) };
const shownOnce = (token: string) => new Set(toldTo(token).map(({ id }) => id)).size === 1;

test('a worker killed while a provider has not answered: another pushes, under the same id', async () => {
  const [first, second] = cluster.workers;
  await second!.end('SIGTERM');
  const token = await phone(seller, 'hang', accepted);
  const { message } = await asked();
  await isTold(token, 1);
  // Before its own deadline for the answer, after which it would try again itself.
  await first!.kill();
  await second!.start();
  await settles(message);
  expect(toldTo(token)).toHaveLength(2);
  expect(shownOnce(token)).toBe(true);
}, 60_000);

test('a worker that is stopped ends what it has in hand and takes nothing new', async () => {
  const [first, second] = cluster.workers;
  await second!.end('SIGTERM');
  const token = await phone(seller, { ...accepted, afterMs: 1_500 }, accepted);
  const { conversation, message } = await asked();
  await isTold(token, 1);
  const ended = first!.end('SIGTERM');
  const later = await buyer.sends(conversation, '안녕하세요?');
  expect(await ended).toBe(0);
  expect(await deliveryOf(message)).toMatchObject({ state: 'sent' });
  await second!.start();
  await settles(later.message);
  expect(toldTo(token).map(({ seq }) => seq)).toEqual(['1', '2']);
}, 60_000);

test('what failed is tried again, what has to wait loses no try for it, and the devices that were told are left alone', async () => {
  const failing = await phone(seller, { status: 500 }, { status: 500 }, accepted);
  const { message } = await asked();
  await settles(message);
  const attempts = (await deliveryOf(message))!.attempts.map(({ kind }) => kind);
  expect(attempts).toEqual(['failed', 'failed', 'taken']);
  const job = await jobOf(message);
  expect(job?.attemptsMade).toBe(3);

  const limit = { ...fcmError(429, 'QUOTA_EXCEEDED'), headers: { 'retry-after': '1' } };
  service.script(failing, limit, accepted);
  const { message: limited } = await asked();
  await settles(limited);
  expect((await deliveryOf(limited))!.attempts[0]).toMatchObject({ kind: 'wait' });
  expect((await jobOf(limited))?.attemptsMade).toBe(1);
}, 60_000);

const chat = () => new Queue('chat', { connection: redis, prefix: `${prefix()}-queues` });

async function jobOf({ conversationId, seq }: view.Message) {
  const queue = chat();
  // It is written as finished a moment after its delivery.
  return eventually('the job is done', async () => {
    const job = await queue.getJob(`${conversationId}-${seq}-${seller.id}`);
    return job?.finishedOn !== undefined && job;
  });
}

test('what a provider refuses becomes a dead letter, and reaches who was not told once it is driven again', async () => {
  const mended = await phone(seller, fcmError(400, 'INVALID_ARGUMENT'));
  const told = await phone(seller, accepted);
  const { message } = await asked();
  const id = `${message.conversationId}-${message.seq}-${seller.id}`;
  const letter = await eventually('a dead letter', () => queues.dead.get(id), 30_000);
  expect(letter).toMatchObject({ queue: 'chat', reason: 'status 400 INVALID_ARGUMENT' });

  service.script(mended, accepted);
  await cluster.withStores(async (connection) => {
    const letters = createDeadLetters({ queues, deliveries: new DeliveryStore(connection) });
    await letters.redrive(id);
    await expect(letters.redrive(id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
  await isTold(mended, 2);
  await eventually('all of it is sent', async () => {
    const deliveries = await cluster.deliveries(message.conversationId);
    return deliveries.every(({ state }) => state !== 'refused' && state !== 'claimed');
  });
  expect(toldTo(told)).toHaveLength(1);
  expect(await queues.dead.get(id)).toBeNull();
}, 60_000);

test('what fails six times is given up, and its decision says so', async () => {
  const token = await phone(seller, { status: 500 });
  const { message } = await asked();
  const id = `${message.conversationId}-${message.seq}-${seller.id}`;
  const letter = await eventually('a dead letter', () => queues.dead.get(id), 30_000);
  expect(letter).toMatchObject({ queue: 'chat', tries: 6 });
  expect(toldTo(token)).toHaveLength(6);
  expect(shownOnce(token)).toBe(true);
  expect(await outcomeOf(message)).toMatchObject({ is: 'dead' });
}, 60_000);

test('a browser whose address leads nowhere leaves no dead letter, and is forgotten after days of it', async () => {
  const person = await cluster.person('수진');
  const { keys } = new PushSubscriber('https://unused.example');
  // Nothing listens there, and no name has to be looked up: machines differ in how long they take to know none.
  const endpoint = `https://0.0.0.0:1/${randomUUID()}`;
  await person.gets('PUT', '/v1/me/devices/browser', {
    provider: 'webpush',
    subscription: { endpoint, keys },
  });
  const conversation = await buyer.asksAbout(await person.lists());
  const { message } = await buyer.sends(conversation, '아직 있나요?');
  expect(await outcomeOf(message)).toMatchObject({ is: 'noDevice' });
  const attempts = (await deliveryOf(message))!.attempts.map(({ kind }) => kind);
  expect(attempts).toEqual(Array.from({ length: 6 }, () => 'failed'));
  const id = `${message.conversationId}-${message.seq}-${person.id}`;
  expect(await queues.dead.get(id)).toBeNull();

  const devices = <T>(work: (stored: mongo.Collection) => Promise<T>): Promise<T> =>
    cluster.inspect((connection) =>
      work(connection.collection('devices') as unknown as mongo.Collection),
    );
  const longAgo = new Date(Date.now() - 4 * 86_400_000);
  const since = { $set: { unreachedSince: longAgo } };
  const { matchedCount } = await devices((stored) =>
    stored.updateOne({ token: endpoint, unreachedSince: { $exists: true } }, since),
  );
  expect(matchedCount).toBe(1);
  await buyer.sends(conversation, '저기요?');
  await eventually('it is forgotten', async () => {
    const left = await devices((stored) => stored.countDocuments({ userId: person.id }));
    return left === 0;
  });
}, 60_000);

test('a dead token is forgotten, one that nobody used for a month is left alone', async () => {
  const person = await cluster.person('수진');
  const dead = await phone(person, fcmError(404, 'UNREGISTERED'));
  const unused = await phone(person);
  await cluster.inspect((connection) =>
    connection
      .collection('devices')
      .updateOne(
        { token: unused },
        { $set: { lastSeenAt: new Date(Date.now() - 31 * 86_400_000) } },
      ),
  );
  const conversation = await buyer.asksAbout(await person.lists());
  const { message } = await buyer.sends(conversation, '아직 있나요?');
  await settles(message, 'gone');
  await eventually('the token is forgotten', async () => {
    const left = await cluster.inspect((connection) =>
      connection.collection('devices').find({ userId: person.id }).toArray(),
    );
    return left.every((device) => device['token'] === unused);
  });
  expect(toldTo(dead)).toHaveLength(1);
  expect(toldTo(unused)).toEqual([]);
});

test('read on one device: the others are told once, with the new badge, and of nothing that was not pushed', async () => {
  const reader = await cluster.person('지우');
  const { body } = await callRest<view.SignedIn>(reader.gateway.url, 'POST', '/v1/auth/login', {
    body: { email: reader.user.email, password: 'correct horse battery' },
  });
  const laptop = Object.create(reader, { accessToken: { value: body.accessToken } }) as Person;
  const muted = await buyer.asksAbout(await reader.lists());
  // So that it stands in the reader's list; there is no phone yet that could be told.
  const { message: opening } = await buyer.sends(muted, '안녕하세요');
  expect(await outcomeOf(opening)).toMatchObject({ is: 'noDevice' });
  await reader.gets('PATCH', `/v1/conversations/${muted.id}/me`, { muted: true });
  const [pocket, desk] = [await phone(reader), await phone(laptop)];
  const first = await buyer.asksAbout(await reader.lists());
  const second = await buyer.asksAbout(await reader.lists());
  for (const conversation of [first, second, muted]) {
    await buyer.sends(conversation, '아직 있나요?');
    if (conversation !== muted)
      await eventually('both are told', () =>
        [pocket, desk].every((token) =>
          toldTo(token).some(({ conversationId }) => conversationId === conversation.id),
        ),
      );
  }
  expect(toldTo(desk).map(({ badge }) => badge)).toEqual(['1', '2']);
  // One that waited so long that something newer was told: it must take nothing away.
  const late = { kind: 'silent', conversationId: first.id, recipientId: reader.id } as const;
  await queues.add('chat', { ...late, readSeq: 0 });

  const reads = (conversation: { id: string }) =>
    reader.gets('PUT', `/v1/conversations/${conversation.id}/receipts`, { readSeq: 1 });
  await reads(muted);
  await reads(first);
  await isTold(desk, 3);
  await reads(first);
  await reads(second);
  await isTold(desk, 4);
  expect(toldTo(desk).slice(2)).toMatchObject([
    { silent: 'true', conversationId: first.id, badge: '1' },
    { silent: 'true', conversationId: second.id, badge: '0' },
  ]);
  expect(toldTo(pocket)).toHaveLength(2);
}, 60_000);

interface Sent {
  notification?: { body: string };
  data: Told & { replaces?: string };
  apns: { payload: { aps: { alert?: { body: string }; sound?: string } } };
}

const sentTo = (token: string): Sent[] =>
  service
    .requestsTo(token)
    .map(({ body }) => (JSON.parse(body.toString()) as { message: Sent }).message);

test('what was edited or taken back is changed where it is shown, and nowhere else', async () => {
  const token = await phone(seller);
  const conversation = await buyer.asksAbout(await seller.lists());
  const says = async (text: string) => {
    const { message } = await buyer.sends(conversation, text);
    await settles(message);
    return message;
  };
  const next = async (times: number) => {
    await isTold(token, times);
    const all = sentTo(token);
    expect(all).toHaveLength(times);
    return all.at(-1)!;
  };
  const first = await says('집은 어디예요');
  const second = await says('역 앞에서 봐요');
  // It makes way for other words, under its own number and without a sound.
  await buyer.edits(second, '학교 앞에서 봐요');
  const edited = await next(3);
  expect(edited).toMatchObject({
    notification: { body: '학교 앞에서 봐요' },
    data: { seq: '2', replaces: '2', silent: 'false', sound: 'false' },
  });
  expect(edited.apns.payload.aps).not.toHaveProperty('sound');
  // Nothing of the first one is shown any more, so nothing is to be changed.
  await buyer.edits(first, '집은 어디세요');
  const queue = chat();
  await eventually('that is looked at', async () => {
    const job = await queue.getJob(`changed-${conversation.id}-${second.seq + 2}-${seller.id}`);
    return job?.finishedOn !== undefined;
  });
  await queue.close();
  // The newest that is left takes the place of what is taken back.
  await buyer.unsends(second);
  expect(await next(4)).toMatchObject({
    notification: { body: '집은 어디세요' },
    data: { seq: '1', replaces: '2' },
  });
  await buyer.unsends(first);
  const away = await next(5);
  expect(away).toMatchObject({ data: { seq: '1', replaces: '1', silent: 'true' } });
  expect(away.notification).toBeUndefined();
  expect(away.apns.payload.aps.alert!.body).toBe('새 소식이 있어요');

  // What was read stays as it was read, and without previews no words are shown.
  const third = await says('읽을 메시지');
  await seller.gets('PUT', `/v1/conversations/${conversation.id}/receipts`, { readSeq: third.seq });
  await buyer.edits(third, '읽은 메시지');
  await seller.gets('PATCH', '/v1/me/notification-settings', { preview: false });
  const fourth = await says('가린 메시지');
  await buyer.unsends(fourth);
  // A barrier: decided behind them.
  const last = await says('마지막');
  const untouched = [third, fourth, last].map(({ seq }) => String(seq));
  expect(
    toldTo(token)
      .slice(5)
      .map(({ seq }) => seq),
  ).toEqual(untouched);
}, 90_000);

/** So many entries that nobody was pushed of, since the person had switched that off; by now it is on again. */
async function untold(person: Person, count: number) {
  const conversation = await buyer.asksAbout(await person.lists());
  const hears = (chat: boolean) =>
    person.gets('PATCH', '/v1/me/notification-settings', { categories: { chat } });
  await hears(false);
  const seqs = Array.from({ length: count }, (_, index) => index + 1);
  await Promise.all(seqs.map((seq) => buyer.sends(conversation, `${seq}번째 메시지`)));
  await eventually('each is decided', () =>
    cluster.inspect(async (connection) => {
      const of = { conversationId: conversation.id };
      return (await connection.collection('decisions').countDocuments(of)) === count;
    }),
  );
  await hears(true);
  return seqs.map((seq) => ({
    kind: 'entry' as const,
    conversationId: conversation.id,
    seq,
    recipientId: person.id,
  }));
}

test('what waited past its life is not sent', async () => {
  const late = await cluster.person('늦봄');
  const [job, timely] = await untold(late, 2);
  const token = await phone(late, accepted);
  const { conversationId, seq } = job!;
  const createdAt = new Date(Date.now() - 25 * 3_600_000);
  await cluster.inspect((connection) =>
    messagesIn(connection).updateOne(atPlace(conversationId, seq), { $set: { createdAt } }),
  );
  await queues.addMany([job!, timely!].map((one) => ({ queue: 'chat', job: one })));
  await isTold(token, 1);
  expect(await outcomeOf(job!)).toMatchObject({ is: 'expired' });
  expect(toldTo(token).map(({ seq }) => seq)).toEqual([String(timely!.seq)]);
}, 60_000);

test('many that are due together go in a bundle: each is shown once, and what fails goes on by itself', async () => {
  const busy = await cluster.person('바다');
  const jobs = await untold(busy, bundleSize);
  const token = await phone(busy, { status: 500 }, accepted);
  await queues.addMany(jobs.map((job) => ({ queue: 'chat', job })));
  const sent = () => cluster.sent(jobs[0]!.conversationId);
  await eventually('all are sent', async () => (await sent()).length === jobs.length, 30_000);
  const told = toldTo(token);
  expect(new Set(told.map(({ id }) => id)).size).toBe(jobs.length);
  // The one that the provider failed at was tried again, and no other.
  expect(told).toHaveLength(jobs.length + 1);
}, 60_000);

test('a worker that takes no job any more is not alive, and is again when it does', async () => {
  const health = async () => (await fetch(`http://127.0.0.1:${healthPort}/healthz`)).status;
  expect(await health()).toBe(200);
  const queue = chat();
  await queue.pause();
  await eventually('it is stuck', async () => (await health()) === 503);
  await queue.resume();
  await eventually('it goes on', async () => (await health()) === 200);
});

/** What they write to the seller now comes in the quiet hours of the seller, and is held. */
async function heldAtNight(conversation: view.Conversation, ...texts: string[]) {
  const inHours = (ahead: number) =>
    new Date(Date.now() + ahead * 3_600_000).toLocaleTimeString('en-GB', {
      timeZone: 'Asia/Seoul',
      hour: '2-digit',
      minute: '2-digit',
    });
  const quietHours = { from: inHours(-1), to: inHours(2) };
  await seller.gets('PATCH', '/v1/me/notification-settings', { quietHours });
  const messages: view.Message[] = [];
  for (const text of texts) messages.push((await buyer.sends(conversation, text)).message);
  const { seq } = messages.at(-1)!;
  await eventually('all are held', () =>
    decisions((stored) => stored.findOne({ recipientId: seller.id, do: 'hold', seq })),
  );
  return messages;
}

interface Held {
  recipientId: string;
  seq: number;
  until: Date;
  nextAt?: Date;
  outcome?: { is: string };
}

const decisions = <T>(work: (stored: mongo.Collection<Held>) => Promise<T>): Promise<T> =>
  cluster.inspect((connection) =>
    work(connection.collection('decisions') as unknown as mongo.Collection<Held>),
  );

/** Its time comes for all that is held for the seller, or comes again; until it is in the queue. */
async function isReleased() {
  const now = new Date();
  const stillDue = { recipientId: seller.id, nextAt: { $lte: now } };
  await decisions((stored) =>
    stored.updateMany(
      { recipientId: seller.id, nextAt: { $exists: true } },
      { $set: { until: now, nextAt: now } },
    ),
  );
  await opened.wake([{ kind: 'push-digest', id: seller.id, at: now.getTime() }]);
  await eventually('it is released', () =>
    decisions(async (stored) => (await stored.countDocuments(stillDue)) === 0),
  );
}

const outcomesOfHeld = () =>
  decisions(async (stored) => {
    const held = await stored.find({ recipientId: seller.id }).sort({ seq: 1 }).toArray();
    return held.map(({ nextAt, outcome }) => ({ nextAt, is: outcome?.is }));
  });

test('what was held reaches every device once, though one fails at first and all of it is released again', async () => {
  const quick = await phone(seller, accepted);
  const slow = await phone(seller, 'hang', { status: 503, afterMs: 1_500 }, accepted);
  const conversation = await buyer.asksAbout(await seller.lists());
  await heldAtNight(conversation, '주무세요?');
  await isReleased();
  await isTold(slow, 1);
  const [, last] = await heldAtNight(conversation, '일어나시면', '연락 주세요');
  await isReleased();
  await isTold(slow, 2);
  await isReleased();
  await isTold(slow, 4);
  await eventually('nothing is left in the queues', async () => {
    const states = await outcomesOfHeld();
    const { chat: alone, bulk } = await queues.waiting();
    const left = alone.wait + alone.delayed + bulk.wait + bulk.delayed;
    return left === 0 && states.every(({ is }) => is !== undefined);
  });

  const templates = (token: string) => toldTo(token).map(({ template }) => template);
  expect(templates(quick)).toEqual(['text', 'digest']);
  expect(service.requestsTo(quick)[1]!.body.toString()).toContain('새 소식 2개');
  expect(templates(slow).sort()).toEqual(['digest', 'digest', 'text', 'text']);
  expect(new Set(toldTo(slow).map(({ id }) => id)).size).toBe(2);
  expect((await outcomesOfHeld()).map(({ is }) => is)).toEqual(['sent', 'digested', 'digested']);
  const { body } = await callRest<view.DeliveryTrace>(
    seller.gateway.url,
    'GET',
    `/v1/admin/deliveries?messageId=${last!.id}`,
  );
  expect(body.recipients[0]!.devices.map(({ state }) => state)).toEqual(['sent', 'sent']);
}, 60_000);

test('a digest that is refused is one dead letter, and is told once that is driven again', async () => {
  const token = await phone(seller, fcmError(400, 'INVALID_ARGUMENT'));
  await heldAtNight(await buyer.asksAbout(await seller.lists()), '주무세요?', '연락 주세요');
  await isReleased();
  const dead = { nextAt: undefined, is: 'dead' };
  const given = await eventually(
    'it is given up',
    async () => {
      const states = await outcomesOfHeld();
      return states.every(({ nextAt }) => nextAt === undefined) && states;
    },
    30_000,
  );
  expect(given).toEqual([dead, dead]);
  const letters = await queues.dead.list(100);
  const own = letters.filter(({ job }) => job.kind === 'digest' && job.recipientId === seller.id);
  expect(own).toHaveLength(1);

  service.script(token, accepted);
  await cluster.withStores((connection) =>
    createDeadLetters({ queues, deliveries: new DeliveryStore(connection) }).redrive(own[0]!.id),
  );
  await eventually('it is told', async () =>
    (await outcomesOfHeld()).every(({ is }) => is === 'digested'),
  );
  expect(shownOnce(token)).toBe(true);
}, 60_000);

// The last one: what hangs in it keeps its place.
test('a flood of bulk delays nobody else', async () => {
  const flooded = await cluster.person('하늘');
  const jobs = await untold(flooded, 12);
  await phone(flooded, 'hang');
  await queues.addMany(jobs.map((job) => ({ queue: 'bulk', job })));
  await eventually('bulk has all in hand that it may', () => service.hung === 4);

  const other = await phone(seller);
  const { conversation: deal, message } = await asked();
  await settles(message);
  await settles((await buyer.offers(deal, 70_000)).message);
  expect(toldTo(other)).toHaveLength(2);
  expect(service.hung).toBe(4);
  // With the canaries of two workers.
  expect((await queues.waiting()).bulk.wait).toBeGreaterThanOrEqual(jobs.length - 4);
}, 60_000);
