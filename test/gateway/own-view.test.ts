import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { view } from '../../src/contract/index.js';
import { eventually } from '../support/eventually.js';
import type { DeviceSocket, Person } from '../support/person.js';
import { TestCluster } from '../support/test-cluster.js';

/** What one person does to a conversation as they have it: mute, pin, archive, leave. */
let cluster: TestCluster;
let buyer: Person, seller: Person;
let phone: DeviceSocket, tablet: DeviceSocket, shop: DeviceSocket;

beforeAll(async () => {
  cluster = await TestCluster.shared();
  [buyer, seller] = await Promise.all([cluster.person('민지', 0), cluster.person('준호', 1)]);
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

const aConversation = async (by: Person = buyer): Promise<view.Conversation> =>
  by.asksAbout(await seller.lists());

const seen = (person: Person, { id }: { id: string }) =>
  person.gets<view.Conversation>('GET', `/v1/conversations/${id}`);

const changes = (person: Person, { id }: { id: string }, change: object) =>
  person.gets<view.Conversation>('PATCH', `/v1/conversations/${id}/me`, change);

const leaves = (person: Person, { id }: { id: string }) =>
  person.gets<unknown>('DELETE', `/v1/conversations/${id}/me`);

type Page = { items: view.Conversation[]; nextCursor: string | null };

/** Ids of a whole box, read in pages of two. */
async function box(person: Person, name: 'active' | 'archived' = 'active'): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | null = '';
  do {
    const page: Page = await person.gets<Page>(
      'GET',
      `/v1/conversations?box=${name}&limit=2${cursor ? `&cursor=${cursor}` : ''}`,
    );
    ids.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor;
  } while (cursor);
  return ids;
}

const isIn = (person: Person, name: 'active' | 'archived', { id }: { id: string }) =>
  eventually(`${name} box of ${person.user.nickname}`, async () =>
    (await box(person, name)).includes(id),
  );

describe('mute, pin, archive', () => {
  test('a change is shown on all own devices, comes with sync, and is nobody else’s', async () => {
    const conversation = await aConversation();
    await buyer.sends(conversation, '안녕하세요');
    const { cursor } = await buyer.gets<view.SyncAnswer>('POST', '/v1/sync', {});
    const changed = await changes(buyer, conversation, { muted: true, pinned: true });
    expect(changed).toMatchObject({ muted: true, pinned: true, archived: false });
    for (const device of [phone, tablet])
      expect(
        await device.hears('conversation:updated', ({ id }) => id === conversation.id),
      ).toMatchObject({ muted: true, pinned: true });
    const synced = await tablet.do('sync:pull', { cursor });
    expect(synced.conversations.find(({ id }) => id === conversation.id)).toMatchObject({
      muted: true,
      pinned: true,
    });
    expect(await seen(seller, conversation)).toMatchObject({ muted: false, pinned: false });
    await buyer.sends(conversation, '막');
    await shop.hears('message:new', ({ message }) => message.text === '막');
    expect(shop.all('conversation:updated').filter(({ id }) => id === conversation.id)).toEqual([]);
    const path = `/v1/conversations/${conversation.id}/me`;
    for (const change of [{}, { muted: 'yes' }, { closed: true }])
      expect(await buyer.call('PATCH', path, change)).toMatchObject({ status: 422 });
  });

  test('pinned ones lead the list, also over the edge of a page', async () => {
    const collector = await cluster.person('하준');
    const made: view.Conversation[] = [];
    for (let count = 0; count < 5; count += 1) made.push(await aConversation(collector));
    for (const index of [0, 1, 3]) await changes(collector, made[index]!, { pinned: true });
    const order = (...indexes: number[]) => indexes.map((index) => made[index]!.id);
    expect(await box(collector)).toEqual(order(3, 1, 0, 4, 2));
    await changes(collector, made[3]!, { pinned: false });
    expect(await box(collector)).toEqual(order(1, 0, 4, 3, 2));
  });

  test('what arrives or is sent brings an archived conversation back, an edit does not', async () => {
    const [one, two] = [await aConversation(), await aConversation()];
    await buyer.sends(one, '아직 있나요?');
    const { message } = await seller.sends(one, '아직 있어요');
    // Archived within the second in which the list may lag behind that message.
    await changes(buyer, one, { archived: true });
    await changes(buyer, two, { archived: true });
    await seller.edits(message, '아직 있습니다');
    const lastSeq = await eventually('the edit has come along', async () => {
      const shown = await seen(buyer, one);
      return shown.lastSeq === 3 && shown.lastMessage?.text === '아직 있습니다' && shown.lastSeq;
    });
    expect(await box(buyer, 'archived')).toEqual(expect.arrayContaining([one.id, two.id]));
    expect(await box(buyer)).not.toContain(one.id);
    expect((await seen(seller, one)).archived).toBe(false);

    await seller.sends(one, '사실래요?');
    await isIn(buyer, 'active', one);
    expect((await seen(buyer, one)).lastSeq).toBe(lastSeq + 1);
    await buyer.sends(two, '저기요');
    await isIn(buyer, 'active', two);
  });
});

describe('a copy that is stale', () => {
  const tagOf = async (person: Person, { id }: { id: string }) =>
    (await person.call('GET', `/v1/conversations/${id}`)).headers.get('etag')!;

  test('is refused by If-Match, whatever was said meanwhile, and changes nothing', async () => {
    const conversation = await aConversation();
    const path = `/v1/conversations/${conversation.id}/me`;
    const changesIf = (change: object, tag: string) =>
      buyer.call<view.Conversation & view.Problem>('PATCH', path, change, { 'if-match': tag });
    const first = await tagOf(buyer, conversation);
    await buyer.sends(conversation, '안녕하세요');
    await seller.sends(conversation, '네');
    await changes(seller, conversation, { muted: true });
    const changed = await changesIf({ muted: true }, first);
    expect(changed).toMatchObject({ status: 200, body: { muted: true } });
    const second = changed.headers.get('etag')!;
    const refused = { status: 412, body: { code: 'VERSION_CONFLICT', current: { muted: true } } };
    for (const stale of [first, '"999"', '"999-x", W/"7"'])
      for (const change of [{ muted: false }, { archived: true }])
        expect(await changesIf(change, stale)).toMatchObject(refused);
    for (const stale of [first, '"999"'])
      expect(await buyer.call('DELETE', path, undefined, { 'if-match': stale })).toMatchObject(
        refused,
      );
    expect(await seen(buyer, conversation)).toMatchObject({
      muted: true,
      archived: false,
      closed: false,
    });
    expect((await changesIf({ pinned: true }, `"999", W/${second}`)).status).toBe(200);
    expect((await changesIf({ pinned: false }, '*')).status).toBe(200);
    const fresh = { 'if-match': await tagOf(buyer, conversation) };
    expect((await buyer.call('DELETE', path, undefined, fresh)).status).toBe(204);
    expect(await buyer.call('PATCH', path, { muted: false }, fresh)).toMatchObject({ status: 412 });
  });
});

describe('leaving', () => {
  test('it is gone from the own lists, closed for both, and the log says so once', async () => {
    const conversation = await aConversation();
    await buyer.sends(conversation, '안녕하세요');
    await leaves(buyer, conversation);
    await leaves(buyer, conversation);
    for (const name of ['active', 'archived'] as const)
      expect(await box(buyer, name)).not.toContain(conversation.id);
    const afresh = await buyer.gets<view.SyncAnswer>('POST', '/v1/sync', {});
    expect(afresh.conversations.map(({ id }) => id)).not.toContain(conversation.id);
    for (const device of [phone, shop])
      await device.hears(
        'conversation:updated',
        ({ id, closed }) => id === conversation.id && closed,
      );
    expect(await seen(buyer, conversation)).toMatchObject({ closed: true, left: true });
    const theirs = await seen(seller, conversation);
    expect(theirs).toMatchObject({ closed: true });
    expect(theirs).not.toHaveProperty('left');
    expect(await box(seller)).toContain(conversation.id);
    const log = await seller.log(conversation);
    expect(log.slice(1)).toEqual([
      expect.objectContaining({
        seq: 2,
        senderId: null,
        kind: 'system',
        notice: { type: 'left', userId: buyer.id },
      }),
    ]);
    for (const person of [buyer, seller])
      expect(
        await person.call('POST', `/v1/conversations/${conversation.id}/messages`, {
          clientMessageId: randomUUID(),
          text: '여보세요',
        }),
      ).toMatchObject({ status: 409, body: { code: 'CONVERSATION_CLOSED' } });
  });

  test('the buyer comes back by asking about the listing again, the seller by taking it out', async () => {
    const conversation = await aConversation();
    await buyer.sends(conversation, '안녕하세요');
    await leaves(buyer, conversation);
    await leaves(seller, conversation);
    const again = await buyer.asksAbout({ id: conversation.listing.id } as view.Listing);
    expect(again).toMatchObject({ id: conversation.id, closed: true });
    expect(again).not.toHaveProperty('left');
    expect(await changes(seller, conversation, { archived: false })).toMatchObject({
      closed: false,
    });
    await eventually('the buyer may write again', async () => {
      const answer = await buyer.call('POST', `/v1/conversations/${conversation.id}/messages`, {
        clientMessageId: randomUUID(),
        text: '다시 왔어요',
      });
      return answer.status === 201;
    });
    expect(await box(buyer)).toContain(conversation.id);
    await leaves(buyer, conversation);
    const notices = (await seller.log(conversation)).flatMap(({ notice }) => notice?.userId ?? []);
    expect(notices).toEqual([buyer.id, seller.id, buyer.id]);
  });

  test('a message that was acknowledged before is answered again after the conversation closed', async () => {
    const conversation = await aConversation();
    const clientMessageId = randomUUID();
    const { message } = await buyer.sends(conversation, '보냈어요', clientMessageId);
    await leaves(seller, conversation);
    await shop.hears('conversation:updated', ({ id, closed }) => id === conversation.id && closed);
    expect(await buyer.sends(conversation, '보냈어요', clientMessageId)).toEqual({
      message,
      duplicate: true,
      clientMessageId,
    });
  });
});
