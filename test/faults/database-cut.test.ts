import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { pino } from 'pino';
import type { Connection } from 'mongoose';
import { Conversation } from '../../src/domain/conversation.js';
import { InboxStore } from '../../src/conversations/inbox.store.js';
import { asUnavailable, connectMongo } from '../../src/platform/mongo.js';
import { within } from '../support/eventually.js';
import { FaultProxy } from '../support/fault-proxy.js';

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
