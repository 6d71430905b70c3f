import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { randomBytes, randomUUID } from 'node:crypto';
import type { view } from '../../src/contract/index.js';
import { eventually } from '../support/eventually.js';
import { answer } from '../support/offers.js';
import { giveRole } from '../support/operators.js';
import { callRest, type Person } from '../support/person.js';
import { TestCluster } from '../support/test-cluster.js';
import { WebhookReceiver, type Told } from '../support/webhook-receiver.js';

/** Both sign, as while they are rotated. */
const secrets = [aSecret(), aSecret()];
/** Long enough for everything that is refused on purpose and then taken. */
const giveUpSeconds = 6;

let cluster: TestCluster;
let receiver: WebhookReceiver;
let buyer: Person, seller: Person;
/** A second buyer: one may open only so many conversations. */
let other: Person;

beforeAll(async () => {
  receiver = await WebhookReceiver.listen(secrets);
  cluster = await TestCluster.start({
    workers: 2,
    env: {
      WEBHOOK_URL: receiver.url,
      WEBHOOK_SECRETS: secrets.join(','),
      WEBHOOK_RETRY_BASE_MS: '50',
      WEBHOOK_GIVE_UP_SECONDS: String(giveUpSeconds),
      LIMIT_MESSAGES_PER_SECOND: '1000',
      LIMIT_MESSAGE_BURST: '2000',
    },
  });
  [buyer, seller, other] = (await Promise.all(
    ['민지', '준호', '서연'].map((name) => cluster.person(name)),
  )) as [Person, Person, Person];
}, 60_000);

afterEach(() => receiver.obliging());

afterAll(async () => {
  await cluster?.stop();
  await receiver?.close();
}, 60_000);

function aSecret(): string {
  return `whsec_${randomBytes(24).toString('base64')}`;
}

const admin = <T>(method: string, path: string, body?: unknown, headers = {}) =>
  callRest<T>(cluster.gateways[0]!.url, method, `/v1/admin${path}`, {
    body,
    headers,
  });

const listed = async (query: string) =>
  (
    await admin<{ items: view.WebhookEvent[]; disabledAt: string | null }>(
      'GET',
      `/webhooks?limit=100&${query}`,
    )
  ).body;

const isOf =
  (conversation: { id: string }) =>
  (event: Told): boolean =>
    'conversationId' in event && event.conversationId === conversation.id;

const isAt = (conversation: { id: string }, seq: number) => (event: Told) =>
  isOf(conversation)(event) && 'seq' in event && event.seq === seq;

/** Several conversations about things of the seller. */
const conversations = (count: number, by = buyer) =>
  Promise.all(Array.from({ length: count }, async () => by.asksAbout(await seller.lists())));

const numbered = Array.from({ length: 6 }, (_, index) => `${index + 1}번째`);
const sendsAll = async (conversation: { id: string }, by = buyer) => {
  for (const text of numbered) await by.sends(conversation, text);
};

test('tells what happens through the public doors, as the documents say', async () => {
  const listing = await seller.lists({ price: 100_000, offers: { minimum: 60_000 } });
  const conversation = await buyer.asksAbout(listing);
  const { message } = await buyer.sends(conversation, '아직 있나요?');
  const { offer } = await buyer.offers(conversation, 70_000);
  const countered = await answer(seller, offer, 'counter', { amount: 80_000 });
  const accepted = await answer(buyer, countered.body.offer, 'accept', { amount: 80_000 });
  const { dealId } = accepted.body.offer;
  const place = { name: '역 앞' };
  const at = new Date(Date.now() + 3_600_000).toISOString();
  await seller.gets('PUT', `/v1/deals/${dealId}/appointment`, { at, place });
  await seller.gets('POST', `/v1/deals/${dealId}/complete`, {});
  const other = await seller.lists({ title: '책상' });
  await seller.gets('PATCH', `/v1/listings/${other.id}`, { price: 90_000 });
  await seller.gets('DELETE', `/v1/listings/${other.id}`);
  const report = await buyer.gets<view.Report>('POST', '/v1/reports', {
    targetType: 'listing',
    targetId: listing.id,
    reason: 'fraud',
    note: '선입금 요구',
  });

  await receiver.hears('offer.updated', ({ data }) => data.offer.act === 'fulfilled');
  const ofConversation = receiver.heard.filter(({ event }) => isOf(conversation)(event));
  expect(ofConversation.map(({ event }) => [event.type, actOf(event)])).toEqual([
    ['message.created', '아직 있나요?'],
    ['offer.updated', 'made'],
    ['offer.updated', 'countered'],
    ['offer.updated', 'accepted'],
    ['deal.updated', 'open 1'],
    ['deal.updated', 'open 2'],
    ['deal.updated', 'completed 3'],
    ['offer.updated', 'fulfilled'],
  ]);
  const [first] = receiver.taken('message.created', isOf(conversation));
  expect(first).toMatchObject({ seq: message.seq, data: { message: { id: message.id } } });
  const removed = await receiver.hears(
    'listing.updated',
    ({ data }) => data.listing.id === other.id && data.listing.state === 'removed',
  );
  expect(removed.data.listing).toMatchObject({ version: 3, price: 90_000 });
  // Bodies are as the listing is by then: the one before the last may say already what the last one does.
  const changes = () =>
    receiver.taken('listing.updated', ({ data }) => data.listing.id === other.id);
  await eventually('each change is told', () => changes().length === 3);
  const reserved = await receiver.hears(
    'listing.updated',
    ({ data }) => data.listing.id === listing.id && data.listing.state === 'sold',
  );
  expect(reserved.data.listing.offers).not.toHaveProperty('minimum');
  const told = await receiver.hears('user.reported');
  expect(told.data).toEqual({ report, userId: seller.id, reporterId: buyer.id });

  const documents = await documentsAt(cluster.gateways[0]!.url);
  for (const { event } of receiver.heard) documents.expectWebhookConforms(event.type, event);
  expect(receiver.forged).toEqual([]);
});

function actOf(event: Told): string {
  switch (event.type) {
    case 'message.created':
      return event.data.message.text!;
    case 'offer.updated':
      return event.data.offer.act;
    case 'deal.updated':
      return `${event.data.deal.state} ${event.data.deal.version}`;
    default:
      return '';
  }
}

test('an event that is refused holds back its own conversation, and no other', async () => {
  const [stuck, free] = await conversations(2);
  let refusals = 0;
  receiver.answers = (event) => (isOf(stuck!)(event) ? ((refusals += 1), 503) : 204);
  await Promise.all([sendsAll(stuck!), sendsAll(free!)]);
  await eventually('the other conversation is told', () => receiver.texts(free!.id).length === 6);
  await eventually('it is tried again', () => refusals > 3);
  expect(receiver.texts(stuck!.id)).toEqual([]);
  receiver.obliging();
  await eventually('the rest follows', () => receiver.texts(stuck!.id).length === 6);
  for (const one of [stuck!, free!]) expect(receiver.texts(one.id)).toEqual(numbered);
  // Nothing behind the refused one was tried before it was taken.
  const tried = receiver.heard.filter(({ event }) => isOf(stuck!)(event)).map(({ id }) => id);
  expect(new Set(tried.slice(0, refusals)).size).toBe(1);
});

test('a receiver that is away for all is waited for, and then told everything in order', async () => {
  const all = await conversations(6);
  const refused = new Set<string>();
  receiver.answers = (_, id) => (refused.add(id), 500);
  const [first, ...rest] = numbered.slice(0, 3);
  await Promise.all(all.map((one) => buyer.sends(one, first!)));
  // More than fail for themselves.
  await eventually('it was tried', () => refused.size >= 5);
  receiver.obliging();
  for (const text of rest) await Promise.all(all.map((one) => buyer.sends(one, text)));
  for (const one of all) {
    await eventually('all are told', () => receiver.texts(one.id).length === 3);
    expect(receiver.texts(one.id)).toEqual([first, ...rest]);
  }
});

test('an edit and an unsend are told, as they left the message', async () => {
  const [conversation] = await conversations(1, other);
  const first = await other.sends(conversation!, '8만원에 되나요?');
  const path = `/v1/conversations/${conversation!.id}/messages/${first.message.seq}`;
  await other.gets('PATCH', path, { clientMessageId: randomUUID(), text: '9만원에 되나요?' });
  await other.gets('DELETE', path, { clientMessageId: randomUUID() });
  const unsent = await receiver.hears('message.unsent', isOf(conversation!));
  const edited = await receiver.hears('message.updated', isOf(conversation!));
  const { id, seq } = first.message;
  // The words of an edit are gone with the message, and may be gone before this is sent.
  expect(['edited', 'unsent']).toContain(edited.data.message.state);
  expect(edited.data.message).toMatchObject({ id, seq });
  expect(unsent.data.message).toMatchObject({ id, seq, state: 'unsent' });
  expect(unsent.data.message.text).toBeUndefined();
  const kept = await other.sends(conversation!, '네');
  const second = `/v1/conversations/${conversation!.id}/messages/${kept.message.seq}`;
  await other.gets('PATCH', second, { clientMessageId: randomUUID(), text: '네!' });
  const told = await receiver.hears(
    'message.updated',
    ({ data }) => data.message.id === kept.message.id,
  );
  expect(told.data.message).toMatchObject({ seq: kept.message.seq, state: 'edited', text: '네!' });
});

test('an event whose body is refused does not hold up the next one for a day', async () => {
  const [conversation] = await conversations(1, other);
  const odd = (event: Told) =>
    isOf(conversation!)(event) &&
    event.type === 'message.created' &&
    event.data.message.text === numbered[1];
  let tries = 0;
  receiver.answers = (event) => (odd(event) ? ((tries += 1), 422) : 204);
  await sendsAll(conversation!, other);
  await eventually('the rest follows', () => receiver.texts(conversation!.id).length === 5);
  expect(receiver.texts(conversation!.id)).toEqual(numbered.filter((text) => text !== numbered[1]));
  expect(tries).toBe(5);
  const { items } = await listed('state=dead');
  expect(items.filter((event) => event.conversationId === conversation!.id)).toHaveLength(1);
});

test('a receiver that refuses every body is wrong itself: it is waited for', async () => {
  const all = await conversations(8, other);
  const dead = async () =>
    (await listed('state=dead')).items.filter(({ conversationId }) =>
      all.some(({ id }) => id === conversationId),
    ).length;
  receiver.answers = () => 400;
  await Promise.all(all.map((one) => other.sends(one, '안녕하세요')));
  await eventually('some are given up', async () => (await dead()) === 3);
  receiver.obliging();
  await eventually(
    'all others are told',
    () => all.filter(({ id }) => receiver.texts(id).length === 1).length === 5,
  );
  expect(await dead()).toBe(3);
});

test('a wait that the receiver asks for is kept', async () => {
  const [conversation] = await conversations(1);
  const tries: number[] = [];
  receiver.answers = (event) => {
    if (!isOf(conversation!)(event)) return 204;
    tries.push(Date.now());
    return tries.length === 1 ? { status: 429, headers: { 'retry-after': '1' } } : 204;
  };
  await buyer.sends(conversation!, '천천히');
  await receiver.hears('message.created', isOf(conversation!));
  expect(tries[1]! - tries[0]!).toBeGreaterThanOrEqual(1_000);
});

test('a worker that is killed between the answer and its mark loses nothing and changes no order', async () => {
  const [conversation] = await conversations(1);
  const acting = await eventually('one worker acts', () =>
    cluster.workers.find((one) => one.isRunning && actsFor(one.log)),
  );
  receiver.answers = async (event) => {
    if (isOf(conversation!)(event) && acting.isRunning) await acting.kill();
    return 204;
  };
  await sendsAll(conversation!);
  await eventually('all are told', () => receiver.texts(conversation!.id).length === 6, 30_000);
  expect(receiver.texts(conversation!.id)).toEqual(numbered);
  const ids = receiver.heard.filter(({ event }) => isOf(conversation!)(event)).map(({ id }) => id);
  // The one that was taken while its sender died was sent once more, under its own id.
  expect(ids.length).toBeGreaterThan(6);
  expect(new Set(ids).size).toBe(6);
  await acting.start();
}, 45_000);

const actsFor = (log: string) =>
  log.split('\n').some((line) => line.includes('"relay":"webhooks"') && line.includes('acts'));

test('what is refused for too long is dead, the next one goes on, and a replay sends it', async () => {
  const [conversation] = await conversations(1);
  receiver.answers = (event) => (isAt(conversation!, 1)(event) ? 500 : 204);
  await sendsAll(conversation!);
  await eventually('the next ones go on', () => receiver.texts(conversation!.id).length === 5);
  expect(receiver.texts(conversation!.id)).toEqual(numbered.slice(1));
  const { items } = await listed('state=dead&type=message.created');
  const dead = items.find((one) => one.conversationId === conversation!.id)!;
  expect(dead).toMatchObject({ seq: 1, state: 'dead', lastAnswer: { status: 500 } });

  receiver.obliging();
  const replay = await admin<{ replayed: number }>('POST', '/webhooks/replay', { ids: [dead.id] });
  expect(replay.body).toEqual({ replayed: 1, next: null });
  const again = await receiver.hears('message.created', isAt(conversation!, 1));
  expect(again.timestamp).toBe(dead.timestamp);
  await eventually('it is delivered', async () =>
    (await listed('state=delivered')).items.some(({ id }) => id === dead.id),
  );
}, 30_000);

test('a stretch of time is replayed under the same ids', async () => {
  const [conversation] = await conversations(1);
  await sendsAll(conversation!);
  await eventually('all are told', () => receiver.texts(conversation!.id).length === 6);
  await eventually(
    'all are marked',
    async () => (await listed('state=pending')).items.length === 0,
  );
  const events = (await listed('type=message.created')).items.filter(isOfView(conversation!));
  const triesOf = (id: string) => receiver.heard.filter((one) => one.id === id).length;
  const from = events.at(-1)!.timestamp;
  const { body } = await admin<{ replayed: number }>('POST', '/webhooks/replay', {
    from,
    to: new Date().toISOString(),
    types: ['message.created'],
  });
  expect(body.replayed).toBeGreaterThanOrEqual(6);
  for (const { id } of events) await eventually('it is told again', () => triesOf(id) >= 2);
});

const isOfView = (conversation: { id: string }) => (event: view.WebhookEvent) =>
  event.conversationId === conversation.id;

test('410 ends it, loudly, until somebody enables it again', async () => {
  const [conversation] = await conversations(1);
  receiver.answers = () => 410;
  await buyer.sends(conversation!, '마지막');
  await eventually('it is disabled', async () => (await listed('')).disabledAt);
  const tries = receiver.heard.length;
  receiver.obliging();
  await buyer.sends(conversation!, '기다려요');
  await eventually('it waits', async () =>
    (await listed('state=pending')).items.some(
      (one) => isOfView(conversation!)(one) && one.seq === 2,
    ),
  );
  expect(receiver.heard).toHaveLength(tries);
  expect(cluster.workers.map(({ log }) => log).join('')).toContain('answered 410');
  expect((await admin('POST', '/webhooks/enable')).status).toBe(204);
  await eventually('both are told', () => receiver.texts(conversation!.id).length === 2);
});

test('a relay of webhooks whose place has left the oplog reads what it missed', async () => {
  const [conversation] = await conversations(1);
  await buyer.sends(conversation!, '쉬기 전');
  await receiver.hears('message.created', isOf(conversation!));
  await Promise.all(cluster.workers.map((worker) => worker.end('SIGTERM')));
  await buyer.sends(conversation!, '쉬는 동안');
  const listing = await seller.lists({ title: '쉬는 동안 올린 의자' });
  const report = await buyer.gets<view.Report>('POST', '/v1/reports', {
    targetType: 'user',
    targetId: seller.id,
    reason: 'spam',
  });
  await cluster.inspect((connection) =>
    connection
      .collection<{ _id: string }>('relayPlaces')
      .updateOne({ _id: 'webhooks' }, { $set: { token: { _data: '82' } } }),
  );
  await Promise.all(cluster.workers.map((worker) => worker.start()));
  await eventually('the text is told', () => receiver.texts(conversation!.id).length === 2);
  await receiver.hears('listing.updated', ({ data }) => data.listing.id === listing.id);
  await receiver.hears('user.reported', ({ data }) => data.report.id === report.id);
  expect(cluster.workers.map(({ log }) => log).join('')).toContain('lost its place');
}, 30_000);

test('only operators replay, and only from this site', async () => {
  const url = cluster.gateways[0]!.url;
  const path = '/v1/admin/webhooks/replay';
  const body = { ids: ['some-id'] };
  expect((await buyer.call('POST', path, body)).status).toBe(403);
  const elsewhere = { 'sec-fetch-site': 'cross-site' };
  expect((await admin('POST', '/webhooks/replay', body, elsewhere)).status).toBe(403);
  expect((await admin('POST', '/webhooks/replay', body)).body).toEqual({ replayed: 0, next: null });
  // Once somebody is an admin, it is open to nobody else.
  await giveRole(cluster, buyer, 'admin');
  expect((await callRest(url, 'POST', path, { body })).status).toBe(401);
  expect((await buyer.call('POST', path, body)).status).toBe(200);
});
