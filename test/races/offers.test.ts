import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { eventually } from '../support/eventually.js';
import { TestCluster } from '../support/test-cluster.js';
import type { Person } from '../support/person.js';

let cluster: TestCluster;
let seller: Person;
let buyers: Person[];

beforeAll(async () => {
  cluster = await TestCluster.shared();
  seller = await cluster.person('준호');
  buyers = await Promise.all(
    Array.from({ length: 10 }, (_, index) => cluster.person(`손님${index}`, index % 2)),
  );
}, 60_000);

afterAll(() => cluster?.stop(), 60_000);

/** The seller's twin: the same person, answered by the other node. */
const onNode = (gateway: number) => {
  seller.gateway = cluster.gateways[gateway]!;
  return seller;
};

const dealsOn = (listingId: string) =>
  cluster.inspect((connection) => connection.collection('deals').countDocuments({ listingId }));

test('accepting ten offers at once on two nodes makes one deal, and every log tells the same story', async () => {
  const listing = await onNode(0).lists({ price: 100_000 });
  const made = await Promise.all(
    buyers.map(async (buyer, index) => {
      const conversation = await buyer.asksAbout(listing);
      const { offer } = await buyer.offers(conversation, 60_000 + index * 1_000);
      return { buyer, conversation, offer };
    }),
  );
  const answers = await Promise.all(
    made.map(({ offer }, index) => onNode(index % 2).accepts(offer)),
  );
  const won = answers.filter((answer) => answer.status === 200);
  expect(won).toHaveLength(1);
  for (const lost of answers.filter((answer) => answer.status !== 200))
    expect(['LISTING_UNAVAILABLE', 'OFFER_CHANGED']).toContain(lost.body.code);
  expect(await dealsOn(listing.id)).toBe(1);

  const winner = won[0]!.body.offer.id;
  for (const { buyer, conversation, offer } of made) {
    const acts = () =>
      buyer.log(conversation).then((log) => log.map((message) => message.offer?.act));
    // Rivals are told after the answer.
    await eventually('the end is told', async () => (await acts()).length > 1);
    expect(await acts()).toEqual(['made', offer.id === winner ? 'accepted' : 'closed']);
  }
});

test('accept against withdraw: one of them happened, and both sides agree which', async () => {
  for (let round = 0; round < 5; round += 1) {
    const buyer = buyers[round]!;
    const listing = await onNode(0).lists({ price: 100_000 });
    const conversation = await buyer.asksAbout(listing);
    const { offer } = await buyer.offers(conversation, 70_000);
    const [accepted, withdrawn] = await Promise.all([
      onNode(round % 2).accepts(offer),
      buyer.call('POST', `/v1/offers/${offer.id}/withdraw`, {
        version: 1,
        clientMessageId: randomUUID(),
      }),
    ]);
    expect([accepted.status, withdrawn.status].sort()).toEqual([200, 412]);
    const acts = (await buyer.log(conversation)).map((message) => message.offer?.act);
    expect(acts).toEqual(['made', accepted.status === 200 ? 'accepted' : 'withdrawn']);
    expect(await dealsOn(listing.id)).toBe(accepted.status === 200 ? 1 : 0);
  }
});

test('the same accept sent ten times on two nodes is one accept, and every answer is the first', async () => {
  const buyer = buyers[0]!;
  const listing = await onNode(0).lists({ price: 100_000 });
  const conversation = await buyer.asksAbout(listing);
  const { offer } = await buyer.offers(conversation, 70_000);
  const clientMessageId = randomUUID();
  const answers = await Promise.all(
    Array.from({ length: 10 }, (_, index) => onNode(index % 2).accepts(offer, clientMessageId)),
  );
  expect(answers.map((answer) => answer.status)).toEqual(answers.map(() => 200));
  for (const answer of answers) expect(answer.body).toEqual(answers[0]!.body);
  expect(await dealsOn(listing.id)).toBe(1);
  expect(await buyer.log(conversation)).toHaveLength(2);
  const other = await onNode(0).call('POST', `/v1/offers/${offer.id}/accept`, {
    amount: 69_000,
    version: 1,
    clientMessageId,
  });
  expect(other).toMatchObject({ status: 409, body: { code: 'IDEMPOTENCY_CONFLICT' } });
});

test('nobody can take the place of an act in the log by sending under its id first', async () => {
  const buyer = buyers[2]!;
  const conversation = await buyer.asksAbout(await onNode(0).lists({ price: 100_000 }));
  const { offer } = await buyer.offers(conversation, 70_000);
  for (const id of [`offer-${offer.id}-v2`, `offer:${offer.id}:v2`])
    await seller.call('POST', `/v1/conversations/${conversation.id}/messages`, {
      clientMessageId: id,
      text: '제가 먼저',
    });
  const accepted = await seller.accepts(offer);
  expect(accepted.status).toBe(200);
  expect((await buyer.log(conversation)).at(-1)?.offer?.act).toBe('accepted');
});

test('two offers of one buyer at once: one is open, the other is refused', async () => {
  const buyer = buyers[1]!;
  const listing = await onNode(0).lists({ price: 100_000 });
  const conversation = await buyer.asksAbout(listing);
  const tries = await Promise.all(
    Array.from({ length: 6 }, (_, index) =>
      buyer.call<{ code: string }>('POST', `/v1/conversations/${conversation.id}/offers`, {
        clientMessageId: randomUUID(),
        amount: 60_000 + index * 100,
      }),
    ),
  );
  expect(tries.filter((one) => one.status === 201)).toHaveLength(1);
  for (const refused of tries.filter((one) => one.status !== 201))
    expect(refused).toMatchObject({ status: 422, body: { code: 'OFFER_NOT_ALLOWED' } });
  expect(await buyer.log(conversation)).toHaveLength(1);
});

test('an offer made while another is accepted is either closed with it or refused', async () => {
  for (let round = 0; round < 5; round += 1) {
    const [first, second] = [buyers[round]!, buyers[round + 5]!];
    const listing = await onNode(0).lists({ price: 100_000 });
    const conversation = await first.asksAbout(listing);
    const rivals = await second.asksAbout(listing);
    const { offer } = await first.offers(conversation, 70_000);
    const [accepted, made] = await Promise.all([
      onNode(round % 2).accepts(offer),
      second.call<{ code?: string }>('POST', `/v1/conversations/${rivals.id}/offers`, {
        clientMessageId: randomUUID(),
        amount: 80_000,
      }),
    ]);
    expect(accepted.status).toBe(200);
    const open = await cluster.inspect((connection) =>
      connection.collection('offers').countDocuments({ listingId: listing.id, open: true }),
    );
    expect(open).toBe(0);
    if (made.status !== 201) expect(made.body.code).toBe('LISTING_UNAVAILABLE');
  }
});
