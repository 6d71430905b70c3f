import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { view } from '../../src/contract/index.js';
import type { DeviceSocket, Person } from '../support/person.js';
import { TestCluster } from '../support/test-cluster.js';

/** What a message may be beside a plain text: an answer to another one, a place, images. */
let cluster: TestCluster;
let buyer: Person, seller: Person;
let shop: DeviceSocket;

beforeAll(async () => {
  cluster = await TestCluster.shared();
  [buyer, seller] = await Promise.all([cluster.person('민지'), cluster.person('준호')]);
  shop = await seller.connects();
}, 60_000);

afterAll(async () => {
  seller?.leaves();
  await cluster?.stop();
}, 60_000);

const aConversation = async (): Promise<view.Conversation> => buyer.asksAbout(await seller.lists());

const says = (person: Person, { id }: { id: string }, draft: object) =>
  person.call<{ message: view.Message; duplicate: boolean } & view.Problem>(
    'POST',
    `/v1/conversations/${id}/messages`,
    { clientMessageId: randomUUID(), ...draft },
  );

test('a reply names an earlier message of its conversation, on both doors', async () => {
  const conversation = await aConversation();
  await buyer.sends(conversation, '크기가 어떻게 돼요?');
  const reply = { text: '20인치예요', replyToSeq: 1, clientMessageId: randomUUID() };
  const { message } = await shop.do('message:send', { conversationId: conversation.id, ...reply });
  expect(message).toMatchObject({ seq: 2, kind: 'text', text: reply.text, replyToSeq: 1 });
  expect(await says(seller, conversation, reply)).toMatchObject({
    status: 200,
    body: { message, duplicate: true },
  });
  for (const replyToSeq of [3, 99])
    expect(await says(seller, conversation, { text: '네?', replyToSeq })).toMatchObject({
      status: 422,
      body: { code: 'VALIDATION_FAILED', errors: [{ path: 'replyToSeq' }] },
    });
  expect(await buyer.log(conversation)).toHaveLength(2);
});

test('a place has its name and a caption, and an old client shows it in words', async () => {
  const conversation = await aConversation();
  const place = { latitude: 37.5561, longitude: 126.9052, name: '망원역 2번 출구' };
  const named = await says(buyer, conversation, { kind: 'place', place, text: '여기서 봬요' });
  expect(named).toMatchObject({
    status: 201,
    body: {
      message: {
        kind: 'place',
        place,
        text: '여기서 봬요',
        fallbackText: '장소: 망원역 2번 출구: 여기서 봬요',
      },
    },
  });
  const { latitude, longitude } = place;
  const bare = { kind: 'place', place: { latitude, longitude } };
  const { body } = await says(buyer, conversation, bare);
  expect(body.message.fallbackText).toBe('장소');
  expect(body.message.fallbackTexts).toEqual({ ko: '장소', en: 'Place' });
  const elsewhere = { ...named.body.message.place, latitude: 1 };
  const clientMessageId = randomUUID();
  await says(buyer, conversation, { kind: 'place', place, clientMessageId });
  expect(
    await says(buyer, conversation, { kind: 'place', place: elsewhere, clientMessageId }),
  ).toMatchObject({ status: 409, body: { code: 'IDEMPOTENCY_CONFLICT' } });

  await buyer.edits(named.body.message, '10분 늦어요');
  await buyer.unsends(body.message);
  const log = await seller.log(conversation);
  expect(log[0]).toMatchObject({ kind: 'place', place, text: '10분 늦어요', state: 'edited' });
  expect(log[1]).not.toHaveProperty('place');
});

test('what is no message of its kind is refused', async () => {
  const conversation = await aConversation();
  const place = { latitude: 37.5, longitude: 127 };
  const drafts = [
    { kind: 'place', place: { latitude: 91, longitude: 0 } },
    { kind: 'place', text: '여기' },
    { kind: 'text', text: '여기', place },
    { kind: 'image', text: '사진 없음' },
    { kind: 'image', imageIds: [randomUUID()], place },
    { kind: 'image', imageIds: [randomUUID()] },
    { kind: 'system', text: '시스템인 척' },
    { kind: 'edit', text: '고친 척', targetSeq: 1 },
  ];
  for (const draft of drafts)
    expect([draft, await says(buyer, conversation, draft)]).toMatchObject([draft, { status: 422 }]);
  expect(await says(buyer, conversation, drafts[5]!)).toMatchObject({
    body: { errors: [{ path: 'imageIds' }] },
  });
  expect(await buyer.log(conversation)).toEqual([]);
});
