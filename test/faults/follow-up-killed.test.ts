import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { view } from '../../src/contract/index.js';
import { Chaos } from '../support/chaos/chaos.js';
import { eventually, within } from '../support/eventually.js';
import type { Answered } from '../support/offers.js';
import type { DeviceSocket, Person } from '../support/person.js';
import { TestCluster } from '../support/test-cluster.js';
import { messagesIn, ofConversation } from '../support/log.js';

/** What else a gateway may leave half done is in long/follow-up-killed.test.ts. */
let cluster: TestCluster;
let seller: Person, buyer: Person, rival: Person;
let phones: DeviceSocket[];

beforeAll(async () => {
  cluster = await TestCluster.start({ gateways: 2, workers: 1, chaos: true });
  [seller, buyer, rival] = (await Promise.all(
    ['준호', '민지', '서연'].map((name) => cluster.person(name, 1)),
  )) as [Person, Person, Person];
  phones = await Promise.all([seller, buyer, rival].map((person) => person.connects()));
}, 60_000);

afterAll(async () => {
  for (const person of [seller, buyer, rival]) person?.leaves();
  await cluster?.stop();
}, 60_000);

/** On something new: the offer of the buyer, who asks in `mine`, and that of the rival in `theirs`. */
async function twoOffers() {
  const listing = await seller.lists({ price: 100_000 });
  const mine = await buyer.asksAbout(listing);
  const theirs = await rival.asksAbout(listing);
  const { offer } = await buyer.offers(mine, 80_000);
  await rival.offers(theirs, 70_000);
  return { listing, mine, theirs, offer };
}

const acts = async (person: Person, conversation: view.Conversation) =>
  (await person.log(conversation)).map(({ offer }) => offer?.act);

test('kill -9 between the agreement and the log: every conversation is told, and the repeat gets the answer', async () => {
  const [victim, other] = cluster.gateways;
  const { listing, mine, theirs, offer } = await twoOffers();

  const { reached } = await new Chaos(victim!).pauseAt('storing', '"act":"accepted"');
  const body = { amount: 80_000, version: 1, clientMessageId: randomUUID() };
  const path = `/v1/offers/${offer.id}/accept`;
  seller.gateway = victim!;
  const unanswered = seller.call('POST', path, body).catch(() => null);
  await within('the agreement is made', reached);
  await victim!.kill();
  expect(await unanswered).toBeNull();
  seller.gateway = other!;
  expect((await acts(buyer, mine)).at(-1)).toBe('made');

  // The relay writes what is missing; nobody asked for anything.
  await eventually(
    'both logs are whole',
    async () =>
      (await acts(buyer, mine)).at(-1) === 'accepted' &&
      (await acts(rival, theirs)).at(-1) === 'closed',
    15_000,
  );
  expect(await acts(buyer, mine)).toEqual(['made', 'accepted']);
  expect(await acts(rival, theirs)).toEqual(['made', 'closed']);
  const told = (device: DeviceSocket, { id }: view.Conversation, act: view.OfferAct) =>
    device.hears(
      'message:new',
      ({ message }) => message.conversationId === id && message.offer?.act === act,
    );
  const [shop, phone, rivals] = phones as [DeviceSocket, DeviceSocket, DeviceSocket];
  await Promise.all([
    ...[told(shop, mine, 'accepted'), told(shop, theirs, 'closed')],
    ...[told(phone, mine, 'accepted'), told(rivals, theirs, 'closed')],
  ]);

  const repeated = await seller.call<Answered>('POST', path, body);
  expect(repeated).toMatchObject({
    status: 200,
    body: { offer: { state: 'accepted', version: 2 }, message: { offer: { act: 'accepted' } } },
  });
  expect(await acts(seller, mine)).toEqual(['made', 'accepted']);
  const deals = await cluster.inspect((connection) =>
    connection.collection('deals').countDocuments({ listingId: listing.id }),
  );
  expect(deals).toBe(1);
  await victim!.start();
}, 60_000);

test('what the first logs said without naming the act is neither told again nor unknown', async () => {
  const listing = await seller.lists({ price: 100_000 });
  const conversation = await buyer.asksAbout(listing);
  const { offer } = await buyer.offers(conversation, 80_000);
  const body = { amount: 80_000, version: 1, clientMessageId: randomUUID() };
  const path = `/v1/offers/${offer.id}/accept`;
  const first = await seller.call<Answered>('POST', path, body);
  const told = await acts(buyer, conversation);
  const written = await cluster.inspect(async (connection) => {
    const log = messagesIn(connection);
    const { modifiedCount } = await log.updateMany(
      { ...ofConversation(conversation), act: { $exists: true } },
      { $unset: { act: 1 } },
    );
    const offers = connection.collection<{ _id: string }>('offers');
    // As if the command had died: the relay writes what it does not find.
    await offers.updateOne({ _id: offer.id }, { $set: { loggedVersion: 0, unlogged: true } });
    return modifiedCount;
  });
  expect(written).toBe(2);
  const isLogged = () =>
    cluster.inspect((connection) =>
      connection
        .collection<{ _id: string }>('offers')
        .findOne({ _id: offer.id, unlogged: false, loggedVersion: 2 }),
    );
  await eventually('the relay has looked', isLogged, 15_000);
  expect(await acts(buyer, conversation)).toEqual(told);
  const again = await seller.call<Answered>('POST', path, body);
  expect(again.body.message).toEqual(first.body.message);
}, 60_000);

/**
 * These commands of this cluster go wrong in this way, and nothing of anybody else. Resolves to how often anything has
 * gone wrong so far.
 */
const failsTo = async (
  command: 'commitTransaction' | 'update',
  mode: 'off' | { times: number },
  how?: object,
) => {
  const appName = new URL(cluster.mongoUri).searchParams.get('appName');
  const data = { failCommands: [command], appName, ...how };
  const { count } = await cluster.inspect((connection) =>
    connection.getClient().db('admin').command({ configureFailPoint: 'failCommand', mode, data }),
  );
  return count as number;
};

/** A MongoDB that was not started for the tests has no failpoints. */
const withFailpoints = process.env['TEST_MONGOD_BIN'] ? test : test.skip;

withFailpoints.each([
  // The driver tries once more by itself.
  ['has no answer', 2, { closeConnection: true }],
  [
    'is in doubt',
    1,
    { writeConcernError: { code: 64, errmsg: 'waiting for replication timed out' } },
  ],
  ['meets an end', 1, { writeConcernError: { code: 91, errmsg: 'shutting down' } }],
])(
  'an accept whose commit %s: the answer and what is stored agree, and the repeat changes nothing',
  async (_what, times, how) => {
    const { listing, mine, offer } = await twoOffers();
    const before = await failsTo('commitTransaction', { times }, how);
    const clientMessageId = randomUUID();
    const first = await seller.accepts(offer, clientMessageId);
    expect(await failsTo('commitTransaction', 'off')).toBe(before + times);
    const again = await seller.accepts(offer, clientMessageId);
    expect([200, 503]).toContain(first.status);
    expect(again).toMatchObject({ status: 200, body: { offer: { state: 'accepted' } } });
    if (first.status === 200) expect(again.body.offer).toEqual(first.body.offer);
    const deals = await cluster.inspect((connection) =>
      connection.collection('deals').find({ listingId: listing.id }).toArray(),
    );
    expect(deals.map(({ _id }) => String(_id))).toEqual([again.body.offer.dealId]);
    expect(await acts(buyer, mine)).toEqual(['made', 'accepted']);
  },
);

withFailpoints(
  'a worker that is refused its first writes is ready once they are taken',
  async () => {
    const [worker] = cluster.workers;
    await worker!.end('SIGKILL');
    // More than the driver tries by itself.
    const before = await failsTo('update', { times: 8 }, { errorCode: 91 });
    await worker!.start();
    expect(await failsTo('update', 'off')).toBe(before + 8);
  },
);
