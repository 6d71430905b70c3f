import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Connection } from 'mongoose';
import { pino } from 'pino';
import { DatabaseLife } from '../../src/platform/epoch.js';
import { dropOwnDatabase, openOwnDatabase } from '../support/own-database.js';

/** That processes end with it, and start afresh, is in faults/long/restored.test.ts. */
let connection: Connection;

beforeAll(async () => {
  connection = await openOwnDatabase();
}, 30_000);

afterAll(() => dropOwnDatabase(connection), 30_000);

const log = pino({ level: 'silent' });
const life = () => DatabaseLife.read(connection, log);
const meta = () => connection.collection<{ _id: string }>('meta');

test('an epoch begins with the database, goes on with its log, and ends when the log is another one', async () => {
  const [first, beside] = await Promise.all([life(), life()]);
  expect(beside.epoch).toBe(first.epoch);
  await connection.createCollection('messages');
  expect((await life()).epoch).toBe(first.epoch);

  // As `mongorestore --drop` leaves it, with the document of the backup.
  await connection.dropCollection('messages');
  await connection.createCollection('messages');
  const restored = await Promise.all([life(), life(), life()]);
  expect(new Set(restored.map(({ epoch }) => epoch)).size).toBe(1);
  expect(restored[0].epoch).not.toBe(first.epoch);
  expect(restored[0].since.getTime()).toBeGreaterThan(first.since.getTime());
  expect((await life()).epoch).toBe(restored[0].epoch);
});

test('an epoch of an older version goes on; one that an operator deleted does not', async () => {
  const before = await life();
  await meta().updateOne({ _id: 'epoch' }, { $unset: { log: 1, since: 1 } });
  expect((await life()).epoch).toBe(before.epoch);
  await meta().deleteOne({ _id: 'epoch' });
  expect((await life()).epoch).not.toBe(before.epoch);
});
