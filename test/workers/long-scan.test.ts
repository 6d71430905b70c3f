import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomBytes, randomUUID } from 'node:crypto';
import mongoose from 'mongoose';
import { databaseOf } from '../../src/platform/mongo.js';
import { numberedId, toStoredId } from '../../src/platform/stored-ids.js';
import { LogStore } from '../../workers/relay/log.store.js';
import type { Source } from '../../workers/relay/relay.js';
import { CommittedStore } from '../../workers/webhooks/committed.store.js';
import { FaultProxy } from '../support/fault-proxy.js';
import { openDatabase } from '../support/own-database.js';

/**
 * A relay that has lost its place reads through the whole log. Of a large one the database says nothing for longer than
 * a connection waits for other commands: here for longer than a fifth of a second.
 */
let proxy: FaultProxy;
let connection: mongoose.Connection;
/** For all else. */
let near: mongoose.Connection;

beforeAll(async () => {
  const uri = new URL(process.env['TEST_MONGODB_URI']!);
  uri.pathname = `/test_${randomBytes(6).toString('hex')}`;
  near = await openDatabase(uri.href);
  await databaseOf(near)
    .collection<{ _id: unknown }>('messages')
    .insertOne({
      _id: numberedId(randomUUID(), 1),
      ...{ senderId: toStoredId(randomUUID()), clientMessageId: toStoredId(randomUUID()) },
      ...{ kind: 'text', createdAt: new Date() },
    });
  proxy = await FaultProxy.to(uri.href);
  connection = await mongoose
    .createConnection(proxy.through(uri.href), { directConnection: true, socketTimeoutMS: 200 })
    .asPromise();
});

afterAll(async () => {
  await databaseOf(near).dropDatabase();
  await Promise.all([near.close(), connection.close()]);
  await proxy.close();
});

async function found<T extends { createdAt: Date }>(
  source: Pick<Source<never, T>, 'since'>,
): Promise<number> {
  let pieces = 0;
  for await (const _ of source.since(new Date())) pieces += 1;
  return pieces;
}

test('what was missed is found, however long the database looks for it', async () => {
  proxy.delay(300);
  await expect(databaseOf(connection).collection('messages').find().toArray()).rejects.toThrow(
    'timed out',
  );
  expect(await found(new LogStore(connection))).toBe(1);
  expect(await found(new CommittedStore(connection))).toBe(1);
});
