import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Entry } from '../../src/domain/entry.js';
import { LeaseStore } from '../../src/platform/lease.store.js';
import { PlaceStore } from '../../workers/relay/place.store.js';
import { actingRelay } from '../support/acting-relay.js';
import { eventually } from '../support/eventually.js';
import type { Person } from '../support/person.js';
import { TestCluster } from '../support/test-cluster.js';
import { atPlace, messagesIn, storedEntries, writeEntries } from '../support/log.js';

let cluster: TestCluster;
let buyer: Person, seller: Person;

beforeAll(async () => {
  cluster = await TestCluster.start({
    gateways: 2,
    workers: 2,
    // As in production: what is promised in seconds is measured in seconds.
    env: { PUSH_DELAY_OFFLINE_MS: '2000', PUSH_DELAY_ONLINE_MS: '12000' },
  });
  [buyer, seller] = await Promise.all([cluster.person('민지', 0), cluster.person('준호', 1)]);
}, 60_000);

afterAll(async () => {
  buyer?.leaves();
  seller?.leaves();
  await cluster?.stop();
}, 60_000);

/** Writes an entry as a gateway leaves it that dies between the write and everything after. */
async function diesAfterWriting(
  conversation: { id: string },
  senderId: string | null,
  fields: Pick<Entry, 'kind'> & Partial<Entry>,
): Promise<number> {
  return cluster.inspect(async (connection) => {
    const { id: conversationId } = conversation;
    const seq = ((await storedEntries(connection, [conversationId])).at(-1)?.seq ?? 0) + 1;
    await writeEntries(connection, [{ conversationId, senderId, seq, ...fields }]);
    return seq;
  });
}

const asks = async () => buyer.asksAbout(await seller.lists());

const hinted =
  (conversation: { id: string }, seq: number) =>
  (one: { conversationId: string; lastSeq: number }) =>
    one.conversationId === conversation.id && one.lastSeq === seq;

test('of twenty that want the lease at once one gets it, and an older fence moves nothing', async () => {
  await cluster.withStores(async (connection) => {
    const leases = new LeaseStore(connection, 'contended');
    await leases.prepare();
    await leases.prepare();
    const contend = async () => {
      const fences = await Promise.all(
        Array.from({ length: 20 }, (_, index) => leases.take(`worker-${index}`, 60_000)),
      );
      return fences.filter((fence) => fence !== null);
    };
    expect(await contend()).toEqual([1]);
    expect(await contend()).toEqual([]);
    expect(await leases.renew(1, 60_000)).toBe(true);
    await leases.giveUp(1);
    expect(await contend()).toEqual([2]);
    expect(await leases.renew(1, 60_000)).toBe(false);
    await leases.giveUp(1);
    expect(await contend()).toEqual([]);

    const places = new PlaceStore(connection, 'contended', { epoch: 'one', since: new Date(0) });
    await places.prepare();
    const [older, newer] = [1, 2];
    expect(await places.claim(older)).toMatchObject({ token: null });
    expect(await places.write({ token: 'a', at: new Date(1) }, older)).toBe(true);
    expect(await places.claim(newer)).toMatchObject({ token: 'a' });
    expect(await places.write({ token: 'b', at: new Date(2) }, older)).toBe(false);
    expect(await places.claim(older)).toBeNull();
    expect(await places.claim(newer)).toMatchObject({ token: 'a', at: new Date(1) });

    // In a database that was restored the token means nothing.
    const restored = { epoch: 'two', since: new Date(5) };
    const again = new PlaceStore(connection, 'contended', restored);
    expect(await again.claim(newer)).toEqual({ token: null, at: restored.since });
    expect(await again.write({ token: 'c', at: new Date(6) }, newer)).toBe(true);
    expect(await again.claim(newer)).toMatchObject({ token: 'c', at: new Date(6) });
  });
});

test('one relay acts, the other is ready and stands by', async () => {
  const { worker } = await actingRelay(cluster);
  const others = cluster.workers.filter((other) => other !== worker);
  expect(worker.log).toContain('this relay acts');
  expect(others).toHaveLength(1);
  expect(others[0]!.log).toContain('worker is ready');
  expect(others[0]!.log).not.toContain('this relay acts');
});

test('texts that nobody was told of reach the connected peer within 5 s, and the chat list', async () => {
  const conversations = [await asks(), await asks(), await asks()];
  const shop = await seller.connects();
  // Committed in one moment: the relay reads all but the first from their bytes.
  await cluster.inspect((connection) =>
    writeEntries(
      connection,
      conversations.map(({ id: conversationId }, index) => ({
        ...{ conversationId, senderId: buyer.id, kind: 'text' as const },
        ...{ seq: 1, text: `들리나요? ${index}` },
      })),
    ),
  );
  for (const [index, conversation] of conversations.entries()) {
    await shop.hears('sync:hint', hinted(conversation, 1), 5_000);
    const log = await seller.log(conversation);
    expect(log.map(({ text }) => text)).toEqual([`들리나요? ${index}`]);
  }
  await eventually('the rows are projected', async () => {
    const { items } = await seller.gets<{ items: { id: string; lastSeq: number }[] }>(
      'GET',
      '/v1/conversations',
    );
    return conversations.every(({ id }) => items.find((one) => one.id === id)?.lastSeq === 1);
  });
  shop.close();
});

test('an edit that nobody was told of reaches the connected peer within 5 s, and its target', async () => {
  const conversation = await asks();
  await buyer.sends(conversation, '내일 세 시');
  const shop = await seller.connects();
  await shop.do('receipt:read', { conversationId: conversation.id, seq: 1 });
  const seq = await diesAfterWriting(conversation, buyer.id, {
    kind: 'edit',
    text: '내일 네 시',
    targetSeq: 1,
  });
  await shop.hears('sync:hint', hinted(conversation, seq), 5_000);
  await eventually('the target shows it', async () => {
    const [target] = await seller.log(conversation);
    return target?.state === 'edited' && target.text === '내일 네 시';
  });
  shop.close();
});

test('what was taken back by a gateway that died is gone within seconds', async () => {
  const conversation = await asks();
  await buyer.sends(conversation, '잘못 보냈어요');
  await diesAfterWriting(conversation, buyer.id, { kind: 'unsend', targetSeq: 1 });
  await eventually('the target is empty', async () => {
    const [target] = await seller.log(conversation);
    return target?.state === 'unsent' && target.text === undefined;
  });
});

test('what the system says and nobody was told of reaches both within 5 s', async () => {
  const conversation = await asks();
  const [phone, shop] = await Promise.all([buyer.connects(), seller.connects()]);
  const seq = await diesAfterWriting(conversation, null, {
    kind: 'system',
    notice: { type: 'left' },
  });
  await Promise.all(
    [phone, shop].map((device) => device.hears('sync:hint', hinted(conversation, seq), 5_000)),
  );
  phone.close();
  shop.close();
});

test('the hint comes again until a device says that it took the entry', async () => {
  const conversation = await asks();
  const shop = await seller.connects();
  const seq = await diesAfterWriting(conversation, buyer.id, { kind: 'text', text: '여보세요?' });
  const hints = () => shop.all('sync:hint').filter(hinted(conversation, seq)).length;
  await eventually('it is hinted twice', () => hints() >= 2);
  await shop.do('receipt:read', { conversationId: conversation.id, seq });
  // A barrier: what comes later is hinted, so the looks at what came before are over.
  const next = await diesAfterWriting(conversation, buyer.id, { kind: 'text', text: '계세요?' });
  const before = hints();
  await shop.hears('sync:hint', hinted(conversation, next));
  await eventually(
    'and again',
    () => shop.all('sync:hint').filter(hinted(conversation, next)).length >= 2,
  );
  expect(hints()).toBeLessThanOrEqual(before + 1);
  shop.close();
});

test('an offer whose command died before the log is written into it', async () => {
  const conversation = await asks();
  const { offer } = await buyer.offers(conversation, 70_000);
  await cluster.inspect(async (connection) => {
    await messagesIn(connection).deleteOne(atPlace(conversation.id, 1));
    await connection
      .collection<{ _id: string }>('offers')
      .updateOne({ _id: offer.id }, { $set: { loggedVersion: 0, unlogged: true } });
  });
  const written = await eventually('the act is in the log', async () => {
    const log = await buyer.log(conversation);
    return log.length > 0 && log;
  });
  expect(written).toMatchObject([{ seq: 1, kind: 'offer', offer: { id: offer.id, act: 'made' } }]);
});

test('a relay that is killed is followed within 10 s, and nothing that it had in hand is lost', async () => {
  const conversation = await asks();
  const shop = await seller.connects();
  const { worker, fence } = await actingRelay(cluster);
  const seq = await diesAfterWriting(conversation, buyer.id, {
    kind: 'text',
    text: '거기 계세요?',
  });
  await worker.kill();
  await shop.hears('sync:hint', hinted(conversation, seq), 10_000);
  expect((await actingRelay(cluster, { afterFence: fence })).worker).not.toBe(worker);
  shop.close();
  await worker.start();
});
