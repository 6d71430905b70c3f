import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { pino } from 'pino';
import type { Connection } from 'mongoose';
import { Conversation } from '../../src/domain/conversation.js';
import { InboxStore } from '../../src/conversations/inbox.store.js';
import { MessageLog } from '../../src/conversations/message-log.js';
import { MessageStore } from '../../src/conversations/message.store.js';
import { createMetrics } from '../../src/metrics.js';
import { asUnavailable, connectMongo } from '../../src/platform/mongo.js';
import { makeCollections } from '../../src/platform/store.js';
import { eventually, within } from '../support/eventually.js';
import { FaultProxy } from '../support/fault-proxy.js';
import { openDatabase } from '../support/own-database.js';

/** The product's own connection to the real MongoDB, with a proxy between them. */
let proxy: FaultProxy;
let connection: Connection;
/** The sockets under it. */
const sockets: Socket[] = [];
const keep = (opened: unknown) => void sockets.push((opened as { socket: Socket }).socket);

beforeAll(async () => {
  const url = process.env['TEST_MONGODB_URI']!;
  proxy = await FaultProxy.to(url);
  const uri = new URL(proxy.through(url));
  uri.pathname = `/test_${randomUUID().slice(0, 8)}`;
  // Else the driver would go to the member's own address, past the proxy.
  uri.search = 'directConnection=true';
  subscribe('net.client.socket', keep);
  connection = await connectMongo(uri.href, pino({ level: 'silent' }));
}, 30_000);

afterAll(async () => {
  unsubscribe('net.client.socket', keep);
  proxy?.set('pass');
  await connection?.dropDatabase();
  await connection?.close();
  await proxy?.close();
}, 30_000);

const begun = async () => {
  const inbox = new InboxStore(connection);
  const [userId, otherId] = [randomUUID(), randomUUID()];
  const conversation = Conversation.between(
    randomUUID(),
    userId,
    { id: randomUUID(), sellerId: otherId, mayBeAskedAbout: true },
    new Date(),
  );
  await inbox.open(conversation, new Date());
  return { inbox, userId, otherId, conversationId: conversation.id };
};

/** Begins while nothing gets through; then every connection goes, with what is under way on it. */
async function cutOff<T>(work: () => Promise<T>, then: 'pass' | 'refuse'): Promise<T> {
  proxy.set('blackHole');
  const working = work();
  await new Promise((resolve) => setImmediate(resolve));
  proxy.set('refuse');
  proxy.set(then);
  return working;
}

test('receipts whose connection to the database is cut are written all the same', async () => {
  const { inbox, userId, otherId, conversationId } = await begun();
  const to = { deliveredSeq: 7, readSeq: 5 };
  const moves = [{ userId, otherId, conversationId, ...to, hidden: false }];
  await cutOff(() => inbox.moveCursors(moves), 'pass');
  expect(await inbox.get(userId, conversationId)).toMatchObject(to);
});

test('a write of many rows while the database is away is answered UNAVAILABLE, and can be repeated', async () => {
  const { inbox, userId, conversationId } = await begun();
  const pushed = [{ userId, conversationId, seq: 3 }];
  const error = await cutOff(() => inbox.notePushed(pushed).catch((one: unknown) => one), 'refuse');
  proxy.set('pass');
  expect(asUnavailable(error)).toMatchObject({ code: 'UNAVAILABLE' });
  await inbox.notePushed(pushed);
  expect(await inbox.get(userId, conversationId)).toMatchObject({ pushedSeq: 3 });
});

test('messages whose write was stored and not answered are answered as they are stored, and none comes twice', async () => {
  await makeCollections(connection, [MessageStore]);
  const messages = new MessageStore(connection);
  const log = new MessageLog({
    store: messages,
    clock: () => new Date(),
    metrics: createMetrics('test'),
    sharded: false,
    queue: { entries: 100, bytes: 100_000, waitMs: 10_000 },
  });
  const [one, other, senderId] = [randomUUID(), randomUUID(), randomUUID()];
  const say = (conversationId: string, text: string) =>
    log.append({ conversationId, senderId, clientMessageId: randomUUID(), kind: 'text', text });
  // From here on their ends are known, so that the next are one write.
  await Promise.all([say(one, '0'), say(other, '0')]);
  const direct = await openDatabase(process.env['TEST_MONGODB_URI']!);
  const database = direct.useDb(connection.name).db!;
  // Time to cut the connection between the write and its answer.
  proxy.delay(1_000);
  const saying = [say(one, '1'), say(one, '2'), say(other, '1'), say(one, '3')];
  await eventually('they are stored', async () => {
    return (await database.collection('messages').countDocuments()) === 6;
  });
  proxy.delay(0);
  proxy.cut();
  const said = await within('they are answered', Promise.all(saying));
  expect(said.map(({ entry, duplicate }) => [entry.text, entry.seq, duplicate])).toEqual([
    ['1', 2, false],
    ['2', 3, false],
    ['1', 2, false],
    ['3', 4, false],
  ]);
  expect((await say(one, '4')).entry.seq).toBe(5);
  expect(await database.collection('messages').countDocuments()).toBe(7);
  await direct.close();
});

test('what is written to a connection that has just ended is settled', async () => {
  const db = connection.db!;
  await db.command({ ping: 1 });
  // As when the other side ends it: the driver hears of it in a later phase of this turn.
  for (const socket of sockets) socket.destroy();
  const writes = [1, 2, 3].map((_id) =>
    db.command({ insert: 'ended', documents: [{ _id }] }).catch(asUnavailable),
  );
  const settled = await within('they are settled', Promise.all(writes), 10_000);
  expect(settled).toContainEqual(expect.objectContaining({ code: 'UNAVAILABLE' }));
  expect(await db.command({ ping: 1 })).toMatchObject({ ok: 1 });
});
