import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { pathOf, type DeviceSocket, type Person } from '../support/person.js';
import { TestCluster } from '../support/test-cluster.js';

let cluster: TestCluster;
let buyer: Person, seller: Person;
let phone: DeviceSocket, shop: DeviceSocket;

beforeAll(async () => {
  cluster = await TestCluster.shared();
  [buyer, seller] = await Promise.all([cluster.person('민지'), cluster.person('준호')]);
  [phone, shop] = await Promise.all([buyer.connects(), seller.connects()]);
}, 60_000);

afterAll(async () => {
  for (const person of [buyer, seller]) person?.leaves();
  await cluster?.stop();
}, 60_000);

test('the answer to a write over the socket repeats the id it was sent with, also the second time', async () => {
  const { id: conversationId } = await buyer.asksAbout(await seller.lists());
  /** Asks twice, and answers with what both answers agree on. */
  const twice = async <T extends { clientMessageId?: string }>(
    write: (clientMessageId: string) => Promise<T>,
  ): Promise<T> => {
    const clientMessageId = randomUUID();
    const first = await write(clientMessageId);
    expect([first, await write(clientMessageId)]).toEqual([
      expect.objectContaining({ clientMessageId }) as unknown,
      expect.objectContaining({ clientMessageId }) as unknown,
    ]);
    return first;
  };
  const { message } = await twice((clientMessageId) =>
    phone.do('message:send', { conversationId, clientMessageId, text: '안녕하세요' }),
  );
  const { seq } = message;
  await twice((clientMessageId) =>
    phone.do('message:edit', { conversationId, clientMessageId, seq, text: '안녕하세요!' }),
  );
  await twice((clientMessageId) =>
    phone.do('message:unsend', { conversationId, clientMessageId, seq }),
  );
  const { offer } = await twice((clientMessageId) =>
    phone.do('offer:make', { conversationId, clientMessageId, amount: 80_000 }),
  );
  await twice((clientMessageId) =>
    shop.do('offer:respond', {
      offerId: offer.id,
      clientMessageId,
      action: 'counter',
      amount: 90_000,
      version: offer.version,
    }),
  );
});

test('so does REST; what was sent without one is answered without one', async () => {
  const conversation = await buyer.asksAbout(await seller.lists());
  const clientMessageId = randomUUID();
  const { message, ...sent } = await buyer.sends(conversation, '안녕하세요', clientMessageId);
  expect(sent).toEqual({ duplicate: false, clientMessageId });
  expect(await buyer.edits(message, '네', 'an-edit-1')).toMatchObject({
    clientMessageId: 'an-edit-1',
  });
  const { offer } = await buyer.offers(conversation, 80_000);
  expect((await seller.accepts(offer, 'an-accept-1')).body).toMatchObject({
    clientMessageId: 'an-accept-1',
  });
  const unsent = await buyer.gets<object>('DELETE', pathOf(message));
  expect(unsent).not.toHaveProperty('clientMessageId');
});
