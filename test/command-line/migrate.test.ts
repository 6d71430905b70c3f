import { afterAll, expect, test } from '@jest/globals';
import type { Connection } from 'mongoose';
import { migrations } from '../../src/migrations/migrations.js';
import { stores } from '../../src/migrations/stores.js';
import { collectionsOf } from '../../src/platform/store.js';
import { eventually } from '../support/eventually.js';
import { haggle, startHaggle } from '../support/haggle.js';
import { dropOwnDatabase } from '../support/own-database.js';
import { callRest } from '../support/person.js';
import { ServerProcess } from '../support/server-process.js';
import { signingKey } from '../support/signing-key.js';
import { databaseOfBefore, emptyDatabase } from './databases.js';

const opened: Connection[] = [];
let gateway: ServerProcess | undefined;
afterAll(async () => {
  await gateway?.kill();
  await Promise.all(opened.map(dropOwnDatabase));
}, 60_000);

const kept = (made: Awaited<ReturnType<typeof emptyDatabase>>) => {
  opened.push(made.connection);
  return made;
};

/** Every index by collection and name, without what MongoDB adds. */
async function indexesOf({ db }: Connection) {
  const names = collectionsOf(stores).map(({ name }) => name);
  const all = await Promise.all(
    names.sort().map(async (name) => {
      const indexes = await db!.collection(name).indexes();
      return indexes
        .map(({ v: _v, background: _b, ...index }) => ({ collection: name, index }))
        .sort((a, b) => (String(a.index.name) < String(b.index.name) ? -1 : 1));
    }),
  );
  return all.flat();
}

let ofEmpty: Awaited<ReturnType<typeof indexesOf>>;

test('an empty database gets every collection and index, once', async () => {
  const { connection, env } = kept(await emptyDatabase());
  expect(await haggle(['migrate', '--check'], env)).toMatchObject({
    code: 1,
    out: expect.stringMatching(/^(missing .*\n)+$/),
  });
  // Of several runs at once one works.
  const runs = await Promise.all([1, 2, 3].map(() => haggle(['migrate'], env)));
  expect(runs.map(({ code, err }) => [code, err])).toEqual(runs.map(() => [0, '']));
  for (const { id } of migrations)
    expect(runs.filter(({ out }) => out.includes(`${id}: done`))).toHaveLength(1);
  ofEmpty = await indexesOf(connection);
  const declared = collectionsOf(stores).flatMap(({ name, indexes }) =>
    indexes.map(({ key }) => [name, key]),
  );
  for (const [name, key] of declared)
    expect(ofEmpty).toContainEqual({ collection: name, index: expect.objectContaining({ key }) });
  expect(await haggle(['migrate', '--check'], env)).toMatchObject({ code: 0 });
  expect((await haggle(['migrate'], env)).out).toContain('Nothing to do');
});

test('a gateway waits for the blocking ones, then serves what the version before stored', async () => {
  const { connection, env } = kept(await databaseOfBefore());
  gateway = new ServerProcess('node-1', 'dist/src/main.js', {
    ...env,
    REDIS_URL: process.env['TEST_REDIS_URL']!,
    REDIS_PREFIX: connection.name,
    JWT_KEYS: signingKey,
    LOG_LEVEL: 'info',
    NODE_ID: 'node-1',
  });
  const ready = gateway.start();
  ready.catch(() => undefined);
  await eventually('it says what it waits for', () =>
    gateway!.log.includes('"missing":["0001-collections-and-indexes"'),
  );
  expect(gateway.log).toContain('haggle.js migrate');
  expect(gateway.log).not.toContain('gateway is ready');
  const run = await haggle(['migrate', '--blocking-only'], env);
  expect(run).toMatchObject({ code: 0, err: '' });
  await ready;
  // It serves without the others, and says so.
  expect(gateway.log).toMatch(
    /"missing":\["0002-indexes-of-words","0003-[^\]]*\].*migrations are missing/,
  );
  expect(await haggle(['migrate'], env)).toMatchObject({ code: 0, err: '' });
  expect(await indexesOf(connection)).toEqual(ofEmpty);

  const call = <T>(method: string, path: string, token?: string, body?: object) =>
    callRest<T>(gateway!.url, method, `/v1${path}`, {
      body,
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    });
  const login = { email: 'minji@before.example', password: 'correct horse battery' };
  const { accessToken } = (
    await call<{ accessToken: string }>('POST', '/auth/login', undefined, login)
  ).body;
  const talks = (
    await call<{ items: { id: string; lastSeq: number }[] }>('GET', '/conversations', accessToken)
  ).body.items;
  const entries = (
    await call<{ items: { seq: number }[] }>(
      'GET',
      `/conversations/${talks[0]!.id}/messages`,
      accessToken,
    )
  ).body.items;
  expect(talks).toHaveLength(1);
  expect(entries.map(({ seq }) => seq).sort()).toEqual([1, 2, 3, 4]);
  const sent = await call('POST', `/conversations/${talks[0]!.id}/messages`, accessToken, {
    clientMessageId: 'after-the-migration',
    text: '내일 봬요',
  });
  expect(sent).toMatchObject({ status: 201, body: { message: { seq: 5 } } });
});

test('a run that is killed half-way is followed once its lease has run out', async () => {
  const { connection, db, env } = kept(await emptyDatabase());
  await db.createCollection('deals');
  // An index of a collection waits for whoever writes to it.
  const session = await connection.startSession();
  session.startTransaction();
  await db.collection('deals').insertOne({}, { session });
  const leases = db.collection<{ _id: string; holder: string }>('relayLeases');
  const killed = startHaggle(['migrate'], env);
  await eventually('it holds the lease', () => leases.findOne({ holder: /process/ }));

  const second = await haggle(['migrate', '--wait', '0'], env);
  expect(second.code).toBe(1);
  expect(second.err).toContain(`process ${killed.child.pid}`);

  killed.child.kill('SIGKILL');
  await killed.ended;
  await session.abortTransaction();
  await session.endSession();
  expect((await haggle(['migrate', '--wait', '0'], env)).code).toBe(1);
  await leases.updateOne({ _id: 'migrations' }, { $set: { until: new Date() } });
  expect(await haggle(['migrate', '--wait', '0'], env)).toMatchObject({ code: 0, err: '' });
  expect(await indexesOf(connection)).toEqual(ofEmpty);
});

test('what cannot be done is said in one line', async () => {
  expect(await haggle(['migrate'])).toMatchObject({
    code: 1,
    err: expect.stringContaining('MONGODB_URI is missing'),
  });
  const env = { MONGODB_URI: process.env['TEST_MONGODB_URI']! };
  expect(await haggle(['migrate', '--again', '0000-nothing'], env)).toMatchObject({
    code: 1,
    err: 'There is no migration 0000-nothing. "haggle migrate --check" lists them.\n',
  });
});
