import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import sharp from 'sharp';
import type { view } from '../../src/contract/index.js';
import { Chaos } from '../support/chaos/chaos.js';
import { eventually, within } from '../support/eventually.js';
import type { Person } from '../support/person.js';
import { TestCluster } from '../support/test-cluster.js';

let cluster: TestCluster;
let seller: Person, buyer: Person;

beforeAll(async () => {
  cluster = await TestCluster.start({ gateways: 2, workers: 1, chaos: true });
  [seller, buyer] = await Promise.all([cluster.person('준호', 0), cluster.person('민지', 1)]);
}, 60_000);

afterAll(async () => {
  for (const person of [seller, buyer]) person?.leaves();
  await cluster?.stop();
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
