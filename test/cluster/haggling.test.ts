import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { view } from '../../src/contract/index.js';
import { TestCluster } from '../support/test-cluster.js';
import type { DeviceSocket, Person } from '../support/person.js';

let cluster: TestCluster;
let buyer: Person, seller: Person, rival: Person;
let phone: DeviceSocket, shop: DeviceSocket, rivalPhone: DeviceSocket;

beforeAll(async () => {
  cluster = await TestCluster.shared();
  [buyer, seller, rival] = await Promise.all([
    cluster.person('민지', 0),
    cluster.person('준호', 1),
    cluster.person('서연', 0),
  ]);
  [phone, shop, rivalPhone] = await Promise.all([
    buyer.connects(),
    seller.connects(),
    rival.connects(),
  ]);
}, 60_000);

afterAll(async () => {
  for (const person of [buyer, seller, rival]) person?.leaves();
  await cluster?.stop();
}, 60_000);

test('a buyer and a seller on two nodes chat, agree on a price, and a rival is told', async () => {
  const listing = await seller.lists({ price: 100_000 });
  const conversation = await buyer.asksAbout(listing);
  const rivals = await rival.asksAbout(listing);

  await phone.do('message:send', {
    conversationId: conversation.id,
    clientMessageId: randomUUID(),
    text: '아직 있나요?',
  });
  const asked = await shop.hears('message:new', ({ message }) => message.text === '아직 있나요?');
  expect(asked.message).toMatchObject({ conversationId: conversation.id, seq: 1, kind: 'text' });
  expect(asked.clientMessageId).toBeUndefined();
  await shop.do('message:send', {
    conversationId: conversation.id,
    clientMessageId: randomUUID(),
    text: '네, 있어요',
  });
  await phone.hears('message:new', ({ message }) => message.text === '네, 있어요');

  await rival.offers(rivals, 90_000);
  const { offer } = await phone.do('offer:make', {
    conversationId: conversation.id,
    clientMessageId: randomUUID(),
    amount: 80_000,
  });
  expect(offer).toMatchObject({ state: 'awaitingSeller', turn: 'seller', version: 1 });
  const card = await shop.hears('message:new', ({ message }) => message.offer?.id === offer.id);
  expect(card.message).toMatchObject({ seq: 3, offer: { act: 'made', amount: 80_000 } });

  const accepted = await shop.do('offer:respond', {
    offerId: offer.id,
    action: 'accept',
    amount: 80_000,
    version: 1,
    clientMessageId: randomUUID(),
  });
  expect(accepted.offer).toMatchObject({ state: 'accepted', turn: null, version: 2 });
  await phone.hears('message:new', ({ message }) => message.offer?.state === 'accepted');
  const closed = await rivalPhone.hears(
    'message:new',
    ({ message }) => message.offer?.act === 'closed',
  );
  expect(closed.message).toMatchObject({
    conversationId: rivals.id,
    senderId: null,
    offer: { state: 'closed', reason: 'anotherAccepted' },
  });
  expect(await buyer.gets<view.Listing>('GET', `/v1/listings/${listing.id}`)).toMatchObject({
    state: 'reserved',
  });
  await phone.hears('conversation:updated', (shown) => shown.listing.state === 'reserved');

  const log = await seller.log(conversation);
  expect(log.map((message) => message.seq)).toEqual([1, 2, 3, 4]);
  expect(await buyer.log(conversation)).toEqual(log);
});

test('twenty sends of both sides at once on two nodes get the numbers 1 to n, each side in its order', async () => {
  const conversation = await buyer.asksAbout(await seller.lists());
  const send = (device: DeviceSocket, text: string) =>
    device.do('message:send', {
      conversationId: conversation.id,
      clientMessageId: randomUUID(),
      text,
    });
  const words = Array.from({ length: 10 }, (_, index) => index);
  // Before the first word the seller does not know of the conversation.
  await send(phone, 'hello');
  await Promise.all([
    ...words.map((index) => send(phone, `buyer ${index}`)),
    ...words.map((index) => send(shop, `seller ${index}`)),
  ]);
  const log = await buyer.log(conversation);
  expect(log.map((message) => message.seq)).toEqual(
    Array.from({ length: 1 + 2 * words.length }, (_, index) => index + 1),
  );
  const of = (who: string) =>
    log.map((message) => message.text!).filter((text) => text.startsWith(who));
  expect(of('buyer')).toEqual(words.map((index) => `buyer ${index}`));
  expect(of('seller')).toEqual(words.map((index) => `seller ${index}`));
});
