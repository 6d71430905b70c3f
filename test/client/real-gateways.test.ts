import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { createHaggleClient, type HaggleClient } from '../../client/index.js';
import { eventually } from '../support/eventually.js';
import type { Person } from '../support/person.js';
import { TestCluster } from '../support/test-cluster.js';

let cluster: TestCluster;
let buyer: Person, seller: Person;
const clients: HaggleClient[] = [];

beforeAll(async () => {
  cluster = await TestCluster.shared();
  buyer = await cluster.person('민지', 0);
  seller = await cluster.person('준호', 1);
}, 60_000);
afterEach(() => {
  for (const client of clients.splice(0)) client.close();
});
afterAll(() => cluster?.stop(), 60_000);

function deviceOf(person: Person, gateway = person.gateway): HaggleClient {
  const client = createHaggleClient({
    url: gateway.url,
    getToken: () => Promise.resolve(person.accessToken),
  });
  clients.push(client);
  client.connect();
  return client;
}

const isLive = (client: HaggleClient) =>
  eventually('is live', () => client.state.snapshot().phase === 'live');

test('two people on two nodes, three devices: all see the same, edits and unsends included', async () => {
  const listing = await seller.lists();
  const phone = deviceOf(buyer);
  const desk = deviceOf(buyer, cluster.gateways[1]);
  const shop = deviceOf(seller);
  await Promise.all([phone, desk, shop].map(isLive));
  const room = await phone.open({ listingId: listing.id });
  const keys = ['하나', '둘', '셋'].map((text) => room.send({ text }).clientMessageId);
  const { done } = room.send({ text: '오타난 글' });
  const { seq } = await done;
  expect(seq).toBe(4);
  expect(await room.edit(seq, '고친 글')).toMatchObject({ state: 'edited', text: '고친 글' });
  await room.unsend(2);
  await shop.room(room.id).send({ text: '네' }).done;

  const shown = (client: HaggleClient) =>
    client
      .room(room.id)
      .snapshot()
      .entries.map(({ message }) => message.text ?? message.state);
  const expected = ['하나', 'unsent', '셋', '고친 글', '네'];
  for (const client of [phone, desk, shop])
    await eventually('sees all', () => shown(client).join() === expected.join());
  for (const client of [phone, desk])
    expect(
      client
        .room(room.id)
        .snapshot()
        .entries.slice(0, 3)
        .map(({ key }) => key),
    ).toEqual(keys);
  await eventually('four of the buyer, one taken back', () => shop.unread.snapshot() === 3);
  await shop.room(room.id).pin();
  expect(shop.conversations.snapshot()[0]).toMatchObject({ id: room.id, pinned: true });
}, 60_000);

test('what was written while away is sent, and what was missed is there, after coming back', async () => {
  const listing = await seller.lists();
  const phone = deviceOf(buyer);
  await isLive(phone);
  const room = await phone.open({ listingId: listing.id });
  await room.send({ text: '먼저' }).done;
  phone.disconnect();
  const { done } = room.send({ text: '끊긴 동안' });
  await seller.sends(room, '기다릴게요');
  phone.connect();
  await done;
  await isLive(phone);
  const texts = () => room.snapshot().entries.map(({ message }) => message.text);
  await eventually('both are there', () => texts().length === 3);
  expect(texts()).toEqual((await buyer.log(room)).map(({ text }) => text));
}, 60_000);

test('what is sent in the moment after an answer is sent, whichever moment that is', async () => {
  const listing = await seller.lists();
  const phone = deviceOf(buyer);
  await isLive(phone);
  const room = await phone.open({ listingId: listing.id });
  // An ordinary function around `send` and `done` ends some microtasks after the answer, by the way it is written.
  const says = async (text: string, distance: number) => {
    const message = await room.send({ text }).done;
    for (let passed = 0; passed < distance; passed += 1) await Promise.resolve();
    return message;
  };
  const written: string[] = [];
  for (let distance = 0; distance <= 8; distance += 1)
    for (const turn of ['a', 'b']) {
      written.push(`${distance} ${turn}`);
      await says(written.at(-1)!, distance);
    }
  expect((await buyer.log(room)).map(({ text }) => text)).toEqual(written);
}, 60_000);
