import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { view } from '../../src/contract/index.js';
import { eventually } from '../support/eventually.js';
import { TestCluster } from '../support/test-cluster.js';
import type { DeviceSocket, Person } from '../support/person.js';
import { storedEntries } from '../support/log.js';

let cluster: TestCluster;
let buyer: Person, seller: Person;

beforeAll(async () => {
  cluster = await TestCluster.start({
    gateways: 2,
    workers: 1,
    env: { LIMIT_MESSAGES_PER_SECOND: '1000', LIMIT_MESSAGE_BURST: '2000' },
  });
  [buyer, seller] = await Promise.all([cluster.person('민지', 0), cluster.person('준호', 1)]);
}, 60_000);

afterAll(async () => {
  buyer?.leaves();
  seller?.leaves();
  await cluster?.stop();
}, 60_000);

/** Sends until it is acknowledged, with the same id each time, as an app's outbox does. */
async function sendForSure(device: DeviceSocket, conversationId: string, text: string) {
  const clientMessageId = randomUUID();
  for (;;) {
    const answer = await device
      .ask('message:send', { conversationId, clientMessageId, text }, 2_000)
      .catch(() => null);
    if (answer?.ok) return answer.data.message;
  }
}

test('kill -9 of a gateway while messages flow loses nothing acknowledged and doubles nothing', async () => {
  const conversation = await buyer.asksAbout(await seller.lists());
  const phone = await buyer.connects(cluster.gateways[0]);
  const shop = await seller.connects(cluster.gateways[1]);
  const acknowledged: view.Message[] = [];
  const flow = (device: DeviceSocket, who: string) =>
    Promise.all(
      Array.from({ length: 8 }, async (_, lane) => {
        for (let index = 0; index < 15; index += 1)
          acknowledged.push(await sendForSure(device, conversation.id, `${who} ${lane}.${index}`));
      }),
    );
  const flowing = Promise.all([flow(phone, 'buyer'), flow(shop, 'seller')]);
  await eventually('messages flow', () => acknowledged.length >= 60);
  const [victim] = cluster.gateways;
  await victim!.kill();
  const beforeRestart = acknowledged.length;
  expect(beforeRestart).toBeLessThan(240);
  await victim!.start();
  await flowing;
  expect(acknowledged).toHaveLength(240);

  const stored = await cluster.inspect((connection) =>
    storedEntries(connection, [conversation.id]),
  );
  expect(stored.map((entry) => entry.seq)).toEqual(stored.map((_, index) => index + 1));
  expect(stored).toHaveLength(240);
  expect(new Set(stored.map((entry) => entry.clientMessageId)).size).toBe(240);
  const textAt = new Map(stored.map((entry) => [entry.seq, entry.text]));
  for (const message of acknowledged) expect(textAt.get(message.seq)).toBe(message.text);

  // The other side, which was connected all the time, has everything: heard, or pulled after its reconnect.
  const missed = await shop.do('sync:pull', {
    known: [{ conversationId: conversation.id, seq: 0 }],
  });
  expect(missed.messages.map((message) => message.seq)).toEqual(stored.map((entry) => entry.seq));
}, 90_000);
