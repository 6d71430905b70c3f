import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import * as fakeIndexedDb from 'fake-indexeddb';
import {
  createHaggleClient,
  indexedDbOutbox,
  memoryOutbox,
  type HaggleClientOptions,
  type Locks,
  type OutboxStorage,
} from '../../client/index.js';
import type { Databases } from '../../client/indexed-db-outbox.js';
import { ScriptedGateway } from './scripted-gateway.js';

/** Its types speak of a browser's globals. */
const { IDBFactory } = fakeIndexedDb as unknown as { IDBFactory: new () => Databases };

let gateway: ScriptedGateway;
let databases: Databases;

beforeEach(() => {
  jest.useFakeTimers();
  gateway = new ScriptedGateway();
  databases = new IDBFactory();
});
afterEach(() => void jest.useRealTimers());

const passes = (ms: number) => jest.advanceTimersByTimeAsync(ms);
const stored = () => indexedDbOutbox('outbox', databases);
const clientOf = (options: Partial<HaggleClientOptions> = {}) =>
  createHaggleClient({
    url: 'http://gateway.test',
    getToken: () => Promise.resolve('token'),
    userId: gateway.me,
    openSocket: gateway.openSocket,
    fetch: gateway.fetch,
    outbox: stored(),
    ...options,
  });
const texts = () => gateway.log.map(({ text }) => text);

/** Web Locks of one browser: a lock goes to one holder at a time, in the order of asking. */
function browserLocks(): Locks {
  const queues = new Map<string, Promise<void>>();
  return {
    request: (name, task) => {
      const turn = (queues.get(name) ?? Promise.resolve()).then(task);
      queues.set(
        name,
        turn.catch(() => undefined),
      );
      return turn;
    },
  };
}

test('what was written offline is sent in its order after a restart of the app, each message once', async () => {
  gateway.reachable = false;
  const before = clientOf();
  before.connect();
  const keys = ['one', 'two', 'three'].map(
    (text) => before.room('talk').send({ text }).clientMessageId,
  );
  await passes(1_000);
  // The app is killed: nothing of this client runs on, and its socket never gets through.

  const after = clientOf();
  after.connect();
  await passes(1_000);
  expect(after.outbox.snapshot().map(({ clientMessageId }) => clientMessageId)).toEqual(keys);
  before.disconnect();
  gateway.reachable = true;
  after.wake();
  await passes(1_000);
  expect(texts()).toEqual(['one', 'two', 'three']);
  expect(
    after
      .room('talk')
      .snapshot()
      .entries.map(({ key }) => key),
  ).toEqual(keys);
  expect(after.outbox.snapshot()).toEqual([]);
  expect(await read()).toEqual([]);
  after.close();
});

test('a message whose answer the crash swallowed is sent again as the same one, under the same key', async () => {
  const before = clientOf();
  before.connect();
  await passes(100);
  let turn = 0;
  gateway.fate = () => ({ ms: 1, lost: (turn += 1) > 1 });
  const { clientMessageId } = before.room('talk').send({ text: 'only once' });
  await passes(50);
  expect(texts()).toEqual(['only once']);
  gateway.connected[0]!.cut();
  before.disconnect();
  gateway.fate = () => ({ ms: 1 });

  const after = clientOf();
  const keys = new Set<string>();
  const room = after.room('talk');
  room.subscribe(() => {
    const { entries, pending } = room.snapshot();
    for (const key of [
      ...entries.map((one) => one.key),
      ...pending.map((one) => one.clientMessageId),
    ])
      keys.add(key);
    expect(entries.length + pending.length).toBeLessThan(2);
  });
  after.connect();
  await passes(1_000);
  expect(texts()).toEqual(['only once']);
  expect(room.snapshot().entries).toHaveLength(1);
  expect([...keys]).toEqual([clientMessageId]);
  after.close();
});

test('a refused message stays over a restart with its reason, until it is sent again or discarded', async () => {
  gateway.answer = (event) =>
    event === 'message:send'
      ? {
          ok: false,
          error: { code: 'CONVERSATION_CLOSED', message: 'It is closed', retryable: false },
        }
      : undefined;
  const before = clientOf();
  before.connect();
  await passes(100);
  const first = before.room('talk').send({ text: 'first' });
  const second = before.room('talk').send({ text: 'second' });
  await passes(100);
  await expect(first.done).rejects.toMatchObject({ code: 'CONVERSATION_CLOSED' });
  before.close();

  const after = clientOf();
  after.connect();
  await passes(1_000);
  expect(after.outbox.snapshot()).toMatchObject([
    { text: 'first', state: 'failed', error: { code: 'CONVERSATION_CLOSED' } },
    { text: 'second', state: 'failed' },
  ]);
  gateway.answer = () => undefined;
  after.outbox.discard(first.clientMessageId);
  const again = after.outbox.retry(second.clientMessageId);
  await passes(100);
  expect(await again.done).toMatchObject({ text: 'second', seq: 1 });
  expect(after.outbox.snapshot()).toEqual([]);
  expect(await read()).toEqual([]);
  after.close();
});

test('a storage that fails costs no message of this run, and the app is told', async () => {
  const broken: OutboxStorage = {
    load: () => Promise.reject(new Error('no disk')),
    put: () => Promise.reject(new Error('disk full')),
    remove: () => Promise.reject(new Error('no disk')),
    clear: () => Promise.reject(new Error('no disk')),
  };
  const client = clientOf({ outbox: broken });
  const errors: string[] = [];
  client.on('error', ({ code, message }) => errors.push(`${code} ${message}`));
  gateway.reachable = false;
  client.connect();
  const { done } = client.room('talk').send({ text: 'still here' });
  await passes(1_000);
  gateway.reachable = true;
  client.wake();
  await passes(1_000);
  expect(await done).toMatchObject({ text: 'still here' });
  expect(errors).toContain('STORAGE disk full');
  client.close();
});

test('a storage that never answers does not hold the connection up', async () => {
  const silent = () => new Promise<never>(() => undefined);
  const client = clientOf({ outbox: { load: silent, put: silent, remove: silent, clear: silent } });
  client.connect();
  const { done } = client.room('talk').send({ text: 'through' });
  await passes(2_000);
  expect(client.state.snapshot().phase).toBe('live');
  expect(await done).toMatchObject({ text: 'through' });
  client.close();
});

test('a tab sends what another one left behind, and leaves alone what a living one holds', async () => {
  const locks = browserLocks();
  const nowhere = new ScriptedGateway();
  nowhere.reachable = false;
  const first = clientOf({ locks, openSocket: nowhere.openSocket });
  first.connect();
  await passes(100);
  first.room('talk').send({ text: 'from the first tab' });
  await passes(1_000);

  const second = clientOf({ locks });
  second.connect();
  await passes(5_000);
  expect(second.state.snapshot().phase).toBe('live');
  expect(gateway.sends).toEqual([]);

  first.close();
  await passes(1_000);
  expect(texts()).toEqual(['from the first tab']);
  expect(gateway.sends).toHaveLength(1);
  expect(await read()).toEqual([]);
  second.close();
});

test('nobody else on the device sees or sends it, and signing out leaves nothing', async () => {
  gateway.reachable = false;
  const mine = clientOf();
  mine.connect();
  mine.room('talk').send({ text: 'mine alone' });
  await passes(1_000);
  mine.disconnect();

  const theirs = clientOf({ userId: 'somebody else' });
  theirs.connect();
  await passes(1_000);
  expect(theirs.outbox.snapshot()).toEqual([]);
  theirs.close();

  expect(await read()).toHaveLength(1);
  const left = mine.logOut();
  await passes(1_000);
  await left;
  expect(mine.outbox.snapshot()).toEqual([]);
  expect(mine.room('talk').snapshot().pending).toEqual([]);
  expect(await read()).toEqual([]);
  mine.close();
});

test('what is written before it is known who writes is theirs who connect', async () => {
  const storage = memoryOutbox();
  const client = clientOf({ userId: undefined, outbox: storage });
  gateway.answer = (event) =>
    event === 'message:send'
      ? { ok: false, error: { code: 'UNAVAILABLE', message: 'later', retryable: true } }
      : undefined;
  client.room('talk').send({ text: 'early' });
  await passes(10);
  expect(await storage.load(gateway.me)).toEqual([]);
  client.connect();
  await passes(100);
  expect(await storage.load(gateway.me)).toMatchObject([{ draft: { text: 'early' } }]);
  gateway.answer = () => undefined;
  await passes(60_000);
  expect(texts()).toEqual(['early']);
  client.close();
});

test('images, places and replies go out as they were written', async () => {
  const client = clientOf();
  client.connect();
  await passes(100);
  const room = client.room('talk');
  room.send({ imageIds: ['a', 'b'], text: 'both sides' }, { replyToSeq: 1 });
  room.send({ place: { latitude: 37.5, longitude: 127, name: 'Exit 2' } });
  await passes(100);
  const sent = gateway.asked.filter(({ event }) => event === 'message:send');
  expect(sent.map(({ payload }) => payload)).toMatchObject([
    { kind: 'image', imageIds: ['a', 'b'], text: 'both sides', replyToSeq: 1 },
    { kind: 'place', place: { latitude: 37.5, longitude: 127, name: 'Exit 2' } },
  ]);
  client.close();
});

async function read() {
  const found = stored().load(gateway.me);
  await passes(100);
  return found;
}
