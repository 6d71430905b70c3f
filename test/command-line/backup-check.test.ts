import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Connection } from 'mongoose';
import { numberedId } from '../../src/platform/stored-ids.js';
import { haggle } from '../support/haggle.js';
import { dropOwnDatabase } from '../support/own-database.js';
import { databaseOfBefore } from './databases.js';

let connection: Connection;
let env: Record<string, string>;

beforeAll(async () => {
  ({ connection, env } = await databaseOfBefore());
  expect(await haggle(['migrate'], env)).toMatchObject({ code: 0 });
}, 60_000);

afterAll(() => dropOwnDatabase(connection), 60_000);

const failures = async (...args: string[]) => {
  const { code, out, err } = await haggle(['backup:check', ...args], env);
  return [code, err, out.split('\n').filter((line) => line.startsWith('fail'))] as const;
};

test('a database that is whole is found whole, by a sample and by all', async () => {
  expect(await failures()).toEqual([0, '', []]);
  expect(await failures('--all')).toEqual([0, '', []]);
});

test('a hole, a lost end, a lost index and names of nothing are found', async () => {
  const db = connection.db!;
  const talk = (await db.collection<{ _id: string }>('conversations').findOne())!._id;
  const messages = db.collection<{ _id: unknown }>('messages');
  const damages: [() => Promise<unknown>, RegExp][] = [
    [
      () => messages.deleteOne({ _id: numberedId(talk, 2) }),
      /logs have no holes: 1 of 1, such as .* has 3 where 2 belongs/,
    ],
    [() => messages.deleteOne({ _id: numberedId(talk, 4) }), /not ahead of their logs: 2 of 2/],
    [() => messages.dropIndex('once'), /indexes are there.* messages .*unique/],
    [
      () => db.collection('listings').deleteMany({}),
      /listingId of conversations is in listings: 1 of 1/,
    ],
  ];
  let found = 0;
  for (const [damage, line] of damages) {
    await damage();
    for (const args of [[], ['--all']]) {
      const [code, err, lines] = await failures(...args);
      expect([code, err]).toEqual([1, '']);
      expect(lines.join('\n')).toMatch(line);
      expect(lines.length).toBeGreaterThan(found);
    }
    found += 1;
  }
});
