import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { view } from '../../src/contract/index.js';
import type { Person } from '../support/person.js';
import { TestCluster } from '../support/test-cluster.js';

let cluster: TestCluster;
let seller: Person, buyer: Person, rival: Person, stranger: Person;

beforeAll(async () => {
  cluster = await TestCluster.shared();
  [seller, buyer, rival, stranger] = (await Promise.all(
    ['준호', '민지', '서연', '지우'].map((name) => cluster.person(name)),
  )) as [Person, Person, Person, Person];
}, 60_000);

afterAll(async () => {
  for (const person of [seller, buyer, rival, stranger]) person?.leaves();
  await cluster?.stop();
}, 60_000);

const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();
const park = { name: '서울숲 2번 출구', point: { latitude: 37.5443, longitude: 127.0374 } };

/** An accepted offer and the deal that it opened. */
async function agreed(fields: Partial<Record<string, unknown>> = {}) {
  const listing = await seller.lists({ price: 100_000, ...fields });
  const conversation = await buyer.asksAbout(listing);
  const { offer } = await buyer.offers(conversation, 80_000);
  const accepted = await seller.accepts(offer);
  expect(accepted.status).toBe(200);
  const dealId = accepted.body.offer.dealId!;
  const deal = await buyer.gets<view.Deal>('GET', `/v1/deals/${dealId}`);
  return { listing, conversation, offer, deal };
}

const act = (person: Person, deal: { id: string }, verb: string, body: object = {}) =>
  person.call<view.Deal & view.Problem>('POST', `/v1/deals/${deal.id}/${verb}`, body);

const meets = (person: Person, deal: { id: string }, at = inHours(30), more: object = {}) =>
  person.call<view.Deal & view.Problem>('PUT', `/v1/deals/${deal.id}/appointment`, {
    at,
    place: park,
    ...more,
  });

const stateOf = async (listing: { id: string }) =>
  (await seller.gets<view.Listing>('GET', `/v1/listings/${listing.id}`)).state;

/** What the log says, in short. */
const story = async (person: Person, conversation: { id: string }) =>
  (await person.log(conversation)).map(
    ({ offer, appointment, notice, text }) =>
      offer?.act ?? appointment?.act ?? notice?.type ?? text,
  );

test('an accepted offer opens a deal that both sides see and a stranger does not', async () => {
  const { listing, conversation, offer, deal } = await agreed();
  expect(deal).toMatchObject({
    conversationId: conversation.id,
    offerId: offer.id,
    amount: 80_000,
    state: 'open',
    appointment: null,
    question: null,
    reviews: null,
    version: 1,
    endedAt: null,
    listing: { id: listing.id, state: 'reserved' },
    buyer: { id: buyer.id },
    seller: { id: seller.id },
    abilities: { propose: true, confirm: false, complete: true, cancel: true, keep: false },
  });
  expect(await seller.gets('GET', `/v1/deals/${deal.id}`)).toEqual(deal);
  expect((await stranger.call('GET', `/v1/deals/${deal.id}`)).status).toBe(404);
  const mine = async (person: Person, query = '') =>
    (await person.gets<{ items: view.Deal[] }>('GET', `/v1/me/deals${query}`)).items;
  expect((await mine(buyer, `?conversationId=${conversation.id}`)).map(({ id }) => id)).toEqual([
    deal.id,
  ]);
  expect(await mine(stranger)).toEqual([]);
  expect(await mine(stranger, `?conversationId=${conversation.id}`)).toEqual([]);
  const shown = (person: Person) => person.gets<view.Listing>('GET', `/v1/listings/${listing.id}`);
  expect((await shown(seller)).dealId).toBe(deal.id);
  expect(await shown(stranger)).not.toHaveProperty('dealId');
  const { headers } = await buyer.call('GET', `/v1/deals/${deal.id}`);
  const again = await buyer.call('GET', `/v1/deals/${deal.id}`, undefined, {
    'if-none-match': headers.get('etag')!,
    'cache-control': 'max-age=0',
  });
  expect(again.status).toBe(304);
});

test('a completed deal sells the listing, fulfils the offer, and both read it in the log', async () => {
  const { listing, conversation, offer, deal } = await agreed();
  const device = await buyer.connects();
  const done = await act(seller, deal, 'complete');
  expect(done).toMatchObject({
    status: 200,
    body: { state: 'completed', endedBy: 'seller', version: 2, listing: { state: 'sold' } },
  });
  expect(done.body.reviews).toMatchObject({ mine: null, theirs: null });
  expect(done.body.abilities).toMatchObject({ complete: false, cancel: false, review: true });
  expect(await stateOf(listing)).toBe('sold');
  expect(await buyer.gets('GET', `/v1/offers/${offer.id}`)).toMatchObject({ state: 'fulfilled' });
  expect(await story(buyer, conversation)).toEqual([
    'made',
    'accepted',
    'dealCompleted',
    'reviewsOpen',
    'fulfilled',
  ]);
  await device.hears('message:new', ({ message }) => message.notice?.type === 'dealCompleted');
  await device.hears(
    'conversation:updated',
    (shown) => shown.id === conversation.id && shown.listing.state === 'sold',
  );
});

test('a cancelled deal puts the listing on sale again and tells who had asked', async () => {
  const listing = await seller.lists({ price: 100_000 });
  const asking = await rival.asksAbout(listing);
  await rival.sends(asking, '아직 있나요?');
  const silent = await stranger.asksAbout(listing);
  const conversation = await buyer.asksAbout(listing);
  const { offer } = await buyer.offers(conversation, 80_000);
  const { body } = await seller.accepts(offer);
  const deal = { id: body.offer.dealId! };
  const ended = await act(buyer, deal, 'cancel', { reason: 'cannotMeet' });
  expect(ended).toMatchObject({
    status: 200,
    body: { state: 'cancelled', endedBy: 'buyer', reason: 'cannotMeet', reviews: null },
  });
  expect(await stateOf(listing)).toBe('onSale');
  expect(await buyer.gets('GET', `/v1/offers/${offer.id}`)).toMatchObject({
    state: 'fellThrough',
    reason: 'cancelledByBuyer',
  });
  expect(await story(seller, conversation)).toEqual([
    'made',
    'accepted',
    'dealCancelled',
    'fellThrough',
  ]);
  expect(await story(rival, asking)).toEqual(['아직 있나요?', 'listingFree']);
  expect(await story(stranger, silent)).toEqual([]);
  // Free means free: the next one can have it.
  const { offer: next } = await rival.offers(asking, 70_000);
  expect((await seller.accepts(next)).status).toBe(200);
});

test('nobody who left and nobody kept apart is told that the listing is free', async () => {
  const listing = await seller.lists({ price: 100_000 });
  const [gone, blocked] = await Promise.all([cluster.person('떠난'), cluster.person('막힌')]);
  const conversations = await Promise.all(
    [gone, blocked].map(async (person) => {
      const conversation = await person.asksAbout(listing);
      await person.sends(conversation, '얼마예요?');
      return conversation;
    }),
  );
  const conversation = await buyer.asksAbout(listing);
  const { offer } = await buyer.offers(conversation, 80_000);
  const { body } = await seller.accepts(offer);
  await gone.gets('DELETE', `/v1/conversations/${conversations[0]!.id}/me`);
  await seller.gets('PUT', `/v1/me/blocks/${blocked.id}`);
  await act(seller, { id: body.offer.dealId! }, 'cancel', { reason: 'other' });
  expect(await story(gone, conversations[0]!)).toEqual(['얼마예요?', 'left']);
  expect(await story(blocked, conversations[1]!)).toEqual(['얼마예요?']);
});

test('an appointment is proposed, changed and confirmed by the other side only', async () => {
  const { conversation, deal } = await agreed();
  const at = inHours(30);
  const proposed = await meets(buyer, deal, at);
  expect(proposed).toMatchObject({
    status: 200,
    body: { appointment: { at, place: park, state: 'proposed', by: 'buyer', version: 1 } },
  });
  expect(await act(buyer, deal, 'appointment/confirm')).toMatchObject({ status: 403 });
  const changed = await meets(seller, deal, inHours(31));
  expect(changed.body.appointment).toMatchObject({ by: 'seller', version: 2, state: 'proposed' });
  const stale = await act(buyer, deal, 'appointment/confirm', { appointmentVersion: 1 });
  expect(stale).toMatchObject({ status: 412, body: { code: 'VERSION_CONFLICT' } });
  expect(stale.body.current).toMatchObject({ id: deal.id, appointment: { version: 2 } });
  const confirmed = await act(buyer, deal, 'appointment/confirm', { appointmentVersion: 2 });
  expect(confirmed.body.appointment).toMatchObject({
    by: 'seller',
    version: 3,
    state: 'confirmed',
  });
  expect((await story(seller, conversation)).slice(2)).toEqual([
    'proposed',
    'changed',
    'confirmed',
  ]);
  const [entry] = (await buyer.log(conversation)).filter(({ kind }) => kind === 'appointment');
  expect(entry).toMatchObject({ senderId: buyer.id, appointment: { dealId: deal.id, version: 1 } });
});

test('what no appointment can be is refused and changes nothing', async () => {
  const { deal } = await agreed();
  for (const at of [inHours(-1), inHours(15 * 24)])
    expect(await meets(buyer, deal, at)).toMatchObject({
      status: 422,
      body: { code: 'VALIDATION_FAILED', errors: [{ path: 'at' }] },
    });
  expect((await meets(stranger, deal)).status).toBe(404);
  expect(await meets(buyer, deal, inHours(5), { version: 7 })).toMatchObject({ status: 412 });
  const stale = await buyer.call(
    'POST',
    `/v1/deals/${deal.id}/complete`,
    {},
    { 'if-match': '"7"' },
  );
  expect(stale).toMatchObject({ status: 412, body: { current: { version: 1 } } });
  expect(await act(seller, deal, 'keep')).toMatchObject({ status: 403 });
  expect(await act(buyer, deal, 'keep')).toMatchObject({ status: 403 });
  expect(await act(buyer, deal, 'no-show')).toMatchObject({ status: 403 });
  expect(await buyer.gets('GET', `/v1/deals/${deal.id}`)).toMatchObject({ version: 1 });
});

test('the same act sent again returns its first answer, another under its id is refused', async () => {
  const { listing, conversation, deal } = await agreed();
  const clientMessageId = randomUUID();
  const at = inHours(30);
  const first = await meets(buyer, deal, at, { clientMessageId });
  await meets(seller, deal, inHours(40));
  expect(await meets(buyer, deal, at, { clientMessageId })).toMatchObject({
    status: 200,
    body: first.body,
  });
  expect(await meets(buyer, deal, inHours(41), { clientMessageId })).toMatchObject({
    status: 409,
    body: { code: 'IDEMPOTENCY_CONFLICT' },
  });
  const id = randomUUID();
  const cancelled = await act(buyer, deal, 'cancel', { reason: 'other', clientMessageId: id });
  const { offer } = await rival.offers(await rival.asksAbout(listing), 70_000);
  expect((await seller.accepts(offer)).status).toBe(200);
  const again = await act(buyer, deal, 'cancel', { reason: 'other', clientMessageId: id });
  expect(again).toMatchObject({ status: 200, body: cancelled.body });
  expect((await story(buyer, conversation)).slice(2)).toEqual([
    'proposed',
    'changed',
    'dealCancelled',
    'fellThrough',
  ]);
});

test('an ended deal stays as it ended', async () => {
  const { deal } = await agreed();
  await act(buyer, deal, 'complete');
  for (const tried of [
    await act(seller, deal, 'cancel', { reason: 'other' }),
    await act(buyer, deal, 'complete'),
    await meets(buyer, deal),
  ])
    expect(tried).toMatchObject({
      status: 412,
      body: { code: 'VERSION_CONFLICT', current: { state: 'completed', version: 2 } },
    });
});

test('while a deal is open, what was agreed about stands', async () => {
  const { listing, deal } = await agreed();
  for (const change of [{ title: '다른 것' }, { price: 120_000 }, { category: 'books' }])
    expect(await seller.call('PATCH', `/v1/listings/${listing.id}`, change)).toMatchObject({
      status: 409,
      body: { code: 'LISTING_UNAVAILABLE' },
    });
  expect((await seller.call('DELETE', `/v1/listings/${listing.id}`)).status).toBe(409);
  await act(seller, deal, 'cancel', { reason: 'changedMind' });
  expect((await seller.call('PATCH', `/v1/listings/${listing.id}`, { price: 90_000 })).status).toBe(
    200,
  );
});

test('after a block nothing is arranged any more, and the deal can still be ended', async () => {
  const [alone] = await Promise.all([cluster.person('하나')]);
  const listing = await seller.lists({ price: 100_000 });
  const conversation = await alone.asksAbout(listing);
  const { offer } = await alone.offers(conversation, 80_000);
  const { body } = await seller.accepts(offer);
  const deal = { id: body.offer.dealId! };
  await seller.gets('PUT', `/v1/me/blocks/${alone.id}`);
  const refused = await meets(alone, deal);
  expect(refused).toMatchObject({ status: 409, body: { code: 'CONVERSATION_CLOSED' } });
  const shown = await alone.gets<view.Deal>('GET', `/v1/deals/${deal.id}`);
  expect(shown).toMatchObject({ state: 'open', abilities: { propose: false, cancel: true } });
  expect(await act(alone, deal, 'cancel', { reason: 'noAnswer' })).toMatchObject({ status: 200 });
  expect(await stateOf(listing)).toBe('onSale');
});

const puts = (person: Person, listing: { id: string }, state: string, buyerId?: string) =>
  person.call<view.Listing & view.Problem>('POST', `/v1/listings/${listing.id}/state`, {
    state,
    ...(buyerId === undefined ? {} : { buyerId }),
  });

const dealsOf = async (person: Person, conversation: { id: string }, state = 'all') =>
  (
    await person.gets<{ items: view.Deal[] }>(
      'GET',
      `/v1/me/deals?state=${state}&conversationId=${conversation.id}`,
    )
  ).items;

test('a seller keeps a listing for somebody who asked: a deal at the price, and the others are told', async () => {
  const listing = await seller.lists({ price: 100_000 });
  const [conversation, other] = [await buyer.asksAbout(listing), await rival.asksAbout(listing)];
  await buyer.sends(conversation, '제가 살게요');
  const { offer } = await rival.offers(other, 70_000);
  const kept = await puts(seller, listing, 'reserved', buyer.id);
  expect(kept).toMatchObject({ status: 200, body: { state: 'reserved' } });
  const [deal] = await dealsOf(buyer, conversation);
  expect(deal).toMatchObject({ offerId: null, amount: 100_000, state: 'open' });
  expect(await story(buyer, conversation)).toEqual(['제가 살게요', 'dealOpened']);
  expect(await buyer.gets('GET', `/v1/offers/${offer.id}`).catch(() => 'none')).toBe('none');
  expect(await rival.gets('GET', `/v1/offers/${offer.id}`)).toMatchObject({
    state: 'closed',
    reason: 'anotherAccepted',
  });
  // Again changes nothing; for somebody else it is too late.
  expect((await puts(seller, listing, 'reserved', buyer.id)).status).toBe(200);
  expect(await puts(seller, listing, 'reserved', rival.id)).toMatchObject({
    status: 409,
    body: { code: 'LISTING_UNAVAILABLE' },
  });
  for (const state of ['onSale', 'hidden', 'sold'])
    expect(await puts(seller, listing, state)).toMatchObject({ status: 409 });
  expect(await dealsOf(buyer, conversation)).toHaveLength(1);
  expect((await puts(seller, listing, 'sold', buyer.id)).body.state).toBe('sold');
  expect((await story(buyer, conversation)).slice(1)).toEqual([
    ...['dealOpened', 'dealCompleted', 'reviewsOpen'],
  ]);
  expect(await dealsOf(buyer, conversation, 'open')).toEqual([]);
  expect(await dealsOf(seller, conversation, 'ended')).toMatchObject([{ state: 'completed' }]);
});

test('a listing is sold to somebody who asked in one step, once', async () => {
  const listing = await seller.lists({ price: 100_000 });
  const conversation = await buyer.asksAbout(listing);
  await buyer.sends(conversation, '제가 살게요');
  for (const _again of [1, 2])
    expect(await puts(seller, listing, 'sold', buyer.id)).toMatchObject({
      status: 200,
      body: { state: 'sold' },
    });
  expect((await story(buyer, conversation)).slice(1)).toEqual([
    ...['dealOpened', 'dealCompleted', 'reviewsOpen'],
  ]);
  expect(await dealsOf(buyer, conversation)).toMatchObject([{ state: 'completed', version: 2 }]);
});

test('nobody becomes a buyer by looking: a deal that the seller makes needs a word of the other', async () => {
  const listing = await seller.lists({ price: 100_000 });
  const conversation = await buyer.asksAbout(listing);
  const silent = async () => {
    for (const state of ['reserved', 'sold'])
      expect(await puts(seller, listing, state, buyer.id)).toMatchObject({
        status: 422,
        body: { code: 'VALIDATION_FAILED', errors: [{ path: 'buyerId' }] },
      });
    expect(await dealsOf(buyer, conversation)).toEqual([]);
    expect(await stateOf(listing)).toBe('onSale');
  };
  await silent();
  const { message } = await buyer.sends(conversation, '잘못 눌렀어요');
  await buyer.gets('DELETE', `/v1/conversations/${conversation.id}/messages/${message.seq}`);
  await seller.sends(conversation, '사실래요?');
  await silent();
  const { offer } = await buyer.offers(conversation, 70_000);
  await buyer.gets('POST', `/v1/offers/${offer.id}/withdraw`, { version: 1 });
  await silent();
  const second = await buyer.offers(conversation, 70_000);
  await seller.gets('POST', `/v1/offers/${second.offer.id}/decline`, { version: 1 });
  expect(await puts(seller, listing, 'sold', buyer.id)).toMatchObject({
    status: 200,
    body: { state: 'sold', abilities: { states: ['onSale'] } },
  });
});

test('a buyer who waits for an answer, never asked, left or is named for nothing cannot be chosen', async () => {
  const listing = await seller.lists({ price: 100_000 });
  const conversation = await buyer.asksAbout(listing);
  const asking = await rival.asksAbout(listing);
  await rival.sends(asking, '아직 있나요?');
  await buyer.offers(conversation, 70_000);
  await rival.gets('DELETE', `/v1/conversations/${asking.id}/me`);
  const wrong = { status: 422, body: { code: 'VALIDATION_FAILED', errors: [{ path: 'buyerId' }] } };
  expect(await puts(seller, listing, 'reserved', buyer.id)).toMatchObject({ status: 409 });
  expect(await puts(seller, listing, 'reserved', stranger.id)).toMatchObject(wrong);
  expect(await puts(seller, listing, 'reserved')).toMatchObject(wrong);
  expect(await puts(seller, listing, 'hidden', buyer.id)).toMatchObject(wrong);
  expect(await puts(seller, listing, 'reserved', rival.id)).toMatchObject({
    status: 409,
    body: { code: 'CONVERSATION_CLOSED' },
  });
  expect((await puts(buyer, listing, 'reserved', buyer.id)).status).toBe(403);
  expect(await stateOf(listing)).toBe('onSale');
});

test('a listing is hidden, comes back, and is sold elsewhere', async () => {
  const listing = await seller.lists({ price: 100_000 });
  const { offer } = await buyer.offers(await buyer.asksAbout(listing), 70_000);
  expect((await puts(seller, listing, 'hidden')).body).toMatchObject({
    state: 'hidden',
    abilities: { states: ['onSale'] },
  });
  expect(await buyer.gets('GET', `/v1/offers/${offer.id}`)).toMatchObject({
    state: 'closed',
    reason: 'listingHidden',
  });
  expect((await puts(seller, listing, 'onSale')).body.abilities.states).toContain('reserved');
  expect((await puts(seller, listing, 'sold')).body).toMatchObject({
    state: 'sold',
    abilities: { edit: false, remove: false, states: ['onSale'] },
  });
});

test('a sale without a deal can be taken back, one with a deal stands once it is reviewed', async () => {
  const listing = await seller.lists({ price: 100_000 });
  const conversation = await buyer.asksAbout(listing);
  expect((await puts(seller, listing, 'sold')).body.state).toBe('sold');
  expect((await puts(seller, listing, 'onSale')).body).toMatchObject({
    state: 'onSale',
    abilities: { edit: true, remove: true, contact: false },
  });
  const { offer } = await buyer.offers(conversation, 80_000);
  const deal = { id: (await seller.accepts(offer)).body.offer.dealId! };
  await act(buyer, deal, 'complete');
  await buyer.gets('POST', `/v1/deals/${deal.id}/reviews`, { rating: 'good' });
  expect(await puts(seller, listing, 'onSale')).toMatchObject({
    status: 409,
    body: { code: 'LISTING_UNAVAILABLE' },
  });
});

test('what a listing says its owner may do is what is not refused, in every state', async () => {
  const tries = (listing: view.Listing, deal?: view.Deal) => ({
    edit: () => seller.call('PATCH', `/v1/listings/${listing.id}`, { description: '벨 포함' }),
    remove: () => seller.call('DELETE', `/v1/listings/${listing.id}`),
    ...Object.fromEntries(
      (['onSale', 'reserved', 'sold', 'hidden'] as const).map((state) => [
        state,
        () => {
          const named = state === 'reserved' || (state === 'sold' && deal !== undefined);
          return puts(seller, listing, state, named ? buyer.id : undefined);
        },
      ]),
    ),
  });
  const ways: Record<string, (listing: view.Listing, asking: view.Conversation) => unknown> = {
    onSale: () => null,
    hidden: (listing) => puts(seller, listing, 'hidden'),
    soldElsewhere: (listing) => puts(seller, listing, 'sold'),
    reserved: (listing) => puts(seller, listing, 'reserved', buyer.id),
    sold: (listing) => puts(seller, listing, 'sold', buyer.id),
  };
  const visitor = await cluster.person('하준');
  // Nobody may open many conversations in an hour.
  for (const [way, go] of Object.entries(ways))
    for (const verb of ['edit', 'remove', 'onSale', 'reserved', 'sold', 'hidden']) {
      buyer = await cluster.person('민지');
      const listing = await seller.lists({ price: 100_000 });
      const asking = await buyer.asksAbout(listing);
      await buyer.sends(asking, '제가 살게요');
      await go(listing, asking);
      const [deal] = await dealsOf(seller, asking, 'open');
      const path = `/v1/listings/${listing.id}`;
      const { abilities, state } = await seller.gets<view.Listing>('GET', path);
      const may =
        verb === 'edit' || verb === 'remove'
          ? abilities[verb]
          : abilities.states!.includes(verb as view.ListingState);
      // The state it is in already: again changes nothing.
      if (verb === state) continue;
      const { status } = await tries(listing, deal)[verb as 'edit']();
      expect([way, verb, status < 300]).toEqual([way, verb, may]);
      if (status >= 300) expect(status).toBe(409);
      const shown = await visitor.call<view.Listing>('GET', path);
      if (shown.status === 200)
        expect(shown.body.abilities).toMatchObject({ edit: false, remove: false });
    }
});

test('a stale copy of a deal is told so by If-Match, whatever the body says', async () => {
  const { deal } = await agreed();
  const path = `/v1/deals/${deal.id}/cancel`;
  const cancels = (version: number | undefined, tag: string) =>
    buyer.call('POST', path, { reason: 'other', version }, { 'if-match': tag });
  for (const [version, tag] of [
    [1, '"9-x"'],
    [9, '"1-x"'],
    [undefined, '"9-x"'],
  ] as const)
    expect(await cancels(version, tag)).toMatchObject({
      status: 412,
      body: { code: 'VERSION_CONFLICT', current: { state: 'open' } },
    });
  expect((await cancels(1, '"1-x"')).status).toBe(200);
});

test('a change of the state on a stale copy is refused with what is there now', async () => {
  const listing = await seller.lists({ price: 100_000 });
  const asking = await buyer.asksAbout(listing);
  await buyer.sends(asking, '제가 살게요');
  const path = `/v1/listings/${listing.id}/state`;
  const stale = { 'if-match': '"999"' };
  for (const body of [{ state: 'hidden' }, { state: 'sold' }, { state: 'sold', buyerId: buyer.id }])
    expect(await seller.call('POST', path, body, stale)).toMatchObject({
      status: 412,
      body: { code: 'VERSION_CONFLICT', current: { id: listing.id, state: 'onSale', version: 1 } },
    });
  const fresh = { 'if-match': '"1-x"' };
  const body = { state: 'reserved', buyerId: buyer.id };
  expect(await seller.call('POST', path, body, fresh)).toMatchObject({ status: 200 });
});
