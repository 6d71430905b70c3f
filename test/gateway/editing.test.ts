import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { limits, type view } from '../../src/contract/index.js';
import { eventually } from '../support/eventually.js';
import { pathOf, type DeviceSocket, type Person } from '../support/person.js';
import { TestCluster } from '../support/test-cluster.js';
import { atPlace, messagesIn } from '../support/log.js';

let cluster: TestCluster;
let buyer: Person, seller: Person;
let phone: DeviceSocket, tablet: DeviceSocket, shop: DeviceSocket;
/** The buyer, answered by the other node. */
let buyerElsewhere: Person;

beforeAll(async () => {
  cluster = await TestCluster.shared();
  [buyer, seller] = await Promise.all([cluster.person('민지', 0), cluster.person('준호', 1)]);
  buyerElsewhere = Object.assign(Object.create(buyer) as Person, { gateway: cluster.gateways[1]! });
  [phone, tablet, shop] = await Promise.all([
    buyer.connects(cluster.gateways[0]),
    buyer.connects(cluster.gateways[1]),
    seller.connects(),
  ]);
}, 60_000);

afterAll(async () => {
  for (const person of [buyer, seller]) person?.leaves();
  await cluster?.stop();
}, 60_000);

const aConversation = async (): Promise<view.Conversation> => buyer.asksAbout(await seller.lists());

/** A message of the buyer in a conversation of its own. */
const aMessage = async (text = '내일 볼까요?') => {
  const conversation = await aConversation();
  const { message } = await buyer.sends(conversation, text);
  return { conversation, message };
};

const at = ({ conversationId, seq }: view.Message) => ({ conversationId, seq });

const current = async (message: view.Message) => {
  const log = await seller.log({ id: message.conversationId });
  return log.find(({ seq }) => seq === message.seq)!;
};

/** As if the message had been written this long ago. */
const ages = (message: view.Message, seconds: number) =>
  cluster.inspect((connection) =>
    messagesIn(connection).updateOne(atPlace(message.conversationId, message.seq), {
      $set: { createdAt: new Date(Date.now() - seconds * 1e3) },
    }),
  );

/** What is kept of a conversation for moderators. */
const kept = ({ id }: { id: string }) =>
  cluster.inspect(({ db }) =>
    db!.collection('originals').find({ conversationId: id }).sort({ seq: 1 }).toArray(),
  );

describe('editing', () => {
  test('an edit is an entry of the log that both people hear, and its message says the new words', async () => {
    const { conversation, message } = await aMessage();
    const edit = { ...at(message), text: '모레 볼까요?', clientMessageId: randomUUID() };
    const answer = await phone.do('message:edit', edit);
    expect(answer).toMatchObject({
      message: { seq: 2, kind: 'edit', targetSeq: 1, text: edit.text, senderId: buyer.id },
      target: { id: message.id, seq: 1, kind: 'text', text: edit.text, state: 'edited' },
      duplicate: false,
    });
    expect(answer.target.editedAt).toBe(answer.message.createdAt);
    for (const device of [shop, tablet])
      expect(
        (await device.hears('message:new', (one) => one.message.id === answer.message.id)).message,
      ).toEqual(answer.message);
    expect(await seller.log(conversation)).toEqual([answer.target, answer.message]);
    expect(await kept(conversation)).toMatchObject([{ seq: 1, text: message.text }]);
  });

  test('an edit sent again on any door and node is that same edit, also when the time is over', async () => {
    const { conversation, message } = await aMessage();
    const clientMessageId = randomUUID();
    const first = await buyer.edits(message, '모레요', clientMessageId);
    await ages(message, limits.editSeconds + 60);
    const same = { ...at(message), text: '모레요', clientMessageId };
    const again = { message: first.message, duplicate: true };
    for (const device of [phone, tablet])
      expect(await device.do('message:edit', same)).toMatchObject(again);
    expect(await buyerElsewhere.edits(message, '모레요', clientMessageId)).toMatchObject(again);
    expect(await seller.log(conversation)).toHaveLength(2);
  });

  test('an id that stands for something else is refused, across all kinds', async () => {
    const { conversation, message } = await aMessage();
    const taken = randomUUID();
    await buyer.sends(conversation, '하나', taken);
    const edited = randomUUID();
    await buyer.edits(message, '둘', edited);
    const messages = `/v1/conversations/${conversation.id}/messages`;
    const offers = `/v1/conversations/${conversation.id}/offers`;
    const place = { latitude: 37.5, longitude: 127, name: '2번 출구' };
    const tries: [string, string, object][] = [
      ['PATCH', pathOf(message), { text: '하나', clientMessageId: taken }],
      ['DELETE', pathOf(message), { clientMessageId: taken }],
      ['PATCH', pathOf(message), { text: '셋', clientMessageId: edited }],
      ['DELETE', pathOf(message), { clientMessageId: edited }],
      ['POST', messages, { text: '둘', clientMessageId: edited }],
      ['POST', messages, { text: '하나', replyToSeq: 1, clientMessageId: taken }],
      ['POST', messages, { kind: 'place', place, clientMessageId: taken }],
      ['POST', offers, { amount: 90_000, clientMessageId: taken }],
    ];
    for (const person of [buyer, buyerElsewhere])
      for (const [method, path, body] of tries)
        expect(await person.call(method, path, body)).toMatchObject({
          status: 409,
          body: { code: 'IDEMPOTENCY_CONFLICT' },
        });
    expect(
      await phone.ask('message:unsend', { ...at(message), clientMessageId: taken }),
    ).toMatchObject({ ok: false, error: { code: 'IDEMPOTENCY_CONFLICT', retryable: false } });
    expect(await seller.log(conversation)).toHaveLength(3);
  });

  test('only the author edits, only what people write, and only what is there', async () => {
    const { conversation, message } = await aMessage();
    const edit = { text: '제가 바꿀게요', clientMessageId: randomUUID() };
    expect(await seller.call('PATCH', pathOf(message), edit)).toMatchObject({ status: 403 });
    expect(await shop.ask('message:edit', { ...at(message), ...edit })).toMatchObject({
      ok: false,
      error: { code: 'FORBIDDEN' },
    });
    const { message: offer } = await buyer.offers(conversation, 90_000);
    const change = await buyer.edits(message, '고쳤어요');
    for (const target of [offer, change.message])
      for (const [method, body] of [
        ['PATCH', edit],
        ['DELETE', {}],
      ] as const)
        expect(await buyer.call(method, pathOf(target), body)).toMatchObject({ status: 403 });
    const nowhere = { ...message, seq: 99 };
    expect(await buyer.call('PATCH', pathOf(nowhere), edit)).toMatchObject({ status: 404 });
    expect(await buyer.call('DELETE', pathOf(nowhere))).toMatchObject({ status: 404 });
    expect(await seller.log(conversation)).toHaveLength(3);
  });

  test('after a quarter of an hour nothing is edited, after five minutes nothing taken back', async () => {
    const { message } = await aMessage();
    const over = { status: 409, body: { code: 'EDIT_WINDOW_EXPIRED' } };
    await ages(message, limits.unsendSeconds + 60);
    expect(await buyer.call('DELETE', pathOf(message))).toMatchObject(over);
    await buyer.edits(message, '아직 되네요');
    await ages(message, limits.editSeconds + 60);
    const edit = { text: '이제 안 돼요', clientMessageId: randomUUID() };
    expect(await buyer.call('PATCH', pathOf(message), edit)).toMatchObject(over);
    expect(await current(message)).toMatchObject({ text: '아직 되네요', state: 'edited' });
  });

  test('edits from two nodes at once end with the newest of them, wherever one looks', async () => {
    const { conversation, message } = await aMessage();
    await Promise.all(
      Array.from({ length: 12 }, (_, index) =>
        (index % 2 ? buyer : buyerElsewhere).edits(message, `고침 ${index}`),
      ),
    );
    const log = await seller.log(conversation);
    expect(log).toHaveLength(13);
    expect(log[0]).toMatchObject({ text: log.at(-1)!.text, editedAt: log.at(-1)!.createdAt });
    expect(await kept(conversation)).toMatchObject([{ seq: 1, text: message.text }]);
  });
});

describe('taking back', () => {
  test('nothing of what was said is left but for moderators, who have all of it', async () => {
    const { conversation, message } = await aMessage('계좌는 110-123');
    const edit = await buyer.edits(message, '계좌는 220-456');
    const answer = await phone.do('message:unsend', at(message));
    expect(answer).toMatchObject({
      message: { seq: 3, kind: 'unsend', targetSeq: 1, fallbackText: '삭제된 메시지예요' },
      target: {
        id: message.id,
        state: 'unsent',
        fallbackText: '삭제된 메시지예요',
        fallbackTexts: { en: 'This message was deleted' },
      },
      duplicate: false,
    });
    await shop.hears('message:new', (one) => one.message.id === answer.message.id);
    const log = await seller.log(conversation);
    expect(log.map(({ kind, state, text }) => [kind, state, text])).toEqual([
      ['text', 'unsent', undefined],
      ['edit', 'unsent', undefined],
      ['unsend', 'active', undefined],
    ]);
    expect(JSON.stringify(log)).not.toMatch(/110-123|220-456/);
    expect(await kept(conversation)).toMatchObject([
      { seq: 1, text: message.text },
      { seq: edit.message.seq, text: '계좌는 220-456' },
    ]);
    const shown = await eventually('the seller is shown entry 3', async () => {
      const now = await seller.gets<view.Conversation>(
        'GET',
        `/v1/conversations/${conversation.id}`,
      );
      return now.lastSeq === 3 && now;
    });
    expect(shown.lastMessage).toEqual(log[0]);
  });

  test('it is final: a second time answers with the first, and no edit brings words back', async () => {
    const { conversation, message } = await aMessage();
    const clientMessageId = randomUUID();
    const first = await buyer.unsends(message, clientMessageId);
    for (const again of [
      await buyer.unsends(message, clientMessageId),
      await buyerElsewhere.unsends(message, randomUUID()),
      await tablet.do('message:unsend', at(message)),
    ])
      expect(again).toMatchObject({
        message: first.message,
        target: first.target,
        duplicate: true,
      });
    const edit = { text: '다시 쓸게요', clientMessageId: randomUUID() };
    expect(await buyer.call('PATCH', pathOf(message), edit)).toMatchObject({
      status: 409,
      body: { code: 'EDIT_WINDOW_EXPIRED' },
    });
    expect(await seller.log(conversation)).toHaveLength(2);
  });

  test('an edit and an unsend at once on two nodes leave nothing of the words', async () => {
    for (let round = 0; round < 8; round += 1) {
      const { conversation, message } = await aMessage('비밀');
      const edit = { text: '비밀 둘', clientMessageId: randomUUID() };
      await Promise.all([
        buyer.call('PATCH', pathOf(message), edit),
        buyerElsewhere.unsends(message),
        buyer.call('PATCH', pathOf(message), { ...edit, clientMessageId: randomUUID() }),
      ]);
      const log = await seller.log(conversation);
      expect(log[0]).toMatchObject({ state: 'unsent' });
      expect(JSON.stringify(log)).not.toContain('비밀');
    }
  });

  test('what was taken back is not unread; what was edited still is', async () => {
    const conversation = await aConversation();
    const [one, two] = [
      await buyer.sends(conversation, '하나'),
      await buyer.sends(conversation, '둘'),
    ];
    await buyer.edits(one.message, '하나!');
    await buyer.unsends(two.message);
    const unread = await seller.gets<view.Receipts>(
      'PUT',
      `/v1/conversations/${conversation.id}/receipts`,
      { deliveredSeq: 4 },
    );
    expect(unread).toEqual({ deliveredSeq: 4, readSeq: 0, unread: 1 });
  });

  test('the message itself, sent again later, is answered as it is now', async () => {
    const conversation = await aConversation();
    const clientMessageId = randomUUID();
    const { message } = await buyer.sends(conversation, '첫 글', clientMessageId);
    const { target } = await buyer.edits(message, '고친 글');
    expect(await buyer.sends(conversation, '첫 글', clientMessageId)).toEqual({
      clientMessageId,
      message: target,
      duplicate: true,
    });
    const unsent = await buyer.unsends(message);
    expect(await buyer.sends(conversation, '첫 글', clientMessageId)).toEqual({
      clientMessageId,
      message: unsent.target,
      duplicate: true,
    });
  });
});
