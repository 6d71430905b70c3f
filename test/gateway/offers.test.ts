import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { view } from '../../src/contract/index.js';
import { eventually } from '../support/eventually.js';
import {
  answer,
  cards,
  draft,
  haggle as haggleOver,
  seen,
  type Answered,
} from '../support/offers.js';
import { TestCluster } from '../support/test-cluster.js';
import type { DeviceSocket, Person } from '../support/person.js';

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

const edit = (listing: view.Listing, change: object) =>
  seller.call<view.Listing & view.Problem>('PATCH', `/v1/listings/${listing.id}`, change);

describe('haggling', () => {
  beforeAll(newBuyers);

  test('goes up and down until they meet, over either door, and both are told every move', async () => {
    const { listing, conversation, offer } = await haggle();
    const countered = await shop.do('offer:respond', {
      offerId: offer.id,
      action: 'counter',
      amount: 90_000,
      version: 1,
      clientMessageId: randomUUID(),
    });
    expect(countered.offer).toMatchObject({
      amount: 90_000,
      state: 'awaitingBuyer',
      turn: 'buyer',
      version: 2,
      abilities: { accept: false, counter: null, decline: false, withdraw: true },
    });
    await phone.hears('message:new', ({ message }) => message.id === countered.message.id);
    expect((await seen(buyer, offer)).abilities).toEqual({
      accept: true,
      counter: { from: 70_100, to: 89_900, step: 100 },
      decline: true,
      withdraw: false,
    });
    expect((await seen(seller, offer)).abilities).toEqual({
      accept: false,
      counter: null,
      decline: false,
      withdraw: true,
    });
    const again = await answer(buyer, countered.offer, 'counter', { amount: 80_000 });
    expect(again.body.offer).toMatchObject({ amount: 80_000, turn: 'seller', version: 3 });
    const agreed = await answer(seller, again.body.offer, 'accept', { amount: 80_000 });
    expect(agreed.body.offer).toMatchObject({ state: 'accepted', dealId: expect.any(String) });
    const log = await buyer.log(conversation);
    expect(log.map(({ offer: one }) => [one?.act, one?.amount])).toEqual([
      ['made', 70_000],
      ['countered', 90_000],
      ['countered', 80_000],
      ['accepted', 80_000],
    ]);
    expect(log.at(-1)!.offer!.moves.map(({ by, amount }) => [by, amount])).toEqual([
      ['buyer', 70_000],
      ['seller', 90_000],
      ['buyer', 80_000],
    ]);
    expect(JSON.stringify(log)).not.toContain('abilities');
    const { state } = await buyer.gets<view.Listing>('GET', `/v1/listings/${listing.id}`);
    expect(state).toBe('reserved');
  });

  test('a third try is the last one; what was closed for another reason is none', async () => {
    const listing = await seller.lists({ price: 100_000 });
    const conversation = await buyer.asksAbout(listing);
    await buyer.offers(conversation, 60_000);
    await edit(listing, { offers: { enabled: false } });
    await edit(listing, { offers: { enabled: true } });
    for (const attempt of [1, 2, 3]) {
      const { offer } = await buyer.offers(conversation, 60_000 + attempt * 100);
      expect(offer.attempt).toBe(attempt);
      expect((await answer(seller, offer, 'decline')).status).toBe(200);
    }
    const path = `/v1/conversations/${conversation.id}/offers`;
    const fourth = await buyer.call('POST', path, draft(65_000));
    expect(fourth).toMatchObject({ status: 422, body: { code: 'OFFER_NOT_ALLOWED' } });
  });

  test.each([
    [
      'leaving',
      (who: Person, { id }: { id: string }) => who.gets('DELETE', `/v1/conversations/${id}/me`),
    ],
    [
      'a block',
      async (who: Person) => {
        await who.gets('PUT', `/v1/me/blocks/${seller.id}`);
        await who.gets('DELETE', `/v1/me/blocks/${seller.id}`);
      },
    ],
  ])('%s ends a try as taking back does', async (_what, ends) => {
    const fickle = await cluster.person('변덕');
    const listing = await seller.lists({ price: 100_000 });
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      const conversation = await fickle.asksAbout(listing);
      const { offer } = await fickle.offers(conversation, 60_000);
      expect(offer.attempt).toBe(attempt);
      await ends(fickle, conversation);
      const closed = await seller.gets<view.Offer>('GET', `/v1/offers/${offer.id}`);
      expect(closed).toMatchObject({ state: 'closed', reason: 'unavailable' });
      expect(JSON.stringify(closed)).not.toContain('closedBy');
    }
    const { id } = await fickle.asksAbout(listing);
    const fourth = await fickle.call('POST', `/v1/conversations/${id}/offers`, draft(65_000));
    expect(fourth).toMatchObject({ status: 422, body: { code: 'OFFER_NOT_ALLOWED' } });
    const other = await fickle.asksAbout(await seller.lists({ price: 100_000 }));
    const paused = await fickle.call('POST', `/v1/conversations/${other.id}/offers`, draft(65_000));
    expect(paused).toMatchObject({ status: 422, body: { code: 'OFFER_NOT_ALLOWED' } });
  });

  test('three taken back within a day mean a pause, on every listing', async () => {
    const fickle = await cluster.person('변덕');
    const open = async () => fickle.asksAbout(await seller.lists({ price: 100_000 }));
    for (let time = 0; time < 3; time += 1) {
      const { offer } = await fickle.offers(await open(), 70_000);
      expect((await answer(fickle, offer, 'withdraw')).status).toBe(200);
    }
    const fourth = await open();
    const refused = await fickle.call(
      'POST',
      `/v1/conversations/${fourth.id}/offers`,
      draft(70_000),
    );
    expect(refused).toMatchObject({ status: 422, body: { code: 'OFFER_NOT_ALLOWED' } });
    expect(refused.body.detail).toMatch(/from \d{4}-/);
    expect(await fickle.log(fourth)).toEqual([]);
  });

  test('the seller may want two days for an answer', async () => {
    const { offer } = await haggle({ offers: { hours: 48 } });
    const hours = (Date.parse(offer.expiresAt) - Date.now()) / 3_600_000;
    expect(hours).toBeGreaterThan(47.9);
    expect(hours).toBeLessThanOrEqual(60);
  });
});

describe('what happens to the listing reaches its offers', () => {
  beforeAll(newBuyers);

  test.each([
    ['a price at the offer', { price: 70_000 }, 'priceReached'],
    ['a price below it', { price: 60_000 }, 'priceReached'],
    ['a give-away', { price: 0 }, 'priceReached'],
    ['no more offers', { offers: { enabled: false } }, 'offersDisabled'],
  ])('%s closes it, and the conversation says why', async (_, change, reason) => {
    const { listing, conversation, offer } = await haggle();
    expect((await edit(listing, change)).status).toBe(200);
    expect(await seen(buyer, offer)).toMatchObject({ state: 'closed', reason, turn: null });
    const last = (await buyer.log(conversation)).at(-1)!;
    expect(last).toMatchObject({ senderId: null, offer: { act: 'closed', reason, version: 2 } });
    await phone.hears('message:new', ({ message }) => message.id === last.id);
    await shop.hears('message:new', ({ message }) => message.id === last.id);
  });

  test('a higher price leaves it: a promise is a promise', async () => {
    const { listing, offer } = await haggle();
    expect((await edit(listing, { price: 150_000 })).status).toBe(200);
    expect(await seen(seller, offer)).toMatchObject({
      state: 'awaitingSeller',
      abilities: { accept: true, counter: { from: 70_100, to: 149_900 } },
    });
    expect((await answer(seller, offer, 'accept', { amount: 70_000 })).status).toBe(200);
  });

  test('taking it down closes it', async () => {
    const { listing, offer } = await haggle();
    expect((await seller.call('DELETE', `/v1/listings/${listing.id}`)).status).toBe(204);
    expect(await seen(buyer, offer)).toMatchObject({ state: 'closed', reason: 'listingRemoved' });
  });

  test('while a deal is open the price stands', async () => {
    const { listing, offer } = await haggle();
    await answer(seller, offer, 'accept', { amount: 70_000 });
    expect(await edit(listing, { price: 60_000 })).toMatchObject({
      status: 409,
      body: { code: 'LISTING_UNAVAILABLE' },
    });
  });
});

describe('the automatic accept', () => {
  beforeAll(newBuyers);

  test('takes an offer at or above it at once, reserves the listing and closes the others', async () => {
    const listing = await seller.lists({ price: 100_000, offers: { autoAccept: 90_000 } });
    const [first, second] = [await rival.asksAbout(listing), await buyer.asksAbout(listing)];
    const { offer: lower } = await rival.offers(first, 89_900);
    expect(lower.state).toBe('awaitingSeller');
    const body = draft(90_000);
    const path = `/v1/conversations/${second.id}/offers`;
    const made = await buyer.call<Answered>('POST', path, body);
    expect(made).toMatchObject({
      status: 201,
      body: {
        offer: { state: 'accepted', version: 2, amount: 90_000, dealId: expect.any(String) },
        message: { kind: 'offer', senderId: buyer.id, offer: { act: 'made', version: 1 } },
      },
    });
    const repeat = await buyer.call<Answered>('POST', path, body);
    expect(repeat).toMatchObject({ status: 200, body: made.body });
    const log = await seller.log(second);
    expect(log.map(({ senderId, offer }) => [senderId, offer?.act])).toEqual([
      [buyer.id, 'made'],
      [seller.id, 'accepted'],
    ]);
    await phone.hears('message:new', ({ message }) => message.id === log[1]!.id);
    await shop.hears('message:new', ({ message }) => message.id === log[1]!.id);
    expect(await seen(rival, lower)).toMatchObject({ state: 'closed', reason: 'anotherAccepted' });
  });
});

describe('the limits that only the seller knows', () => {
  beforeAll(newBuyers);

  test('are shown to the seller and to nobody else, in no answer and no event', async () => {
    const offers = { minimum: 60_100, autoAccept: 98_700 };
    const { listing, conversation } = await haggle({ offers });
    expect(listing.offers).toMatchObject(offers);
    const own = await seller.gets('GET', `/v1/listings/${listing.id}`);
    expect(own).toMatchObject({ offers });
    const told = JSON.stringify([
      await buyer.gets('GET', `/v1/listings/${listing.id}`),
      await buyer.gets('GET', '/v1/listings?limit=100'),
      await buyer.gets('GET', `/v1/conversations/${conversation.id}`),
      await buyer.gets('GET', '/v1/me/offers?role=buyer'),
      await buyer.gets('POST', '/v1/sync', {}),
      await buyer.log(conversation),
      phone.heard,
    ]);
    for (const secret of ['60100', '98700', 'minimum', 'autoAccept'])
      expect(told).not.toContain(secret);
  });

  test('must make sense beside the price, also when the price changes', async () => {
    const refused = async (fields: object) =>
      (await seller.call('POST', '/v1/listings', aThing(fields))).body.errors?.[0]?.path;
    expect(await refused({ offers: { minimum: 100_000 } })).toBe('offers.minimum');
    expect(await refused({ offers: { autoAccept: 100_000 } })).toBe('offers.autoAccept');
    expect(await refused({ offers: { minimum: 90_000, autoAccept: 90_000 } })).toBe(
      'offers.minimum',
    );
    expect(await refused({ price: 0, offers: { minimum: 0 } })).toBe('offers.minimum');
    const listing = await seller.lists({ price: 100_000, offers: { autoAccept: 90_000 } });
    expect(await edit(listing, { price: 90_000 })).toMatchObject({
      status: 422,
      body: { code: 'VALIDATION_FAILED', errors: [{ path: 'offers.autoAccept' }] },
    });
    const both = await edit(listing, { price: 90_000, offers: { autoAccept: null } });
    expect(both).toMatchObject({ status: 200, body: { price: 90_000 } });
    expect(both.body.offers.autoAccept).toBeUndefined();
  });

  test('an offer below the minimum looks like any other, to both and everywhere', async () => {
    const low = await haggle({ offers: { minimum: 80_000 } });
    const plain = await haggle({ offers: { enabled: true } });
    const views = async ({ listing, conversation, offer, message }: typeof low) => {
      const isAbout = (payload: { message: view.Message }) => payload.message.id === message.id;
      return [
        message,
        await seen(buyer, offer),
        await seen(seller, offer),
        await buyer.log(conversation),
        // The inbox follows the log by about a second.
        await eventually(
          'the inbox shows it',
          async () =>
            (await buyer.gets<view.Conversation>('GET', `/v1/conversations/${conversation.id}`))
              .lastMessage,
        ),
        await cards(seller, `/v1/listings/${listing.id}/offers`),
        (await cards(buyer, '/v1/me/offers')).filter(({ id }) => id === offer.id),
        (await cards(seller, '/v1/me/offers?role=seller')).filter(({ id }) => id === offer.id),
        await shop.hears('message:new', isAbout),
        (await answer(buyer, offer, 'counter', { amount: 75_000 })).body,
      ];
    };
    expect(alike(await views(low), low)).toEqual(alike(await views(plain), plain));
    const hidden = await cluster.inspect((connection) =>
      connection
        .collection<{ _id: string; declineAt: Date }>('offers')
        .findOne({ _id: low.offer.id }),
    );
    const seconds = (hidden!.declineAt.getTime() - Date.parse(low.offer.moves[0]!.at)) / 1_000;
    expect(seconds).toBeGreaterThanOrEqual(20);
    expect(seconds).toBeLessThanOrEqual(90);
  });
});

/** Without what differs between any two: ids and times. */
function alike(value: unknown, one: { listing: view.Listing; offer: view.Offer }): unknown {
  const text = JSON.stringify(value)
    .replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '<id>')
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>')
    .replace(/"traceId":"[^"]*"/g, '"traceId":""');
  expect(text.length).toBeGreaterThan(1_000);
  expect(one.offer.listingId).toBe(one.listing.id);
  return JSON.parse(text);
}

const aThing = (fields: object) => ({
  title: '접이식 자전거',
  description: '',
  price: 100_000,
  category: 'sports',
  ...fields,
});
