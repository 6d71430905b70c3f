import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import {
  createHaggleClient,
  memoryOutbox,
  type HaggleClient,
  type HaggleClientOptions,
  type StoredSession,
} from '../../client/index.js';
import { createPhotos } from '../../client/photos.js';
import {
  createMockGateway,
  type MockGateway,
  type MockPerson,
} from '../../client/testing/index.js';

/** What is under way when a client is closed for good. */

let gateway: MockGateway;
let minji: MockPerson;
let id: string;
const clients: HaggleClient[] = [];

beforeEach(() => {
  jest.useFakeTimers();
  gateway = createMockGateway();
  minji = gateway.addPerson('민지');
  id = gateway.addConversation({ buyer: minji, seller: gateway.addPerson('준호') });
});
afterEach(() => {
  for (const client of clients.splice(0)) client.close();
  gateway.close();
  jest.useRealTimers();
});

const passes = (ms: number) => jest.advanceTimersByTimeAsync(ms);
const never = () => new Promise<never>(() => undefined);
const closed = { code: 'CLOSED', retryable: false };

function aClient(options: Partial<HaggleClientOptions> = {}): HaggleClient {
  const client = createHaggleClient({ ...gateway.options(minji), ...options });
  clients.push(client);
  return client;
}
async function live(options?: Partial<HaggleClientOptions>): Promise<HaggleClient> {
  const client = aClient(options);
  client.connect();
  await passes(100);
  expect(client.state.snapshot().phase).toBe('live');
  return client;
}

/** Closes it: what is under way is refused without a moment's wait, and no timer keeps a process of Node alive. */
async function refusesAll(client: HaggleClient, underWay: readonly Promise<unknown>[]) {
  const settled = Promise.allSettled(underWay);
  client.close();
  const outcomes = await settled;
  expect(outcomes).toEqual(
    underWay.map(() => ({ status: 'rejected', reason: expect.objectContaining(closed) })),
  );
  gateway.close();
  await passes(0);
  expect(jest.getTimerCount()).toBe(0);
}

test('calls and requests that nobody has answered are refused, and their connections given up', async () => {
  const signals: AbortSignal[] = [];
  const client = await live();
  // As a platform that gives nothing up.
  const deaf = aClient({
    fetch: (_input, init) => {
      signals.push(init!.signal!);
      return never();
    },
  });
  const calls = [deaf.api.getConversation(id), deaf.open({ listingId: 'one' })];
  await passes(0);
  expect(signals.map(({ aborted }) => aborted)).toEqual([false, false]);
  for (const event of ['message:edit', 'offer:make', 'message:send'] as const) gateway.drop(event);
  const room = client.room(id);
  const requests = [room.edit(1, '7시'), room.makeOffer(1_000), room.send({ text: '안녕' }).done];
  await passes(0);

  const both = Promise.allSettled([...calls, ...requests]);
  deaf.close();
  await refusesAll(client, requests);
  expect(await both).toEqual(
    Array(5).fill({ status: 'rejected', reason: expect.objectContaining(closed) }),
  );
  expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
});

test('calls that wait for a token are refused, wherever it comes from', async () => {
  const fromApp = aClient({ getToken: never });
  const locked = aClient({
    ...gateway.network,
    getToken: undefined,
    // Another tab is renewing, and does not end.
    tokens: { ...kept(runOut()), exclusively: never },
  });
  await locked.restore();
  const waiting = [fromApp.api.getConversation(id), locked.api.getConversation(id)];
  await passes(0);
  locked.close();
  await refusesAll(fromApp, waiting);
});

test('calls after it are refused, too, and nothing is sent', async () => {
  let asked = 0;
  const client = await live({ fetch: (...args) => ((asked += 1), gateway.network.fetch(...args)) });
  client.close();
  const before = asked;
  const late = [
    client.api.getConversation(id),
    client.call({ method: 'POST', path: '/me/export' }),
    client.logIn(minji),
    client.room(id).edit(1, '7시'),
    client.room('of which nothing is known').load(),
    client.room(id).send({ text: '안녕' }).done,
    createPhotos(client).upload(photo()),
  ];
  await refusesAll(client, late);
  expect(asked).toBe(before);
});

test('a sign-in under way does not connect a client that was closed meanwhile', async () => {
  let save = () => undefined as void;
  const tokens = { load: () => null, save: () => new Promise<void>((resolve) => (save = resolve)) };
  const client = aClient({ ...gateway.network, getToken: undefined, tokens });
  const signedIn = client.logIn(minji);
  await passes(10);
  const refused = expect(signedIn).rejects.toMatchObject(closed);
  client.close();
  save();
  await refused;
  await passes(60_000);
  expect(client.state.snapshot().phase).toBe('idle');
});

test('a logout that the server did not answer is told again by the next run of the app', async () => {
  const tokens = kept(null);
  const options = { ...gateway.network, getToken: undefined, tokens };
  let isSilent = false;
  const before = aClient({
    ...options,
    fetch: (...args) => (isSilent ? never() : gateway.network.fetch(...args)),
  });
  const signedIn = before.logIn(minji);
  await passes(100);
  await signedIn;
  isSilent = true;
  const left = before.logOut();
  await passes(10);
  before.close();
  await passes(60_000);
  await left;
  expect(tokens.stored()?.left).toHaveLength(1);
  // Told once: a client that is closed tries nothing again.
  expect(jest.getTimerCount()).toBe(0);

  await aClient(options).restore();
  await passes(100);
  expect(tokens.stored()).toBeNull();
});

test('photos end with the client, at whatever step, and their message waits for the next run', async () => {
  const outbox = memoryOutbox();
  const fates: (() => Promise<Response>)[] = [];
  const fetch: typeof globalThis.fetch = (input, init) =>
    (input as string).includes('/images')
      ? (fates.shift() ?? never)()
      : gateway.network.fetch(input, init);
  const client = await live({ outbox, photos: createPhotos, fetch });
  const uploads = createPhotos(client);
  const busy = () => Promise.resolve(problem('RATE_LIMITED', 429, { 'retry-after': '30' }));
  fates.push(busy, never);
  // One waits for its next try, one for its answer, and the third for its turn.
  const alone = ['a', 'b', 'c'].map(() => uploads.upload(photo()));
  const sent = client.room(id).send({ photos: [photo()], text: '흠집' });
  await passes(1_000);

  await refusesAll(client, [...alone, sent.done]);
  const [waiting, ...others] = await outbox.load(minji.id);
  expect(others).toEqual([]);
  expect(waiting).toMatchObject({ clientMessageId: sent.clientMessageId, tried: false });
  expect(waiting).not.toHaveProperty('failure');
});

const photo = () => new File([new Uint8Array(10)], 'a.jpg', { type: 'image/jpeg' });
const problem = (code: string, status: number, headers = {}) =>
  new Response(JSON.stringify({ code }), { status, headers });

/** A storage that holds this session. */
function kept(session: StoredSession | null) {
  let stored = session;
  return {
    load: () => stored,
    save: (changed: StoredSession | null) => void (stored = changed),
    stored: () => stored,
  };
}
/** A session whose token must be renewed before it is used. */
const runOut = (): StoredSession => ({
  user: { id: minji.id } as StoredSession['user'],
  accessToken: 'run out',
  refreshToken: 'refresh',
  renewAt: 0,
});
