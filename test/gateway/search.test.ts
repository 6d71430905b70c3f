import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { limits, type view } from '../../src/contract/index.js';
import { eventually } from '../support/eventually.js';
import type { Person } from '../support/person.js';
import { TestCluster } from '../support/test-cluster.js';
import { atPlace, messagesIn, writeEntries } from '../support/log.js';

let cluster: TestCluster;
let seller: Person;

beforeAll(async () => {
  cluster = await TestCluster.start({
    gateways: 2,
    env: { LIMIT_MESSAGES_PER_SECOND: '1000', LIMIT_MESSAGE_BURST: '2000' },
    envOf: (name): Record<string, string> => (name === 'node-2' ? { SEARCH_SECONDS: '0.001' } : {}),
  });
  seller = await cluster.person('준호');
}, 60_000);

afterAll(() => cluster?.stop(), 60_000);

const searches = (person: Person, q: string, more: Record<string, string> = {}) =>
  person.gets<view.SearchAnswer>(
    'GET',
    `/v1/messages/search?${new URLSearchParams({ q, ...more }).toString()}`,
  );

const textsOf = ({ items }: view.SearchAnswer) => items.map(({ text }) => text);

const aConversation = async (by: Person): Promise<view.Conversation> =>
  by.asksAbout(await seller.lists());

/** Waits until the chat list has come along: what it does not know of is not searched. */
const listed = (person: Person, conversation: { id: string }, lastSeq: number) =>
  eventually('the list has come along', async () => {
    const path = `/v1/conversations/${conversation.id}`;
    return (await person.gets<view.Conversation>('GET', path)).lastSeq === lastSeq;
  });

test('words are found where they stand, in whatever case, by the rules of Korean, newest first', async () => {
  const buyer = await cluster.person('민지');
  const [one, two] = [await aConversation(buyer), await aConversation(buyer)];
  await buyer.sends(one, '자전거 사고 싶어요');
  await seller.sends(one, '네, 접이식자전거예요. Bike OK');
  await buyer.sends(two, '이 BIKE는 얼마예요? (100%)');
  await buyer.sends(two, '자전거'.normalize('NFD'));
  await listed(buyer, one, 2);
  await listed(buyer, two, 2);
  expect(textsOf(await searches(buyer, '자전거'))).toEqual([
    '자전거',
    '네, 접이식자전거예요. Bike OK',
    '자전거 사고 싶어요',
  ]);
  expect(textsOf(await searches(buyer, 'bike'))).toEqual([
    '이 BIKE는 얼마예요? (100%)',
    '네, 접이식자전거예요. Bike OK',
  ]);
  expect(textsOf(await searches(buyer, 'bike', { conversationId: one.id }))).toEqual([
    '네, 접이식자전거예요. Bike OK',
  ]);
  const lines = await buyer.sends(one, '의자 두 개\n네고\t가능  할까요');
  await listed(buyer, one, 3);
  for (const q of ['두 개 네고', '두 개\n네고', '네고 가능 할까요', lines.message.text!])
    expect([q, textsOf(await searches(buyer, q))]).toEqual([q, [lines.message.text]]);
  for (const [q, text] of [
    ['ㅈㅈㄱ 사고', '자전거 사고 싶어요'],
    ['사고싶', '자전거 사고 싶어요'],
    ['접이식 자저', '네, 접이식자전거예요. Bike OK'],
    ['ｂｉｋｅ ok', '네, 접이식자전거예요. Bike OK'],
  ] as const)
    expect([q, textsOf(await searches(buyer, q))]).toEqual([q, [text]]);
  const weight = await buyer.sends(one, '쌀 5㎏ 있어요');
  await listed(buyer, one, 4);
  for (const q of ['5kg', '㎏', '쌀 5㎏'])
    expect([q, textsOf(await searches(buyer, q))]).toEqual([q, [weight.message.text]]);
  // As long as may be, of a letter that many signs say.
  expect(textsOf(await searches(buyer, 'm'.repeat(limits.searchLength)))).toEqual([]);
  // No pattern, and signs beside words say nothing.
  expect(textsOf(await searches(buyer, '(100%)'))).toEqual(['이 BIKE는 얼마예요? (100%)']);
  for (const q of ['.*', '^', 'b.ke', '(?!x)', 'a|e', '\\w', '자전거 얼마'])
    expect([q, textsOf(await searches(buyer, q))]).toEqual([q, []]);
  expect(await searches(buyer, '없는 말')).toEqual({ items: [], nextCursor: null, complete: true });
});

test('what looks the same is found by the same words, however it is stored', async () => {
  const buyer = await cluster.person('서연');
  const conversation = await aConversation(buyer);
  const texts = ['각 한 글자', '맥북', 'café', '가자'];
  for (const text of texts) await buyer.sends(conversation, text);
  await listed(buyer, conversation, texts.length);
  const found = async () => {
    const answers: Record<string, unknown> = {};
    for (const q of ['가', '각', '매', 'CAFE', 'CAFÉ', 'caf'])
      for (const form of ['NFC', 'NFD']) {
        const { items } = await searches(buyer, q.normalize(form));
        answers[`${q} ${form}`] = items.map(({ seq }) => seq);
      }
    return answers;
  };
  const composed = await found();
  expect(composed).toMatchObject({ '가 NFC': [4], '각 NFD': [1], '매 NFC': [], 'CAFE NFC': [3] });
  expect(composed).toMatchObject({ 'CAFÉ NFD': [3], 'caf NFC': [3] });
  // As it was stored by keyboards that take syllables apart, before texts were composed.
  await cluster.inspect(async (connection) => {
    const messages = messagesIn(connection);
    for (const [index, text] of texts.entries())
      await messages.updateOne(atPlace(conversation.id, index + 1), {
        $set: { text: text.normalize('NFD') },
      });
  });
  expect(await found()).toEqual(composed);
});

test('pages neither skip nor repeat while more is said, and a cursor is for its own question', async () => {
  const buyer = await cluster.person('하준');
  const conversation = await aConversation(buyer);
  for (let count = 1; count <= 5; count += 1) await buyer.sends(conversation, `사과 ${count}`);
  await listed(buyer, conversation, 5);
  const first = await searches(buyer, '사과', { limit: '2' });
  await buyer.sends(conversation, '사과 6');
  const second = await searches(buyer, '사과', { limit: '2', cursor: first.nextCursor! });
  const third = await searches(buyer, '사과', { limit: '2', cursor: second.nextCursor! });
  expect([first, second, third].flatMap(textsOf)).toEqual(
    [5, 4, 3, 2, 1].map((count) => `사과 ${count}`),
  );
  expect(third.nextCursor).toBeNull();
  const cursor = first.nextCursor!;
  for (const [person, q] of [
    [buyer, '배'],
    [seller, '사과'],
  ] as const)
    expect(
      await person.call(
        'GET',
        `/v1/messages/search?${new URLSearchParams({ q, cursor }).toString()}`,
      ),
    ).toMatchObject({ status: 422 });
});

test('what was edited is found as it is now, what was taken back or is not one’s own never', async () => {
  const [buyer, stranger] = [await cluster.person('서연'), await cluster.person('지우')];
  const conversation = await aConversation(buyer);
  const { message } = await buyer.sends(conversation, '고구마 주세요');
  const { message: secret } = await buyer.sends(conversation, '고구마 비밀번호');
  await buyer.edits(message, '감자 주세요');
  await buyer.unsends(secret);
  await listed(buyer, conversation, 4);
  expect((await searches(buyer, '고구마')).items).toEqual([]);
  expect((await searches(buyer, '감자')).items).toMatchObject([
    { seq: 1, kind: 'text', text: '감자 주세요', state: 'edited' },
  ]);
  expect((await searches(stranger, '감자')).items).toEqual([]);
  for (const id of [conversation.id, 'nowhere'])
    expect(
      await stranger.call('GET', `/v1/messages/search?q=x&conversationId=${id}`),
    ).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
  await buyer.gets('DELETE', `/v1/conversations/${conversation.id}/me`);
  expect((await searches(buyer, '감자')).items).toEqual([]);
});

test('a question that is none is refused, and too many in a minute are told when to go on', async () => {
  const curious = await cluster.person('호기심');
  const asks = (query: string) => curious.call('GET', `/v1/messages/search?${query}`);
  for (const query of ['', 'q=', 'q=%20', `q=${'a'.repeat(limits.searchLength + 1)}`, 'q[$gt]=a'])
    expect([query, (await asks(query)).status]).toEqual([query, 422]);
  for (let count = 0; count < limits.searchesPerMinute; count += 1) await searches(curious, '말');
  const refused = await asks('q=a');
  expect(refused).toMatchObject({ status: 429, body: { code: 'RATE_LIMITED' } });
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
});

test('a person searches once at a time, and is told when it took too long', async () => {
  const buyer = await cluster.person('꼼꼼');
  const conversation = await aConversation(buyer);
  const isLong = ({ id }: { id: string }) =>
    cluster.inspect(async (connection) => {
      const said = { conversationId: id, senderId: seller.id, kind: 'text' } as const;
      const text = '가나다'.repeat(400);
      await writeEntries(
        connection,
        Array.from({ length: 2_000 }, (_, index) => ({ ...said, seq: index + 1, text })),
      );
      await connection
        .collection('inbox')
        .updateMany({ conversationId: id }, { $set: { lastSeq: 2_000 } });
    });
  await isLong(conversation);
  const path = `/v1/messages/search?q=${encodeURIComponent('없는 말')}`;
  const answers = await Promise.all(Array.from({ length: 8 }, () => buyer.call('GET', path)));
  const statuses = answers.map(({ status }) => status);
  expect(statuses).toContain(200);
  expect(statuses).toContain(429);
  // Those that were refused took nothing from the minute.
  for (let count = 0; count < 10; count += 1) await searches(buyer, '말', { limit: '1' });

  const elsewhere = await cluster.person('서두름', 1);
  const asked = await elsewhere.asksAbout(await seller.lists());
  await isLong(asked);
  const late = await elsewhere.call('GET', path);
  expect(late).toMatchObject({ status: 503, body: { code: 'UNAVAILABLE' } });
  expect(late.body.detail).toContain('search took too long');
  expect(Number(late.headers.get('retry-after'))).toBeGreaterThan(0);
}, 60_000);
