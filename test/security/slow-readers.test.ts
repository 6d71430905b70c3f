import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { view } from '../../src/contract/index.js';
import { eventually } from '../support/eventually.js';
import type { DeviceSocket, Person } from '../support/person.js';
import { RawDevice } from '../support/raw-device.js';
import { TestCluster } from '../support/test-cluster.js';

const bound = 256 * 1024;
/** What the two ends of a connection on loopback take in before anything waits in the gateway. */
const takenBySystem = 16 * 1024 * 1024;

let cluster: TestCluster;
let buyer: Person, seller: Person;
let phone: DeviceSocket;
let conversation: view.Conversation;

beforeAll(async () => {
  cluster = await TestCluster.start({
    env: {
      LIMIT_MESSAGES_PER_SECOND: '1000',
      LIMIT_MESSAGE_BURST: '2000',
      SOCKET_BACKLOG_BYTES: String(bound),
    },
  });
  [buyer, seller] = await Promise.all([cluster.person('민지'), cluster.person('준호')]);
  conversation = await buyer.asksAbout(await seller.lists());
  await buyer.sends(conversation, '안녕하세요');
  phone = await buyer.connects();
}, 60_000);

afterAll(async () => {
  for (const person of [buyer, seller]) person?.leaves();
  await cluster?.stop();
}, 60_000);

const gateway = () => cluster.gateways[0]!;

/** A figure of the gateway's metrics, 0 while it is not there. */
async function figure(name: string): Promise<number> {
  const text = await (await fetch(`${gateway().url}/metrics`)).text();
  const line = text.split('\n').find((one) => one.startsWith(name.replace('}', '')));
  return Number(line?.split(' ').at(-1) ?? 0);
}

const longText = '가'.repeat(4_000);

/** Writes to the buyer until it is enough; a long text is twice in an entry, in 24 KB. */
async function floods(enough: () => boolean): Promise<void> {
  const shop = await seller.connects();
  for (let bytes = 0; !enough() && bytes < 4 * takenBySystem; bytes += 20 * 24_000)
    await Promise.all(
      Array.from({ length: 20 }, () =>
        shop.do('message:send', {
          conversationId: conversation.id,
          clientMessageId: randomUUID(),
          text: longText,
        }),
      ),
    );
  shop.close();
}

test('a device that takes nothing and says nothing is cut when too much waits, and nobody else', async () => {
  const stuck = await RawDevice.connects(gateway().port, buyer.accessToken);
  stuck.stopsReading();
  const cut = async () => (await figure('haggle_sockets_cut_total{reason="full"')) === 1;
  let enough = false;
  const watching = eventually('the device is cut', cut, 60_000).then(() => (enough = true));
  await floods(() => enough);
  await watching;
  stuck.readsOn();
  await eventually('its connection is over', () => stuck.ended);
  // A cut and no farewell: some clients take a close frame for the end.
  expect(stuck.closeFrames).toBe(0);
  // What waited is given back, and was never more than the bound and what was written in one go.
  await eventually(
    'nothing waits',
    async () => (await figure('haggle_socket_backlog_bytes')) === 0,
  );
  expect(await figure('haggle_sockets{')).toBe(1);
  // The other device of the same person has been there all the time, and has everything.
  const { lastSeq } = await buyer.gets<view.Conversation>(
    'GET',
    `/v1/conversations/${conversation.id}`,
  );
  expect(phone.socket.connected).toBe(true);
  // The first word was said before it came.
  expect(phone.all('message:new').length).toBeGreaterThanOrEqual(lastSeq - 1);
}, 120_000);

test('a device that was slow for a while and reads on is not cut, and has all of it', async () => {
  const before = await figure('haggle_sockets_cut_total{reason="full"');
  const slow = await RawDevice.connects(gateway().port, buyer.accessToken);
  slow.stopsReading();
  const ids = Array.from({ length: 20 }, () => randomUUID());
  for (const id of ids) await seller.sends(conversation, longText, id);
  slow.readsOn();
  await eventually(
    'everything has come',
    () => slow.texts.filter((text) => text.startsWith('42["message:new"')).length === ids.length,
  );
  expect(await figure('haggle_sockets_cut_total{reason="full"')).toBe(before);
  slow.close();
});

test('what stands behind a disconnect in one read is not handled', async () => {
  const typed = (device: DeviceSocket) => device.all('typing').length;
  const shop = await RawDevice.connects(gateway().port, seller.accessToken);
  const typing = (on: boolean) =>
    `42${JSON.stringify(['typing:set', { conversationId: conversation.id, typing: on }])}`;
  const pulls = await figure('haggle_events_total{event="sync:pull"');
  shop.sends('41', typing(true), '427["sync:pull",{}]');
  await eventually('the disconnect was read', async () => (await figure('haggle_sockets{')) === 1);
  // Whatever was to come of it would have come before this.
  await seller.sends(conversation, '그 뒤');
  await phone.hears('message:new', ({ message }) => message.text === '그 뒤');
  expect(typed(phone)).toBe(0);
  expect(await figure('haggle_events_total{event="sync:pull"')).toBe(pulls);
  expect(shop.ack(7)).toBeUndefined();
  shop.close();
});
