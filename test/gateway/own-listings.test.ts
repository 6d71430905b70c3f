import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { view } from '../../src/contract/index.js';
import { eventually } from '../support/eventually.js';
import type { Person } from '../support/person.js';
import { TestCluster } from '../support/test-cluster.js';

let cluster: TestCluster;
let seller: Person, buyer: Person, rival: Person;

beforeAll(async () => {
  cluster = await TestCluster.shared();
  [seller, buyer, rival] = await Promise.all([
    cluster.person('준호', 0),
    cluster.person('민지', 1),
    cluster.person('서연', 0),
  ]);
}, 60_000);

afterAll(() => cluster?.stop(), 60_000);

type Page = { items: view.Listing[]; nextCursor: string | null };
type Named = { id: string };
const pathOf = ({ id }: Named) => `/v1/listings/${id}`;
const see = (person: Person, listing: Named) => person.gets<view.Listing>('GET', pathOf(listing));
const put = (person: Person, listing: Named, state: string, headers = {}) =>
  person.call<view.Listing & view.Problem>('POST', `${pathOf(listing)}/state`, { state }, headers);
const aTown = () => ({ latitude: 36 + Math.random(), longitude: 127.8 + Math.random() / 10 });
const feedOf = (person: Person, { latitude, longitude }: ReturnType<typeof aTown>) =>
  person.gets<Page>(
    'GET',
    `/v1/listings?near=${latitude.toFixed(6)},${longitude.toFixed(6)}&radiusKm=0.5`,
  );
const titlesOf = ({ items }: Page) => items.map(({ title }) => title);

/** A listing that the buyer got by an offer: its deal is completed. */
async function sold(): Promise<{ listing: view.Listing; offer: view.Offer; dealId: string }> {
  const listing = await seller.lists({ price: 100_000 });
  const made = await buyer.offers(await buyer.asksAbout(listing), 80_000);
  const { body } = await seller.accepts(made.offer);
  const dealId = body.offer.dealId!;
  await seller.gets('POST', `/v1/deals/${dealId}/complete`, {});
  return { listing, offer: made.offer, dealId };
}

test('a draft is there for its owner alone, until it is put on sale as if it were new', async () => {
  const town = aTown();
  const draft = await seller.lists({ title: '초안', state: 'draft', location: town });
  expect(draft).toMatchObject({
    state: 'draft',
    bump: { from: null },
    abilities: { edit: true, remove: true, bump: false, states: ['onSale'] },
  });
  for (const [method, path, body] of [
    ['GET', pathOf(draft)],
    ['GET', `${pathOf(draft)}/price-history`],
    ['PUT', `${pathOf(draft)}/favourite`],
    ['POST', '/v1/conversations', { listingId: draft.id }],
    ['POST', '/v1/reports', { targetType: 'listing', targetId: draft.id, reason: 'other' }],
  ] as const)
    expect([path, (await buyer.call(method, path, body)).status]).toEqual([path, 404]);
  expect((await feedOf(buyer, town)).items).toEqual([]);
  expect((await feedOf(seller, town)).items).toEqual([]);
  for (const state of ['hidden', 'sold', 'reserved'])
    expect((await put(seller, draft, state)).status).toBeGreaterThanOrEqual(409);
  // What it was to cost is nobody's business.
  await seller.gets('PATCH', pathOf(draft), { price: 70_000 });

  const published = await put(seller, draft, 'onSale');
  expect(published).toMatchObject({ status: 200, body: { state: 'onSale', price: 70_000 } });
  expect(Date.parse(published.body.bumpedAt)).toBeGreaterThan(Date.parse(draft.createdAt));
  expect(titlesOf(await feedOf(buyer, town))).toEqual(['초안']);
  const prices = await buyer.gets<{ items: view.ListingPrice[] }>(
    'GET',
    `${pathOf(draft)}/price-history`,
  );
  expect(prices.items).toMatchObject([{ price: 70_000, at: published.body.bumpedAt }]);
  expect((await put(seller, draft, 'onSale')).body.version).toBe(published.body.version);
});

test('own listings by state, in pages, and nobody else’s', async () => {
  const owner = await cluster.person('지훈');
  const at = (query: string) => owner.gets<Page>('GET', `/v1/me/listings${query}`);
  for (const title of ['a', 'b', 'c']) await owner.lists({ title, state: 'draft' });
  const hidden = await owner.lists({ title: 'hidden' });
  await put(owner, hidden, 'hidden');
  const gone = await owner.lists({ title: 'gone' });
  await owner.call('DELETE', pathOf(gone));
  const away = await owner.lists({ title: 'sold' });
  await put(owner, away, 'sold');
  await owner.lists({ title: 'onSale' });
  expect(titlesOf(await at(''))).toEqual(['onSale', 'sold', 'hidden', 'c', 'b', 'a']);
  expect(titlesOf(await at('?state=draft'))).toEqual(['c', 'b', 'a']);
  for (const state of ['onSale', 'sold', 'hidden'])
    expect(titlesOf(await at(`?state=${state}`))).toEqual([state]);
  for (const state of ['reserved', 'blinded'])
    expect(titlesOf(await at(`?state=${state}`))).toEqual([]);
  const first = await at('?state=draft&limit=2');
  expect(titlesOf(first)).toEqual(['c', 'b']);
  const cursor = encodeURIComponent(first.nextCursor!);
  expect(titlesOf(await at(`?state=draft&limit=2&cursor=${cursor}`))).toEqual(['a']);
  for (const query of [`?state=onSale&cursor=${cursor}`, `?cursor=${cursor}`, '?state=removed'])
    expect(await owner.call('GET', `/v1/me/listings${query}`)).toMatchObject({ status: 422 });
});

test('a sale is undone while nobody wrote a review: on sale again, and the deal falls through', async () => {
  const { listing, offer, dealId } = await sold();
  const conversation = await rival.asksAbout(await seller.lists());
  expect(conversation.closed).toBe(false);
  expect(await see(seller, listing)).toMatchObject({
    state: 'sold',
    soldDealId: dealId,
    abilities: { states: ['onSale'] },
  });
  expect(await see(buyer, listing)).not.toHaveProperty('soldDealId');
  expect(await put(buyer, listing, 'onSale')).toMatchObject({ status: 403 });
  expect(await put(seller, listing, 'onSale', { 'if-match': '"1-x"' })).toMatchObject({
    status: 412,
    body: { code: 'VERSION_CONFLICT', current: { state: 'sold' } },
  });
  const twin = Object.assign(Object.create(seller) as Person, { gateway: cluster.gateways[1]! });
  const answers = await Promise.all(
    [seller, twin, seller, twin].map((one) => put(one, listing, 'onSale')),
  );
  for (const answer of answers)
    expect(answer).toMatchObject({ status: 200, body: { state: 'onSale' } });
  expect(answers[0]!.body.dealId).toBeUndefined();
  expect(answers[0]!.body.soldDealId).toBeUndefined();

  expect(await buyer.gets('GET', `/v1/deals/${dealId}`)).toMatchObject({
    state: 'cancelled',
    endedBy: 'seller',
    reason: 'soldUndone',
    reviews: null,
    listing: { state: 'onSale' },
    abilities: { review: false },
  });
  expect(await buyer.gets('GET', `/v1/offers/${offer.id}`)).toMatchObject({
    state: 'fellThrough',
    reason: 'soldUndone',
  });
  expect(await buyer.call('POST', `/v1/deals/${dealId}/reviews`, { rating: 'bad' })).toMatchObject({
    status: 403,
  });
  const log = await buyer.log({ id: offer.conversationId });
  const told = log.filter(({ notice }) => notice?.type === 'dealCancelled');
  expect(told.map(({ notice }) => notice)).toMatchObject([{ dealId, reason: 'soldUndone' }]);
  await eventually('it counts as sold no more', async () => {
    const { manner } = await buyer.gets<view.Profile>('GET', `/v1/users/${seller.id}`);
    return manner.counts.sold === 0;
  });

  // And it can be sold again.
  const again = await buyer.offers({ id: offer.conversationId }, 90_000);
  expect(await seller.accepts(again.offer)).toMatchObject({ status: 200 });
});

test('what was sold stays sold once somebody wrote a review, whoever of the two it was', async () => {
  for (const author of [buyer, seller]) {
    const { listing, dealId } = await sold();
    await author.gets('POST', `/v1/deals/${dealId}/reviews`, { rating: 'good' });
    expect(await put(seller, listing, 'onSale')).toMatchObject({
      status: 409,
      body: { code: 'LISTING_UNAVAILABLE' },
    });
    expect(await see(seller, listing)).toMatchObject({ state: 'sold' });
    expect(await buyer.gets('GET', `/v1/deals/${dealId}`)).toMatchObject({ state: 'completed' });
  }
});

test('of an undo and a review at once only one happens', async () => {
  for (let round = 0; round < 4; round += 1) {
    const { listing, dealId } = await sold();
    const [undone, reviewed] = await Promise.all([
      put(seller, listing, 'onSale'),
      buyer.call('POST', `/v1/deals/${dealId}/reviews`, { rating: 'good' }),
    ]);
    expect([
      [200, 403],
      [409, 201],
    ]).toContainEqual([undone.status, reviewed.status]);
    const { reviews } = await buyer.gets<view.Deal>('GET', `/v1/deals/${dealId}`);
    expect(reviews?.mine != null).toBe(reviewed.status === 201);
  }
});

test('while a deal is open its listing is neither changed, hidden, bumped nor removed', async () => {
  const listing = await seller.lists({ price: 100_000 });
  const made = await buyer.offers(await buyer.asksAbout(listing), 80_000);
  await seller.accepts(made.offer);
  const before = await see(seller, listing);
  for (const [method, path, body] of [
    ['PATCH', '', { price: 90_000 }],
    ['PATCH', '', { title: '다른 것' }],
    ['PATCH', '', { category: 'books' }],
    ['POST', '/state', { state: 'hidden' }],
    ['POST', '/state', { state: 'onSale' }],
    ['POST', '/bump', undefined],
    ['DELETE', '', undefined],
  ] as const)
    expect(await seller.call(method, `${pathOf(listing)}${path}`, body)).toMatchObject({
      status: 409,
      body: { code: 'LISTING_UNAVAILABLE' },
    });
  expect(await see(seller, listing)).toEqual(before);
  expect(await put(seller, { id: randomUUID() }, 'onSale')).toMatchObject({ status: 404 });
});
