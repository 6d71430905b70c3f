import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { view } from '../../src/contract/index.js';
import { agreed as agreedOver } from '../support/offers.js';
import type { HttpAnswer, Person } from '../support/person.js';
import { TestCluster } from '../support/test-cluster.js';

/** So many tries at once, half of them on each node. */
const tries = 50;

let cluster: TestCluster;
let seller: Person, buyer: Person, rival: Person;

beforeAll(async () => {
  cluster = await TestCluster.shared();
}, 60_000);

beforeEach(async () => {
  [seller, buyer, rival] = (await Promise.all(
    ['준호', '민지', '서연'].map((name, index) => cluster.person(name, index % 2)),
  )) as [Person, Person, Person];
});

afterAll(() => cluster?.stop(), 60_000);

type Answer = HttpAnswer<view.Deal & view.Problem>;

/** The same call of the same person, as often as is said, on both nodes in turn. */
const atOnce = (calls: ((index: number) => Promise<Answer>)[]): Promise<Answer[]> =>
  Promise.all(Array.from({ length: tries }, (_, index) => calls[index % calls.length]!(index)));

const onNode = (person: Person, index: number) => {
  person.gateway = cluster.gateways[Math.floor(index / 2) % 2]!;
  return person;
};

const agreed = () => agreedOver(seller, buyer, rival);

const does =
  (person: () => Person, dealId: string, verb: string, body: object = {}) =>
  async (index: number): Promise<Answer> => {
    for (;;) {
      const answer = await onNode(person(), index).call<view.Deal & view.Problem>(
        'POST',
        `/v1/deals/${dealId}/${verb}`,
        body,
      );
      // On a busy machine fifty at once may outlast the time for a transaction; a client then sends it again.
      if (answer.body.code !== 'UNAVAILABLE') return answer;
    }
  };

const story = async (person: Person, conversation: { id: string }) =>
  (await person.log(conversation)).map(
    ({ offer, appointment, notice, text }) =>
      offer?.act ?? appointment?.act ?? notice?.type ?? text,
  );

const listingOf = (listing: { id: string }) =>
  seller.gets<view.Listing>('GET', `/v1/listings/${listing.id}`);

const codes = (answers: Answer[]) =>
  [...new Set(answers.map(({ status, body }) => (status < 300 ? 'ok' : body.code)))].sort();

test('complete against cancel: one of them happened, and deal, listing, offer and log agree which', async () => {
  for (let round = 0; round < 3; round += 1) {
    const { listing, asking, conversation, offer, dealId } = await agreed();
    const answers = await atOnce([
      does(() => seller, dealId, 'complete'),
      does(() => buyer, dealId, 'cancel', { reason: 'changedMind' }),
    ]);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    const deal = await buyer.gets<view.Deal>('GET', `/v1/deals/${dealId}`);
    for (const lost of answers.filter(({ status }) => status !== 200))
      expect(lost).toMatchObject({
        status: 412,
        body: { code: 'VERSION_CONFLICT', current: { state: deal.state, version: 2 } },
      });
    const completed = deal.state === 'completed';
    expect(await listingOf(listing)).toMatchObject({ state: completed ? 'sold' : 'onSale' });
    expect(await buyer.gets('GET', `/v1/offers/${offer.id}`)).toMatchObject({
      state: completed ? 'fulfilled' : 'fellThrough',
    });
    expect(await story(buyer, conversation)).toEqual([
      'made',
      'accepted',
      ...(completed
        ? ['dealCompleted', 'reviewsOpen', 'fulfilled']
        : ['dealCancelled', 'fellThrough']),
    ]);
    expect(await story(rival, asking)).toEqual([
      '아직 있나요?',
      ...(completed ? [] : ['listingFree']),
    ]);
  }
}, 60_000);

test('one act sent many times on two nodes happens once, and every answer is the first', async () => {
  const { asking, conversation, dealId } = await agreed();
  const clientMessageId = randomUUID();
  const answers = await atOnce([
    does(() => buyer, dealId, 'cancel', { reason: 'cannotMeet', clientMessageId }),
  ]);
  expect(codes(answers)).toEqual(['ok']);
  for (const answer of answers) expect(answer.body).toEqual(answers[0]!.body);
  expect((await story(buyer, conversation)).filter((act) => act === 'dealCancelled')).toHaveLength(
    1,
  );
  expect(await story(rival, asking)).toEqual(['아직 있나요?', 'listingFree']);
}, 60_000);

test('a change of the appointment against its confirmation: nobody confirms what they did not see', async () => {
  const { conversation, dealId } = await agreed();
  const place = { name: '합정역' };
  const at = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();
  const put = (person: Person, hours: number): Promise<Answer> =>
    person.call('PUT', `/v1/deals/${dealId}/appointment`, { at: at(hours), place });
  const confirm = does(() => seller, dealId, 'appointment/confirm', { appointmentVersion: 1 });
  await put(buyer, 20);
  const changeAt = 10;
  const answers = await atOnce([
    (index) => (index === changeAt ? put(onNode(buyer, index), 30) : confirm(index)),
  ]);
  const confirmed = answers.filter(
    ({ status, body }) => status === 200 && body.appointment?.state === 'confirmed',
  );
  expect(confirmed.length).toBeLessThanOrEqual(1);
  for (const { body } of confirmed) expect(body.appointment!.version).toBe(2);
  const acts = (await story(buyer, conversation)).slice(2);
  expect([
    ['proposed', 'changed'],
    ['proposed', 'confirmed', 'changed'],
  ]).toContainEqual(acts);
  const deal = await buyer.gets<view.Deal>('GET', `/v1/deals/${dealId}`);
  expect(deal.appointment).toMatchObject({ state: 'proposed', version: acts.length });
}, 60_000);

test('two buyers chosen at once, and an offer accepted beside it: one deal is open', async () => {
  for (let round = 0; round < 3; round += 1) {
    const listing = await seller.lists({ price: 100_000 });
    const third = await cluster.person('지우', round % 2);
    const conversations = await Promise.all(
      [buyer, rival, third].map((person) => person.asksAbout(listing)),
    );
    await buyer.sends(conversations[0]!, '제가 살게요');
    await rival.sends(conversations[1]!, '아직 있나요?');
    const { offer } = await third.offers(conversations[2]!, 80_000);
    const choose =
      (person: Person) =>
      (index: number): Promise<Answer> =>
        onNode(seller, index).call('POST', `/v1/listings/${listing.id}/state`, {
          state: 'reserved',
          buyerId: person.id,
        });
    const answers = await atOnce([
      choose(buyer),
      choose(rival),
      (index) =>
        onNode(seller, index).call('POST', `/v1/offers/${offer.id}/accept`, {
          amount: offer.amount,
          version: offer.version,
          clientMessageId: randomUUID(),
        }),
    ]);
    const open = await cluster.inspect((connection) =>
      connection.collection('deals').find({ listingId: listing.id }).toArray(),
    );
    expect(open).toMatchObject([{ state: 'open' }]);
    expect(codes(answers)).toEqual(
      expect.arrayContaining(['LISTING_UNAVAILABLE', 'ok'] as unknown[]),
    );
    const stories = await Promise.all(
      [buyer, rival, third].map((person, index) => story(person, conversations[index]!)),
    );
    expect(stories.flat().filter((act) => act === 'dealOpened' || act === 'accepted')).toHaveLength(
      1,
    );
    const said = stories[2]!;
    expect(said).toEqual(['made', open[0]!['buyerId'] === third.id ? 'accepted' : 'closed']);
    expect(await listingOf(listing)).toMatchObject({ state: 'reserved' });
  }
}, 90_000);

test('a new offer beside the end of the deal: the listing never has two deals, and no offer is lost', async () => {
  const { listing, asking, dealId } = await agreed();
  const answers = await atOnce([
    (index) =>
      index < 2
        ? does(() => seller, dealId, 'cancel', { reason: 'other' })(index)
        : onNode(rival, index).call('POST', `/v1/conversations/${asking.id}/offers`, {
            amount: 70_000,
            clientMessageId: randomUUID(),
          }),
  ]);
  expect(codes(answers).filter((code) => code !== 'ok')).toEqual(
    expect.not.arrayContaining(['INTERNAL'] as unknown[]),
  );
  const made = answers.filter(({ status }) => status === 201);
  expect(made.length).toBeLessThanOrEqual(1);
  expect(await listingOf(listing)).toMatchObject({ state: 'onSale' });
  expect((await story(rival, asking)).filter((act) => act === 'made')).toHaveLength(made.length);
}, 60_000);
