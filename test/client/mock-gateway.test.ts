import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { createHaggleClient, type HaggleClient } from '../../client/index.js';
import {
  createMockGateway,
  type MockGateway,
  type MockPerson,
} from '../../client/testing/index.js';
import { eventually } from '../support/eventually.js';

let gateway: MockGateway;
let minji: MockPerson, junho: MockPerson;
let id: string;
const clients: HaggleClient[] = [];

beforeEach(() => {
  gateway = createMockGateway({ hintAfterMs: 200 });
  [minji, junho] = [gateway.addPerson('민지'), gateway.addPerson('준호')];
  id = gateway.addConversation({ buyer: minji, seller: junho });
});

afterEach(() => {
  for (const client of clients.splice(0)) client.close();
  gateway.close();
});

async function deviceOf(person: MockPerson): Promise<HaggleClient> {
  const client = createHaggleClient(gateway.options(person));
  clients.push(client);
  client.connect();
  await isLive(client);
  return client;
}

const isLive = (client: HaggleClient) =>
  eventually('is live', () => client.state.snapshot().phase === 'live');

const texts = (client: HaggleClient) =>
  client
    .room(id)
    .snapshot()
    .entries.map(({ message }) => message.text);

const shows = (client: HaggleClient, ...expected: string[]) =>
  eventually(`shows ${expected.join(', ')}`, () => {
    const { entries, pending } = client.room(id).snapshot();
    return entries.length === expected.length && pending.length === 0;
  }).then(() => expect(texts(client)).toEqual(expected));

const stored = () => gateway.log(id).map(({ text }) => text);

test('two devices of one person and the other side show the same log', async () => {
  const [phone, laptop, seller] = [
    await deviceOf(minji),
    await deviceOf(minji),
    await deviceOf(junho),
  ];
  expect(gateway.sockets(minji)).toBe(2);
  phone.room(id).send({ text: '아직 있나요?' });
  await shows(seller, '아직 있나요?');
  seller.room(id).send({ text: '네' });
  for (const device of [phone, laptop, seller]) await shows(device, '아직 있나요?', '네');
});

test('an event that is lost is made up for by the hint', async () => {
  const device = await deviceOf(minji);
  gateway.drop('message:new');
  junho.says(id, '못 들은 말');
  await shows(device, '못 들은 말');
});

test('an acknowledgement that is lost makes no second message', async () => {
  const device = await deviceOf(minji);
  gateway.drop('ack:message:send');
  device.room(id).send({ text: '한 번만' });
  await eventually('it is stored', () => stored().length === 1);
  gateway.disconnect(minji);
  await shows(device, '한 번만');
  expect(stored()).toEqual(['한 번만']);
});

test('a request that is lost is sent again under the same id', async () => {
  const device = await deviceOf(minji);
  gateway.drop('message:send');
  device.room(id).send({ text: '길에서 사라진 말' });
  await eventually('it is on its way', () => device.room(id).snapshot().pending[0]?.tried);
  gateway.disconnect(minji);
  await shows(device, '길에서 사라진 말');
});

test('what arrives twice or out of order is shown once and in order', async () => {
  const device = await deviceOf(minji);
  gateway.duplicate('message:new', 2);
  gateway.reorder('message:new');
  for (const text of ['하나', '둘', '셋', '넷', '다섯']) junho.says(id, text);
  await shows(device, '하나', '둘', '셋', '넷', '다섯');
});

test('a request that arrives twice is answered once and stored once', async () => {
  const device = await deviceOf(minji);
  gateway.duplicate('message:send');
  device.room(id).send({ text: '두 번 도착' });
  await shows(device, '두 번 도착');
  expect(stored()).toEqual(['두 번 도착']);
});

test('a send that is refused for now is tried again, one that is refused for good fails', async () => {
  const device = await deviceOf(minji);
  gateway.refuse('message:send', 'RATE_LIMITED', { times: 2, retryAfterMs: 20 });
  device.room(id).send({ text: '조금 뒤에' });
  await shows(device, '조금 뒤에');
  gateway.refuse('message:send', 'CONVERSATION_CLOSED');
  device.room(id).send({ text: '닫힌 방' });
  const failed = await eventually('it fails', () =>
    device
      .room(id)
      .snapshot()
      .pending.find(({ state }) => state === 'failed'),
  );
  expect(failed).toMatchObject({ text: '닫힌 방', error: { code: 'CONVERSATION_CLOSED' } });
});

test('a handshake that is refused for now is tried again', async () => {
  const client = createHaggleClient(gateway.options(minji));
  clients.push(client);
  gateway.refuse('connection', 'UNAVAILABLE', { retryAfterMs: 20 });
  client.connect();
  await eventually('it waits', () => client.state.snapshot().phase === 'waiting');
  await isLive(client);
});

test('an access token that ran out is renewed, an ended session signs out', async () => {
  const device = await deviceOf(minji);
  gateway.expireTokens();
  gateway.disconnect(minji);
  await eventually('it is cut off', () => device.state.snapshot().phase !== 'live');
  await isLive(device);
  gateway.signOut(minji);
  await eventually('it is signed out', () => device.state.snapshot().phase === 'signedOut');
  expect(gateway.sockets(minji)).toBe(0);
});

test('without a network nothing goes out, and everything afterwards', async () => {
  const device = await deviceOf(minji);
  gateway.goOffline();
  device.room(id).send({ text: '지하철에서' });
  junho.says(id, '그 사이에');
  expect(stored()).toEqual(['그 사이에']);
  gateway.goOnline();
  device.wake();
  await shows(device, '그 사이에', '지하철에서');
});

test('a node that drains is left for the next one', async () => {
  const device = await deviceOf(minji);
  const before = device.state.snapshot();
  gateway.drain();
  await eventually('another node', () => {
    const now = device.state.snapshot();
    return now.phase === 'live' && before.phase === 'live' && now.nodeId !== before.nodeId;
  });
});

test('a restored backup starts everybody afresh', async () => {
  const device = await deviceOf(minji);
  junho.says(id, '남는 말');
  const backup = gateway.backup();
  junho.says(id, '사라지는 말');
  await shows(device, '남는 말', '사라지는 말');
  gateway.restore(backup);
  await shows(device, '남는 말');
  junho.says(id, '새로운 말');
  await shows(device, '남는 말', '새로운 말');
});

test('after a long absence the newest page comes first, and history is paged in', async () => {
  for (let n = 1; n <= 45; n += 1) junho.says(id, `${n}`);
  const device = await deviceOf(minji);
  const { entries, hasOlder } = device.room(id).snapshot();
  expect([entries.length, entries[0]?.message.seq, hasOlder]).toEqual([20, 26, true]);
  await device.room(id).loadOlder();
  expect(device.room(id).snapshot().entries.length).toBe(45);
});

test('with latency everything takes its time, on timers that a test may hold', async () => {
  jest.useFakeTimers();
  try {
    gateway.setLatency(1_000);
    const device = createHaggleClient(gateway.options(minji));
    clients.push(device);
    device.connect();
    await jest.advanceTimersByTimeAsync(900);
    expect(device.state.snapshot().phase).toBe('connecting');
    await jest.advanceTimersByTimeAsync(4_000);
    expect(device.state.snapshot().phase).toBe('live');
    junho.says(id, '천천히');
    await jest.advanceTimersByTimeAsync(900);
    expect(texts(device)).toEqual([]);
    await jest.advanceTimersByTimeAsync(200);
    expect(texts(device)).toEqual(['천천히']);
  } finally {
    jest.useRealTimers();
  }
});

test('the same script makes the same ids and the same log', () => {
  const script = () => {
    const one = createMockGateway({
      timers: { now: () => 0, setTimeout: () => 0, clearTimeout: () => undefined },
    });
    const [buyer, seller] = [one.addPerson('민지'), one.addPerson('준호')];
    const conversationId = one.addConversation({ buyer, seller });
    buyer.says(conversationId, '안녕하세요');
    buyer.does('offer:make', { conversationId, clientMessageId: 'offer-no-1', amount: 80_000 });
    return one.log(conversationId);
  };
  expect(script()).toEqual(script());
});

test('a message can be changed and taken back while there is time', () => {
  const { seq } = minji.says(id, '오타가 있는 글');
  const at = { conversationId: id, seq };
  minji.does('message:edit', { ...at, text: '고친 글', clientMessageId: 'edit-no-1' });
  expect(gateway.log(id)[0]).toMatchObject({ text: '고친 글', state: 'edited' });
  expect(() =>
    junho.does('message:edit', { ...at, text: '남의 글', clientMessageId: 'edit-no-2' }),
  ).toThrow(expect.objectContaining({ code: 'FORBIDDEN' }));
  gateway.passTime(6 * 60_000);
  expect(() => minji.does('message:unsend', { ...at, clientMessageId: 'unsend-no-1' })).toThrow(
    expect.objectContaining({ code: 'EDIT_WINDOW_EXPIRED' }),
  );
});

test('what is for sale and who sells it changes in open rooms and lists, live and after being away', async () => {
  const client = await deviceOf(minji);
  await client.room(id).load();
  const listing = client.room(id).snapshot().conversation!.listing.id;
  const shown = () => client.room(id).snapshot().conversation!;
  const listed = () => client.conversations.snapshot().find((one) => one.id === id)!;
  junho.says(id, '네');
  await shows(client, '네');
  client.room(id).markRead(1);

  gateway.changeListing(listing, {
    title: '접이식 자전거 (새 타이어)',
    price: 80_000,
    state: 'reserved',
  });
  gateway.changePerson(junho, { nickname: '준호네', temperature: 37.3 });
  await eventually('is told', () => shown().seller.nickname === '준호네');
  const changed = {
    listing: { title: '접이식 자전거 (새 타이어)', price: 80_000, state: 'reserved' },
    seller: { nickname: '준호네', temperature: 37.3 },
    unread: 0,
  };
  expect(shown()).toMatchObject(changed);
  expect(listed()).toMatchObject(changed);
  expect(texts(client)).toEqual(['네']);

  client.disconnect();
  gateway.changeListing(listing, { price: 70_000, state: 'sold' });
  expect(() => gateway.changeListing('gone', { price: 1 })).toThrow('has no listing gone');
  gateway.changePerson(junho, { temperature: 36 });
  client.connect();
  await isLive(client);
  expect(shown()).toMatchObject({
    listing: { price: 70_000, state: 'sold' },
    seller: { temperature: 36 },
  });
  expect(listed()).toEqual(shown());
});

test('what comes in brings an archived conversation back, an edit does not, and a late answer keeps none away', async () => {
  const phone = await deviceOf(minji);
  junho.says(id, '아직 있어요');
  await shows(phone, '아직 있어요');
  await phone.room(id).archive();
  expect(phone.archived.snapshot().map((one) => one.id)).toEqual([id]);
  expect(phone.conversations.snapshot()).toEqual([]);
  junho.does('message:edit', {
    conversationId: id,
    seq: 1,
    text: '아직 있습니다',
    clientMessageId: randomUUID(),
  });
  await shows(phone, '아직 있습니다');
  expect(phone.archived.snapshot()).toHaveLength(1);
  junho.says(id, '사실래요?');
  await shows(phone, '아직 있습니다', '사실래요?');
  expect(phone.conversations.snapshot().map((one) => one.id)).toEqual([id]);
  expect(phone.archived.snapshot()).toEqual([]);
});

test('a conversation that one left on one device leaves the lists of the others', async () => {
  const [phone, tablet] = [await deviceOf(minji), await deviceOf(minji)];
  minji.says(id, '안녕하세요');
  await shows(tablet, '안녕하세요');
  await phone.room(id).leave();
  expect(phone.conversations.snapshot()).toEqual([]);
  await eventually('it is gone', () => tablet.conversations.snapshot().length === 0);
});

test('whoever has more conversations than a catch-up brings pages the rest in, once', async () => {
  // No hint brings one of them before its page does.
  gateway.close();
  gateway = createMockGateway({ hintAfterMs: 600_000 });
  junho = gateway.addPerson('준호');
  const all: string[] = [];
  while (all.length < 130) {
    const buyer = gateway.addPerson(`이웃 ${all.length}`);
    const one = gateway.addConversation({ buyer, seller: junho });
    buyer.says(one, '아직 있나요?');
    all.push(one);
  }
  const [oldest = ''] = all;
  const shop = await deviceOf(junho);
  expect(shop.conversations.snapshot()).toHaveLength(100);
  expect(await shop.loadConversations()).toBe(false);
  const listed = shop.conversations.snapshot().map((one) => one.id);
  expect(listed).toEqual([...all].reverse());
  await shop.room(oldest).pin();
  expect(shop.conversations.snapshot()[0]?.id).toBe(oldest);
  expect(await shop.loadConversations()).toBe(false);
  expect(await shop.loadConversations('archived')).toBe(false);
  expect(shop.conversations.snapshot()).toHaveLength(130);
});
