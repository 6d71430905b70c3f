import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { ClientEventName, view } from '../../src/contract/index.js';
import { eventually } from '../support/eventually.js';
import { pathOf, type DeviceSocket, type Person } from '../support/person.js';
import { TestCluster } from '../support/test-cluster.js';

let cluster: TestCluster;
/** On the second node; the ones who are blocked are on the first. */
let seller: Person, shop: DeviceSocket;
const people: Person[] = [];

beforeAll(async () => {
  cluster = await TestCluster.shared();
  seller = await cluster.person('준호', 1);
  people.push(seller);
  shop = await seller.connects();
}, 60_000);

afterAll(async () => {
  for (const person of people) person.leaves();
  await cluster?.stop();
}, 60_000);

/** Somebody new who asked about something of the seller's. */
const aBuyer = async () => {
  const buyer = await cluster.person('민지', 0);
  people.push(buyer);
  const listing = await seller.lists();
  const conversation = await buyer.asksAbout(listing);
  await buyer.sends(conversation, '안녕하세요');
  return { buyer, phone: await buyer.connects(), listing, conversation };
};

const blocks = (person: Person, other: Person) =>
  person.gets<view.Block>('PUT', `/v1/me/blocks/${other.id}`);
const unblocks = (person: Person, other: Person) =>
  person.gets<unknown>('DELETE', `/v1/me/blocks/${other.id}`);
const blocked = (person: Person, query = '') =>
  person.gets<{ items: view.Block[]; nextCursor: string | null }>('GET', `/v1/me/blocks${query}`);
const seen = (person: Person, { id }: { id: string }) =>
  person.gets<view.Conversation>('GET', `/v1/conversations/${id}`);

const closes = (device: DeviceSocket, { id }: { id: string }) =>
  device.hears('conversation:updated', (one) => one.id === id && one.closed);

const draft = (text: string) => ({ text, clientMessageId: randomUUID() });

describe.each([
  ['seller', 'buyer'],
  ['buyer', 'seller'],
] as const)('when the %s blocks the %s', (by, _other) => {
  test('nothing passes either way, through any door, and nobody is told why', async () => {
    const { buyer, phone, conversation } = await aBuyer();
    const { message } = await buyer.sends(conversation, '얼마예요?');
    const { offer } = await buyer.offers(conversation, 90_000);
    await seller.sends(conversation, '10만원이요');
    const before = await seller.log(conversation);
    const [blocker, other] = by === 'seller' ? [seller, buyer] : [buyer, seller];
    await blocks(blocker, other);
    await Promise.all([closes(phone, conversation), closes(shop, conversation)]);

    const c = `/v1/conversations/${conversation.id}`;
    const answer = { version: 1, clientMessageId: randomUUID() };
    const closed = { status: 409, body: { code: 'CONVERSATION_CLOSED' } };
    const calls: [Person, string, string, object][] = [
      [buyer, 'POST', `${c}/messages`, draft('네?')],
      [seller, 'POST', `${c}/messages`, draft('네?')],
      [buyer, 'PATCH', pathOf(message), draft('얼마일까요?')],
      [buyer, 'DELETE', pathOf(message), {}],
      [buyer, 'POST', `${c}/offers`, { amount: 80_000, clientMessageId: randomUUID() }],
      [buyer, 'POST', `/v1/offers/${offer.id}/withdraw`, answer],
      [seller, 'POST', `/v1/offers/${offer.id}/decline`, answer],
      [seller, 'POST', `/v1/offers/${offer.id}/accept`, { ...answer, amount: 90_000 }],
    ];
    for (const [person, method, path, body] of calls)
      expect([method, path, await person.call(method, path, body)]).toMatchObject([
        method,
        path,
        closed,
      ]);
    const { id: conversationId } = conversation;
    const events: [DeviceSocket, ClientEventName, object][] = [
      [phone, 'message:send', draft('네?')],
      [shop, 'message:send', draft('네?')],
      [phone, 'message:edit', { seq: message.seq, ...draft('네?') }],
      [phone, 'message:unsend', { seq: message.seq }],
      [phone, 'offer:make', { amount: 80_000, clientMessageId: randomUUID() }],
    ];
    for (const [device, event, payload] of events)
      expect([event, await device.ask(event, { conversationId, ...payload })]).toMatchObject([
        event,
        { ok: false, error: { code: 'CONVERSATION_CLOSED', retryable: false } },
      ]);
    // All that happened is that the open offer was closed, for a reason that many things can have.
    const after = await seller.log(conversation);
    expect(after.slice(0, -1)).toEqual(before);
    expect(after.at(-1)).toMatchObject({
      senderId: null,
      offer: { id: offer.id, act: 'closed', reason: 'unavailable' },
    });
    // Word for word what is said of a conversation that somebody left.
    const { buyer: another, conversation: left } = await aBuyer();
    await another.gets('DELETE', `/v1/conversations/${left.id}/me`);
    const said = await eventually('the other conversation is closed too', async () => {
      const refused = await seller.call(
        'POST',
        `/v1/conversations/${left.id}/messages`,
        draft('?'),
      );
      return refused.status === 409 && refused.body.detail;
    });
    expect((await buyer.call('POST', `${c}/messages`, draft('?'))).body.detail).toBe(said);
    expect(await seen(buyer, conversation)).toMatchObject({ closed: true });
    expect(await seen(seller, conversation)).toMatchObject({ closed: true });
  });

  test('neither is there for the other: no profile, no listing, no new conversation', async () => {
    const { buyer, listing, conversation } = await aBuyer();
    const fresh = await seller.lists({ title: '아직 안 물어본 것' });
    const [blocker, other] = by === 'seller' ? [seller, buyer] : [buyer, seller];
    await blocks(blocker, other);
    await eventually('the news is there', async () => (await seen(buyer, conversation)).closed);
    for (const [person, path] of [
      [buyer, `/v1/users/${seller.id}`],
      [seller, `/v1/users/${buyer.id}`],
      [buyer, `/v1/listings/${listing.id}`],
      [buyer, `/v1/listings/${fresh.id}`],
    ] as const) {
      const hidden = await person.call('GET', path);
      expect([path, hidden.status, hidden.body.code]).toEqual([path, 404, 'NOT_FOUND']);
      const nowhere = path.replace(/[\w-]{36}/, randomUUID());
      expect(hidden.body.detail).toBe((await person.call('GET', nowhere)).body.detail);
    }
    const edit = { description: '내 것' };
    expect(await buyer.call('PATCH', `/v1/listings/${fresh.id}`, edit)).toMatchObject({
      status: 404,
    });
    for (const query of ['', '&near=37.55,126.9&radiusKm=20', '&near=37.55,126.9&sort=distance']) {
      const feed = await buyer.gets<{ items: view.Listing[] }>(
        'GET',
        `/v1/listings?limit=100${query}`,
      );
      expect(feed.items.map((one) => one.seller.id)).not.toContain(seller.id);
    }
    const open = (listingId: string) => buyer.call('POST', '/v1/conversations', { listingId });
    expect(await open(fresh.id)).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
    expect(await open(listing.id)).toMatchObject({
      status: 200,
      body: { id: conversation.id, closed: true },
    });
  });
});

test('what is read across a block stays with the reader until it is lifted', async () => {
  const { buyer, phone, conversation } = await aBuyer();
  const receipts = `/v1/conversations/${conversation.id}/receipts`;
  await buyer.sends(conversation, '둘');
  await seller.gets('PUT', receipts, { readSeq: 1 });
  await phone.hears('receipt:updated', ({ readSeq }) => readSeq === 1);
  await blocks(seller, buyer);
  await closes(phone, conversation);
  const moved = { deliveredSeq: 2, readSeq: 2, unread: 0 };
  expect(await seller.gets('PUT', receipts, { readSeq: 2 })).toEqual(moved);
  await shop.hears(
    'receipt:updated',
    (one) => one.conversationId === conversation.id && one.readSeq === 2,
  );
  const ofSeller = async (person: Person) => (await seen(person, conversation)).cursors[seller.id];
  expect(await ofSeller(buyer)).toEqual({ deliveredSeq: 1, readSeq: 1 });
  expect(await ofSeller(seller)).toEqual({ deliveredSeq: 2, readSeq: 2 });

  await unblocks(seller, buyer);
  await phone.hears('conversation:updated', (one) => one.id === conversation.id && !one.closed);
  // Only the first move was told; the second is in the conversation as it was shown after the block.
  expect(phone.all('receipt:updated').map(({ readSeq }) => readSeq)).toEqual([1]);
  expect(await ofSeller(buyer)).toEqual({ deliveredSeq: 2, readSeq: 2 });
});

test('a block that is lifted opens everything again, unless the other one blocks too', async () => {
  const { buyer, phone, listing, conversation } = await aBuyer();
  await blocks(seller, buyer);
  await closes(phone, conversation);
  await blocks(buyer, seller);
  await unblocks(seller, buyer);
  await unblocks(seller, buyer);
  const path = `/v1/conversations/${conversation.id}/messages`;
  expect(await buyer.call('POST', path, draft('아직?'))).toMatchObject({ status: 409 });
  const { cursor } = await seller.gets<view.SyncAnswer>('POST', '/v1/sync', {});
  await unblocks(buyer, seller);
  await shop.hears('conversation:updated', (one) => one.id === conversation.id && !one.closed);
  await eventually('messages pass again', async () => {
    const answer = await seller.call('POST', path, draft('다시'));
    return answer.status === 201;
  });
  await phone.hears('message:new', ({ message }) => message.text === '다시');
  expect(await buyer.gets<view.Listing>('GET', `/v1/listings/${listing.id}`)).toMatchObject({
    id: listing.id,
  });
  const synced = await seller.gets<view.SyncAnswer>('POST', '/v1/sync', { cursor });
  expect(synced.conversations.find(({ id }) => id === conversation.id)).toMatchObject({
    closed: false,
  });
});

test('whom one has blocked is listed newest first, each once, for nobody else', async () => {
  const wary = await cluster.person('서연');
  const others = await Promise.all(['가', '나', '다'].map((name) => cluster.person(name)));
  for (const other of others) await blocks(wary, other);
  const again = await blocks(wary, others[0]!);
  const { items } = await blocked(wary);
  expect(items.map(({ user }) => user.id)).toEqual(others.map(({ id }) => id).reverse());
  expect(items.at(-1)).toEqual(again);
  const first = await blocked(wary, '?limit=2');
  const rest = await blocked(wary, `?limit=2&cursor=${first.nextCursor!}`);
  expect([...first.items, ...rest.items]).toEqual(items);
  expect(rest.nextCursor).toBeNull();
  expect((await blocked(others[0]!)).items).toEqual([]);

  const put = (id: string) => wary.call('PUT', `/v1/me/blocks/${id}`);
  expect(await put(wary.id)).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
  expect(await put(randomUUID())).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
  await unblocks(wary, others[0]!);
  expect((await blocked(wary)).items).toHaveLength(2);
});
