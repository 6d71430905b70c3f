import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { view } from '../../src/contract/index.js';
import { answer, draft, haggle as haggleOver, seen } from '../support/offers.js';
import { TestCluster } from '../support/test-cluster.js';
import type { DeviceSocket, Person } from '../support/person.js';
import { messagesIn, ofConversation } from '../support/log.js';

let cluster: TestCluster;
let seller: Person, buyer: Person, rival: Person;
let phone: DeviceSocket, shop: DeviceSocket;

beforeAll(async () => {
  cluster = await TestCluster.shared();
  seller = await cluster.person('준호');
  shop = await seller.connects();
}, 60_000);

/** New people for each part: nobody may open many conversations in an hour. */
const newBuyers = async () => {
  [buyer, rival] = (await Promise.all(['민지', '서연'].map((name) => cluster.person(name)))) as [
    Person,
    Person,
  ];
  phone?.close();
  phone = await buyer.connects();
};

afterAll(async () => {
  for (const person of [seller, buyer]) person?.leaves();
  await cluster?.stop();
}, 60_000);

const haggle = (fields: object = {}, amount?: number) => haggleOver(seller, buyer, fields, amount);

describe('what is refused changes nothing', () => {
  beforeAll(newBuyers);

  let listing: view.Listing, conversation: view.Conversation, offer: view.Offer;
  let stranger: Person;
  let before: unknown;

  const stored = () =>
    cluster.inspect(async (connection) => ({
      offers: await connection.collection('offers').find({ sellerId: seller.id }).toArray(),
      deals: await connection.collection('deals').find({ sellerId: seller.id }).toArray(),
      listings: await connection.collection('listings').find({ sellerId: seller.id }).toArray(),
      entries: await messagesIn(connection).countDocuments(ofConversation(conversation)),
    }));

  beforeAll(async () => {
    stranger = await cluster.person('손님');
    ({ listing, conversation, offer } = await haggle());
  });
  beforeEach(async () => {
    before = await stored();
  });
  afterEach(async () => {
    expect(await stored()).toEqual(before);
  });

  test.each([
    ['negative', -70_000, 'VALIDATION_FAILED'],
    ['fractional', 70_000.5, 'VALIDATION_FAILED'],
    ['huge', 1e15, 'VALIDATION_FAILED'],
    ['no number', '70000', 'VALIDATION_FAILED'],
    ['left out', undefined, 'VALIDATION_FAILED'],
    ['a wrong step', 70_050, 'OFFER_NOT_ALLOWED'],
    ['nothing', 0, 'OFFER_NOT_ALLOWED'],
    ['below half', 49_900, 'OFFER_NOT_ALLOWED'],
    ['the price', 100_000, 'OFFER_NOT_ALLOWED'],
    ['above the price', 200_000, 'OFFER_NOT_ALLOWED'],
  ])('an amount that is %s, made and countered, on both doors', async (_, amount, code) => {
    const conversationId = (await rivalsConversation()).id;
    const offerId = offer.id;
    const respond = { offerId, action: 'counter', version: 1, ...draft(amount) };
    const answers = [
      (await rival.call('POST', `/v1/conversations/${conversationId}/offers`, draft(amount))).body,
      (await answer(seller, offer, 'counter', draft(amount))).body,
      ((await shop.ask('offer:respond', respond)) as { error?: { code: string } }).error,
    ];
    expect(answers.map((one) => one?.code)).toEqual([code, code, code]);
  });

  let known: view.Conversation | undefined;
  async function rivalsConversation() {
    known ??= await rival.asksAbout(listing);
    return known;
  }

  test('an offer on the own listing, or by the seller', async () => {
    const path = `/v1/conversations/${conversation.id}/offers`;
    expect(await seller.call('POST', path, draft(70_000))).toMatchObject({
      status: 403,
      body: { code: 'FORBIDDEN' },
    });
    const made = await shop.ask('offer:make', {
      conversationId: conversation.id,
      ...draft(70_000),
    });
    expect(made).toMatchObject({ ok: false, error: { code: 'FORBIDDEN' } });
  });

  test("a stranger's hand on it", async () => {
    for (const [verb, body] of [
      ['accept', { amount: 70_000 }],
      ['counter', { amount: 90_000 }],
      ['decline', {}],
      ['withdraw', {}],
    ] as const)
      expect([verb, (await answer(stranger, offer, verb, body)).body.code]).toEqual([
        verb,
        'NOT_FOUND',
      ]);
    expect((await stranger.call('GET', `/v1/offers/${offer.id}`)).status).toBe(404);
  });

  test('a stale version, another amount, the wrong side', async () => {
    const current = { id: offer.id, version: 1, amount: 70_000 };
    for (const [who, verb, body, status, code] of [
      [seller, 'accept', { amount: 70_000, version: 2 }, 412, 'OFFER_CHANGED'],
      [seller, 'counter', { amount: 90_000, version: 7 }, 412, 'OFFER_CHANGED'],
      [seller, 'decline', { version: 3 }, 412, 'OFFER_CHANGED'],
      [seller, 'accept', { amount: 70_100 }, 412, 'OFFER_CHANGED'],
    ] as const)
      expect([verb, await answer(who, offer, verb, body)]).toMatchObject([
        verb,
        { status, body: { code, current } },
      ]);
    for (const [who, verb, body] of [
      [buyer, 'accept', { amount: 70_000 }],
      [buyer, 'counter', { amount: 80_000 }],
      [buyer, 'decline', {}],
      [seller, 'withdraw', {}],
    ] as const)
      expect([verb, (await answer(who, offer, verb, body)).body.code]).toEqual([verb, 'FORBIDDEN']);
  });

  test('an id that stands for another act', async () => {
    const log = await buyer.log(conversation);
    expect(log).toHaveLength(1);
    const { clientMessageId } = (await cluster.inspect((connection) =>
      connection
        .collection<{ _id: string; steps: { clientMessageId: string }[] }>('offers')
        .findOne({
          _id: offer.id,
        }),
    ))!.steps[0]!;
    for (const [verb, body] of [
      ['withdraw', {}],
      ['counter', { amount: 80_000 }],
    ] as const)
      expect([
        verb,
        (await answer(buyer, offer, verb, { ...body, clientMessageId })).body,
      ]).toMatchObject([verb, { code: 'IDEMPOTENCY_CONFLICT' }]);
    const path = `/v1/conversations/${conversation.id}/offers`;
    expect(await buyer.call('POST', path, { amount: 75_000, clientMessageId })).toMatchObject({
      status: 409,
      body: { code: 'IDEMPOTENCY_CONFLICT' },
    });
  });
});

describe('too late', () => {
  beforeAll(newBuyers);

  test('an offer whose time is over is refused, and shows as expired from then on', async () => {
    const { conversation, offer } = await haggle();
    await cluster.inspect((connection) => {
      const past = new Date(Date.now() - 1_000);
      return connection
        .collection<{ _id: string }>('offers')
        .updateOne({ _id: offer.id }, { $set: { expiresAt: past, 'steps.$[].expiresAt': past } });
    });
    expect((await seen(seller, offer)).abilities).toEqual({
      accept: false,
      counter: null,
      decline: false,
      withdraw: false,
    });
    for (const [verb, body] of [
      ['accept', { amount: 70_000 }],
      ['counter', { amount: 90_000 }],
      ['decline', {}],
    ] as const)
      expect([verb, await answer(seller, offer, verb, body)]).toMatchObject([
        verb,
        { status: 409, body: { code: 'OFFER_EXPIRED', current: { state: 'expired', version: 2 } } },
      ]);
    expect((await buyer.log(conversation)).map(({ offer: one }) => one?.act)).toEqual([
      'made',
      'expired',
    ]);
  });

  test('leaving closes what waits for an answer there; a closed conversation takes no move, on any door', async () => {
    const { conversation, offer } = await haggle();
    await buyer.gets('DELETE', `/v1/conversations/${conversation.id}/me`);
    const log = await seller.log(conversation);
    expect(log.map((entry) => entry.offer?.act ?? entry.notice?.type)).toEqual([
      ...['made', 'closed', 'left'],
    ]);
    expect(await seen(seller, offer)).toMatchObject({
      state: 'closed',
      reason: 'unavailable',
      turn: null,
    });
    for (const [verb, body] of [
      ['accept', { amount: 70_000 }],
      ['counter', { amount: 90_000 }],
      ['decline', {}],
    ] as const)
      expect([verb, (await answer(seller, offer, verb, body)).body.code]).toEqual([
        verb,
        'CONVERSATION_CLOSED',
      ]);
    const respond = { offerId: offer.id, action: 'counter', version: 1, ...draft(90_000) };
    expect(await shop.ask('offer:respond', respond)).toMatchObject({
      ok: false,
      error: { code: 'CONVERSATION_CLOSED' },
    });
    expect((await seen(seller, offer)).abilities).toMatchObject({ accept: false, counter: null });
    expect(await seller.log(conversation)).toEqual(log);
    // Back again, the buyer may offer again; to leave was a try, as taking back is.
    await buyer.asksAbout({ id: offer.listingId } as view.Listing);
    expect((await buyer.offers(conversation, 70_000)).offer).toMatchObject({ attempt: 2 });
  });

  test('the seller leaves: an answer that the buyer was to give is closed as well', async () => {
    const { conversation, offer } = await haggle();
    await answer(seller, offer, 'counter', { amount: 90_000 });
    await seller.gets('DELETE', `/v1/conversations/${conversation.id}/me`);
    expect(await seen(buyer, offer)).toMatchObject({ state: 'closed', reason: 'unavailable' });
  });
});
