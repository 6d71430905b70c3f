import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { view } from '../../src/contract/index.js';
import { callRest, type Person } from '../support/person.js';
import { TestCluster } from '../support/test-cluster.js';
import { atPlace, messagesIn, writeEntries } from '../support/log.js';

/** What is done about a message that smells of fraud: known numbers are masked, and the other side alone is warned. */
let cluster: TestCluster;
let buyer: Person, seller: Person;

beforeAll(async () => {
  cluster = await TestCluster.start({
    gateways: 2,
    workers: 1,
    env: { PUBLIC_URL: 'https://haggle.example' },
  });
  [buyer, seller] = await Promise.all([cluster.person('민지'), cluster.person('준호', 1)]);
  await watches('010-1234-5678');
}, 60_000);

afterAll(async () => {
  for (const person of [buyer, seller]) person?.leaves();
  await cluster?.stop();
}, 60_000);

const watches = (text: string) =>
  callRest<view.Watchword & view.Problem>(
    cluster.gateways[0]!.url,
    'POST',
    '/v1/admin/watchwords',
    { body: { kind: 'fraudNumber', text } },
  );

const conversation = async () => buyer.asksAbout(await seller.lists());

/** What each entry is to a person. */
const seenBy = async (person: Person, of: view.Conversation): Promise<string[]> =>
  (await person.log(of)).map(({ seq, kind, text, notice, aside }) =>
    [seq, kind, text ?? notice?.type ?? '', aside ? 'aside' : ''].filter(Boolean).join(' '),
  );

describe('a lure', () => {
  test('warns the other side alone, at once and in the log, and the log of both has no hole', async () => {
    const about = await conversation();
    await buyer.sends(about, '아직 있나요?');
    const [mine, theirs] = [await seller.connects(), await buyer.connects()];
    await seller.sends(about, '선입금 하시면 카톡으로 주소 알려드릴게요');
    const told = await theirs.hears(
      'message:new',
      ({ message }) => message.notice?.type === 'prepayment',
    );
    expect(told.message).toMatchObject({ kind: 'system', senderId: null, aside: true, seq: 3 });
    expect(told.message.fallbackText).toContain('사기');
    expect(await seenBy(buyer, about)).toEqual([
      '1 text 아직 있나요?',
      '2 text 선입금 하시면 카톡으로 주소 알려드릴게요',
      '3 system prepayment aside',
      '4 system offPlatform aside',
    ]);
    const nothing = ['3 unsend', '4 unsend'];
    expect((await seenBy(seller, about)).slice(2)).toEqual(nothing);
    const { messages } = await seller.gets<view.SyncAnswer>('POST', '/v1/sync', {
      known: [{ conversationId: about.id, seq: 2 }],
    });
    expect(messages.map(({ kind, notice, targetSeq }) => [kind, notice, targetSeq])).toEqual([
      ['unsend', undefined, 3],
      ['unsend', undefined, 4],
    ]);
    for (const { message } of mine.all('message:new')) expect(message.notice).toBeUndefined();
    // It is no news: what was said last is the message, for both, and nothing more is unread.
    for (const person of [buyer, seller]) {
      const shown = await person.gets<view.Conversation>('GET', `/v1/conversations/${about.id}`);
      expect([shown.lastMessage?.seq, shown.lastSeq]).toEqual([2, 4]);
      expect(shown.unread).toBe(1);
    }
  });

  test('warns once a day of each kind, however often it is written', async () => {
    const about = await conversation();
    await buyer.sends(about, '입금 먼저 할까요? 선입금 하시면 돼요');
    await buyer.sends(about, '선입금 해주세요');
    await seller.sends(about, '먼저 입금해 주세요');
    const kinds = (await seenBy(seller, about)).map((line) =>
      line.split(' ').slice(1, 3).join(' '),
    );
    expect(kinds.filter((kind) => kind === 'system prepayment')).toHaveLength(1);
    expect(kinds.filter((kind) => kind.startsWith('unsend'))).toHaveLength(1);
  });

  test('an own link is none, and neither is harmless talk', async () => {
    const about = await conversation();
    await buyer.sends(about, 'https://haggle.example/listings/1 이거 맞죠?');
    await buyer.sends(about, '만나서 확인하고 송금할게요');
    expect(await seenBy(seller, about)).toHaveLength(2);
  });

  test('an edit that brings one in warns too', async () => {
    const about = await conversation();
    const { message } = await buyer.sends(about, '안녕하세요');
    await buyer.gets('PATCH', `/v1/conversations/${about.id}/messages/${message.seq}`, {
      clientMessageId: randomUUID(),
      text: '텔레그램으로 얘기해요',
    });
    expect((await seenBy(seller, about)).at(-1)).toBe('3 system offPlatform aside');
  });

  test('is warned of by the relay where the gateway died before', async () => {
    const about = await conversation();
    await buyer.sends(about, '안녕하세요');
    // As a gateway leaves it that ends between the two writes.
    const said = { kind: 'text', text: '선입금 해주세요', cautions: ['prepayment'] } as const;
    await cluster.inspect((connection) =>
      writeEntries(connection, [
        {
          ...said,
          cautions: [...said.cautions],
          conversationId: about.id,
          senderId: buyer.id,
          seq: 2,
        },
      ]),
    );
    const device = await seller.connects();
    await device.hears(
      'message:new',
      ({ message }) => message.notice?.type === 'prepayment' && message.conversationId === about.id,
    );
  });
});

describe('a number of known fraud', () => {
  test('is masked for both, however it is spelled, and the other side is warned', async () => {
    const about = await conversation();
    const { message } = await buyer.sends(about, '여기로 연락 주세요 공일공-일이삼사 5678');
    expect(message.text).toBe('여기로 연락 주세요 •••-•••• ••••');
    for (const person of [buyer, seller])
      expect((await person.log(about))[0]?.text).toBe('여기로 연락 주세요 •••-•••• ••••');
    expect((await seenBy(seller, about)).at(-1)).toBe('2 system fraudNumber aside');
    const stored = await cluster.inspect((connection) =>
      messagesIn(connection).findOne(atPlace(about.id, 1)),
    );
    expect(JSON.stringify(stored)).not.toContain('일이삼사');
  });

  test('sent again it is the same message, also once more numbers are known', async () => {
    const about = await conversation();
    const body = { clientMessageId: randomUUID(), text: '010 1234 5678 그리고 02-777-7777' };
    const path = `/v1/conversations/${about.id}/messages`;
    const first = await buyer.call<{ message: view.Message }>('POST', path, body);
    expect(first.body.message.text).toBe('••• •••• •••• 그리고 02-777-7777');
    await watches('02 777 7777');
    const again = await buyer.call<{ message: view.Message }>('POST', path, body);
    expect([first.status, again.status, again.body.message.id]).toEqual([
      201,
      200,
      first.body.message.id,
    ]);
    const other = await buyer.call('POST', path, { ...body, text: '010 1234 5678' });
    expect(other.body.code).toBe('IDEMPOTENCY_CONFLICT');
    expect((await buyer.sends(about, '02.777.7777')).message.text).toBe('••.•••.••••');
  });

  test('is masked in the note of an offer too, which stays one offer when it is sent again', async () => {
    const about = await buyer.asksAbout(await seller.lists({ price: 100_000 }));
    const body = { clientMessageId: randomUUID(), amount: 70_000, note: '선입금 010 1234 5678' };
    const path = `/v1/conversations/${about.id}/offers`;
    const first = await buyer.call<{ offer: view.Offer }>('POST', path, body);
    const again = await buyer.call<{ offer: view.Offer }>('POST', path, body);
    expect([first.status, again.status]).toEqual([201, 200]);
    expect(first.body.offer.note).toBe('선입금 ••• •••• ••••');
    expect(again.body.offer.id).toBe(first.body.offer.id);
    expect((await seenBy(seller, about)).slice(1)).toEqual([
      '2 system fraudNumber aside',
      '3 system prepayment aside',
    ]);
  });

  test.each(['12345', '전화번호', '1'.repeat(21), '010-1234-5678과 010-1111-2222 둘'])(
    'is not %j',
    async (text) => {
      const answer = await watches(text);
      expect([answer.status, answer.body.code]).toEqual([422, 'VALIDATION_FAILED']);
    },
  );
});
