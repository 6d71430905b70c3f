import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { view } from '../../src/contract/index.js';
import { eventually } from '../support/eventually.js';
import { Person, callRest } from '../support/person.js';
import { TestCluster } from '../support/test-cluster.js';

const password = 'correct horse battery';
let cluster: TestCluster;

beforeAll(async () => {
  cluster = await TestCluster.shared({ worker: true });
}, 60_000);
afterAll(() => cluster?.stop(), 60_000);

const open: Person[] = [];
afterEach(() => open.splice(0).forEach((person) => person.leaves()));
const connects = (person: Person, gateway = 0) => {
  open.push(person);
  return person.connects(cluster.gateways[gateway]);
};

const deletes = (person: Person, given = password) =>
  person.call('DELETE', '/v1/me', { password: given });

const logIn = (email: string) =>
  callRest<view.Problem>(cluster.gateways[1]!.url, 'POST', '/v1/auth/login', {
    body: { email, password },
  });

/** The conversation as somebody sees it once the other side's account is gone from it. */
const whenLeft = (person: Person, { id }: view.Conversation) =>
  eventually('the conversation is left', async () => {
    const shown = await person.gets<view.Conversation>('GET', `/v1/conversations/${id}`);
    return shown.closed && [shown.buyer, shown.seller].some((one) => one.deleted) && shown;
  });

test('a wrong password deletes nothing', async () => {
  const minji = await cluster.person('민지');
  const { status, body } = await deletes(minji, 'correct horse batterie');
  expect([status, body.code, body.errors]).toEqual([
    422,
    'VALIDATION_FAILED',
    [{ path: 'password', message: 'is wrong' }],
  ]);
  expect((await minji.call('DELETE', '/v1/me', {})).status).toBe(422);
  expect((await minji.call('GET', '/v1/me')).status).toBe(200);
});

test('sessions on all nodes, sockets and devices end at once, and the address is free', async () => {
  const minji = await cluster.person('민지');
  const { email } = minji.user;
  const other = await logIn(email);
  expect(other.status).toBe(200);
  await minji.gets('PUT', '/v1/me/devices/phone', { provider: 'log', token: randomUUID() });
  const [here, there] = [await connects(minji), await connects(minji, 1)];
  expect((await deletes(minji)).status).toBe(204);
  await here.hears('session:revoked');
  await there.hears('session:revoked');
  expect((await minji.call('GET', '/v1/me')).body.code).toBe('SESSION_REVOKED');
  const refreshed = await callRest<view.Problem>(minji.gateway.url, 'POST', '/v1/auth/refresh', {
    body: { refreshToken: minji.refreshToken },
  });
  expect(refreshed.status).toBe(401);
  expect((await logIn(email)).body.code).toBe('UNAUTHENTICATED');
  const devices = await cluster.inspect((connection) =>
    connection.collection('devices').countDocuments({ userId: minji.id }),
  );
  expect(devices).toBe(0);

  const newcomer = await Person.signUp(cluster.gateways[0]!, '새 민지', { email });
  expect(newcomer.id).not.toBe(minji.id);
  expect((await newcomer.call('GET', `/v1/users/${minji.id}`)).status).toBe(404);
});

test('sessions that a process left as it died end with what is kept', async () => {
  const minji = await cluster.person('민지');
  expect((await minji.call('GET', '/v1/auth/sessions')).status).toBe(200);
  const now = new Date();
  await cluster.inspect((connection) =>
    connection
      .collection<{ _id: string }>('users')
      .updateOne({ _id: minji.id }, { $set: { deletedAt: now, eraseAt: now } }),
  );
  await eventually(
    'the sessions have ended',
    async () => (await minji.call('GET', '/v1/auth/sessions')).status === 401,
    30_000,
  );
}, 40_000);

test('a seller who is gone: listings go, offers close, and what was said can still be read', async () => {
  const [minji, junho] = await Promise.all([cluster.person('민지'), cluster.person('준호', 1)]);
  const listing = await junho.lists({ description: '연락은 여기로' });
  const draft = await junho.lists({ state: 'draft' });
  const sold = await junho.lists({ title: '팔린 것' });
  await junho.gets('POST', `/v1/listings/${sold.id}/state`, { state: 'sold' });
  const conversation = await minji.asksAbout(listing);
  await minji.sends(conversation, '아직 있나요?');
  await junho.sends(conversation, '네');
  const { offer } = await minji.offers(conversation, 80_000);
  const device = await connects(minji);

  expect((await deletes(junho)).status).toBe(204);
  const shown = await whenLeft(minji, conversation);
  expect(shown.seller).toMatchObject({ id: junho.id, deleted: true });
  expect(JSON.stringify(shown)).not.toContain('준호');
  await device.hears('conversation:updated', ({ closed, seller }) => closed && seller.deleted!);
  const seen = await eventually('the offer is closed', async () => {
    const one = await minji.gets<view.Offer>('GET', `/v1/offers/${offer.id}`);
    return one.state === 'closed' && one;
  });
  expect(seen.reason).toBe('unavailable');
  for (const { id } of [listing, draft, sold])
    await eventually(
      'the listing is gone',
      async () => (await minji.call('GET', `/v1/listings/${id}`)).status === 404,
    );
  const log = await minji.log(conversation);
  expect(log.map(({ text }) => text).filter(Boolean)).toEqual(['아직 있나요?', '네']);
  expect(log.some(({ notice }) => notice?.type === 'left' && notice.userId === junho.id)).toBe(
    true,
  );
  const answer = await minji.call('POST', `/v1/conversations/${conversation.id}/messages`, {
    clientMessageId: randomUUID(),
    text: '계세요?',
  });
  expect(answer.body.code).toBe('CONVERSATION_CLOSED');
});

test('an open deal falls through and counts against nobody, and the listing is free again', async () => {
  const [minji, junho] = await Promise.all([cluster.person('민지'), cluster.person('준호')]);
  const listing = await junho.lists();
  const conversation = await minji.asksAbout(listing);
  const { offer } = await minji.offers(conversation, 80_000);
  await junho.accepts(offer);
  expect((await deletes(minji)).status).toBe(204);
  const deal = await eventually('the deal is over', async () => {
    const { items } = await junho.gets<{ items: view.Deal[] }>('GET', '/v1/me/deals?state=ended');
    return items[0];
  });
  expect(deal).toMatchObject({ state: 'cancelled', reason: 'unavailable', endedBy: 'system' });
  const ended = await eventually('its offer fell through', async () => {
    const one = await junho.gets<view.Offer>('GET', `/v1/offers/${offer.id}`);
    return one.state === 'fellThrough' && one;
  });
  expect(ended.reason).toBe('unavailable');
  const free = await junho.gets<view.Listing>('GET', `/v1/listings/${listing.id}`);
  expect(free.state).toBe('onSale');
  await whenLeft(junho, conversation);
  const profile = await junho.gets<view.Profile>('GET', `/v1/users/${junho.id}`);
  expect(profile.manner.temperature).toBe(36.5);
});

/** What stays under the id alone; records of pushes for 14 days, what others were told of listings for 90. */
const underIdAlone = new Set([
  ...['users', 'listings', 'reports', 'contests'],
  ...['notifications', 'decisions', 'deliveries'],
]);

test('nothing that tells who it was is kept once a worker has looked through all', async () => {
  const [minji, junho] = await Promise.all([cluster.person('민지를찾자'), cluster.person('준호')]);
  await junho.gets('PUT', `/v1/me/following/${minji.id}`);
  const listing = await minji.lists({ description: '민지네 집 앞' });
  await eventually('it is told', async () => {
    const { items } = await junho.gets<{ items: view.Notification[] }>(
      'GET',
      '/v1/me/notifications',
    );
    return items.some(({ params }) => params['name'] === '민지를찾자');
  });
  await minji.gets('POST', '/v1/me/keyword-alerts', { keyword: '민지네 집' });
  await minji.gets('POST', '/v1/me/saved-searches', { q: '민지네 집' });
  await minji.gets('PUT', `/v1/me/following/${junho.id}`);
  await minji.gets('POST', '/v1/me/export');
  const theirs = await junho.lists();
  await minji.gets('PUT', `/v1/listings/${theirs.id}/favourite`);
  await minji.gets('PUT', `/v1/me/blocks/${junho.id}`);
  await minji.gets('PATCH', '/v1/me/notification-settings', { preview: false });
  const told = await minji.gets<view.Report>('POST', '/v1/reports', {
    ...{ targetType: 'user', targetId: junho.id, reason: 'harassment' },
    note: '민지네 집 앞에서 기다렸어요',
  });
  const dealId = randomUUID();
  await cluster.inspect((connection) =>
    connection.collection<{ _id: string }>('contests').insertOne({
      _id: dealId,
      ...{ userId: minji.id, text: '민지네 집에 있었어요', at: new Date() },
      ...{ state: 'upheld', decidedAt: new Date(), by: 'operator' },
    }),
  );
  expect((await deletes(minji)).status).toBe(204);
  const at = (minutesAgo: number) => new Date(Date.now() - minutesAgo * 60_000);
  const kept = () =>
    cluster.inspect(async (connection) => {
      const all = await connection.db!.collections();
      const found: string[] = [];
      for (const one of all)
        for await (const document of one.find({}, { limit: 5_000 })) {
          const text = JSON.stringify(document);
          const underId = underIdAlone.has(one.collectionName);
          const of = text.includes(minji.id) && !underId;
          if (
            of ||
            [minji.user.email, '민지를찾자', '민지네 집'].some((word) => text.includes(word))
          )
            found.push(one.collectionName);
        }
      return [...new Set(found)].sort();
    });
  await eventually('the first look is through', () =>
    cluster.inspect(async (connection) => {
      const users = connection.collection<{ _id: string }>('users');
      const { modifiedCount } = await users.updateOne(
        // The last look is put off for two minutes by the first.
        { _id: minji.id, eraseAt: { $gt: new Date(Date.now() + 40_000) } },
        { $set: { deletedAt: at(3), eraseAt: at(1) } },
      );
      return modifiedCount === 1;
    }),
  );
  await eventually(
    'the last look is through',
    () =>
      cluster.inspect(async (connection) => {
        const users = connection.collection<{ _id: string }>('users');
        return (await users.findOne({ _id: minji.id, eraseAt: { $exists: false } })) !== null;
      }),
    20_000,
  );
  // Mails of the developers' mailbox leave after a week, answers to repeated requests after a day.
  expect((await kept()).filter((name) => !['devMails', 'idempotency'].includes(name))).toEqual([]);
  const stored = await cluster.inspect((connection) =>
    connection.collection<{ _id: string }>('listings').findOne({ _id: listing.id }),
  );
  expect(stored).toMatchObject({ state: 'removed', description: '', location: null, images: [] });
  const [report, contest] = await cluster.inspect((connection) =>
    Promise.all([
      connection.collection<{ _id: string }>('reports').findOne({ _id: told.id }),
      connection.collection<{ _id: string }>('contests').findOne({ _id: dealId }),
    ]),
  );
  expect(report).toMatchObject({ reporterId: minji.id, targetId: junho.id, reason: 'harassment' });
  expect(contest).toMatchObject({ state: 'upheld', text: '' });
  const { items } = await junho.gets<{ items: view.Listing[] }>('GET', '/v1/me/listings');
  expect(items[0]?.counts?.favourites).toBe(0);
}, 40_000);
