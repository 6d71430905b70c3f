import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createHaggleClient, type HaggleClient, type Remembered } from '../../client/index.js';
import {
  createMockGateway,
  type MockGateway,
  type MockPerson,
} from '../../client/testing/index.js';
import { eventually } from '../support/eventually.js';

/** What one run of an app keeps of conversations for the next, which shows it before it is connected. */

let gateway: MockGateway;
let buyer: MockPerson, seller: MockPerson;
let id: string;
const clients: HaggleClient[] = [];

beforeEach(() => {
  gateway = createMockGateway();
  [buyer, seller] = [gateway.addPerson('민지'), gateway.addPerson('준호')];
  id = gateway.addConversation({ buyer, seller });
});

afterEach(() => {
  for (const client of clients.splice(0)) client.close();
  gateway.close();
});

function clientOf(person: MockPerson): HaggleClient {
  const client = createHaggleClient(gateway.options(person));
  clients.push(client);
  return client;
}

const becomesLive = (client: HaggleClient) => {
  client.connect();
  return eventually('is live', () => client.state.snapshot().phase === 'live');
};

/** As an app keeps it: as text. */
async function rememberedBy(person: MockPerson): Promise<Remembered> {
  const client = clientOf(person);
  expect(client.remember()).toBeUndefined();
  await becomesLive(client);
  return JSON.parse(JSON.stringify(client.remember())) as Remembered;
}

const texts = (client: HaggleClient, of = id) =>
  client
    .room(of)
    .snapshot()
    .entries.map(({ message }) => message.text);
const listed = (client: HaggleClient) => client.conversations.snapshot().map((one) => one.id);

test('is shown at once, and the first catch-up brings what is new', async () => {
  seller.says(id, '하나');
  const kept = await rememberedBy(buyer);
  seller.says(id, '둘');
  const client = clientOf(buyer);
  client.recall(kept);
  expect(client.state.snapshot().phase).toBe('idle');
  expect(client.conversations.snapshot()).toMatchObject([{ id, lastMessage: { text: '하나' } }]);
  expect(texts(client)).toEqual(['하나']);
  await becomesLive(client);
  expect(texts(client)).toEqual(['하나', '둘']);
  // Older than what is known by now.
  client.recall(kept);
  expect(texts(client)).toEqual(['하나', '둘']);
});

test('is bounded: the newest entries of a long log, and the rest can be paged in', async () => {
  for (let n = 1; n <= 60; n += 1) seller.says(id, `${n}`);
  const before = clientOf(buyer);
  await becomesLive(before);
  await before.room(id).loadOlder();
  const kept = before.remember()!;
  expect(kept.messages.map(({ seq }) => seq)).toEqual(Array.from({ length: 40 }, (_, n) => n + 21));
  const client = clientOf(buyer);
  client.recall(kept);
  expect(texts(client)).toHaveLength(40);
  await becomesLive(client);
  await client.room(id).loadOlder();
  expect(texts(client)).toHaveLength(60);
});

test('what was left meanwhile, or belongs to a database before a backup, goes with the first catch-up', async () => {
  seller.says(id, '하나');
  const backup = gateway.backup();
  const other = gateway.addConversation({ buyer, seller });
  seller.says(other, '여기도');
  const kept = await rememberedBy(buyer);
  const elsewhere = clientOf(buyer);
  await becomesLive(elsewhere);
  await elsewhere.room(other).leave();
  const client = clientOf(buyer);
  client.recall(kept);
  expect(listed(client)).toEqual([other, id]);
  await becomesLive(client);
  expect(listed(client)).toEqual([id]);

  gateway.restore(backup);
  const afterwards = clientOf(buyer);
  afterwards.recall(kept);
  await becomesLive(afterwards);
  expect(listed(afterwards)).toEqual([id]);
  expect(texts(afterwards, other)).toEqual([]);
});

test('is nothing to anybody else', async () => {
  seller.says(id, '하나');
  const kept = await rememberedBy(buyer);
  const client = clientOf(gateway.addPerson('서연'));
  client.recall(kept);
  expect(listed(client)).toEqual([]);
});
