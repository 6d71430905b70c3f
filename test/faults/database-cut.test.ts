import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import mongoose, { type Connection } from 'mongoose';
import { Conversation } from '../../src/conversations/conversation.js';
import { InboxStore } from '../../src/conversations/inbox.store.js';
import { asUnavailable, connectMongo } from '../../src/platform/mongo.js';
import { FaultProxy } from '../support/fault-proxy.js';

/** The product's own connection to the real MongoDB, with a proxy between them. */
let proxy: FaultProxy;
let connection: Connection;

beforeAll(async () => {
  const url = process.env['TEST_MONGODB_URI']!;
  proxy = await FaultProxy.to(url);
  const uri = new URL(proxy.through(url));
  uri.pathname = `/test_${randomUUID().slice(0, 8)}`;
  // Else the driver would go to the member's own address, past the proxy.
  uri.search = 'directConnection=true';
  connection = await connectMongo(uri.href, pino({ level: 'silent' }));
}, 30_000);

afterAll(async () => {
  proxy?.set('pass');
  await connection?.dropDatabase();
  await connection?.close();
  await proxy?.close();
}, 30_000);

test('rows that are changed together while the database is cut off are answered UNAVAILABLE, and a repeat moves them once', async () => {
  const inbox = new InboxStore(connection);
  const [userId, otherId] = [randomUUID(), randomUUID()];
  const listing = { id: randomUUID(), sellerId: otherId };
  const conversation = Conversation.between(userId, listing, new Date());
  const { id: conversationId } = conversation;
  await inbox.open(conversation, new Date());
  const to = { deliveredSeq: 7, readSeq: 5 };
  const moves = [{ userId, otherId, conversationId, ...to, hidden: false }];
  proxy.set('blackHole');
  const moving = inbox.moveCursors(moves).catch((error: unknown) => error);
  // It is under way, and its connection goes.
  await new Promise((resolve) => setImmediate(resolve));
  proxy.set('refuse');
  const error = await moving;
  expect(error).toBeInstanceOf(mongoose.mongo.MongoBulkWriteError);
  expect(asUnavailable(error)).toMatchObject({ code: 'UNAVAILABLE' });
  proxy.set('pass');
  await inbox.moveCursors(moves);
  await inbox.moveCursors(moves);
  expect(await inbox.get(userId, conversationId)).toMatchObject(to);
}, 60_000);
