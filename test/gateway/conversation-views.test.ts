import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { ClientEventName, view } from '../../src/contract/index.js';
import { eventually } from '../support/eventually.js';
import type { DeviceSocket, Person } from '../support/person.js';
import { TestCluster } from '../support/test-cluster.js';

/** What conversations show is true: of what was just said, of the listing and of the other person. */
let cluster: TestCluster;
let buyer: Person, seller: Person, stranger: Person;
/** The same people, answered by the other node. */
let buyerElsewhere: Person, sellerElsewhere: Person;
let phone: DeviceSocket, shop: DeviceSocket;

beforeAll(async () => {
  cluster = await TestCluster.shared({ worker: true });
  [buyer, seller, stranger] = await Promise.all([
    cluster.person('민지', 0),
    cluster.person('준호', 1),
    cluster.person('서연', 0),
  ]);
  const elsewhere = (person: Person, gateway: number) =>
    Object.assign(Object.create(person) as Person, { gateway: cluster.gateways[gateway]! });
  [buyerElsewhere, sellerElsewhere] = [elsewhere(buyer, 1), elsewhere(seller, 0)];
  [phone, shop] = await Promise.all([buyer.connects(), seller.connects()]);
}, 60_000);

afterAll(async () => {
  for (const person of [buyer, seller, stranger]) person?.leaves();
  await cluster?.stop();
}, 60_000);

type Page = { items: view.Conversation[] };
const list = async (person: Person, box = 'active') =>
  (await person.gets<Page>('GET', `/v1/conversations?box=${box}&limit=100`)).items;
const listed = async (person: Person, { id }: { id: string }) =>
  (await list(person)).find((one) => one.id === id);
const seen = (person: Person, { id }: { id: string }) =>
  person.gets<view.Conversation>('GET', `/v1/conversations/${id}`);
const pulls = (person: Person, body: object = {}) =>
  person.gets<view.SyncAnswer>('POST', '/v1/sync', body);
const pulled = async (person: Person, body: object, { id }: { id: string }) =>
  (await pulls(person, body)).conversations.find((one) => one.id === id);
const leave = (person: Person, { id }: { id: string }) =>
  person.call('DELETE', `/v1/conversations/${id}/me`);

const spoken = async (words = '아직 있나요?', listing?: view.Listing) => {
  const conversation = await buyer.asksAbout(listing ?? (await seller.lists()));
  await buyer.sends(conversation, words);
  return conversation;
};

/** A cursor behind which this conversation comes again only when its row changed since. */
async function laterCursor({ id }: { id: string }): Promise<string> {
  // As if its changes lay an hour back; a row that is projected meanwhile moves on by itself.
  await eventually('its row is up to the log', () =>
    cluster.inspect(async (connection) => {
      const rows = connection.collection<{ conversationId: string; lastSeq: number }>('inbox');
      const { modifiedCount } = await rows.updateMany({ conversationId: id, lastSeq: { $gt: 0 } }, [
        { $set: { changedAt: { $subtract: ['$changedAt', 3_600_000] } } },
      ]);
      return modifiedCount === 2;
    }),
  );
  return (await pulls(buyer)).cursor;
}

describe('what was acknowledged', () => {
  test('is in the next read of who wrote it, on every node', async () => {
    const older = await spoken();
    await spoken('이것도요');
    for (const [index, reader] of [buyerElsewhere, buyer].entries()) {
      const { message } = await buyer.sends(older, `다시 ${index}`);
      const [first] = await list(reader);
      const fits = { id: older.id, lastSeq: message.seq, lastMessage: { text: `다시 ${index}` } };
      expect(first).toMatchObject(fits);
      await buyer.sends(older, `또 ${index}`);
      expect(await seen(reader, older)).toMatchObject({
        lastSeq: message.seq + 1,
        lastMessage: { text: `또 ${index}` },
      });
    }
  });

  test('is found in a conversation that is new, and read by the other side', async () => {
    const words = randomUUID();
    const conversation = await spoken(words);
    const path = `/v1/messages/search?q=${words}`;
    expect((await buyerElsewhere.gets<{ items: object[] }>('GET', path)).items).toHaveLength(1);
    expect(await listed(sellerElsewhere, conversation)).toMatchObject({ lastSeq: 1, unread: 1 });
  });

  test('brings an archived conversation back at once', async () => {
    const conversation = await spoken();
    await buyer.gets('PATCH', `/v1/conversations/${conversation.id}/me`, { archived: true });
    await buyer.sends(conversation, '역시 살게요');
    expect(await seen(buyerElsewhere, conversation)).toMatchObject({ archived: false });
    expect(await listed(buyerElsewhere, conversation)).toMatchObject({ archived: false });
    expect((await list(buyer, 'archived')).map(({ id }) => id)).not.toContain(conversation.id);
  });
});

describe('a conversation in which nothing was said', () => {
  test('is there for who opened it alone, on every door', async () => {
    const before = (await pulls(seller)).cursor;
    const conversation = await buyer.asksAbout(await seller.lists());
    await phone.do('typing:set', { conversationId: conversation.id, typing: true });
    expect(await listed(buyer, conversation)).toMatchObject({ lastSeq: 0 });
    expect(await pulled(buyer, {}, conversation)).toMatchObject({ lastSeq: 0 });

    const { id } = conversation;
    expect(await listed(seller, conversation)).toBeUndefined();
    expect(await pulled(seller, {}, conversation)).toBeUndefined();
    expect(await pulled(seller, { cursor: before }, conversation)).toBeUndefined();
    const known = [{ conversationId: id, seq: 0 }];
    expect(await pulled(seller, { known }, conversation)).toBeUndefined();
    const clientMessageId = randomUUID();
    const calls: [string, string, object?][] = [
      ['GET', ''],
      ['GET', '/messages'],
      ['POST', '/messages', { clientMessageId, text: '어서 오세요' }],
      ['PATCH', '/messages/1', { clientMessageId, text: '어서 오세요' }],
      ['DELETE', '/messages/1'],
      ['PUT', '/receipts', { readSeq: 1 }],
      ['POST', '/offers', { clientMessageId, amount: 70_000 }],
      ['PATCH', '/me', { muted: true }],
      ['DELETE', '/me'],
    ];
    for (const [method, path, body] of calls)
      expect([
        path,
        (await seller.call(method, `/v1/conversations/${id}${path}`, body)).status,
      ]).toEqual([path, 404]);
    const found = await seller.call('GET', `/v1/messages/search?q=a&conversationId=${id}`);
    expect(found.status).toBe(404);
    const place = { conversationId: id };
    const events: [ClientEventName, object][] = [
      ['message:send', { ...place, clientMessageId, text: '어서 오세요' }],
      ['message:edit', { ...place, clientMessageId, seq: 1, text: '어서 오세요' }],
      ['message:unsend', { ...place, clientMessageId, seq: 1 }],
      ['receipt:delivered', { ...place, seq: 1 }],
      ['receipt:read', { ...place, seq: 1 }],
      ['typing:set', { ...place, typing: true }],
      ['offer:make', { ...place, clientMessageId, amount: 70_000 }],
    ];
    for (const [event, payload] of events)
      expect([event, await shop.ask(event, payload)]).toEqual([
        event,
        expect.objectContaining({ error: expect.objectContaining({ code: 'NOT_FOUND' }) }),
      ]);
    const state = `/v1/listings/${conversation.listing.id}/state`;
    const choices = [buyer.id, 'nobody-at-all'].map(async (buyerId) => {
      const answer = await seller.call('POST', state, { state: 'reserved', buyerId });
      const { errors } = answer.body as { errors?: unknown };
      return [answer.status, errors];
    });
    const [theirs, nobodys] = await Promise.all(choices);
    expect(theirs).toEqual([422, expect.anything()]);
    expect(theirs).toEqual(nobodys);
    expect(await leave(buyer, conversation)).toMatchObject({ status: 204 });
    await buyer.gets('POST', '/v1/conversations', { listingId: conversation.listing.id });
    expect(await buyer.log(conversation)).toEqual([]);

    await buyer.sends(conversation, '안녕하세요');
    // Whatever was told before this would have been heard before it.
    await shop.hears('message:new', ({ message }) => message.conversationId === id);
    const told = shop.heard.filter(({ payload }) => JSON.stringify(payload).includes(id));
    expect(told.map(({ event }) => event)).toEqual(['message:new']);
    expect(await listed(seller, conversation)).toMatchObject({ lastSeq: 1, unread: 1 });
    await eventually('a sync brings it', () => pulled(seller, { cursor: before }, conversation));
  });

  test('gives no presence away before the first word', async () => {
    const newcomer = await cluster.person('수빈', 0);
    await newcomer.connects();
    const conversation = await newcomer.asksAbout(await seller.lists());
    const watched = () => shop.do('presence:watch', { userIds: [newcomer.id] });
    expect(await watched()).toMatchObject({ presences: [{ online: false, lastActiveAt: null }] });
    await newcomer.sends(conversation, '안녕하세요');
    await eventually(
      'the seller sees them',
      async () => (await watched()).presences[0]?.online === true,
    );
    newcomer.leaves();
  });
});

describe('a listing that changes', () => {
  const edits: [string, (listing: view.Listing) => Promise<unknown>, object][] = [
    [
      'its price and title',
      ({ id }) => seller.gets('PATCH', `/v1/listings/${id}`, { price: 90_000, title: '새 이름' }),
      { price: 90_000, title: '새 이름' },
    ],
    [
      'its offers',
      ({ id }) => seller.gets('PATCH', `/v1/listings/${id}`, { offers: { enabled: false } }),
      { offers: { enabled: false } },
    ],
    [
      'its state',
      ({ id }) => seller.gets('POST', `/v1/listings/${id}/state`, { state: 'sold' }),
      { state: 'sold' },
    ],
    [
      'that it is hidden',
      ({ id }) => seller.gets('POST', `/v1/listings/${id}/state`, { state: 'hidden' }),
      { state: 'hidden' },
    ],
    [
      'that it is gone',
      ({ id }) => seller.gets('DELETE', `/v1/listings/${id}`),
      { state: 'removed' },
    ],
  ];
  test.each(edits)('shows %s to both, live and by sync', async (_what, change, card) => {
    const listing = await seller.lists();
    const conversation = await spoken('아직 있나요?', listing);
    const cursor = await laterCursor(conversation);
    expect(await pulled(buyer, { cursor }, conversation)).toBeUndefined();
    await change(listing);
    for (const device of [phone, shop]) {
      const fits = ({ id, listing: shown }: view.Conversation) =>
        id === conversation.id &&
        Object.entries(card).every(([key, value]) =>
          typeof value === 'object'
            ? (shown.offers as { enabled: boolean }).enabled === false
            : shown[key as 'price'] === value,
        );
      await device.hears('conversation:updated', fits);
    }
    expect(await pulled(buyer, { cursor }, conversation)).toMatchObject({ listing: card });
  });

  test('by an accepted offer and the end of its deal shows it to everybody who asked', async () => {
    const listing = await seller.lists();
    const asked = await stranger.asksAbout(listing);
    await stranger.sends(asked, '아직 있나요?');
    const window = await stranger.connects();
    const conversation = await buyer.asksAbout(listing);
    expect(conversation.abilities).toEqual({ offer: true });
    const { offer } = await buyer.offers(conversation, 80_000);
    const path = `/v1/conversations/${conversation.id}`;
    expect(await seller.gets('GET', path)).toMatchObject({ abilities: { offer: false } });
    const { body } = await seller.accepts(offer);
    const shows = (state: string) =>
      window.hears(
        'conversation:updated',
        (one) => one.id === asked.id && one.listing.state === state,
      );
    expect(await shows('reserved')).toMatchObject({ abilities: { offer: false } });
    await seller.gets('POST', `/v1/deals/${body.offer.dealId}/complete`, {});
    await shows('sold');
  });

  test('in what no conversation shows is no news', async () => {
    const listing = await seller.lists();
    const conversation = await spoken('아직 있나요?', listing);
    const cursor = await laterCursor(conversation);
    await seller.gets('PATCH', `/v1/listings/${listing.id}`, { description: '더 자세히' });
    const marks = await cluster.inspect((connection) =>
      connection.collection('listings').countDocuments({ refresh: { $exists: true } }),
    );
    expect(marks).toBe(0);
    expect(await pulled(buyer, { cursor }, conversation)).toBeUndefined();
  });
});

describe('a person who changes', () => {
  test('their name shows it to who talks to them, live, by sync and on every node', async () => {
    const conversation = await spoken();
    const cursor = await laterCursor(conversation);
    // Both nodes have just looked at the old one.
    await Promise.all([seen(buyer, conversation), seen(buyerElsewhere, conversation)]);
    const nickname = `준호${randomUUID().slice(0, 4)}`;
    await seller.gets('PATCH', '/v1/me', { nickname });
    const fits = (one: view.Conversation) =>
      one.id === conversation.id && one.seller.nickname === nickname;
    await Promise.all([phone, shop].map((one) => one.hears('conversation:updated', fits)));
    for (const reader of [buyer, buyerElsewhere]) {
      expect((await seen(reader, conversation)).seller.nickname).toBe(nickname);
      expect((await pulled(reader, { cursor }, conversation))?.seller.nickname).toBe(nickname);
    }
  });

  test('their temperature shows it', async () => {
    const conversation = await spoken();
    const cursor = await laterCursor(conversation);
    const other = await buyer.asksAbout(await seller.lists());
    const { offer } = await buyer.offers(other, 80_000);
    const { dealId } = (await seller.accepts(offer)).body.offer;
    await seller.gets('POST', `/v1/deals/${dealId}/complete`, {});
    const review = { rating: 'great', tags: [], text: '좋은 거래' };
    for (const person of [buyer, seller])
      await person.gets('POST', `/v1/deals/${dealId}/reviews`, review);
    const warmer = (one?: view.Conversation) => (one?.seller.temperature ?? 0) > 36.5;
    await phone.hears('conversation:updated', (one) => one.id === conversation.id && warmer(one));
    expect(warmer(await pulled(buyer, { cursor }, conversation))).toBe(true);
  });

  test('across a block or a conversation that was left nothing is told of it', async () => {
    const [blocked, left] = await Promise.all(
      ['하나', '두리'].map((name) => cluster.person(name, 0)),
    );
    const conversations: view.Conversation[] = [];
    const devices: DeviceSocket[] = [];
    for (const person of [blocked!, left!]) {
      const conversation = await person.asksAbout(await seller.lists());
      await person.sends(conversation, '아직 있나요?');
      conversations.push(conversation);
      devices.push(await person.connects());
    }
    await eventually('both can be left', () => listed(seller, conversations[1]!));
    await seller.gets('PUT', `/v1/me/blocks/${blocked!.id}`);
    await leave(seller, conversations[1]!);
    const open = await spoken();
    const price = 77_000;
    for (const one of [...conversations, open])
      await seller.gets('PATCH', `/v1/listings/${one.listing.id}`, { price });
    // Refreshed one after another, so the others are through by then.
    await phone.hears(
      'conversation:updated',
      (one) => one.id === open.id && one.listing.price === price,
    );
    for (const device of devices)
      expect(
        device.all('conversation:updated').filter(({ listing }) => listing.price === price),
      ).toEqual([]);
    for (const person of [blocked!, left!]) person.leaves();
  });
});

test('leaving and coming back at once is never an error, and ends as the person has it', async () => {
  const listing = await seller.lists();
  const conversation = await spoken('아직 있나요?', listing);
  const loop = async (person: Person) => {
    const statuses = new Set<number>();
    for (let round = 0; round < 12; round += 1) {
      statuses.add((await leave(person, conversation)).status);
      const open = await person.call('POST', '/v1/conversations', { listingId: listing.id });
      statuses.add(open.status);
    }
    return [...statuses];
  };
  const answers = await Promise.all([buyer, buyerElsewhere, buyer, buyerElsewhere].map(loop));
  expect(new Set(answers.flat())).toEqual(new Set([200, 204]));
  await buyer.asksAbout(listing);
  expect(await listed(buyerElsewhere, conversation)).toMatchObject({ closed: false });
  await leave(buyer, conversation);
  expect(await listed(buyerElsewhere, conversation)).toBeUndefined();
});
