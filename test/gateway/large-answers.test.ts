import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createHaggleClient, type HaggleClient } from '../../client/index.js';
import { limits, type view } from '../../src/contract/index.js';
import { eventually } from '../support/eventually.js';
import type { Person } from '../support/person.js';
import { TestCluster } from '../support/test-cluster.js';

/** An entry has it twice: 24 KB. */
const longText = '가'.repeat(limits.textLength);
const entryBytes = 25_000;
/** Conversations with a long last message, more than half of an answer. */
const talks = 30;
/** Long entries of one conversation, more than an answer. */
const longEntries = 60;

let cluster: TestCluster;
let seller: Person, buyer: Person;
let busiest: view.Conversation;
const others: view.Conversation[] = [];

beforeAll(async () => {
  cluster = await TestCluster.shared();
  [seller, buyer] = await Promise.all([cluster.person('준호'), cluster.person('민지')]);
  const listing = await seller.lists();
  busiest = await buyer.asksAbout(listing);
  await writes(buyer, busiest, longEntries);
  for (let first = 0; first < talks; first += 10)
    await Promise.all(
      Array.from({ length: 10 }, async (_, index) => {
        const asker = await cluster.person(`이웃 ${first + index}`);
        const conversation = await asker.asksAbout(listing);
        await asker.sends(conversation, longText);
        others.push(conversation);
      }),
    );
}, 120_000);

afterAll(() => cluster?.stop(), 60_000);

const writes = async (who: Person, where: { id: string }, count: number) => {
  for (let written = 0; written < count; written += 10)
    await Promise.all(Array.from({ length: 10 }, () => who.sends(where, longText)));
};

const bytesOf = (answer: unknown) => Buffer.byteLength(JSON.stringify(answer));
const isBounded = (answer: unknown) =>
  expect(bytesOf(answer)).toBeLessThan(limits.answerBytes + 2 * entryBytes);

/** Pulls to the end, as a device does; with `positions` it says what it has got so far. */
async function pulls(
  who: Person,
  positions?: Map<string, number>,
): Promise<{ answers: view.SyncAnswer[]; covered: Map<string, Set<number>> }> {
  const answers: view.SyncAnswer[] = [];
  const covered = new Map<string, Set<number>>();
  const note = (id: string, seq: number) =>
    covered.set(id, (covered.get(id) ?? new Set()).add(seq));
  let cursor: string | undefined;
  do {
    expect(answers.length).toBeLessThan(20);
    const answer: view.SyncAnswer = await who.gets('POST', '/v1/sync', {
      known: [...(positions ?? [])].map(([conversationId, seq]) => ({ conversationId, seq })),
      ...(cursor === undefined ? {} : { cursor }),
    });
    isBounded(answer);
    for (const { conversationId, fromSeq, toSeq } of answer.holes)
      for (let seq = fromSeq; seq <= toSeq; seq += 1) note(conversationId, seq);
    for (const { conversationId, seq } of answer.messages) {
      note(conversationId, seq);
      if (positions?.has(conversationId)) positions.set(conversationId, seq);
    }
    answers.push(answer);
    ({ cursor } = answer);
  } while (!answers.at(-1)!.complete);
  return { answers, covered };
}

const upTo = (seq: number) => Array.from({ length: seq }, (_, index) => index + 1);
const sorted = (seqs: Set<number> | undefined) => [...(seqs ?? [])].sort((a, b) => a - b);

test('a first sync comes in answers of bounded size, to an end, with every conversation', async () => {
  const { answers, covered } = await pulls(seller);
  expect(answers.length).toBeGreaterThan(1);
  const told = answers.flatMap(({ conversations }) => conversations.map(({ id }) => id));
  expect(new Set(told)).toEqual(new Set([busiest.id, ...others.map(({ id }) => id)]));
  expect(told).toHaveLength(talks + 1);
  for (const { id } of others) expect(sorted(covered.get(id))).toEqual([1]);
  expect(sorted(covered.get(busiest.id))).toEqual(upTo(longEntries));
});

test('what is missing of a known conversation comes without a gap, however long it is', async () => {
  const { answers, covered } = await pulls(buyer, new Map([[busiest.id, 3]]));
  expect(answers.length).toBeGreaterThan(1);
  expect(answers.flatMap(({ holes }) => holes)).toEqual([]);
  expect(sorted(covered.get(busiest.id))).toEqual(upTo(longEntries).slice(3));
});

test('pages of history and of the list are as large as they may be, and go on where they ended', async () => {
  const seqs: number[] = [];
  for (let more = true; more;) {
    const page = await buyer.gets<{ items: view.Message[]; hasMore: boolean }>(
      'GET',
      `/v1/conversations/${busiest.id}/messages?afterSeq=${seqs.at(-1) ?? 0}&limit=100`,
    );
    isBounded(page);
    seqs.push(...page.items.map(({ seq }) => seq));
    more = page.hasMore;
  }
  expect(seqs).toEqual(upTo(longEntries));
  const ids: string[] = [];
  let cursor: string | null = '';
  for (let page = 0; cursor !== null && page < 10; page += 1) {
    const list: { items: view.Conversation[]; nextCursor: string | null } = await seller.gets(
      'GET',
      `/v1/conversations?limit=100${cursor && `&cursor=${cursor}`}`,
    );
    isBounded(list);
    ids.push(...list.items.map(({ id }) => id));
    cursor = list.nextCursor;
  }
  expect(ids).toHaveLength(talks + 1);
  expect(new Set(ids).size).toBe(talks + 1);
});

test('the client library comes to the exact state from such answers, at first and after an absence', async () => {
  const phone: HaggleClient = createHaggleClient({
    url: seller.gateway.url,
    getToken: () => Promise.resolve(seller.accessToken),
  });
  const live = () => eventually('is live', () => phone.state.snapshot().phase === 'live');
  try {
    phone.connect();
    await live();
    expect(phone.conversations.snapshot()).toHaveLength(talks + 1);
    phone.disconnect();
    await writes(buyer, busiest, longEntries);
    await buyer.sends(busiest, '마지막');
    phone.connect();
    await live();
    const room = phone.room(busiest.id);
    const shown = () => room.snapshot().entries.map(({ message }) => message.seq);
    expect(shown().at(-1)).toBe(2 * longEntries + 1);
    for (let page = 0; shown()[0] !== 1 && page < 20; page += 1) await room.loadOlder();
    expect(shown()).toEqual(upTo(2 * longEntries + 1));
    expect(room.snapshot().conversation).toMatchObject({
      lastSeq: 2 * longEntries + 1,
      lastMessage: { text: '마지막' },
    });
  } finally {
    phone.close();
  }
}, 60_000);
