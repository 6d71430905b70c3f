import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import * as fakeIndexedDb from 'fake-indexeddb';
import {
  createHaggleClient,
  indexedDbOutbox,
  type HaggleClient,
  type HaggleClientOptions,
} from '../../client/index.js';
import { createPhotos } from '../../client/photos.js';
import type { Databases } from '../../client/indexed-db-outbox.js';
import { ScriptedGateway } from './scripted-gateway.js';

/** Photos that wait in the outbox beside their words. */

/** Its types speak of a browser's globals. */
const { IDBFactory } = fakeIndexedDb as unknown as { IDBFactory: new () => Databases };

let gateway: ScriptedGateway;
let databases: Databases;
/** What came to be uploaded, by its type, and what is answered to it. */
let came: string[];
let answer: (type: string) => Promise<Response>;
let clients: HaggleClient[];

beforeEach(() => {
  jest.useFakeTimers();
  gateway = new ScriptedGateway();
  databases = new IDBFactory();
  came = [];
  clients = [];
  answer = (type) => Promise.resolve(stored(`id of ${type}`));
});
afterEach(() => {
  for (const client of clients) client.close();
  jest.useRealTimers();
});

const passes = (ms: number) => jest.advanceTimersByTimeAsync(ms);
const stored = (id: string) => new Response(JSON.stringify({ id }), { status: 201 });
const refusal = (code: string, status: number) =>
  new Response(JSON.stringify({ code, detail: code }), { status });
const photo = (type: string) => new Blob(['light'], { type });
const sent = () =>
  gateway.asked.filter(({ event }) => event === 'message:send').map(({ payload }) => payload);

function aClient(options: Partial<HaggleClientOptions> = { photos: createPhotos }): HaggleClient {
  const client = createHaggleClient({
    url: 'http://gateway.test',
    getToken: () => Promise.resolve('token'),
    userId: gateway.me,
    openSocket: gateway.openSocket,
    outbox: indexedDbOutbox('outbox', databases),
    ...options,
    fetch: (input, init) => {
      const url = input instanceof Request ? input.url : input.toString();
      // All photos go over the gateway.
      if (gateway.reachable && url.endsWith('/images/uploads'))
        return Promise.resolve(refusal('NOT_FOUND', 404));
      if (!gateway.reachable || !url.endsWith('/images')) return gateway.fetch(input, init);
      const { type } = (init!.body as FormData).get('image') as File;
      came.push(type);
      return new Promise((resolve, reject) => {
        void answer(type).then(resolve);
        init!.signal!.addEventListener('abort', () => reject(new Error('aborted')));
      });
    },
  });
  clients.push(client);
  client.connect();
  return client;
}

test('photos that were sent offline go out after a restart of the app, once, and before what was written after them', async () => {
  gateway.reachable = false;
  const before = aClient();
  const room = before.room('talk');
  const { clientMessageId } = room.send({
    photos: [photo('image/png'), 'uploaded before', photo('image/webp')],
    text: 'the scratch',
  });
  room.send({ text: 'see?' });
  await passes(1_000);
  expect(room.snapshot().pending).toMatchObject([
    { kind: 'image', state: 'sending', text: 'the scratch', tried: false },
    { text: 'see?' },
  ]);
  before.disconnect();

  const after = aClient();
  await passes(1_000);
  const [waiting] = after.outbox.snapshot();
  expect(waiting).toMatchObject({ clientMessageId, photos: [{ size: 5 }, 'uploaded before', {}] });
  gateway.reachable = true;
  after.wake();
  await passes(2_000);
  expect(came).toEqual(['image/png', 'image/webp']);
  expect(sent()).toMatchObject([
    {
      clientMessageId,
      kind: 'image',
      imageIds: ['id of image/png', 'uploaded before', 'id of image/webp'],
      text: 'the scratch',
    },
    { text: 'see?' },
  ]);
  expect(sent()[0]).not.toHaveProperty('photos');
  expect(after.outbox.snapshot()).toEqual([]);
});

test('what is uploaded is not uploaded again: a message that is sent once more names the same images', async () => {
  const before = aClient();
  await passes(100);
  let isRefused = true;
  answer = (type) =>
    Promise.resolve(
      type === 'image/heic' && isRefused ? refusal('UNSUPPORTED_TYPE', 415) : stored(`1 ${type}`),
    );
  const { done } = before.room('talk').send({ photos: [photo('image/png'), photo('image/heic')] });
  await passes(1_000);
  await expect(done).rejects.toMatchObject({ code: 'UNSUPPORTED_TYPE' });
  expect(sent()).toEqual([]);
  before.close();

  const after = aClient();
  await passes(1_000);
  expect(after.outbox.snapshot()).toMatchObject([
    { state: 'failed', error: { code: 'UNSUPPORTED_TYPE' } },
  ]);
  isRefused = false;
  came = [];
  after.room('talk').retry(after.outbox.snapshot()[0]!.clientMessageId);
  await passes(1_000);
  expect(came).toEqual(['image/heic']);
  expect(sent()).toMatchObject([{ imageIds: ['1 image/png', '1 image/heic'] }]);
});

test('a message that is discarded gives its uploads up, and holds nothing up', async () => {
  const client = aClient();
  await passes(100);
  answer = () => new Promise(() => undefined);
  const room = client.room('talk');
  const { clientMessageId, done } = room.send({ photos: [photo('image/png')] });
  room.send({ text: 'never mind' });
  await passes(1_000);
  expect(came).toEqual(['image/png']);
  expect(sent()).toEqual([]);
  room.discard(clientMessageId);
  await expect(done).rejects.toMatchObject({ code: 'DISCARDED' });
  await passes(1_000);
  expect(sent()).toMatchObject([{ text: 'never mind' }]);
  expect(client.outbox.snapshot()).toEqual([]);
});

test('when the photos of an hour are used up, the message says so and what follows goes out', async () => {
  const client = aClient();
  await passes(100);
  answer = () =>
    Promise.resolve(
      new Response(JSON.stringify({ code: 'RATE_LIMITED' }), {
        status: 429,
        headers: { 'retry-after': '1800' },
      }),
    );
  const room = client.room('talk');
  room.send({ photos: [photo('image/png')] });
  room.send({ text: 'later then' });
  await passes(1_000);
  expect(client.outbox.snapshot()).toMatchObject([
    { state: 'failed', error: { code: 'RATE_LIMITED' } },
  ]);
  expect(sent()).toMatchObject([{ text: 'later then' }]);
});

test('a client that was not told how photos are uploaded refuses them, and sends what follows', async () => {
  const client = aClient({});
  await passes(100);
  const room = client.room('talk');
  const { done } = room.send({ photos: [photo('image/png')] });
  room.send({ text: 'no photo then' });
  await passes(1_000);
  await expect(done).rejects.toMatchObject({ code: 'VALIDATION_FAILED' });
  expect(came).toEqual([]);
  expect(sent()).toMatchObject([{ text: 'no photo then' }]);
});
