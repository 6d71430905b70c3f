import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { DeliveryStore } from '../../src/notifications/delivery.store.js';
import { eventually } from '../support/eventually.js';
import { TestCluster } from '../support/test-cluster.js';
import type { Person } from '../support/person.js';

let cluster: TestCluster;
let buyer: Person, seller: Person;

beforeAll(async () => {
  cluster = await TestCluster.start({
    gateways: 2,
    workers: 2,
    // Far enough from the other delay that a slow machine doesn't mix them up.
    env: { PUSH_DELAY_ONLINE_MS: '6000' },
  });
  [buyer, seller] = await Promise.all([cluster.person('민지', 0), cluster.person('준호', 1)]);
  await seller.gets('PUT', '/v1/me/devices/shop-phone', { provider: 'log', token: randomUUID() });
}, 60_000);

afterAll(async () => {
  buyer?.leaves();
  seller?.leaves();
  await cluster?.stop();
}, 60_000);

const pushed = (conversationId: string, seq: number) =>
  eventually(`entry ${seq} is pushed`, async () =>
    (await cluster.sent(conversationId)).find((one) => one.seq === seq),
  );

test('what nobody has read leaves through the queue, once, by whichever of two workers', async () => {
  const conversation = await buyer.asksAbout(await seller.lists());
  await buyer.sends(conversation, '아직 있나요?');
  expect(await pushed(conversation.id, 1)).toMatchObject({ recipientId: seller.id });
  await buyer.offers(conversation, 70_000);
  await pushed(conversation.id, 2);
  expect(await cluster.deliveries(conversation.id)).toHaveLength(2);
  const lines = cluster.workers.map((worker) => worker.log).join('');
  expect(lines).toContain('push notification');
  expect(lines).not.toContain('아직 있나요');

  const board = await fetch(
    `${cluster.gateways[1]!.url}/admin/queues/api/queues?activeQueue=chat&status=completed`,
  );
  expect(board.status).toBe(200);
  const text = await board.text();
  expect(text).toContain(`${conversation.id}-1-${seller.id}`);
});

test('what was read on any device is not pushed', async () => {
  const conversation = await buyer.asksAbout(await seller.lists());
  const shop = await seller.connects();
  await buyer.sends(conversation, '읽을 메시지');
  await shop.hears('message:new', ({ message }) => message.text === '읽을 메시지');
  await shop.do('receipt:read', { conversationId: conversation.id, seq: 1 });
  shop.close();
  // A barrier: the next entry is pushed, so the one before it was decided.
  await buyer.sends(conversation, '다음 메시지');
  await pushed(conversation.id, 2);
  expect((await cluster.deliveries(conversation.id)).map((one) => one.seq)).toEqual([2]);
});

test('a push that is due soon does not wait for one that is due later', async () => {
  const listing = await seller.lists();
  const conversation = await buyer.asksAbout(listing);
  await buyer.gets('PUT', '/v1/me/devices/phone', { provider: 'log', token: randomUUID() });
  await buyer.sends(conversation, '안녕하세요');
  const phone = await buyer.connects();
  await seller.sends(conversation, '나중에 울려요');
  await phone.hears('message:new', ({ message }) => message.seq === 2);
  await buyer.sends(conversation, '바로 울려요');
  const late = await pushed(conversation.id, 2);
  const soon = await pushed(conversation.id, 3);
  expect(soon.at.getTime()).toBeLessThan(late.at.getTime());
  phone.close();
});

test('a device claimed by a worker that died is told all the same', async () => {
  const conversation = await buyer.asksAbout(await seller.lists());
  await cluster.withStores(async (connection) => {
    const device = await connection.collection('devices').findOne({ userId: seller.id });
    const deviceKey = String(device!._id);
    const key = { conversationId: conversation.id, seq: 1, recipientId: seller.id };
    const id = `${conversation.id}:1:${deviceKey}`;
    await new DeliveryStore(connection).claim(
      [{ ...key, id, deviceKey, provider: 'log' }],
      new Date(Date.now() - 8_000),
    );
  });
  await buyer.sends(conversation, '누가 맡았던 알림');
  await pushed(conversation.id, 1);
});

test('a relay whose place has left the oplog reads what it missed from the log itself', async () => {
  const conversation = await buyer.asksAbout(await seller.lists());
  const token = await tokenOf(() => buyer.sends(conversation, '아직 듣는 동안 온 메시지'));
  await pushed(conversation.id, 1);
  await Promise.all(cluster.workers.map((worker) => worker.end('SIGTERM')));
  await buyer.sends(conversation, '쉬는 동안 온 메시지');
  await cluster.inspect((connection) =>
    connection
      .collection<{ _id: string }>('relayPlaces')
      // The time of an event, which stands behind the type byte of its token, becomes 1970.
      .updateOne({ _id: 'messages' }, { $set: { 'token._data': `8200000001${token.slice(10)}` } }),
  );
  await Promise.all(cluster.workers.map((worker) => worker.start()));
  await pushed(conversation.id, 2);
  expect(cluster.workers.map((worker) => worker.log).join('')).toContain('lost its place');
});

/** The resume token of the entry that `act` writes. */
const tokenOf = (act: () => Promise<unknown>): Promise<string> =>
  cluster.inspect(async (connection) => {
    const stream = connection.collection('messages').watch();
    await stream.tryNext();
    await act();
    const { _id } = (await stream.next()) as { _id: { _data: string } };
    await stream.close();
    return _id._data;
  });

test('a connected person whose devices took nothing is hinted', async () => {
  const conversation = await buyer.asksAbout(await seller.lists());
  const shop = await seller.connects();
  await buyer.sends(conversation, '들리나요?');
  const hint = await shop.hears('sync:hint', (one) => one.conversationId === conversation.id);
  expect(hint.lastSeq).toBe(1);
  shop.close();
});
