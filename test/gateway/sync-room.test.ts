import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { view } from '../../src/contract/index.js';
import type { Person } from '../support/person.js';
import { TestCluster } from '../support/test-cluster.js';

let cluster: TestCluster;
let buyer: Person, seller: Person;

beforeAll(async () => {
  cluster = await TestCluster.shared();
  [buyer, seller] = await Promise.all([cluster.person('민지'), cluster.person('준호')]);
}, 60_000);

afterAll(() => cluster?.stop(), 60_000);

test('small answers come to an end: what is known is completed whatever else has changed', async () => {
  const conversations = await Promise.all(
    Array.from({ length: 4 }, async () => buyer.asksAbout(await seller.lists())),
  );
  for (const conversation of conversations)
    for (const text of ['하나', '둘', '셋']) await buyer.sends(conversation, text);
  const order = conversations.map(({ id }) => id).sort();
  // The last one by id is the one whose entries would be cut off by the others' every time.
  const known = new Map([[order.at(-1)!, 1]]);
  const seen = new Map<string, number[]>();
  let cursor: string | undefined;
  let complete = false;
  for (let round = 0; round < 6 && !complete; round += 1) {
    const answer: view.SyncAnswer = await buyer.gets('POST', '/v1/sync', {
      known: [...known].map(([conversationId, seq]) => ({ conversationId, seq })),
      limit: 4,
      ...(cursor === undefined ? {} : { cursor }),
    });
    for (const { conversationId, seq } of answer.messages) {
      seen.set(conversationId, [...(seen.get(conversationId) ?? []), seq]);
      known.set(conversationId, Math.max(seq, known.get(conversationId) ?? 0));
    }
    ({ cursor, complete } = answer);
  }
  expect(complete).toBe(true);
  expect(seen.get(order.at(-1)!)).toEqual([2, 3]);
});

test('an answer agrees with itself while the inbox lags behind the log', async () => {
  const conversation = await buyer.asksAbout(await seller.lists());
  await buyer.sends(conversation, '방금 쓴 것');
  const answer: view.SyncAnswer = await seller.gets('POST', '/v1/sync', {});
  expect(answer.messages.some((one) => one.conversationId === conversation.id)).toBe(true);
  expect(answer.conversations.find(({ id }) => id === conversation.id)).toMatchObject({
    lastSeq: 1,
    unread: 1,
    lastMessage: { text: '방금 쓴 것' },
  });
});
