import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import sharp from 'sharp';
import type { view } from '../../src/contract/index.js';
import { Chaos } from '../support/chaos/chaos.js';
import { eventually, within } from '../support/eventually.js';
import type { Answered } from '../support/offers.js';
import { callRest, type DeviceSocket, type Person } from '../support/person.js';
import { TestCluster } from '../support/test-cluster.js';
import { messagesIn, ofConversation } from '../support/log.js';

/** Of the operator. */
const password = 'of the tests only';

let cluster: TestCluster;
let seller: Person, buyer: Person, rival: Person;
let phones: DeviceSocket[];

beforeAll(async () => {
  const env = { ADMIN_ACCOUNTS: `minji:${password}` };
  cluster = await TestCluster.start({ gateways: 2, workers: 1, chaos: true, env });
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

test('an accept is answered before its rivals are told, and kill -9 in between loses nothing', async () => {
  const [victim, other] = cluster.gateways;
  const { mine, theirs, offer } = await twoOffers();

  const { reached } = await new Chaos(victim!).pauseAt('storing', '"act":"closed"');
  seller.gateway = victim!;
  expect(await seller.accepts(offer)).toMatchObject({ status: 200 });
  expect(await acts(buyer, mine)).toEqual(['made', 'accepted']);
  await within('the rival is about to be told', reached);
  await victim!.kill();
  seller.gateway = other!;

  await eventually('the rival is told', async () => (await acts(rival, theirs)).length > 1, 15_000);
  expect(await acts(rival, theirs)).toEqual(['made', 'closed']);
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

const changes: [string, (listing: view.Listing) => Promise<unknown>, RegExp][] = [
  [
    'a listing',
    ({ id }) => seller.gets('PATCH', `/v1/listings/${id}`, { title: '바뀐 이름' }),
    /바뀐 이름/,
  ],
  ['a person', () => seller.gets('PATCH', '/v1/me', { nickname: '바뀐준호' }), /바뀐준호/],
];

test.each(changes)(
  'kill -9 between the change of %s and its telling: it is told all the same, live and by sync',
  async (_what, change, shows) => {
    const [victim] = cluster.gateways;
    seller.gateway = victim!;
    const listing = await seller.lists();
    const conversation = await buyer.asksAbout(listing);
    await buyer.sends(conversation, '아직 있나요?');
    const phone = await buyer.connects();
    const { reached } = await new Chaos(victim!).pauseAt('refreshing');
    await change(listing);
    await within('it is about to be told', reached);
    await victim!.kill();
    const fits = (one: view.Conversation) =>
      one.id === conversation.id && shows.test(JSON.stringify(one));
    await phone.hears('conversation:updated', fits, 30_000);
    const { conversations } = await buyer.gets<view.SyncAnswer>('POST', '/v1/sync', {});
    expect(conversations.some(fits)).toBe(true);
    await victim!.start();
  },
  60_000,
);

test('kill -9 between an image message and the keeping of its images: they are kept all the same', async () => {
  const [victim] = cluster.gateways;
  seller.gateway = victim!;
  const conversation = await seller
    .gets<view.Listing>('POST', '/v1/listings', {
      title: '의자',
      description: '',
      price: 10_000,
      category: 'other',
    })
    .then((listing) => buyer.asksAbout(listing));
  await buyer.sends(conversation, '사진 있나요?');
  const create = { width: 40, height: 30, channels: 3 as const, background: 'red' };
  const form = new FormData();
  const bytes = Uint8Array.from(await sharp({ create }).png().toBuffer());
  form.append('image', new Blob([bytes], { type: 'image/png' }), 'photo.png');
  const image = await seller.gets<view.Image>('POST', '/v1/images', form);
  const { reached } = await new Chaos(victim!).pauseAt('stored', image.id);
  const body = { kind: 'image', imageIds: [image.id], clientMessageId: randomUUID() };
  const path = `/v1/conversations/${conversation.id}/messages`;
  const unanswered = seller.call('POST', path, body).catch(() => null);
  await within('it is stored', reached);
  const stored = () =>
    cluster.inspect((connection) =>
      connection.collection<{ _id: string; expiresAt?: Date }>('images').findOne({ _id: image.id }),
    );
  expect(await stored()).toHaveProperty('expiresAt');
  await victim!.kill();
  expect(await unanswered).toBeNull();
  await eventually('the relay has kept it', async () => !(await stored())?.expiresAt);
  await victim!.start();
}, 60_000);

test('kill -9 between the decision of a moderator and what follows: a worker does it, once', async () => {
  const [victim] = cluster.gateways;
  const people = await Promise.all(['가해자', '공범'].map((name) => cluster.person(name, 1)));
  const [culprit, other] = people as [Person, Person];
  const listings = await Promise.all(people.map((person) => person.lists()));
  const screens = await Promise.all(people.map((person) => person.connects()));
  buyer.gateway = cluster.gateways[1]!;
  const target = { targetType: 'user', targetId: culprit.id, reason: 'fraud' };
  const { id } = await buyer.gets<view.Report>('POST', '/v1/reports', target);

  const { reached } = await new Chaos(victim!).pauseAt('sanctioning', culprit.id);
  const decision = { verdict: 'ban', reason: 'fraud' };
  const headers = { authorization: `Basic ${btoa(`minji:${password}`)}` };
  const path = `/v1/admin/reports/${id}/decision`;
  const unanswered = callRest(victim!.url, 'POST', path, { body: decision, headers }).catch(
    () => null,
  );
  await within('it is decided', reached);
  await victim!.kill();
  expect(await unanswered).toBeNull();
  // As it is when a process dies behind a sanction that it laid.
  const now = new Date();
  await cluster.inspect((connection) =>
    connection.collection<{ _id: string }>('sanctions').insertOne({
      _id: randomUUID(),
      ...{ userId: other.id, kind: 'ban', reason: 'fraud', by: 'minji' },
      ...{ at: now, until: null, liftedAt: null, followAt: now },
    }),
  );

  const isOver = async () => {
    const shown = await Promise.all(
      listings.map((listing) => buyer.call('GET', `/v1/listings/${listing.id}`)),
    );
    return shown.every(({ status }) => status === 404);
  };
  await eventually('their listings are out of sight', isOver, 30_000);
  for (const screen of screens) await screen.hears('session:revoked', () => true);
  const laid = await eventually('nothing is left to do', () =>
    cluster.inspect(async (connection) => {
      const stored = connection.collection('sanctions');
      const left = await stored.countDocuments({ followAt: { $exists: true } });
      const reports = await connection.collection('reports').countDocuments({ unfollowed: true });
      return left + reports === 0 && stored.find({ userId: culprit.id }).toArray();
    }),
  );
  expect(laid).toMatchObject([{ kind: 'ban', by: 'minji' }]);
  await victim!.start();
}, 60_000);
