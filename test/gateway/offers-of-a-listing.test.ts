import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { view } from '../../src/contract/index.js';
import {
  answer,
  cards,
  draft,
  haggle as haggleOver,
  seen,
  type Answered,
} from '../support/offers.js';
import { TestCluster } from '../support/test-cluster.js';
import type { Person } from '../support/person.js';

let cluster: TestCluster;
let seller: Person, buyer: Person, rival: Person;

beforeAll(async () => {
  cluster = await TestCluster.shared();
  seller = await cluster.person('준호');
}, 60_000);

/** New people for each part: nobody may open many conversations in an hour. */
const newBuyers = async () => {
  [buyer, rival] = (await Promise.all(['민지', '서연'].map((name) => cluster.person(name)))) as [
    Person,
    Person,
  ];
};

afterAll(() => cluster?.stop(), 60_000);

const haggle = (fields: object = {}, amount?: number) => haggleOver(seller, buyer, fields, amount);

const edit = (listing: view.Listing, change: object) =>
  seller.call<view.Listing & view.Problem>('PATCH', `/v1/listings/${listing.id}`, change);

describe('the offers of a listing', () => {
  beforeAll(newBuyers);

  test('lie side by side for the seller, the highest first, page by page; for nobody else', async () => {
    const listing = await seller.lists({ price: 100_000 });
    const offers = [];
    for (const [who, amount] of [
      [buyer, 70_000],
      [rival, 90_000],
      [await cluster.person('하준'), 70_000],
    ] as const)
      offers.push((await who.offers(await who.asksAbout(listing), amount)).offer);
    const path = `/v1/listings/${listing.id}/offers`;
    const all = await cards(seller, path);
    expect(all.map(({ id }) => id)).toEqual([offers[1]!.id, offers[0]!.id, offers[2]!.id]);
    expect(all[0]).toMatchObject({
      amount: 90_000,
      buyer: { id: rival.id, nickname: '서연' },
      listing: { id: listing.id, price: 100_000 },
      abilities: { accept: true, decline: true, withdraw: false },
    });
    const found: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page: { items: view.OfferCard[]; nextCursor: string | null } = await seller.gets(
        'GET',
        `${path}?limit=1${cursor && `&cursor=${cursor}`}`,
      );
      found.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
    }
    expect(found).toEqual(all.map(({ id }) => id));
    expect(await buyer.call('GET', path)).toMatchObject({ status: 403 });
    await answer(seller, offers[1]!, 'decline');
    expect((await cards(seller, path)).map(({ id }) => id)).toEqual([offers[0]!.id, offers[2]!.id]);
    expect((await cards(seller, `${path}?state=ended`)).map(({ id }) => id)).toEqual([
      offers[1]!.id,
    ]);
    expect(await cards(seller, `${path}?state=all`)).toHaveLength(3);
  });

  test('are declined in one go; a repeat is answered alike and touches nothing new', async () => {
    const listing = await seller.lists({ price: 100_000 });
    const make = async (who: Person) =>
      (await who.offers(await who.asksAbout(listing), 70_000)).offer;
    const [first, second] = [await make(buyer), await make(rival)];
    const { body: countered } = await answer(seller, second, 'counter', { amount: 90_000 });
    const path = `/v1/listings/${listing.id}/offers/decline`;
    const body = { clientMessageId: randomUUID() };
    const done = await seller.call<view.BulkDecline>('POST', path, body);
    expect(done.body.declined.map(({ id }) => id)).toEqual([first.id]);
    expect((await seen(buyer, first)).state).toBe('declined');
    expect((await seen(rival, second)).state).toBe('awaitingBuyer');
    await make(await cluster.person('하준'));
    expect((await seller.call('POST', path, body)).body).toEqual({
      ...done.body,
      left: 1,
    });
    expect(await cards(seller, `/v1/listings/${listing.id}/offers`)).toHaveLength(2);

    const named = await seller.call<view.BulkDecline>('POST', path, {
      offerIds: [first.id, second.id, randomUUID()],
      clientMessageId: randomUUID(),
    });
    expect(named.body.declined).toEqual([]);
    expect(named.body.skipped.map(({ code }) => code)).toEqual([
      'OFFER_CHANGED',
      'FORBIDDEN',
      'NOT_FOUND',
    ]);
    expect(countered.offer.turn).toBe('buyer');
    expect(await buyer.call('POST', path, body)).toMatchObject({ status: 403 });
  });

  test('hundreds are declined a hundred at a time, and the answer says how many are left', async () => {
    const { listing, conversation, offer } = await haggle();
    await cluster.inspect(async (connection) => {
      const people = Array.from({ length: 104 }, () => ({
        buyerId: randomUUID(),
        conversationId: randomUUID(),
      }));
      const copies = async (name: string, id: string, of: (one: (typeof people)[0]) => object) => {
        const collection = connection.collection<{ _id: string }>(name);
        const like = (await collection.findOne({ _id: id }))!;
        await collection.insertMany(people.map((one) => ({ ...like, ...of(one) })));
      };
      await copies('conversations', conversation.id, ({ buyerId, conversationId }) => ({
        _id: conversationId,
        buyerId,
      }));
      await copies('offers', offer.id, (one) => ({ ...one, _id: randomUUID() }));
    });
    const path = `/v1/listings/${listing.id}/offers/decline`;
    const decline = async (clientMessageId: string) =>
      await seller.gets<view.BulkDecline>('POST', path, { clientMessageId });
    let rounds = 0;
    let left = 105;
    while (left > 0) {
      const id = randomUUID();
      const answered = await decline(id);
      expect(answered.declined.length).toBeLessThanOrEqual(100);
      expect(answered.left).toBe(left - answered.declined.length);
      expect(await decline(id)).toEqual(answered);
      left = answered.left!;
      rounds += 1;
    }
    expect(rounds).toBeGreaterThan(1);
    expect(await cards(seller, `/v1/listings/${listing.id}/offers`)).toEqual([]);
  }, 60_000);

  test('a stale copy is told so by If-Match too, beside what the body says', async () => {
    const { offer } = await haggle();
    const path = `/v1/offers/${offer.id}/decline`;
    const tag = { 'if-match': '"7-x"' };
    for (const body of [{}, { version: 1 }])
      expect(await seller.call('POST', path, body, tag)).toMatchObject({
        status: 412,
        body: { code: 'OFFER_CHANGED', current: { version: 1, state: 'awaitingSeller' } },
      });
    expect((await seller.call('POST', path, {}, { 'if-match': '"1-x"' })).status).toBe(200);
  });

  test('none is declined on a stale copy of the listing', async () => {
    const { listing, offer } = await haggle();
    const path = `/v1/listings/${listing.id}/offers/decline`;
    const declines = (tag: string) =>
      seller.call('POST', path, { clientMessageId: randomUUID() }, { 'if-match': tag });
    const before = (await seller.call('GET', `/v1/listings/${listing.id}`)).headers.get('etag')!;
    await seller.gets('PATCH', `/v1/listings/${listing.id}`, { price: 90_000 });
    for (const stale of [before, '"999"'])
      expect(await declines(stale)).toMatchObject({
        status: 412,
        body: { code: 'VERSION_CONFLICT' },
      });
    expect((await seen(buyer, offer)).state).toBe('awaitingSeller');
    const fresh = (await seller.call('GET', `/v1/listings/${listing.id}`)).headers.get('etag')!;
    expect(await declines(fresh)).toMatchObject({
      status: 200,
      body: { declined: [{ id: offer.id }] },
    });
  });

  test("one's own are listed for either side, the last moved first", async () => {
    const [one, other] = [await haggle(), await haggle()];
    await answer(seller, one.offer, 'counter', { amount: 90_000 });
    const first = async (who: Person, role: string) =>
      (await cards(who, `/v1/me/offers?role=${role}&limit=2`)).map(({ id }) => id);
    expect(await first(buyer, 'buyer')).toEqual([one.offer.id, other.offer.id]);
    expect(await first(seller, 'seller')).toEqual([one.offer.id, other.offer.id]);
    expect(await first(seller, 'buyer')).toEqual([]);
  });
});

describe('give-aways', () => {
  beforeAll(newBuyers);

  const ask = (who: Person, listing: view.Listing, body: object = {}) =>
    who.call<Answered & view.Problem>('POST', `/v1/listings/${listing.id}/requests`, body);

  test('whoever wants it asks, the seller picks one, and the others are told', async () => {
    const listing = await seller.lists({ price: 0 });
    const body = { note: '아이 방에 두고 싶어요', clientMessageId: randomUUID() };
    const mine = await ask(buyer, listing, body);
    expect(mine).toMatchObject({
      status: 201,
      body: { offer: { amount: 0, state: 'awaitingSeller', note: body.note } },
    });
    expect(await ask(buyer, listing, body)).toMatchObject({ status: 200, body: mine.body });
    const theirs = await ask(rival, listing);
    expect(theirs.status).toBe(201);
    const asked = await cards(seller, `/v1/listings/${listing.id}/requests`);
    expect(asked.map(({ buyer: { id }, abilities }) => [id, abilities?.counter])).toEqual([
      [buyer.id, null],
      [rival.id, null],
    ]);
    const { offer } = theirs.body;
    expect(await rival.call('POST', `/v1/requests/${offer.id}/accept`)).toMatchObject({
      status: 403,
    });
    const picked = await seller.call<Answered>('POST', `/v1/requests/${offer.id}/accept`);
    expect(picked).toMatchObject({
      status: 200,
      body: { offer: { state: 'accepted', amount: 0, dealId: expect.any(String) } },
    });
    expect(await seen(buyer, mine.body.offer)).toMatchObject({
      state: 'closed',
      reason: 'anotherAccepted',
    });
    expect(await ask(await cluster.person('늦은이'), listing)).toMatchObject({ status: 409 });
  });

  test('is asked for without a price, and a price is not asked for', async () => {
    const [free, sold] = [await seller.lists({ price: 0 }), await seller.lists({ price: 100_000 })];
    expect(await ask(buyer, sold)).toMatchObject({
      status: 422,
      body: { code: 'OFFER_NOT_ALLOWED' },
    });
    const conversation = await buyer.asksAbout(free);
    for (const amount of [0, 1_000])
      expect(
        await buyer.call('POST', `/v1/conversations/${conversation.id}/offers`, draft(amount)),
      ).toMatchObject({ status: 422, body: { code: 'OFFER_NOT_ALLOWED' } });
    expect(await ask(seller, free)).toMatchObject({ status: 403 });
    const { body } = await ask(buyer, free);
    expect(await answer(seller, body.offer, 'counter', { amount: 1_000 })).toMatchObject({
      status: 422,
      body: { code: 'OFFER_NOT_ALLOWED' },
    });
    const offer = (await haggle()).offer;
    expect(await seller.call('POST', `/v1/requests/${offer.id}/accept`)).toMatchObject({
      status: 404,
    });
  });

  test('one person has five requests at most; one taken back makes room', async () => {
    const eager = await cluster.person('욕심');
    const asked = [];
    for (let one = 0; one < 5; one += 1)
      asked.push((await ask(eager, await seller.lists({ price: 0 }))).body.offer);
    const sixth = await seller.lists({ price: 0 });
    expect(await ask(eager, sixth)).toMatchObject({
      status: 422,
      body: { code: 'OFFER_NOT_ALLOWED' },
    });
    expect((await seller.call('POST', `/v1/requests/${asked[0]!.id}/decline`)).status).toBe(200);
    expect((await ask(eager, sixth)).status).toBe(201);
  });

  test('a price on it ends the requests', async () => {
    const listing = await seller.lists({ price: 0 });
    const { body } = await ask(buyer, listing);
    expect((await edit(listing, { price: 10_000 })).status).toBe(200);
    expect(await seen(buyer, body.offer)).toMatchObject({
      state: 'closed',
      reason: 'offersDisabled',
    });
  });
});
