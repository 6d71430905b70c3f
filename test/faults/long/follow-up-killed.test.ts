import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import sharp from 'sharp';
import type { view } from '../../../src/contract/index.js';
import { Chaos } from '../../support/chaos/chaos.js';
import { eventually, within } from '../../support/eventually.js';
import { callRest, type Person } from '../../support/person.js';
import { TestCluster } from '../../support/test-cluster.js';

let cluster: TestCluster;
let seller: Person, buyer: Person, rival: Person;

beforeAll(async () => {
  cluster = await TestCluster.start({ gateways: 2, workers: 1, chaos: true });
  [seller, buyer, rival] = (await Promise.all(
    ['준호', '민지', '서연'].map((name) => cluster.person(name, 1)),
  )) as [Person, Person, Person];
}, 60_000);

afterAll(async () => {
  for (const person of [seller, buyer, rival]) person?.leaves();
  await cluster?.stop();
}, 60_000);

const acts = async (person: Person, conversation: view.Conversation) =>
  (await person.log(conversation)).map(({ offer }) => offer?.act);

test('an accept is answered before its rivals are told, and kill -9 in between loses nothing', async () => {
  const [victim, other] = cluster.gateways;
  const listing = await seller.lists({ price: 100_000 });
  const [mine, theirs] = [await buyer.asksAbout(listing), await rival.asksAbout(listing)];
  const { offer } = await buyer.offers(mine, 80_000);
  await rival.offers(theirs, 70_000);

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
  const path = `/v1/admin/reports/${id}/decision`;
  const unanswered = callRest(victim!.url, 'POST', path, { body: decision }).catch(() => null);
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
