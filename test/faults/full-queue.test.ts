import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { view } from '../../src/contract/index.js';
import type { Person } from '../support/person.js';
import { Chaos } from '../support/chaos/chaos.js';
import { TestCluster } from '../support/test-cluster.js';

/** More is sent than the gateway may keep waiting: here three messages, so that a few senders are enough. */
let cluster: TestCluster;
let buyer: Person, seller: Person;

beforeAll(async () => {
  cluster = await TestCluster.start({
    chaos: true,
    env: {
      LIMIT_MESSAGES_PER_SECOND: '1000',
      LIMIT_MESSAGE_BURST: '2000',
      LOG_QUEUE_ENTRIES: '3',
    },
  });
  [buyer, seller] = await Promise.all([cluster.person('민지'), cluster.person('준호')]);
}, 60_000);

afterAll(async () => {
  buyer?.leaves();
  await cluster?.stop();
}, 60_000);

test('who finds the queue full is told when to come again, and then the same message is stored once', async () => {
  const conversation = await buyer.asksAbout(await seller.lists());
  const { id: conversationId } = conversation;
  const phone = await buyer.connects();
  const path = `/v1/conversations/${conversationId}/messages`;
  const drafts = Array.from({ length: 40 }, (_, index) => ({
    text: `${index}`,
    clientMessageId: randomUUID(),
  }));
  // A socket sends one after another in one conversation; calls come all at once.
  const storing = new Chaos(cluster.gateways[0]!);
  await storing.pauseAt('storing');
  const calls = drafts.map((draft) => buyer.call<view.Problem>('POST', path, draft));
  expect((await Promise.race(calls)).status).toBe(503);
  await storing.resumes();
  const answers = await Promise.all(calls);
  const full = answers.filter(({ status }) => status === 503);
  for (const { body, headers } of full) {
    expect(body.code).toBe('UNAVAILABLE');
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
  }
  expect(answers.filter(({ status }) => status !== 503 && status !== 201)).toEqual([]);

  for (const [index, draft] of drafts.entries()) {
    const again = await phone.do('message:send', { conversationId, ...draft });
    expect(again.duplicate).toBe(answers[index]!.status === 201);
  }
  const log = await seller.log(conversation);
  expect(log.map(({ seq }) => seq)).toEqual(drafts.map((_, index) => index + 1));
  expect(log.map(({ text }) => text).sort()).toEqual(drafts.map(({ text }) => text).sort());
});
