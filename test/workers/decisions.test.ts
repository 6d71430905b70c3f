import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { randomUUID } from 'node:crypto';
import type { view } from '../../src/contract/index.js';
import type { Decision, NewDecision, ToldEntry } from '../../src/notifications/index.js';
import { DecisionStore } from '../../src/notifications/decision.store.js';
import { DeviceStore } from '../../src/notifications/device.store.js';
import { PushFactsLoader } from '../../src/notifications/push-facts.js';
import { SettingsStore } from '../../src/notifications/settings.store.js';
import { createLogger } from '../../src/platform/logger.js';
import { createMetrics } from '../../src/metrics.js';
import { PushQueues } from '../../src/notifications/push-queues.js';
import { Queues } from '../../src/platform/queues.js';
import { BlockStore } from '../../src/users/block.store.js';
import { UserStore } from '../../src/users/user.store.js';
import { Pushes } from '../../workers/relay/pushes.js';
import { Term } from '../../workers/relay/term.js';
import { eventually } from '../support/eventually.js';
import type { Person } from '../support/person.js';
import { TestCluster } from '../support/test-cluster.js';

/** Who is told, why and when: what the relay stores of it, and what people see of it. */
let cluster: TestCluster;
let buyer: Person, seller: Person;
let conversation: view.Conversation;

beforeAll(async () => {
  cluster = await TestCluster.start({ gateways: 1, workers: 1 });
  [buyer, seller] = await Promise.all([cluster.person('민지'), cluster.person('준호')]);
  conversation = await buyer.asksAbout(await seller.lists({ price: 100_000 }));
  await seller.gets('PUT', '/v1/me/devices/shop', { provider: 'log', token: randomUUID() });
}, 60_000);

afterAll(async () => {
  buyer?.leaves();
  seller?.leaves();
  await cluster?.stop();
}, 60_000);

const stored = <T>(look: (store: DecisionStore) => Promise<T>): Promise<T> =>
  cluster.withStores((connection) => look(new DecisionStore(connection)));

const decisionsOn = ({ conversationId, seq, createdAt }: view.Message): Promise<Decision[]> =>
  stored((store) => store.ofMessage(conversationId, seq, new Date(createdAt)));

/** What was decided for a person, once it was. */
const decided = (message: view.Message, person: Person): Promise<Decision> =>
  eventually(`entry ${message.seq} is decided`, async () =>
    (await decisionsOn(message)).find(({ recipientId }) => recipientId === person.id),
  );

const says = async (text: string): Promise<view.Message> =>
  (await buyer.sends(conversation, text)).message;

const wants = (change: object): Promise<view.NotificationSettings> =>
  seller.gets('PATCH', '/v1/me/notification-settings', change);

const told = async (person: Person): Promise<view.Notification[]> =>
  (await person.gets<{ items: view.Notification[] }>('GET', '/v1/me/notifications')).items;

const toldOf = (message: view.Message, person: Person): Promise<view.Notification> =>
  eventually(`${message.seq} is in the list`, async () =>
    (await told(person)).find(({ id }) => id === message.id),
  );

/** Of the seller, so many hours from now. */
const localTime = (ahead: number) =>
  new Date(Date.now() + ahead * 3_600_000).toLocaleTimeString('en-GB', {
    timeZone: 'Asia/Seoul',
    hour: '2-digit',
    minute: '2-digit',
  });

describe('each decision is stored with its reason and what the relay saw', () => {
  test('nobody connected', async () => {
    const message = await says('계신가요?');
    const decision = await decided(message, seller);
    expect(decision).toMatchObject({
      category: 'chat',
      decided: { do: 'push', reason: 'notConnected' },
      seen: { connected: false, deliveredSeq: 0, readSeq: 0, hinted: false },
    });
    expect(await decisionsOn(message)).toHaveLength(1);
  });

  test('connected, but not read in time; then read', async () => {
    const shop = await seller.connects();
    const unread = await says('바쁘신가요?');
    const late = await decided(unread, seller);
    expect(late.decided).toEqual({ do: 'push', reason: 'unreadThoughConnected' });
    expect(late.seen).toMatchObject({ connected: true, hinted: true });
    const message = await says('읽으셨네요');
    await shop.do('receipt:read', { conversationId: conversation.id, seq: message.seq });
    expect(await decided(message, seller)).toMatchObject({
      category: 'chat',
      decided: { do: 'nothing', reason: 'read' },
      seen: { connected: true, readSeq: message.seq },
    });
    shop.close();
  });

  test('muted, switched off, between people whom a block parts', async () => {
    const path = `/v1/conversations/${conversation.id}/me`;
    await seller.gets('PATCH', path, { muted: true });
    const reasons = async (text: string) => (await decided(await says(text), seller)).decided;
    expect(await reasons('조용히')).toEqual({ do: 'nothing', reason: 'muted' });
    await seller.gets('PATCH', path, { muted: false });
    await wants({ categories: { chat: false } });
    expect(await reasons('더 조용히')).toEqual({ do: 'nothing', reason: 'categoryOff' });
    await wants({ categories: { chat: true } });
    const message = await says('마지막 말');
    await seller.gets('PUT', `/v1/me/blocks/${buyer.id}`);
    expect((await decided(message, seller)).decided).toEqual({ do: 'nothing', reason: 'blocked' });
    await seller.gets('DELETE', `/v1/me/blocks/${buyer.id}`);
  });
});

describe('how people want to be told', () => {
  const path = '/v1/me/notification-settings';

  test('everything is on until something is changed, each change leaves the rest', async () => {
    const person = await cluster.person('수아');
    const first = await person.call<view.NotificationSettings>('GET', path);
    const categories = { chat: true, offer: true, deal: true, reminder: true, alert: true };
    expect(first.body).toEqual({ categories, quietHours: null, preview: true });
    const quietHours = { from: '22:00', to: '08:00' };
    await person.gets('PATCH', path, { quietHours });
    await person.gets('PATCH', path, { categories: { alert: false } });
    const after = { categories: { ...categories, alert: false }, quietHours, preview: true };
    expect(await person.gets('GET', path)).toEqual(after);

    const stale = { 'if-match': first.headers.get('etag')! };
    const refused = await person.call('PATCH', path, { preview: false }, stale);
    expect(refused).toMatchObject({
      status: 412,
      body: { code: 'VERSION_CONFLICT', current: after },
    });
    const fresh = (await person.call('GET', path)).headers.get('etag')!;
    const taken = await person.call('PATCH', path, { preview: false }, { 'if-match': fresh });
    expect(taken.body).toEqual({ ...after, preview: false });

    for (const bad of [
      { quietHours: { from: '22:00', to: '22:00' } },
      { quietHours: { from: '24:00', to: '08:00' } },
      { categories: { adverts: true } },
      { volume: 11 },
    ])
      expect((await person.call('PATCH', path, bad)).status).toBe(422);
    expect(await person.gets('GET', path)).toEqual({ ...after, preview: false });
  });
});

describe('what comes in quiet hours', () => {
  /** Their end comes: to the product it is as if the night were over. */
  const nightPasses = () =>
    cluster.inspect((connection) =>
      connection
        .collection('decisions')
        .updateMany(
          { recipientId: seller.id, nextAt: { $exists: true } },
          { $set: { until: new Date(), nextAt: new Date() } },
        ),
    );
  test('is held until their end, and then told: one as it is, several together', async () => {
    await wants({ quietHours: { from: localTime(-1), to: localTime(2) } });
    const first = await says('주무세요?');
    const { decided: held, at } = await decided(first, seller);
    expect(held).toMatchObject({ do: 'hold', reason: 'quietHours' });
    const hours = ((held as { until: Date }).until.getTime() - at.getTime()) / 3_600_000;
    expect(hours).toBeGreaterThan(1.9);
    expect(hours).toBeLessThanOrEqual(2);

    await nightPasses();
    expect(await outcomeOf(first)).toBe('sent');

    const more = [await says('일어나시면'), await says('연락 주세요')];
    for (const message of more) await decided(message, seller);
    await nightPasses();
    for (const message of more) expect(await outcomeOf(message)).toBe('digested');
    const digests = cluster.workers[0]!.log.split('\n').filter((line) =>
      line.includes('"template":"digest"'),
    );
    expect(digests).toHaveLength(1);
    await wants({ quietHours: null });
  });

  const outcomeOf = (message: view.Message) =>
    eventually('it has an outcome', async () => (await decided(message, seller)).outcome?.is);
});

describe('the list of what there was to tell', () => {
  test('an offer is in it, told at once, and read here or in its conversation', async () => {
    const shop = await seller.connects();
    const { offer, message } = await buyer.offers(conversation, 70_000);
    const heard = await shop.hears('notification:new', ({ id }) => id === message.id);
    expect(heard).toMatchObject({
      category: 'offer',
      template: 'offer.made',
      params: { amount: 70_000 },
      fallbackText: '가격 제안 70,000원',
      fallbackTexts: { ko: '가격 제안 70,000원', en: 'Offer: ₩70,000' },
      conversationId: conversation.id,
      seq: message.seq,
      read: false,
    });
    expect((await told(seller))[0]).toEqual(heard);
    // What people write stands in their conversations alone, and nobody sees another's.
    expect((await told(seller)).map(({ category }) => category)).not.toContain('chat');
    expect(await told(buyer)).toEqual([]);

    await shop.do('receipt:read', { conversationId: conversation.id, seq: message.seq });
    expect((await told(seller))[0]!.read).toBe(true);
    await seller.accepts(offer);
    const accepted = (await buyer.log(conversation)).at(-1)!;
    const news = await toldOf(accepted, buyer);
    expect(news).toMatchObject({ category: 'deal', template: 'offer.accepted', read: false });
    const { unread } = await buyer.gets<view.UnreadNotifications>(
      ...(['PUT', '/v1/me/notifications/read', { upTo: news.id }] as const),
    );
    expect(unread).toBe(0);
    expect((await told(buyer))[0]!.read).toBe(true);
    shop.close();
  });

  test('rivals hear that the listing is free, the other side that the deal is off; page by page', async () => {
    const rival = await cluster.person('서준');
    const theirs = await rival.asksAbout(conversation.listing as unknown as view.Listing);
    await rival.sends(theirs, '저도 관심 있어요');
    await seller.gets('PATCH', `/v1/conversations/${theirs.id}/me`, { muted: true });
    const [deal] = (await seller.gets<{ items: view.Deal[] }>('GET', '/v1/me/deals')).items;
    await buyer.gets('POST', `/v1/deals/${deal!.id}/cancel`, { reason: 'changedMind' });
    const free = await eventually('the rival is told', async () =>
      (await told(rival)).find(({ template }) => template === 'notice.listingFree'),
    );
    expect(free.category).toBe('alert');
    await eventually('the seller is told', async () =>
      (await told(seller)).find(({ template }) => template === 'notice.dealCancelled'),
    );
    // Whoever did it is not told of it, nor is the seller told of their own listing.
    const templates = (await told(buyer)).map(({ template }) => template);
    expect(templates).not.toContain('notice.dealCancelled');
    expect((await told(seller)).map(({ template }) => template)).not.toContain(
      'notice.listingFree',
    );

    // The first shows at once, and the next one within ten minutes waits for the rest of them.
    const firstAlert = await alertOf(free, rival);
    expect(firstAlert.decided).toEqual({ do: 'push', reason: 'notConnected' });
    const second = await seller.lists({ price: 100_000 });
    await rival.sends(await rival.asksAbout(second), '이것도요');
    const made = await buyer.offers(await buyer.asksAbout(second), 70_000);
    const { body } = await seller.accepts(made.offer);
    await buyer.gets('POST', `/v1/deals/${body.offer.dealId}/cancel`, { reason: 'changedMind' });
    const again = await eventually('the rival is told again', async () =>
      (await told(rival)).find(({ id, category }) => category === 'alert' && id !== free.id),
    );
    const until = new Date(firstAlert.at.getTime() + 10 * 60_000);
    expect((await alertOf(again, rival)).decided).toEqual({ do: 'hold', reason: 'cap', until });

    const path = '/v1/me/notifications?limit=1';
    const page = await seller.gets<{ items: view.Notification[]; nextCursor: string }>('GET', path);
    expect(page.items[0]!.template).toBe('notice.dealCancelled');
    const next = await seller.gets<{ items: view.Notification[] }>(
      ...(['GET', `${path}&cursor=${page.nextCursor}`] as const),
    );
    expect(next.items[0]!.id).not.toBe(page.items[0]!.id);
    const foreign = await rival.call('GET', `${path}&cursor=${page.nextCursor}`);
    expect(foreign.status).toBe(422);
    rival.leaves();
  });
});

/** The decision that a notification in the list stands for. */
const alertOf = (
  { conversationId, seq, createdAt }: view.Notification,
  person: Person,
): Promise<Decision> =>
  decided({ conversationId, seq, createdAt } as unknown as view.Message, person);

describe('an appointment within the hour', () => {
  test('waits for no quiet hours; what is said meanwhile does', async () => {
    const now = new Date();
    const at = new Date(now.getTime() + 50 * 60_000).toISOString();
    const system = { kind: 'system', senderId: null, createdAt: now } as const;
    const quietHours = { from: localTime(-1), to: localTime(2) };
    const one = (entry: ToldEntry) => ({
      entry,
      recipientId: seller.id,
      otherId: buyer.id,
      left: false,
      settings: { categories: {} as never, preview: true, quietHours },
    });
    const [soon, text] = await cluster.withStores((connection) =>
      new PushFactsLoader({
        blocks: new BlockStore(connection),
        users: new UserStore(connection, { caching: 'none' }),
        settings: new SettingsStore(connection),
        devices: new DeviceStore(connection),
        decisions: new DecisionStore(connection),
      }).holds(
        [
          one({ ...system, notice: { type: 'appointmentSoon', at } }),
          one({ kind: 'text', senderId: buyer.id, createdAt: now }),
        ],
        now,
      ),
    );
    expect(soon).toEqual({ quietUntil: null, capUntil: null });
    expect(text!.quietUntil).not.toBeNull();
  });
});

describe('a relay that repeats a stretch of the log', () => {
  test('finds what was decided, and the outcome', async () => {
    const key = { conversationId: randomUUID(), seq: 1, recipientId: 'someone' };
    const now = new Date();
    const decision = (change: Partial<NewDecision>): NewDecision => ({
      ...key,
      createdAt: now,
      category: 'chat',
      at: now,
      decided: { do: 'push', reason: 'notConnected' },
      seen: { connected: null, deliveredSeq: 0, readSeq: 0, hinted: false },
      ...change,
    });
    await stored(async (store) => {
      await store.record([decision({})]);
      await store.outcomes([{ ...key, is: 'sent', at: now }]);
      // A job that ran twice.
      await store.outcomes([{ ...key, is: 'read', at: now }]);
      const changed = decision({ decided: { do: 'nothing', reason: 'muted' } });
      const other = decision({ seq: 2, decided: { do: 'nothing', reason: 'muted' } });
      const standing = await store.record([changed, other]);
      expect(standing[0]).toMatchObject({ decided: { do: 'push' }, outcome: { is: 'sent' } });
      expect(standing[1]).toEqual(other);
      // Read by the time of the repeat: the first one still stands.
      await store.record([decision({ decided: { do: 'nothing', reason: 'read' } })]);
      const [only, ...more] = await store.ofMessage(key.conversationId, 1, now);
      expect(only).toMatchObject({ decided: { do: 'push' }, outcome: { is: 'sent' } });
      expect(more).toEqual([]);
    });
  });
});

describe('a queue that is too long', () => {
  let redis: Redis, opened: Queues, queues: PushQueues;
  const log = createLogger({ nodeId: 'test', level: 'silent', process: 'worker' });

  beforeAll(() => {
    redis = new Redis(process.env['TEST_REDIS_URL']!, { maxRetriesPerRequest: null });
    opened = new Queues({ connection: redis, prefix: `test-${randomUUID()}`, log });
    queues = new PushQueues(opened);
  });
  afterAll(async () => {
    await opened?.close();
    redis?.disconnect();
  });

  test('gets nothing more until it is shorter, and keeps no other queue waiting', async () => {
    const pushes = () =>
      new Pushes({ queues, backlogMax: 2, log, metrics: createMetrics(randomUUID()) });
    const push = (queue: 'chat' | 'bulk', seq: number) => ({
      queue,
      job: { kind: 'entry', conversationId: 'c', seq, recipientId: 'r' } as const,
    });
    const term = new Term(1, performance.now() + 60_000);
    const two = [push('chat', 1), push('chat', 2)];
    expect((await pushes().handOver(two, term)).size).toBe(2);
    const more = [push('chat', 3), push('bulk', 3)];
    expect([...(await pushes().handOver(more, term))]).toEqual([more[1]]);
    expect(await queues.waiting()).toMatchObject({ chat: { wait: 2 }, bulk: { wait: 1 } });
  });
});
