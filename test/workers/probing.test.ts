import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { view } from '../../src/contract/index.js';
import { eventually } from '../support/eventually.js';
import { answer, cards, haggle, seen } from '../support/offers.js';
import type { DeviceSocket, Person } from '../support/person.js';
import { TestCluster } from '../support/test-cluster.js';
import { timePassesUntil } from '../support/time-passes.js';

let cluster: TestCluster;
let seller: Person, buyer: Person;
let phone: DeviceSocket;

beforeAll(async () => {
  cluster = await TestCluster.shared({ worker: true });
  [seller, buyer] = (await Promise.all(['준호', '민지'].map((name) => cluster.person(name)))) as [
    Person,
    Person,
  ];
  phone = await buyer.connects();
}, 60_000);

afterAll(async () => {
  buyer?.leaves();
  await cluster?.stop();
}, 60_000);

type Haggled = Awaited<ReturnType<typeof haggle>>;

const lowOffer = () => haggle(seller, buyer, { offers: { minimum: 80_000 } });

/** Its hidden moment comes; whoever has to act does. */
const momentComes = ({ offer }: Haggled) =>
  timePassesUntil(cluster, 'offers', offer.id, 'dueAt', -500);

const isOver = ({ offer }: Haggled) =>
  eventually('it is over', async () => (await seen(buyer, offer)).turn === null, 20_000);

/** All that the buyer can see of an offer, without what differs between any two. */
async function allThatShows({ conversation, offer }: Haggled): Promise<unknown> {
  const entry = (await buyer.log(conversation)).at(-1)!;
  const live = await phone.hears('message:new', ({ message }) => message.id === entry.id, 10_000);
  const text = JSON.stringify([
    await seen(buyer, offer),
    await buyer.log(conversation),
    live,
    (await cards(buyer, '/v1/me/offers?state=all')).filter(({ id }) => id === offer.id),
    await buyer.gets<view.Conversation>('GET', `/v1/conversations/${conversation.id}`),
  ]);
  return JSON.parse(
    text
      .replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '<id>')
      .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>'),
  );
}

test('declined by rule is declined by the seller, to the last word that the buyer can see', async () => {
  const byRule = await lowOffer();
  await momentComes(byRule);
  await isOver(byRule);
  const byHand = await haggle(seller, buyer);
  expect((await answer(seller, byHand.offer, 'decline')).status).toBe(200);
  await eventually('the positions of both are alike', async () => {
    const [one, other] = [await allThatShows(byRule), await allThatShows(byHand)];
    return JSON.stringify(one) === JSON.stringify(other);
  });
  const told = (await buyer.log(byRule.conversation)).at(-1)!;
  expect(told).toMatchObject({ senderId: seller.id, offer: { act: 'declined', version: 2 } });

  const ended = async ({ listing }: Haggled) =>
    (await cards(seller, `/v1/listings/${listing.id}/offers?state=ended`))[0];
  expect(await ended(byRule)).toMatchObject({ state: 'declined', declinedByRule: true });
  expect(await ended(byHand)).not.toHaveProperty('declinedByRule');
});

test('a minimum that was lowered in time spares the offer', async () => {
  const low = await lowOffer();
  const lowered = { offers: { minimum: 70_000 } };
  await seller.gets('PATCH', `/v1/listings/${low.listing.id}`, lowered);
  // Due before it, so when that one is over this one was looked at.
  const barrier = await lowOffer();
  await momentComes(low);
  await eventually(
    'its moment has passed',
    async () => {
      const stored = await cluster.inspect((connection) =>
        connection
          .collection<{ _id: string; declineAt: Date | null }>('offers')
          .findOne({ _id: low.offer.id }),
      );
      return stored!.declineAt === null;
    },
    20_000,
  );
  await momentComes(barrier);
  await isOver(barrier);
  expect(await seen(seller, low.offer)).toMatchObject({
    state: 'awaitingSeller',
    version: 1,
    abilities: { accept: true },
  });
});

test('an answer by hand before that moment stands', async () => {
  const low = await lowOffer();
  const { body } = await answer(seller, low.offer, 'counter', { amount: 90_000 });
  expect(body.offer).toMatchObject({ state: 'awaitingBuyer', version: 2 });
  const barrier = await lowOffer();
  await momentComes(barrier);
  await isOver(barrier);
  const stored = await cluster.inspect((connection) =>
    connection
      .collection<{ _id: string; declineAt: Date | null; dueAt: Date; expiresAt: Date }>('offers')
      .findOne({ _id: low.offer.id }),
  );
  expect(stored).toMatchObject({ declineAt: null, dueAt: stored!.expiresAt });
  expect((await seen(buyer, low.offer)).abilities?.accept).toBe(true);
});
