import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { ClientEventName, view } from '../../src/contract/index.js';
import { eventually } from '../support/eventually.js';
import type { DeviceSocket, Person } from '../support/person.js';
import { TestCluster } from '../support/test-cluster.js';

let cluster: TestCluster;
let buyer: Person, seller: Person, stranger: Person;
let phone: DeviceSocket, tablet: DeviceSocket, shop: DeviceSocket;
/** The buyer, answered by the other node. */
let buyerElsewhere: Person;

beforeAll(async () => {
  cluster = await TestCluster.shared();
  [buyer, seller, stranger] = await Promise.all([
    cluster.person('민지', 0),
    cluster.person('준호', 1),
    cluster.person('서연', 0),
  ]);
  buyerElsewhere = Object.assign(Object.create(buyer) as Person, { gateway: cluster.gateways[1]! });
  [phone, tablet, shop] = await Promise.all([
    buyer.connects(cluster.gateways[0]),
    buyer.connects(cluster.gateways[1]),
    seller.connects(),
  ]);
}, 60_000);

afterAll(async () => {
  for (const person of [buyer, seller, stranger]) person?.leaves();
  await cluster?.stop();
}, 60_000);

const aConversation = async (): Promise<view.Conversation> => buyer.asksAbout(await seller.lists());

const draft = (text: string, clientMessageId: string = randomUUID()) => ({ clientMessageId, text });

const messages = ({ id }: { id: string }) => `/v1/conversations/${id}/messages`;
const receipts = ({ id }: { id: string }) => `/v1/conversations/${id}/receipts`;

const seen = (person: Person, { id }: { id: string }) =>
  person.gets<view.Conversation>('GET', `/v1/conversations/${id}`);

/** The conversation, once what lags behind the log has come along. */
const seenUpTo = (person: Person, conversation: { id: string }, lastSeq: number) =>
  eventually(`${person.user.nickname} is shown entry ${lastSeq}`, async () => {
    const shown = await seen(person, conversation);
    return shown.lastSeq === lastSeq && shown;
  });

/** As many messages, a few at a time: a log is written entry by entry, and what would wait for long is refused. */
async function writes(person: Person, conversation: { id: string }, count: number): Promise<void> {
  const texts = Array.from({ length: count }, (_, index) => `${index}`);
  while (texts.length > 0)
    await Promise.all(texts.splice(0, 20).map((text) => person.sends(conversation, text)));
}

const seqsOf = (entries: { seq: number }[]) => entries.map(({ seq }) => seq);
const upTo = (last: number, first = 1) =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);

describe('opening', () => {
  test('a conversation opens once, through whichever door and node it is opened', async () => {
    const listing = await seller.lists({ title: '캠핑 의자' });
    const body = { listingId: listing.id };
    const first = await buyer.call<view.Conversation>('POST', '/v1/conversations', body);
    expect(first).toMatchObject({
      status: 201,
      body: {
        listing: { id: listing.id, title: '캠핑 의자', state: 'onSale' },
        buyer: { id: buyer.id },
        seller: { id: seller.id },
        lastSeq: 0,
        lastMessage: null,
        unread: 0,
        closed: false,
      },
    });
    const again = await buyerElsewhere.call<view.Conversation>('POST', '/v1/conversations', body);
    expect(again).toMatchObject({ status: 200, body: { id: first.body.id } });
    const bySocket = await phone.do('conversation:open', body);
    expect(bySocket.conversation.id).toBe(first.body.id);
    const other = await stranger.asksAbout(listing);
    expect(other.id).not.toBe(first.body.id);

    const atOnce = await seller.lists();
    const answers = await Promise.all(
      Array.from({ length: 6 }, (_, index) =>
        (index % 2 ? buyer : buyerElsewhere).call<view.Conversation>('POST', '/v1/conversations', {
          listingId: atOnce.id,
        }),
      ),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(new Set(answers.map(({ body: { id } }) => id)).size).toBe(1);
  });

  test('nobody talks to oneself, nor about what is not there', async () => {
    const listing = await seller.lists();
    const removed = await seller.lists();
    await seller.call('DELETE', `/v1/listings/${removed.id}`);
    const tries = [
      [seller, shop, listing.id, 'FORBIDDEN'],
      [buyer, phone, removed.id, 'NOT_FOUND'],
      [buyer, phone, randomUUID(), 'NOT_FOUND'],
    ] as const;
    for (const [person, device, listingId, code] of tries) {
      expect(await person.call('POST', '/v1/conversations', { listingId })).toMatchObject({
        body: { code },
      });
      expect(await device.ask('conversation:open', { listingId })).toMatchObject({
        ok: false,
        error: { code, retryable: false },
      });
    }
  });

  test('for strangers a conversation and its offers are not there, on any door', async () => {
    const conversation = await aConversation();
    const { offer } = await buyer.offers(conversation, 80_000);
    const window = await stranger.connects();
    const before = await buyer.log(conversation);

    const c = `/v1/conversations/${conversation.id}`;
    const o = `/v1/offers/${offer.id}`;
    const offerDraft = { amount: 80_000, clientMessageId: randomUUID() };
    const answer = { version: 1, clientMessageId: randomUUID() };
    const calls: [string, string, object?][] = [
      ['GET', c],
      ['GET', `${c}/messages`],
      ['POST', `${c}/messages`, draft('누구세요')],
      ['PUT', `${c}/receipts`, { readSeq: 1 }],
      ['POST', `${c}/offers`, offerDraft],
      ['GET', o],
      ['POST', `${o}/accept`, { ...answer, amount: 80_000 }],
      ['POST', `${o}/decline`, answer],
      ['POST', `${o}/withdraw`, answer],
    ];
    for (const [method, path, body] of calls) {
      const refused = await stranger.call(method, path, body);
      expect([path, refused.status, refused.body.code]).toEqual([path, 404, 'NOT_FOUND']);
      // Word for word what is said of something that never was.
      const nowhere = path.replace(/[\w-]{36}/, randomUUID());
      const unknown = await stranger.call(method, nowhere, body);
      expect(refused.body.detail).toBe(unknown.body.detail);
    }
    const { id: conversationId } = conversation;
    const respond = { offerId: offer.id, ...answer };
    const events: [ClientEventName, object][] = [
      ['message:send', { conversationId, ...draft('누구세요') }],
      ['receipt:delivered', { conversationId, seq: 1 }],
      ['receipt:read', { conversationId, seq: 1 }],
      ['typing:set', { conversationId, typing: true }],
      ['offer:make', { conversationId, ...offerDraft }],
      ['offer:respond', { ...respond, action: 'accept', amount: 80_000 }],
      ['offer:respond', { ...respond, action: 'decline' }],
      ['offer:respond', { ...respond, action: 'withdraw' }],
    ];
    for (const [event, payload] of events)
      expect([event, await window.ask(event, payload)]).toMatchObject([
        event,
        { ok: false, error: { code: 'NOT_FOUND', retryable: false } },
      ]);
    const synced = await window.do('sync:pull', { known: [{ conversationId, seq: 0 }] });
    expect(synced.messages).toEqual([]);
    expect(synced.conversations.map(({ id }) => id)).not.toContain(conversationId);

    await buyer.sends(conversation, '아직 있나요?');
    await shop.hears('message:new', ({ message }) => message.text === '아직 있나요?');
    expect(seqsOf(await buyer.log(conversation))).toEqual([...seqsOf(before), 2]);
    expect(window.texts(conversationId)).toEqual([]);
    expect(shop.all('typing').filter((one) => one.userId === stranger.id)).toEqual([]);
    expect((await seen(buyer, conversation)).cursors[stranger.id]).toBeUndefined();
  });
});

describe('sending', () => {
  test('a message sent again through either door and on either node is that same message', async () => {
    const conversation = await aConversation();
    const first = draft('안녕하세요');
    const { message, duplicate } = await phone.do('message:send', {
      conversationId: conversation.id,
      ...first,
    });
    expect(duplicate).toBe(false);
    expect(message).toMatchObject({
      seq: 1,
      senderId: buyer.id,
      kind: 'text',
      text: '안녕하세요',
      state: 'active',
    });
    for (const device of [phone, tablet])
      expect(
        await device.do('message:send', { conversationId: conversation.id, ...first }),
      ).toEqual({ message, duplicate: true, clientMessageId: first.clientMessageId });
    for (const person of [buyer, buyerElsewhere])
      expect(await person.call('POST', messages(conversation), first)).toMatchObject({
        status: 200,
        body: { message, duplicate: true },
      });
    const other = { ...first, text: '깎아 주세요' };
    for (const person of [buyer, buyerElsewhere])
      expect(await person.call('POST', messages(conversation), other)).toMatchObject({
        status: 409,
        body: { code: 'IDEMPOTENCY_CONFLICT' },
      });
    for (const device of [phone, tablet])
      expect(
        await device.ask('message:send', { conversationId: conversation.id, ...other }),
      ).toMatchObject({ ok: false, error: { code: 'IDEMPOTENCY_CONFLICT', retryable: false } });

    // The other person and another conversation have ids of their own.
    expect(await seller.call('POST', messages(conversation), first)).toMatchObject({
      status: 201,
      body: { message: { seq: 2, senderId: seller.id }, duplicate: false },
    });
    const elsewhere = await aConversation();
    expect(await buyer.call('POST', messages(elsewhere), other)).toMatchObject({ status: 201 });
    expect(seqsOf(await seller.log(conversation))).toEqual([1, 2]);
  });

  test('one message sent ten times at once through both doors on two nodes is stored once', async () => {
    const conversation = await aConversation();
    const same = draft('하나만');
    const sent = await Promise.all(
      Array.from({ length: 10 }, async (_, index) => {
        if (index % 2)
          return (index % 4 === 1 ? phone : tablet).do('message:send', {
            conversationId: conversation.id,
            ...same,
          });
        const person = index % 4 ? buyer : buyerElsewhere;
        return person.gets<{ message: view.Message; duplicate: boolean }>(
          'POST',
          messages(conversation),
          same,
        );
      }),
    );
    expect(sent.filter(({ duplicate }) => !duplicate)).toHaveLength(1);
    expect(new Set(sent.map(({ message }) => message.id)).size).toBe(1);
    expect(await seller.log(conversation)).toHaveLength(1);
  });

  test('devices of the sender know the message by its client id, the other side does not', async () => {
    const conversation = await aConversation();
    const said = draft('제 기기들');
    await phone.do('message:send', { conversationId: conversation.id, ...said });
    const onTablet = await tablet.hears('message:new', ({ message }) => message.text === said.text);
    expect(onTablet.clientMessageId).toBe(said.clientMessageId);
    const inShop = await shop.hears('message:new', ({ message }) => message.text === said.text);
    expect(inShop).not.toHaveProperty('clientMessageId');
    // No echo to the socket that was acknowledged; what comes after it proves it.
    await seller.sends(conversation, '다음');
    await phone.hears('message:new', ({ message }) => message.text === '다음');
    expect(phone.texts(conversation.id)).toEqual(['다음']);
  });

  test('a text keeps its blanks, its lines and every script, and is never made of nothing', async () => {
    const conversation = await aConversation();
    const texts = [
      '  가격은\n\n 8만원 👩‍👩‍👧 ',
      '<b>&amp;</b>',
      "'; drop table",
      '$gt',
      'ㄱ'.repeat(4_000),
    ];
    for (const text of texts) await buyer.sends(conversation, text);
    expect((await seller.log(conversation)).map(({ text }) => text)).toEqual(texts);
    for (const text of ['', '   ', '\u200b\u2060', 'ㄱ'.repeat(4_001), 'a\u0000', '\udc00'])
      expect(await buyer.call('POST', messages(conversation), draft(text))).toMatchObject({
        status: 422,
        body: { code: 'VALIDATION_FAILED' },
      });
    expect(await seller.log(conversation)).toHaveLength(texts.length);
  });

  test('who types is shown to the other side only, and stored nowhere', async () => {
    const { id: conversationId } = await aConversation();
    await buyer.sends({ id: conversationId }, '안녕하세요');
    await phone.do('typing:set', { conversationId, typing: true });
    expect(await shop.hears('typing', (one) => one.conversationId === conversationId)).toEqual({
      conversationId,
      userId: buyer.id,
      typing: true,
    });
    await buyer.sends({ id: conversationId }, '다 썼다');
    await tablet.hears('message:new', ({ message }) => message.text === '다 썼다');
    expect(tablet.all('typing')).toEqual([]);
    expect(seqsOf(await seller.log({ id: conversationId }))).toEqual([1, 2]);
  });

  test('a device that hears of many conversations at once misses none', async () => {
    const writer = await cluster.person('하준', 0);
    const open = await Promise.all(
      Array.from({ length: 6 }, async () => writer.asksAbout(await seller.lists())),
    );
    await Promise.all(open.map((one) => writer.sends(one, '안녕하세요')));
    const laptop = await writer.connects();
    for (const { id } of open)
      laptop.socket.emit('typing:set', { conversationId: id, typing: true });
    await eventually('typing in each', () => {
      const typed = shop.all('typing').map(({ conversationId }) => conversationId);
      return open.every(({ id }) => typed.includes(id));
    });
    writer.leaves();
  });
});

test('history is read in both directions, to both ends', async () => {
  const conversation = await aConversation();
  for (let count = 0; count < 7; count += 1) await buyer.sends(conversation, `${count}`);
  const read = async (query: string) => {
    const page = await seller.gets<{ items: view.Message[]; hasMore: boolean }>(
      'GET',
      `${messages(conversation)}?${query}`,
    );
    return [seqsOf(page.items), page.hasMore];
  };
  expect(await read('')).toEqual([[7, 6, 5, 4, 3, 2, 1], false]);
  expect(await read('limit=3')).toEqual([[7, 6, 5], true]);
  expect(await read('beforeSeq=5&limit=3')).toEqual([[4, 3, 2], true]);
  expect(await read('beforeSeq=4&limit=3')).toEqual([[3, 2, 1], false]);
  expect(await read('beforeSeq=1')).toEqual([[], false]);
  expect(await read('afterSeq=0&limit=3')).toEqual([[1, 2, 3], true]);
  expect(await read('afterSeq=4&limit=3')).toEqual([[5, 6, 7], false]);
  expect(await read('afterSeq=7')).toEqual([[], false]);
  for (const query of ['beforeSeq=3&afterSeq=1', 'limit=101', 'afterSeq=-1', 'afterSeq=x', 'seq=1'])
    expect(await seller.call('GET', `${messages(conversation)}?${query}`)).toMatchObject({
      status: 422,
    });
});

describe('receipts', () => {
  test('positions go forward only, no further than the log, and having read is having received', async () => {
    const conversation = await aConversation();
    for (const text of ['하나', '둘', '셋']) await buyer.sends(conversation, text);
    const moves = async (to: object) =>
      seller.gets<view.Receipts>('PUT', receipts(conversation), to);
    const at = (deliveredSeq: number, readSeq: number, unread: number) => ({
      deliveredSeq,
      readSeq,
      unread,
    });
    expect(await moves({ deliveredSeq: 1 })).toEqual(at(1, 0, 3));
    expect(await moves({ readSeq: 2 })).toEqual(at(2, 2, 1));
    expect(await moves({ readSeq: 1, deliveredSeq: 1 })).toEqual(at(2, 2, 1));
    expect(await moves({ deliveredSeq: 99 })).toEqual(at(3, 2, 1));
    expect(await moves({ readSeq: 99 })).toEqual(at(3, 3, 0));
    expect((await seen(buyer, conversation)).cursors).toEqual({
      [seller.id]: { deliveredSeq: 3, readSeq: 3 },
      [buyer.id]: { deliveredSeq: 0, readSeq: 0 },
    });
    await buyer.sends(conversation, '넷');
    expect(await moves({ readSeq: 3 })).toEqual(at(3, 3, 1));
    for (const to of [{}, { readSeq: -1 }, { readSeq: 1.5 }, { readSeq: '3' }])
      expect(await seller.call('PUT', receipts(conversation), to)).toMatchObject({ status: 422 });
  });

  test('the socket does the same, and both sides hear of it once', async () => {
    const { id: conversationId } = await aConversation();
    await buyer.sends({ id: conversationId }, '하나');
    await buyer.sends({ id: conversationId }, '둘');
    const own = (device: DeviceSocket) =>
      device.all('receipt:updated').filter((one) => one.conversationId === conversationId);
    expect(await shop.do('receipt:delivered', { conversationId, seq: 2 })).toEqual({
      deliveredSeq: 2,
      readSeq: 0,
      unread: 2,
    });
    expect(await shop.do('receipt:read', { conversationId, seq: 99 })).toEqual({
      deliveredSeq: 2,
      readSeq: 2,
      unread: 0,
    });
    // Nothing moves, so nobody is told.
    await shop.do('receipt:read', { conversationId, seq: 1 });
    await seller.sends({ id: conversationId }, '셋');
    for (const device of [phone, tablet]) {
      await device.hears('message:new', ({ message }) => message.text === '셋');
      expect(own(device)).toEqual([
        { conversationId, userId: seller.id, deliveredSeq: 2, readSeq: 0 },
        { conversationId, userId: seller.id, deliveredSeq: 2, readSeq: 2 },
      ]);
    }
    expect(own(shop)).toEqual([]);
  });

  test('sending moves no position, and only what the other side wrote is unread', async () => {
    const conversation = await aConversation();
    await writes(buyer, conversation, 3);
    await seller.sends(conversation, '하나');
    const [forSeller, forBuyer] = [
      await seenUpTo(seller, conversation, 4),
      await seenUpTo(buyer, conversation, 4),
    ];
    expect([forSeller.unread, forBuyer.unread]).toEqual([3, 1]);
    expect(forBuyer.cursors).toEqual({
      [buyer.id]: { deliveredSeq: 0, readSeq: 0 },
      [seller.id]: { deliveredSeq: 0, readSeq: 0 },
    });
    expect(forBuyer.lastMessage).toMatchObject({ seq: 4, text: '하나' });
    const { unread: before } = await seller.gets<view.SyncAnswer>('POST', '/v1/sync', {});
    await seller.gets('PUT', receipts(conversation), { readSeq: 2 });
    expect((await seen(seller, conversation)).unread).toBe(1);
    const { unread: after } = await seller.gets<view.SyncAnswer>('POST', '/v1/sync', {});
    expect(before - after).toBe(2);
  });

  test('few and many unread ones are counted alike in a view and in a catch-up', async () => {
    const one = await stranger.asksAbout(await seller.lists());
    const other = await stranger.asksAbout(await seller.lists());
    await stranger.sends(other, '여기도 하나');
    await writes(stranger, one, 13);
    await seller.sends(one, '마지막');
    await seenUpTo(seller, one, 14);
    const { cursor } = await seller.gets<view.SyncAnswer>('POST', '/v1/sync', {});
    for (let readSeq = 1; readSeq <= 13; readSeq += 1) {
      await seller.gets('PUT', receipts(one), { readSeq });
      const unread = 13 - readSeq;
      expect(await seen(seller, one)).toMatchObject({ unread, lastMessage: { text: '마지막' } });
      const whole = await seller.gets<view.SyncAnswer>('POST', '/v1/sync', {});
      const later = await seller.gets<view.SyncAnswer>('POST', '/v1/sync', { cursor });
      expect(later.unread).toBe(whole.unread);
      for (const { conversations } of [whole, later])
        expect(conversations.find(({ id }) => id === one.id)).toMatchObject({ unread });
    }
  });

  test('moves of both people at once on two nodes all hold', async () => {
    const conversation = await aConversation();
    await writes(buyer, conversation, 20);
    const twin = Object.assign(Object.create(seller) as Person, { gateway: cluster.gateways[0]! });
    await Promise.all(
      upTo(20).map((seq) =>
        (seq % 2 ? seller : twin).gets('PUT', receipts(conversation), { readSeq: 21 - seq }),
      ),
    );
    expect((await seen(seller, conversation)).cursors[seller.id]).toEqual({
      deliveredSeq: 20,
      readSeq: 20,
    });
  });
});

test("the inbox has the newest activity first, in pages, and its cursor is one person's", async () => {
  const collector = await cluster.person('하준');
  const conversations: view.Conversation[] = [];
  for (let count = 0; count < 5; count += 1)
    conversations.push(await collector.asksAbout(await seller.lists()));
  await collector.sends(conversations[1]!, '이거 주세요');
  await seenUpTo(collector, conversations[1]!, 1);
  const order = [1, 4, 3, 2, 0].map((index) => conversations[index]!.id);
  type Page = { items: view.Conversation[]; nextCursor: string | null };
  const shown: string[] = [];
  let cursor = '';
  do {
    const page: Page = await collector.gets<Page>('GET', `/v1/conversations?limit=2${cursor}`);
    shown.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor ? `&cursor=${page.nextCursor}` : '';
    if (cursor)
      expect(await stranger.call('GET', `/v1/conversations?limit=2${cursor}`)).toMatchObject({
        status: 422,
      });
  } while (cursor);
  expect(shown).toEqual(order);
  expect(await collector.gets('GET', '/v1/conversations?box=archived')).toEqual({
    items: [],
    nextCursor: null,
  });
});

test('who opens too many conversations is told when to go on; the open ones stay open', async () => {
  const hasty = await cluster.person('급해');
  const window = await hasty.connects();
  const listings = await Promise.all(Array.from({ length: 21 }, () => stranger.lists()));
  for (const listing of listings.slice(0, 20)) await hasty.asksAbout(listing);
  const tooMany = { listingId: listings[20]!.id };
  const refused = await hasty.call('POST', '/v1/conversations', tooMany);
  expect(refused).toMatchObject({ status: 429, body: { code: 'RATE_LIMITED' } });
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  const bySocket = await window.ask('conversation:open', tooMany);
  expect(bySocket).toMatchObject({ ok: false, error: { code: 'RATE_LIMITED', retryable: true } });
  expect(!bySocket.ok && bySocket.error.retryAfterMs).toBeGreaterThan(0);
  await hasty.asksAbout(listings[0]!);
  hasty.leaves();
});

describe('syncing', () => {
  type Pull = (keeper: Person, input: object) => Promise<view.SyncAnswer>;
  const doors: [string, Pull][] = [
    ['socket', async (keeper, input) => (await keeper.connects()).do('sync:pull', input)],
    ['REST', (keeper, input) => keeper.gets('POST', '/v1/sync', input)],
  ];
  let customer: Person;
  const keepers: Person[] = [];

  beforeAll(async () => {
    customer = await cluster.person('하준');
  });
  afterAll(() => keepers.forEach((keeper) => keeper.leaves()));

  /** A seller who has nothing yet, so that answers hold what the test made. */
  const aKeeper = async () => {
    const keeper = await cluster.person('지우', 1);
    keepers.push(keeper);
    return keeper;
  };
  const asked = async (keeper: Person) => customer.asksAbout(await keeper.lists());
  const ofThe = ({ id }: { id: string }, answer: view.SyncAnswer) =>
    seqsOf(answer.messages.filter(({ conversationId }) => conversationId === id));
  const known = ({ id }: { id: string }, seq: number) => ({ conversationId: id, seq });

  test.each(doors)(
    'over %s a device gets what lies behind the positions it knows',
    async (_door, pull) => {
      const keeper = await aKeeper();
      const [one, two] = [await asked(keeper), await asked(keeper)];
      await writes(customer, one, 5);
      await writes(customer, two, 3);
      const answer = await pull(keeper, {
        known: [known(one, 2), known(two, 3), known({ id: randomUUID() }, 0)],
      });
      expect(seqsOf(answer.messages)).toEqual([3, 4, 5]);
      expect(ofThe(one, answer)).toEqual([3, 4, 5]);
      expect(answer).toMatchObject({ holes: [], complete: true });
      expect(answer.conversations.map(({ id }) => id).sort()).toEqual([one.id, two.id].sort());
      // More than there is: nothing is missing.
      const ahead = await pull(keeper, { known: [known(one, 9), known(two, 3)] });
      expect(ahead).toMatchObject({ messages: [], holes: [], complete: true });
    },
  );

  test.each(doors)(
    'over %s its cursor leads to what happened since, also where nothing was known',
    async (_door, pull) => {
      const keeper = await aKeeper();
      const before = await asked(keeper);
      await customer.sends(before, '처음');
      await seenUpTo(keeper, before, 1);
      const first = await pull(keeper, {});
      expect(first).toMatchObject({ complete: true, unread: 1, holes: [] });
      expect(first.messages.map(({ text }) => text)).toEqual(['처음']);

      const fresh = await asked(keeper);
      await customer.sends(before, '그 다음');
      await customer.sends(fresh, '새 대화');
      await seenUpTo(keeper, fresh, 1);
      await seenUpTo(keeper, before, 2);
      const next = await pull(keeper, { cursor: first.cursor, known: [known(before, 1)] });
      expect(next.messages.map(({ text }) => text).sort()).toEqual(['그 다음', '새 대화'].sort());
      expect(next.unread).toBe(3);
      expect(next.conversations.find(({ id }) => id === fresh.id)).toMatchObject({
        lastSeq: 1,
        unread: 1,
        lastMessage: { text: '새 대화' },
      });
      const nothing = await pull(keeper, {
        cursor: next.cursor,
        known: [known(before, 2), known(fresh, 1)],
      });
      expect(nothing).toMatchObject({ messages: [], holes: [], complete: true });
    },
  );

  test('what a lagging inbox does not show yet comes all the same', async () => {
    const keeper = await aKeeper();
    const conversation = await asked(keeper);
    await customer.sends(conversation, '방금');
    // Within the second that the inbox may lag.
    const answer = await keeper.gets<view.SyncAnswer>('POST', '/v1/sync', {
      known: [known(conversation, 0)],
    });
    expect(answer.messages.map(({ text }) => text)).toEqual(['방금']);
  });

  test('more than 300 missing come as the newest page over an explicit hole, on both doors', async () => {
    const keeper = await aKeeper();
    const conversation = await asked(keeper);
    await writes(customer, conversation, 320);
    await seenUpTo(keeper, conversation, 320);
    const hole = (fromSeq: number, toSeq: number) => [
      { conversationId: conversation.id, fromSeq, toSeq },
    ];
    for (const [, pull] of doors) {
      const behind = await pull(keeper, { known: [known(conversation, 10)] });
      expect(behind.holes).toEqual(hole(11, 300));
      expect(seqsOf(behind.messages)).toEqual(upTo(320, 301));
      expect(behind.complete).toBe(true);
      const nearly = await pull(keeper, { known: [known(conversation, 20)] });
      expect(nearly).toMatchObject({ holes: [], complete: true, unread: 100 });
      expect(seqsOf(nearly.messages)).toEqual(upTo(320, 21));
      const unknown = await pull(keeper, {});
      expect(seqsOf(unknown.messages)).toEqual(upTo(320, 301));
      expect(unknown.holes).toEqual(hole(1, 300));
    }
    expect((await seen(keeper, conversation)).unread).toBe(100);
    const read = (readSeq: number) =>
      keeper.gets<view.Receipts>('PUT', receipts(conversation), { readSeq });
    // Far from the end, within the last 150, and beyond the end.
    expect(await read(100)).toEqual({ deliveredSeq: 100, readSeq: 100, unread: 100 });
    expect(await read(250)).toEqual({ deliveredSeq: 250, readSeq: 250, unread: 70 });
    expect(await read(900)).toEqual({ deliveredSeq: 320, readSeq: 320, unread: 0 });
  });

  test('300 entries missing over a hundred conversations come in one answer', async () => {
    const keeper = await aKeeper();
    const listings = await Promise.all(Array.from({ length: 20 }, () => keeper.lists()));
    const customers = await Promise.all(Array.from({ length: 5 }, () => cluster.person('손님')));
    const conversations: view.Conversation[] = [];
    const greets = async (one: Person, listing: view.Listing) => {
      const conversation = await one.asksAbout(listing);
      await one.sends(conversation, '안녕하세요');
      return conversation;
    };
    for (const listing of listings)
      conversations.push(...(await Promise.all(customers.map((one) => greets(one, listing)))));
    for (const conversation of conversations) await writes(keeper, conversation, 2);
    const answer = await keeper.gets<view.SyncAnswer>('POST', '/v1/sync', {
      known: conversations.map((conversation) => known(conversation, 0)),
    });
    expect(answer).toMatchObject({ holes: [], complete: true });
    expect(answer.messages).toHaveLength(300);
    for (const conversation of conversations) {
      expect(ofThe(conversation, answer)).toEqual([1, 2, 3]);
      expect(answer.conversations.find(({ id }) => id === conversation.id)).toMatchObject({
        lastSeq: 3,
        lastMessage: { seq: 3 },
      });
    }
  });

  test('what the other side read or left comes along, also to a device that was away', async () => {
    const keeper = await aKeeper();
    const conversation = await asked(keeper);
    await customer.sends(conversation, '읽으셨나요?');
    await seenUpTo(customer, conversation, 1);
    const { cursor } = await customer.gets<view.SyncAnswer>('POST', '/v1/sync', {});
    await keeper.gets('PUT', receipts(conversation), { readSeq: 1 });
    const found = async (person: Person, from: string) => {
      const answer = await person.gets<view.SyncAnswer>('POST', '/v1/sync', { cursor: from });
      return answer.conversations.find(({ id }) => id === conversation.id);
    };
    expect((await found(customer, cursor))?.cursors[keeper.id]).toEqual({
      deliveredSeq: 1,
      readSeq: 1,
    });
    await keeper.gets('DELETE', `/v1/conversations/${conversation.id}/me`);
    expect(await found(customer, cursor)).toMatchObject({ closed: true });
    expect(
      await found(keeper, (await keeper.gets<view.SyncAnswer>('POST', '/v1/sync', {})).cursor),
    ).toMatchObject({ closed: true, left: true });
  });

  test('an edit below the position that a device knows reaches it, and shows in the list', async () => {
    const keeper = await aKeeper();
    const conversation = await asked(keeper);
    const { message } = await customer.sends(conversation, '만원 깎아 주세요');
    await seenUpTo(keeper, conversation, 1);
    await customer.edits(message, '오천원 깎아 주세요');
    const answer = await keeper.gets<view.SyncAnswer>('POST', '/v1/sync', {
      known: [known(conversation, 1)],
    });
    expect(answer.messages).toMatchObject([
      { seq: 2, kind: 'edit', targetSeq: 1, text: '오천원 깎아 주세요' },
    ]);
    expect(answer.conversations).toMatchObject([
      { lastSeq: 2, unread: 1, lastMessage: { seq: 1, text: '오천원 깎아 주세요' } },
    ]);
  });

  test('a small limit bounds every answer, and pulling on brings everything in the end', async () => {
    const keeper = await aKeeper();
    const conversations = [await asked(keeper), await asked(keeper), await asked(keeper)];
    for (const conversation of conversations) await writes(customer, conversation, 25);
    for (const conversation of conversations) await seenUpTo(keeper, conversation, 25);
    const positions = new Map(conversations.map(({ id }) => [id, 0]));
    let cursor: string | undefined;
    let complete = false;
    for (let pulls = 0; !complete && pulls < 10; pulls += 1) {
      const answer: view.SyncAnswer = await keeper.gets('POST', '/v1/sync', {
        limit: 30,
        cursor,
        known: [...positions].map(([conversationId, seq]) => ({ conversationId, seq })),
      });
      expect(answer.messages.length).toBeLessThanOrEqual(30);
      expect(answer.holes).toEqual([]);
      for (const { conversationId, seq } of answer.messages) {
        expect(seq).toBe(positions.get(conversationId)! + 1);
        positions.set(conversationId, seq);
      }
      ({ cursor, complete } = answer);
    }
    expect(complete).toBe(true);
    expect([...positions.values()]).toEqual([25, 25, 25]);
  });

  test('a list too long, a cursor of somebody else and a forged one are refused', async () => {
    const keeper = await aKeeper();
    const window = await keeper.connects();
    const { cursor } = await keeper.gets<view.SyncAnswer>('POST', '/v1/sync', {});
    const scope = (JSON.parse(Buffer.from(cursor, 'base64url').toString()) as unknown[])[0];
    const forged = (position: unknown) =>
      Buffer.from(JSON.stringify([scope, position])).toString('base64url');
    const inputs = [
      { known: Array.from({ length: 101 }, () => known({ id: randomUUID() }, 0)) },
      { known: [{ conversationId: { $gt: '' }, seq: 0 }] },
      { known: [{ conversationId: randomUUID(), seq: { $gt: 0 } }] },
      { limit: 301 },
      { cursor: forged({ $gt: '' }) },
      { cursor: forged([{ $gt: 0 }]) },
      { cursor: forged([0, [0, { $gt: '' }]]) },
      { cursor: 'nonsense' },
    ];
    for (const input of inputs) {
      expect(await keeper.call('POST', '/v1/sync', input)).toMatchObject({
        status: 422,
        body: { code: 'VALIDATION_FAILED' },
      });
      expect(await window.ask('sync:pull', input)).toMatchObject({
        ok: false,
        error: { code: 'VALIDATION_FAILED' },
      });
    }
    expect(await stranger.call('POST', '/v1/sync', { cursor })).toMatchObject({ status: 422 });
  });

  test('a cursor beyond all times is refused or answered, but breaks nothing', async () => {
    const keeper = await aKeeper();
    const { cursor } = await keeper.gets<view.SyncAnswer>('POST', '/v1/sync', {});
    const [scope] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as unknown[];
    for (const position of [[1e300], [-1e300], [0, [1e300, 'x']]]) {
      const forged = Buffer.from(JSON.stringify([scope, position])).toString('base64url');
      const answer = await keeper.call('POST', '/v1/sync', { cursor: forged });
      expect([200, 422]).toContain(answer.status);
    }
  });
});
