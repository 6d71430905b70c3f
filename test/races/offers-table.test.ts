import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { view } from '../../src/contract/index.js';
import { TestCluster } from '../support/test-cluster.js';
import type { HttpAnswer, Person } from '../support/person.js';

/** Tries of every race, all at once, every second one over the other node. */
const tries = 50;

type Answer = HttpAnswer<{ offer: view.Offer; message: view.Message } & view.Problem>;
type Try = () => Promise<Answer>;

let cluster: TestCluster;
let seller: Person;
let buyers: Person[];
/** One for each pair, where fifty tries are twenty-five races. */
let many: Person[];

beforeAll(async () => {
  cluster = await TestCluster.shared();
  many = await Promise.all(
    Array.from({ length: tries / 2 }, (_, index) => cluster.person(`손님${index}`)),
  );
}, 60_000);

/** New ones each time: nobody may open many conversations in an hour, nor ask without an end. */
beforeEach(async () => {
  const names = ['준호', '민지', '서연', '하준'];
  const [first, ...others] = await Promise.all(names.map((name) => cluster.person(name)));
  seller = first!;
  buyers = others;
});

afterAll(() => cluster?.stop(), 60_000);

const over = (person: Person, node: number): Person => {
  person.gateway = cluster.gateways[node % 2]!;
  return person;
};

const act =
  (who: Person, offer: view.Offer, verb: string, amount?: number) =>
  (node: number): Promise<Answer> =>
    over(who, node).call('POST', `/v1/offers/${offer.id}/${verb}`, {
      version: offer.version,
      clientMessageId: randomUUID(),
      ...(amount === undefined ? {} : { amount }),
    });

/** Runs the acts against each other, in turn until there are fifty. */
async function race(...acts: ((node: number) => Promise<Answer>)[]): Promise<Answer[][]> {
  const started: Try[] = Array.from(
    { length: tries },
    (_, index) => () => acts[index % acts.length]!(Math.floor(index / acts.length)),
  );
  const answers = await Promise.all(started.map((one) => one()));
  return acts.map((_, kind) => answers.filter((__, index) => index % acts.length === kind));
}

const won = (answers: Answer[]) => answers.filter(({ status }) => status === 200);

/** Every loser has a code of the contract, and the state that beat it. */
function expectLosers(answers: Answer[], codes: string[], current?: object): void {
  for (const { status, body } of answers) {
    if (status === 200) continue;
    expect(codes).toContain(body.code);
    expect(status).toBe(body.code === 'OFFER_CHANGED' ? 412 : 409);
    if (current) expect(body.current).toMatchObject(current);
  }
}

async function haggle(amounts: number[], fields: object = {}, from = buyers) {
  const listing = await over(seller, 0).lists({ price: 100_000, ...fields });
  const all = [];
  for (const [index, amount] of amounts.entries()) {
    const buyer = from[index]!;
    const conversation = await over(buyer, index).asksAbout(listing);
    const { offer } = await buyer.offers(conversation, amount);
    all.push({ buyer, conversation, offer });
  }
  return { listing, all };
}

const actsIn = async (person: Person, conversation: { id: string }) =>
  (await person.log(conversation)).map(({ offer }) => offer!.act);

const dealsOn = (listingId: string) =>
  cluster.inspect((connection) => connection.collection('deals').find({ listingId }).toArray());

const stateOf = async (listing: view.Listing) =>
  (await seller.gets<view.Listing>('GET', `/v1/listings/${listing.id}`)).state;

const now = (offer: view.Offer) => seller.gets<view.Offer>('GET', `/v1/offers/${offer.id}`);

/** The listing, its deal and the offers agree with each other and with every log. */
async function expectOneStory(
  listing: view.Listing,
  all: { buyer: Person; conversation: view.Conversation; offer: view.Offer }[],
): Promise<view.Offer[]> {
  const offers = await Promise.all(all.map(({ offer }) => now(offer)));
  const accepted = offers.filter(({ state }) => state === 'accepted');
  const deals = await dealsOn(listing.id);
  expect(deals).toHaveLength(accepted.length);
  expect(accepted.length).toBeLessThanOrEqual(1);
  if (accepted[0]) {
    expect(deals[0]).toMatchObject({
      _id: accepted[0].dealId,
      offerId: accepted[0].id,
      amount: accepted[0].amount,
    });
    expect(await stateOf(listing)).toBe('reserved');
    expect(offers.filter(({ turn }) => turn !== null)).toEqual([]);
  }
  for (const [index, { buyer, conversation }] of all.entries()) {
    const log = await buyer.log(conversation);
    expect(await over(seller, index).log(conversation)).toEqual(log);
    expect(log.map(({ seq }) => seq)).toEqual(log.map((_, at) => at + 1));
    const told = log.flatMap(({ offer }) => (offer ? [offer] : []));
    expect(told.map(({ version }) => version)).toEqual(told.map((_, at) => at + 1));
    const { abilities: _abilities, ...offer } = offers[index]!;
    const { act: _act, ...last } = told.at(-1)!;
    expect(last).toEqual(offer);
  }
  return offers;
}

describe('fifty tries at once over two nodes', () => {
  test('the seller accepts two buyers: one gets it, the other is closed, nobody gets both', async () => {
    const { listing, all } = await haggle([70_000, 80_000]);
    const [first, second] = all.map(({ offer }) => offer) as [view.Offer, view.Offer];
    const [ofFirst, ofSecond] = (await race(
      act(seller, first, 'accept', 70_000),
      act(seller, second, 'accept', 80_000),
    )) as [Answer[], Answer[]];
    expect(won([...ofFirst, ...ofSecond])).toHaveLength(1);
    const [winners, losers] = won(ofFirst).length > 0 ? [ofFirst, ofSecond] : [ofSecond, ofFirst];
    expectLosers(winners, ['OFFER_CHANGED'], { state: 'accepted' });
    expectLosers(losers, ['LISTING_UNAVAILABLE'], { state: 'closed', reason: 'anotherAccepted' });
    const offers = await expectOneStory(listing, all);
    expect(offers.map(({ state }) => state).sort()).toEqual(['accepted', 'closed']);
  });

  test('a buyer accepts a counter while the seller accepts another buyer', async () => {
    const { listing, all } = await haggle([70_000, 80_000]);
    const [countered, other] = all as [(typeof all)[0], (typeof all)[0]];
    const { body } = await act(seller, countered.offer, 'counter', 90_000)(0);
    const [byBuyer, bySeller] = (await race(
      act(countered.buyer, body.offer, 'accept', 90_000),
      act(seller, other.offer, 'accept', 80_000),
    )) as [Answer[], Answer[]];
    expect(won([...byBuyer, ...bySeller])).toHaveLength(1);
    expectLosers(byBuyer, ['LISTING_UNAVAILABLE', 'OFFER_CHANGED']);
    expectLosers(bySeller, ['LISTING_UNAVAILABLE', 'OFFER_CHANGED']);
    await expectOneStory(listing, all);
  });

  test.each([
    ['withdraw', 'withdrawn', undefined],
    ['decline', 'declined', undefined],
    ['counter', 'countered', 90_000],
  ] as const)('accept against %s: one of them happened', async (verb, done, amount) => {
    const { listing, all } = await haggle([70_000]);
    const [{ buyer, conversation, offer }] = all as [(typeof all)[0]];
    const [accepts, others] = (await race(
      act(seller, offer, 'accept', 70_000),
      act(verb === 'withdraw' ? buyer : seller, offer, verb, amount),
    )) as [Answer[], Answer[]];
    expect(won([...accepts, ...others])).toHaveLength(1);
    const accepted = won(accepts).length === 1;
    const state = accepted ? 'accepted' : verb === 'counter' ? 'awaitingBuyer' : done;
    expectLosers([...accepts, ...others], ['OFFER_CHANGED'], { state, version: 2 });
    await expectOneStory(listing, all);
    expect(await actsIn(buyer, conversation)).toEqual(['made', accepted ? 'accepted' : done]);
    expect(await stateOf(listing)).toBe(accepted ? 'reserved' : 'onSale');
  });

  test('counter against counter: one number stands, the turn has moved once', async () => {
    const { listing, all } = await haggle([70_000]);
    const [{ offer }] = all as [(typeof all)[0]];
    const [one, other] = (await race(
      act(seller, offer, 'counter', 90_000),
      act(seller, offer, 'counter', 95_000),
    )) as [Answer[], Answer[]];
    expect(won([...one, ...other])).toHaveLength(1);
    expectLosers([...one, ...other], ['OFFER_CHANGED'], { state: 'awaitingBuyer', version: 2 });
    const [after] = await expectOneStory(listing, all);
    expect(after!.moves).toHaveLength(2);
  });

  test('accept against a price that falls to the offer: agreed at the offer, or closed as reached', async () => {
    const { listing, all } = await haggle([70_000, 90_000]);
    const [{ offer }, dear] = all as [(typeof all)[0], (typeof all)[0]];
    let price = 70_000;
    const [accepts, edits] = (await race(act(seller, offer, 'accept', 70_000), (node) =>
      over(seller, node).call('PATCH', `/v1/listings/${listing.id}`, { price: (price -= 100) }),
    )) as [Answer[], Answer[]];
    const offers = await expectOneStory(listing, all);
    if (won(accepts).length === 1) {
      expect(offers[0]).toMatchObject({ state: 'accepted', amount: 70_000 });
      expect(won(edits)).toHaveLength(0);
      expectLosers(edits, ['LISTING_UNAVAILABLE']);
    } else {
      expectLosers(accepts, ['LISTING_UNAVAILABLE'], { state: 'closed', reason: 'priceReached' });
      expect(offers[0]).toMatchObject({ state: 'closed', reason: 'priceReached' });
      expect(won(edits)).toHaveLength(edits.length);
    }
    expect((await now(dear.offer)).turn).toBeNull();
  });

  test('a price edit on a copy from before the accept is told so', async () => {
    const { listing, all } = await haggle([70_000]);
    const [{ offer }] = all as [(typeof all)[0]];
    const tag = { 'if-match': `"${listing.version}"` };
    const [accepts, edits] = (await race(act(seller, offer, 'accept', 70_000), (node) =>
      over(seller, node).call('PATCH', `/v1/listings/${listing.id}`, { price: 60_000 }, tag),
    )) as [Answer[], Answer[]];
    expect(won([...accepts, ...edits])).toHaveLength(1);
    for (const { status, body } of edits.filter((one) => one.status !== 200))
      expect([status, body.code]).toEqual([412, 'VERSION_CONFLICT']);
    await expectOneStory(listing, all);
  });

  test('a counter against a price that falls to it never leaves a number above the price', async () => {
    // Each pair is a race of its own: a later edit would clean up after an earlier one.
    const pairs = await Promise.all(
      Array.from({ length: tries / 2 }, async (_, index) => {
        const { listing, all } = await haggle([70_000], {}, [many[index]!]);
        return { listing, offer: all[0]!.offer };
      }),
    );
    await Promise.all(
      pairs.flatMap(({ listing, offer }, index) => [
        act(seller, offer, 'counter', 90_000)(index),
        over(seller, index + 1).call('PATCH', `/v1/listings/${listing.id}`, { price: 85_000 }),
      ]),
    );
    for (const { offer } of pairs) {
      const after = await now(offer);
      if (after.turn !== null) expect(after).toMatchObject({ amount: 70_000, version: 1 });
      else expect(after).toMatchObject({ state: 'closed', reason: 'priceReached', amount: 90_000 });
    }
  });

  test('accept against taking the listing down: a deal or no listing, never both', async () => {
    const { listing, all } = await haggle([70_000, 80_000]);
    const [{ offer }] = all as [(typeof all)[0]];
    const [accepts, removals] = (await race(act(seller, offer, 'accept', 70_000), (node) =>
      over(seller, node).call('DELETE', `/v1/listings/${listing.id}`),
    )) as [Answer[], Answer[]];
    const offers = await Promise.all(all.map((one) => now(one.offer)));
    if (won(accepts).length === 1) {
      expectLosers(removals, ['LISTING_UNAVAILABLE']);
      await expectOneStory(listing, all);
    } else {
      expect(await dealsOn(listing.id)).toHaveLength(0);
      for (const one of offers) expect(one).toMatchObject({ reason: 'listingRemoved' });
      expectLosers(accepts, ['LISTING_UNAVAILABLE'], { reason: 'listingRemoved' });
    }
  });

  test.each([
    ['hidden', 'listingHidden'],
    ['sold', 'sold'],
  ])(
    'accept against a listing that is %s: a deal, or an offer that says why',
    async (state, why) => {
      const { listing, all } = await haggle([70_000, 80_000]);
      const [{ offer }] = all as [(typeof all)[0]];
      const [accepts, changes] = (await race(act(seller, offer, 'accept', 70_000), (node) =>
        over(seller, node).call('POST', `/v1/listings/${listing.id}/state`, { state }),
      )) as [Answer[], Answer[]];
      const offers = await expectOneStory(listing, all);
      if (won(accepts).length === 1) {
        expect(won(changes)).toHaveLength(0);
        expectLosers(changes, ['LISTING_UNAVAILABLE']);
      } else {
        expectLosers(accepts, ['LISTING_UNAVAILABLE'], { state: 'closed', reason: why });
        for (const one of offers) expect(one).toMatchObject({ state: 'closed', reason: why });
        expect(await stateOf(listing)).toBe(state);
      }
    },
  );

  test('the seller accepts one buyer and chooses another: one deal, and nobody else waits', async () => {
    const { listing, all } = await haggle([70_000, 80_000]);
    const [first, second] = all as [(typeof all)[0], (typeof all)[0]];
    const [accepts, choices] = (await race(act(seller, first.offer, 'accept', 70_000), (node) =>
      over(seller, node).call('POST', `/v1/listings/${listing.id}/state`, {
        state: 'reserved',
        buyerId: second.buyer.id,
      }),
    )) as [Answer[], Answer[]];
    const deals = await dealsOn(listing.id);
    expect(deals).toHaveLength(1);
    expect(await stateOf(listing)).toBe('reserved');
    const accepted = won(accepts).length === 1;
    expect(deals[0]!['buyerId']).toBe(accepted ? first.buyer.id : second.buyer.id);
    expect(won(choices).length > 0).toBe(!accepted);
    for (const { offer } of all)
      expect((await now(offer)).state).toBe(
        accepted && offer.id === first.offer.id ? 'accepted' : 'closed',
      );
  });

  test('accept against declining all: each offer has one end, and at most one is agreed', async () => {
    const { listing, all } = await haggle([70_000, 80_000]);
    const [first] = all as [(typeof all)[0]];
    const [accepts, bulk] = (await race(act(seller, first.offer, 'accept', 70_000), (node) =>
      over(seller, node).call('POST', `/v1/listings/${listing.id}/offers/decline`, {
        clientMessageId: randomUUID(),
      }),
    )) as [Answer[], Answer[]];
    expect(won(bulk)).toHaveLength(bulk.length);
    const offers = await expectOneStory(listing, all);
    const declined = bulk.flatMap(({ body }) =>
      (body as unknown as view.BulkDecline).declined.map(({ id }) => id),
    );
    expect(new Set(declined).size).toBe(declined.length);
    expect(declined.sort()).toEqual(
      offers.flatMap(({ id, state }) => (state === 'declined' ? [id] : [])).sort(),
    );
    expect(won(accepts)).toHaveLength(offers[0]!.state === 'accepted' ? 1 : 0);
  });

  test('a give-away picked twice goes to one, and the other is told', async () => {
    const listing = await over(seller, 0).lists({ price: 0 });
    const asked = [];
    for (const [index, buyer] of buyers.slice(0, 2).entries())
      asked.push(
        await over(buyer, index).gets<Answer['body']>(
          'POST',
          `/v1/listings/${listing.id}/requests`,
          {},
        ),
      );
    const picks = await race(
      ...asked.map(
        ({ offer }) =>
          (node: number) =>
            over(seller, node).call<Answer['body']>('POST', `/v1/requests/${offer.id}/accept`, {
              clientMessageId: randomUUID(),
            }),
      ),
    );
    expect(won(picks.flat())).toHaveLength(1);
    expectLosers(picks.flat(), ['OFFER_CHANGED', 'LISTING_UNAVAILABLE']);
    const offers = await Promise.all(asked.map(({ offer }) => now(offer)));
    expect(offers.map(({ state }) => state).sort()).toEqual(['accepted', 'closed']);
    expect(await dealsOn(listing.id)).toMatchObject([{ amount: 0 }]);
    expect(await stateOf(listing)).toBe('reserved');
  });

  test('accept against a block: agreed before it, or closed without saying why', async () => {
    const { listing, all } = await haggle([70_000]);
    const [{ buyer, conversation, offer }] = all as [(typeof all)[0]];
    const [accepts] = (await race(act(seller, offer, 'accept', 70_000), (node) =>
      over(buyer, node).call('PUT', `/v1/me/blocks/${seller.id}`),
    )) as [Answer[], Answer[]];
    expectLosers(accepts, ['LISTING_UNAVAILABLE', 'CONVERSATION_CLOSED', 'OFFER_CHANGED']);
    const after = await buyer.gets<view.Offer>('GET', `/v1/offers/${offer.id}`);
    expect(await dealsOn(listing.id)).toHaveLength(won(accepts).length);
    if (won(accepts).length === 0)
      expect(after).toMatchObject({ state: 'closed', reason: 'unavailable' });
    else expect(after.state).toBe('accepted');
    expect((await actsIn(buyer, conversation)).at(-1)).toBe(
      after.state === 'accepted' ? 'accepted' : 'closed',
    );
    await buyer.gets('DELETE', `/v1/me/blocks/${seller.id}`);
  });

  test('an offer made against a block: none stays open between the two', async () => {
    const listing = await over(seller, 0).lists({ price: 100_000 });
    const asked = await Promise.all(many.map((buyer) => buyer.asksAbout(listing)));
    await Promise.all(
      many.flatMap((buyer, index) => [
        over(buyer, index).call('POST', `/v1/conversations/${asked[index]!.id}/offers`, {
          amount: 70_000,
          clientMessageId: randomUUID(),
        }),
        over(seller, index + 1).call('PUT', `/v1/me/blocks/${buyer.id}`),
      ]),
    );
    const open = await cluster.inspect((connection) =>
      connection.collection('offers').countDocuments({ listingId: listing.id, open: true }),
    );
    expect(open).toBe(0);
    for (const buyer of many) await seller.gets('DELETE', `/v1/me/blocks/${buyer.id}`);
  });

  test('accept after the time is over, however late the timer: refused, and the offer says so', async () => {
    const { listing, all } = await haggle([70_000]);
    const [{ buyer, conversation, offer }] = all as [(typeof all)[0]];
    await overdue(offer);
    const [accepts, withdrawals] = (await race(
      act(seller, offer, 'accept', 70_000),
      act(buyer, offer, 'withdraw'),
    )) as [Answer[], Answer[]];
    expect(won([...accepts, ...withdrawals])).toHaveLength(0);
    expectLosers([...accepts, ...withdrawals], ['OFFER_EXPIRED'], { state: 'expired' });
    await expectOneStory(listing, all);
    expect(await actsIn(buyer, conversation)).toEqual(['made', 'expired']);
    expect(await stateOf(listing)).toBe('onSale');
  });

  test('two buyers reach the automatic accept in the same instant: one gets it', async () => {
    const listing = await over(seller, 0).lists({ price: 100_000, offers: { autoAccept: 90_000 } });
    const asked = await Promise.all(buyers.map((buyer) => buyer.asksAbout(listing)));
    const made = await race(
      ...buyers.map(
        (buyer, index) => (node: number) =>
          over(buyer, node).call<Answer['body']>(
            'POST',
            `/v1/conversations/${asked[index]!.id}/offers`,
            { amount: 90_000 + index * 100, clientMessageId: randomUUID() },
          ),
      ),
    );
    const agreed = made.flat().filter(({ status }) => status === 201);
    expect(agreed).toHaveLength(1);
    expect(agreed[0]!.body.offer).toMatchObject({ state: 'accepted', version: 2 });
    // Who tried twice may have met the open offer, or the end, of the own first try.
    for (const { body } of made.flat().filter((one) => one.status !== 201))
      expect(['LISTING_UNAVAILABLE', 'OFFER_NOT_ALLOWED']).toContain(body.code);
    expect(await dealsOn(listing.id)).toHaveLength(1);
    expect(await stateOf(listing)).toBe('reserved');
  });

  test.each(['accept', 'counter', 'decline', 'withdraw'])(
    '%s sent again and again under one id is one act, and every answer is the first',
    async (verb) => {
      const { listing, all } = await haggle([70_000]);
      const [{ buyer, offer }] = all as [(typeof all)[0]];
      const amount = { accept: { amount: 70_000 }, counter: { amount: 90_000 } }[verb];
      const body = { version: 1, clientMessageId: randomUUID(), ...amount };
      const who = verb === 'withdraw' ? buyer : seller;
      const [answers] = await race((node) =>
        over(who, node).call('POST', `/v1/offers/${offer.id}/${verb}`, body),
      );
      for (const answer of answers!) {
        expect(answer.status).toBe(200);
        expect(answer.body).toEqual(answers![0]!.body);
      }
      const [after] = await expectOneStory(listing, all);
      expect(after!.version).toBe(2);
    },
  );
});

/** Its time is over in the database, and no timer came. */
const overdue = (offer: view.Offer) =>
  cluster.inspect((connection) => {
    const past = new Date(Date.now() - 1_000);
    return connection
      .collection<{ _id: string }>('offers')
      .updateOne(
        { _id: offer.id },
        { $set: { expiresAt: past, dueAt: past, 'steps.$[].expiresAt': past } },
      );
  });
