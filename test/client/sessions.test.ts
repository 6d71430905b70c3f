import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import {
  createHaggleClient,
  memoryOutbox,
  type HaggleClient,
  type HaggleClientOptions,
  type OutboxStorage,
  type StoredSession,
  type TokenStorage,
} from '../../client/index.js';
import { createPhotos } from '../../client/photos.js';
import {
  createMockGateway,
  type MockGateway,
  type MockPerson,
} from '../../client/testing/index.js';

let gateway: MockGateway;
let minji: MockPerson, junho: MockPerson;
let id: string;
let outbox: OutboxStorage;
let tokens: TokenStorage & { kept: StoredSession | null };
/** What the REST door was asked, and a fate for each call; undefined lets it through. */
let asked: string[];
let last: Parameters<typeof fetch>;
let fate: (path: string) => Promise<Response> | undefined;
const clients: HaggleClient[] = [];

beforeEach(() => {
  jest.useFakeTimers();
  gateway = createMockGateway();
  [minji, junho] = [gateway.addPerson('민지'), gateway.addPerson('준호')];
  id = gateway.addConversation({ buyer: minji, seller: junho });
  outbox = memoryOutbox();
  asked = [];
  fate = () => undefined;
  tokens = {
    kept: null,
    load: () => tokens.kept,
    save: (session) => {
      tokens.kept = session && (JSON.parse(JSON.stringify(session)) as StoredSession);
    },
  };
});
afterEach(() => {
  for (const client of clients.splice(0)) client.close();
  gateway.close();
  jest.useRealTimers();
});

const passes = (ms: number) => jest.advanceTimersByTimeAsync(ms);
const never = () => new Promise<never>(() => undefined);
const isOffline = () => Promise.reject(new TypeError('no network'));

/** One run of the app on this device: its storages outlive it. */
function app(options: Partial<HaggleClientOptions> = {}): HaggleClient {
  const client = createHaggleClient({
    ...gateway.network,
    fetch: (input, init) => {
      const path = (input as string).slice(`${gateway.url}/v1`.length);
      asked.push(path);
      last = [input, init];
      return fate(path) ?? gateway.network.fetch(input, init);
    },
    tokens,
    outbox,
    ...options,
  });
  clients.push(client);
  return client;
}

async function signsIn(client: HaggleClient, person: MockPerson): Promise<void> {
  const signedIn = client.logIn(person);
  await passes(1_000);
  await signedIn;
  expect(client.state.snapshot().phase).toBe('live');
}

/** Runs to the end of what it needs. */
async function settled<T>(work: Promise<T>): Promise<T> {
  void work.catch(() => undefined);
  await passes(20_000);
  return work;
}
const texts = () => gateway.log(id).map(({ text }) => text);
const told = () => asked.filter((path) => path === '/auth/logout').length;

/** Written while nothing gets through, and cut off with the session. */
async function writesAndIsRevoked(client: HaggleClient, text: string) {
  gateway.goOffline();
  const sent = client.room(id).send({ text });
  let outcome = 'waits';
  sent.done.then(
    () => (outcome = 'sent'),
    (error: { code: string }) => (outcome = error.code),
  );
  await passes(10);
  gateway.signOut(minji);
  gateway.goOnline();
  await passes(60_000);
  expect(client.state.snapshot()).toEqual({ phase: 'signedOut', reason: 'SESSION_REVOKED' });
  return { ...sent, outcome: () => outcome };
}

test('what was written outlives a revoked session, and goes on when its author is back', async () => {
  const client = app();
  await signsIn(client, minji);
  junho.says(id, '있어요');
  await passes(100);
  const sent = await writesAndIsRevoked(client, '갈게요');
  expect(sent.outcome()).toBe('waits');
  expect(client.room(id).snapshot()).toMatchObject({
    entries: [],
    pending: [{ clientMessageId: sent.clientMessageId, state: 'sending' }],
  });

  await signsIn(client, minji);
  expect(sent.outcome()).toBe('sent');
  expect(texts()).toEqual(['있어요', '갈게요']);
  expect(client.outbox.snapshot()).toEqual([]);
  expect(client.room(id).snapshot().entries.at(-1)?.key).toBe(sent.clientMessageId);
});

test('a live socket that is told of the end keeps it as well', async () => {
  const client = app();
  await signsIn(client, minji);
  gateway.refuse('message:send', 'UNAVAILABLE', { times: 9, retryAfterMs: 100_000 });
  const { done } = client.room(id).send({ text: '갈게요' });
  await passes(10);
  gateway.signOut(minji);
  await passes(100);
  expect(client.state.snapshot()).toEqual({ phase: 'signedOut', reason: 'signedOut' });
  gateway.clearFaults();
  await signsIn(client, minji);
  expect(await settled(done)).toMatchObject({ text: '갈게요' });
});

test('also over a restart of the app', async () => {
  const before = app();
  await signsIn(before, minji);
  await writesAndIsRevoked(before, '갈게요');
  before.close();
  const after = app();
  expect(await settled(after.restore())).toBeNull();
  await signsIn(after, minji);
  expect(texts()).toEqual(['갈게요']);
});

test('somebody else on the device neither sees nor sends it, and it waits for its author', async () => {
  const client = app();
  await signsIn(client, minji);
  const sent = await writesAndIsRevoked(client, '민지의 말');
  const shown: unknown[] = [];
  client.outbox.subscribe(() => {
    if (client.userId.snapshot() === junho.id) shown.push(...client.outbox.snapshot());
  });
  await signsIn(client, junho);
  expect(sent.outcome()).toBe('DISCARDED');
  expect(client.room(id).snapshot().pending).toEqual([]);
  await settled(client.room(id).send({ text: '준호의 말' }).done);
  expect(shown.every((one) => (one as { text: string }).text === '준호의 말')).toBe(true);
  expect(texts()).toEqual(['준호의 말']);

  // Not even in a later run of the app.
  client.close();
  const later = app();
  await settled(later.restore());
  await passes(1_000);
  expect(later.userId.snapshot()).toBe(junho.id);
  expect(texts()).toEqual(['준호의 말']);

  // In the same run as somebody else's.
  await signsIn(later, minji);
  expect(texts()).toEqual(['준호의 말', '민지의 말']);
});

test('people who take turns within one run of the app get back what is theirs', async () => {
  const client = app();
  await signsIn(client, minji);
  await writesAndIsRevoked(client, '민지의 말');
  await signsIn(client, junho);
  await signsIn(client, minji);
  expect(texts()).toEqual(['민지의 말']);
});

test('with tokens of the app: another person takes over nothing', async () => {
  let current = minji;
  const device = { [minji.id]: gateway.options(minji), [junho.id]: gateway.options(junho) };
  const getToken = () => device[current.id]!.getToken();
  const client = app({ getToken });
  client.connect();
  await passes(1_000);
  gateway.refuse('message:send', 'UNAVAILABLE', { times: 9, retryAfterMs: 100_000 });
  client.room(id).send({ text: '민지의 말' });
  await passes(10);
  client.disconnect();
  gateway.clearFaults();
  current = junho;
  client.connect();
  await passes(1_000);
  expect(client.outbox.snapshot()).toEqual([]);
  client.close();
  const later = app({ getToken });
  later.connect();
  await passes(200_000);
  expect(texts()).toEqual([]);
  current = minji;
  later.disconnect();
  later.connect();
  await passes(1_000);
  expect(texts()).toEqual(['민지의 말']);
});

test('signing out on purpose gives up what waits', async () => {
  const client = app();
  await signsIn(client, minji);
  gateway.goOffline();
  const { done } = client.room(id).send({ text: '안 갈 말' });
  const refused = expect(done).rejects.toMatchObject({ code: 'DISCARDED' });
  await settled(client.logOut());
  await refused;
  gateway.goOnline();
  await signsIn(client, minji);
  expect(texts()).toEqual([]);
});

test('a refresh whose answer never comes signs nobody out, and loses nothing', async () => {
  const client = app();
  await signsIn(client, minji);
  let lost = 0;
  fate = (path) => {
    if (path !== '/auth/refresh' || lost === 3) return undefined;
    lost += 1;
    return lost === 1 ? new Promise(() => undefined) : isOffline();
  };
  gateway.expireTokens();
  gateway.disconnect(minji);
  const { done } = client.room(id).send({ text: '갈게요' });
  await passes(60_000);
  expect(lost).toBe(3);
  expect(await done).toMatchObject({ text: '갈게요' });
  expect(client.state.snapshot().phase).toBe('live');
});

test.each([401, 403, 404, 408, 425, 499, 502, 520])(
  'a proxy that answers %i for itself ends no session',
  async (status) => {
    const client = app();
    await signsIn(client, minji);
    let left = 2;
    fate = (path) =>
      path === '/auth/refresh' && (left -= 1) >= 0
        ? Promise.resolve(new Response('<html>', { status }))
        : undefined;
    gateway.expireTokens();
    const answer = client.api.getConversation(id).catch((error: unknown) => error);
    expect(await settled(answer)).toMatchObject({ code: 'UNAVAILABLE', retryable: true, status });
    gateway.disconnect(minji);
    await passes(10_000);
    expect(client.state.snapshot().phase).toBe('live');
  },
);

test('a logout without a network is told to the server when there is one again', async () => {
  const client = app();
  await signsIn(client, minji);
  fate = isOffline;
  await settled(client.logOut());
  expect(client.userId.snapshot()).toBeUndefined();
  expect(tokens.kept).toEqual({ left: [expect.anything()] });
  fate = () => undefined;
  asked = [];
  await passes(60_000);
  expect(told()).toBe(1);
  expect(tokens.kept).toBeNull();
  await passes(600_000);
  expect(told()).toBe(1);
  // Nothing runs on.
  expect(jest.getTimerCount()).toBe(0);
});

test('at once when the platform says so', async () => {
  const online = new Set<() => void>();
  const appState = {
    onActive: () => () => undefined,
    onOffline: () => () => undefined,
    onOnline: (listener: () => void) => {
      online.add(listener);
      return () => void online.delete(listener);
    },
  };
  const client = app({ appState });
  await signsIn(client, minji);
  fate = isOffline;
  await settled(client.logOut());
  await passes(600_000);
  fate = () => undefined;
  asked = [];
  for (const listener of online) listener();
  await passes(0);
  expect(told()).toBe(1);
});

test('it survives a restart of the app, and an access token that has run out meanwhile', async () => {
  const before = app();
  await signsIn(before, minji);
  const socket = gateway.options(minji);
  fate = isOffline;
  await settled(before.logOut());
  before.close();
  gateway.expireTokens();
  fate = () => undefined;
  asked = [];

  const after = app();
  expect(await settled(after.restore())).toBeNull();
  expect(asked).toEqual(['/auth/logout', '/auth/refresh', '/auth/logout']);
  expect(tokens.kept).toBeNull();
  expect(socket.userId).toBe(minji.id);
});

test('whoever signs in meanwhile stays signed in, and the logout is told all the same', async () => {
  const client = app();
  await signsIn(client, minji);
  fate = isOffline;
  await settled(client.logOut());
  fate = (path) => (path === '/auth/logout' ? isOffline() : undefined);
  await signsIn(client, junho);
  expect(tokens.kept).toMatchObject({ user: { id: junho.id }, left: [expect.anything()] });
  fate = () => undefined;
  asked = [];
  await passes(60_000);
  expect(told()).toBe(1);
  expect(client.userId.snapshot()).toBe(junho.id);
  expect(client.state.snapshot().phase).toBe('live');
  expect(tokens.kept).toMatchObject({ user: { id: junho.id } });
  expect(tokens.kept).not.toHaveProperty('left');
});

test('a refresh under way brings nobody back who has signed out', async () => {
  const client = app();
  await signsIn(client, minji);
  let answer = () => undefined as void;
  fate = (path) =>
    path === '/auth/refresh'
      ? new Promise<void>((resolve) => (answer = resolve)).then(() => {
          fate = () => undefined;
          return gateway.network.fetch(`${gateway.url}/v1/me`, {});
        })
      : undefined;
  gateway.expireTokens();
  const call = client.api.getConversation(id).catch((error: unknown) => error);
  await passes(10);
  const out = client.logOut();
  answer();
  await settled(out);
  await settled(call);
  expect(client.userId.snapshot()).toBeUndefined();
  expect(client.session.snapshot()).toBeNull();
});

test('a session that the server does not know any more owes nothing', async () => {
  const client = app();
  await signsIn(client, minji);
  fate = isOffline;
  await settled(client.logOut());
  gateway.signOut(minji);
  fate = () => undefined;
  await passes(60_000);
  expect(tokens.kept).toBeNull();
});

test('a photo goes straight to a gateway that says that it has no bucket', async () => {
  const client = app();
  await signsIn(client, minji);
  const photo = new File([new Uint8Array(10)], 'a.jpg', { type: 'image/jpeg' });
  asked = [];
  const photos = createPhotos(client);
  for (let turn = 0; turn < 2; turn += 1) await settled(photos.upload(photo));
  expect(asked).toEqual(['/images', '/images']);

  // An older server does not say, and is asked once.
  asked = [];
  const older = createPhotos({ call: client.call });
  for (let turn = 0; turn < 2; turn += 1) await settled(older.upload(photo));
  expect(asked).toEqual(['/images/uploads', '/images', '/images']);
});

test('a room is loaded also by who asks right after signing in, once the connection is there', async () => {
  junho.says(id, '있어요');
  const client = app();
  gateway.setLatency(50);
  const signedIn = client.logIn(minji);
  await passes(100);
  await signedIn;
  const room = client.room(id);
  const loaded = room.load();
  await passes(0);
  expect(client.state.snapshot().phase).toBe('connecting');
  await passes(1_000);
  await loaded;
  expect(room.snapshot().entries).toMatchObject([{ message: { text: '있어요' } }]);
});

test('a room is not waited for when the connection does not come', async () => {
  junho.says(id, '있어요');
  const client = app();
  gateway.refuse('connection', 'UNAVAILABLE', { retryAfterMs: 60_000 });
  const signedIn = client.logIn(minji);
  const loaded = signedIn.then(() => client.room(id).load());
  const refused = expect(loaded).rejects.toMatchObject({ code: 'NETWORK', retryable: true });
  await passes(100);
  await refused;
  expect(client.state.snapshot().phase).toBe('waiting');
});

test('a room that is loaded while the client catches up waits for it, and asks for nothing beside it', async () => {
  junho.says(id, '있어요');
  const pulls: unknown[] = [];
  const client = app({
    openSocket: (...made) => {
      const socket = gateway.network.openSocket(...made);
      const timeout = socket.timeout.bind(socket);
      return Object.assign(socket, {
        timeout: (ms: number): ReturnType<typeof timeout> => ({
          emitWithAck: (event, payload) => {
            if (event === 'sync:pull') pulls.push(payload);
            return timeout(ms).emitWithAck(event, payload);
          },
        }),
      });
    },
  });
  gateway.setLatency(50);
  const signedIn = client.logIn(minji);
  await passes(100);
  await signedIn;
  await passes(100);
  expect(client.state.snapshot().phase).toBe('syncing');
  const room = client.room(id);
  const loaded = room.load();
  await passes(1_000);
  await loaded;
  expect(room.snapshot().entries).toMatchObject([{ message: { text: '있어요' } }]);
  expect(pulls).toHaveLength(1);
});

const asks: Record<string, (client: HaggleClient) => Promise<unknown>> = {
  'a load': (client) => client.room(id).load(),
  'a change of the own view': (client) => client.room(id).mute(),
  'an open': (client) => client.open({ listingId: gateway.addListing(junho) }),
};
test.each(
  Object.keys(asks).flatMap((name) => [
    [name, false],
    [name, true],
  ]) as [string, boolean][],
)(
  'the answer to %s is shown to nobody once who asked is gone (somebody else is in: %j)',
  async (name, next) => {
    let arrives!: () => void;
    fate = (path) => {
      if (!path.startsWith('/conversations')) return undefined;
      const answer = gateway.network.fetch(...last);
      return new Promise<void>((resolve) => (arrives = resolve)).then(() => answer);
    };
    // No catch-up brings it first.
    gateway.drop('sync:pull', 9);
    const client = app();
    const signedIn = client.logIn(minji);
    await passes(10);
    await signedIn;
    void asks[name]!(client).catch(() => undefined);
    await passes(10);
    const left = client.logOut();
    if (next) void client.logIn(gateway.addPerson('지우'));
    await passes(100);
    await left;
    arrives();
    await passes(100);
    expect(client.conversations.snapshot()).toEqual([]);
    expect(client.room(id).snapshot().conversation).toBeUndefined();
  },
);

test('of two who sign in at once the last is signed in, here and after a restart', async () => {
  const client = app();
  const both = [client.logIn(junho), client.logIn(minji)];
  await passes(1_000);
  await Promise.all(both);
  expect(client.userId.snapshot()).toBe(minji.id);
  expect(client.session.snapshot()?.user.id).toBe(minji.id);
  expect(tokens.kept?.user?.id).toBe(minji.id);
});

test('who signs out while the session is still being read is signed out', async () => {
  const before = app();
  await signsIn(before, minji);
  before.close();
  let opens!: () => void;
  const opened = new Promise<void>((resolve) => (opens = resolve));
  const client = app({
    tokens: {
      load: () => opened.then(() => tokens.kept),
      save: (session) => tokens.save(session),
    },
  });
  const restored = client.restore();
  const left = client.logOut();
  await passes(100);
  opens();
  await settled(Promise.all([restored, left]));
  expect(client.session.snapshot()).toBeNull();
  expect(client.userId.snapshot()).toBeUndefined();
  expect(client.state.snapshot().phase).toBe('idle');
  expect(tokens.kept).toBeNull();
  expect(told()).toBe(1);
});

/** A storage that takes its time to say what it held when it was asked. */
const slow: TokenStorage = {
  load: () => {
    const { kept } = tokens;
    return new Promise((resolve) => setTimeout(() => resolve(kept), 100));
  },
  save: (session) => tokens.save(session),
};
/** An earlier run of the app leaves the session of this person on the device. */
async function wasSignedIn(person: MockPerson): Promise<void> {
  const before = app();
  await signsIn(before, person);
  before.close();
  asked = [];
}

test('who signs in while the session is still being read stays signed in', async () => {
  await wasSignedIn(junho);
  const client = app({ tokens: slow });
  client.connect();
  const signedIn = client.logIn(minji);
  await settled(signedIn);
  expect(client.userId.snapshot()).toBe(minji.id);
  expect(client.session.snapshot()?.user.id).toBe(minji.id);
  expect(client.state.snapshot().phase).toBe('live');
  expect(tokens.kept?.user?.id).toBe(minji.id);
});

test('also where that read never ends', async () => {
  let reads = 0;
  const load = () => ((reads += 1) === 1 ? never() : tokens.kept);
  const client = app({ tokens: { load, save: (session) => tokens.save(session) } });
  client.connect();
  await signsIn(client, minji);
  await settled(client.logOut());
  expect(tokens.kept).toBeNull();
  expect(told()).toBe(1);
});

test('also who was signed out a moment before', async () => {
  await wasSignedIn(junho);
  const client = app({ tokens: slow });
  client.connect();
  const left = client.logOut();
  await settled(Promise.all([left, client.logIn(minji)]));
  expect(client.session.snapshot()?.user.id).toBe(minji.id);
  expect(client.state.snapshot().phase).toBe('live');
  expect(tokens.kept?.user?.id).toBe(minji.id);
  expect(tokens.kept).not.toHaveProperty('left');
  expect(told()).toBe(1);
});

test('whose session ends while an older one is still being read is signed out', async () => {
  await wasSignedIn(junho);
  const client = app({ tokens: slow });
  client.connect();
  void client.logIn(minji);
  await passes(10);
  gateway.signOut(minji);
  await passes(1);
  void client.api.getConversation(id).catch(() => undefined);
  await passes(10_000);
  expect(client.session.snapshot()).toBeNull();
});

test.each([0, 100, 300])(
  'a session that is read twice is restored once (%i ms apart), also one whose token has run out',
  async (apart) => {
    await wasSignedIn(minji);
    gateway.expireTokens();
    gateway.setLatency(200);
    const client = app({ tokens: slow });
    client.connect();
    await passes(apart);
    const [restored] = await Promise.all([client.restore(), passes(20_000)]);
    expect(restored?.id).toBe(minji.id);
    expect(client.state.snapshot().phase).toBe('live');
    expect(asked.filter((path) => path === '/auth/refresh')).toHaveLength(1);
  },
);

test('a session that is read while its tokens are renewed keeps the new ones', async () => {
  await wasSignedIn(minji);
  const client = app({ tokens: slow });
  await settled(client.restore());
  gateway.expireTokens();
  const call = client.api.getConversation(id);
  const again = client.restore();
  await settled(Promise.all([call, again]));
  expect(client.session.snapshot()).toEqual(tokens.kept);
  expect(asked.filter((path) => path === '/auth/refresh')).toHaveLength(1);
  expect(client.state.snapshot().phase).toBe('live');
});

test('who signs out is not brought back by a connect that follows at once', async () => {
  const client = app({ tokens: slow });
  await signsIn(client, minji);
  const left = client.logOut();
  client.connect();
  const restored = client.restore();
  await settled(Promise.all([left, restored]));
  expect(await restored).toBeNull();
  expect(client.session.snapshot()).toBeNull();
  expect(client.state.snapshot().phase).toBe('idle');
  expect(tokens.kept).toBeNull();
});

test('who signs out while the session is still being read leaves no message on the device', async () => {
  const before = app();
  await signsIn(before, minji);
  gateway.goOffline();
  before.room(id).send({ text: '안 갈 말' });
  await passes(10);
  before.close();
  gateway.goOnline();
  expect(await outbox.load(minji.id)).toHaveLength(1);
  const client = app({ tokens: slow });
  client.connect();
  await settled(client.logOut());
  expect(await outbox.load(minji.id)).toEqual([]);
  await signsIn(client, minji);
  expect(texts()).toEqual([]);
});

test('who signs out before a sign-in was answered is signed out, here and on the server', async () => {
  const client = app();
  gateway.setLatency(200);
  const signedIn = expect(client.logIn(minji)).rejects.toMatchObject({ code: 'DISCARDED' });
  await settled(client.logOut());
  await signedIn;
  expect(client.session.snapshot()).toBeNull();
  expect(client.state.snapshot().phase).toBe('idle');
  expect(tokens.kept).toBeNull();
  expect(told()).toBe(1);
  gateway.setLatency(0);
  await signsIn(client, minji);
});

test('who signs out before anything was read is signed out', async () => {
  await wasSignedIn(minji);
  await settled(app().logOut());
  expect(tokens.kept).toBeNull();
  expect(told()).toBe(1);
});

test('a storage that never answers holds up no logout', async () => {
  let hangs = false;
  const client = app({
    tokens: {
      load: () => (hangs ? never() : tokens.kept),
      save: (session) => tokens.save(session),
    },
  });
  await signsIn(client, minji);
  hangs = true;
  const left = expect(client.logOut()).rejects.toMatchObject({ code: 'STORAGE' });
  expect(client.session.snapshot()).toBeNull();
  await passes(10_000);
  await left;
  expect(told()).toBe(1);

  const fresh = app({ tokens: { load: never, save: never } });
  fresh.connect();
  const gone = expect(fresh.logOut()).rejects.toMatchObject({ code: 'STORAGE' });
  await passes(10_000);
  await gone;
});

test('a storage that fails is named, and the server is told all the same', async () => {
  let fails = false;
  const client = app({
    tokens: {
      load: () => tokens.kept,
      save: (session) => (fails ? Promise.reject(new Error('disk full')) : tokens.save(session)),
    },
  });
  await signsIn(client, minji);
  fails = true;
  const left = expect(client.logOut()).rejects.toMatchObject({ code: 'STORAGE' });
  await passes(1_000);
  await left;
  expect(told()).toBe(1);
  fails = false;
  await signsIn(client, minji);
  const errors: string[] = [];
  client.on('error', ({ code, message }) => errors.push(`${code} ${message}`));
  fails = true;
  gateway.signOut(minji);
  await passes(100);
  expect(client.state.snapshot()).toEqual({ phase: 'signedOut', reason: 'signedOut' });
  expect(errors).toEqual(['STORAGE disk full']);
  await expect(client.logIn(minji)).rejects.toMatchObject({ code: 'STORAGE' });
});

test('a client that is closed still tells the server of a logout', async () => {
  const client = app();
  await signsIn(client, minji);
  client.close();
  // The access token has run out meanwhile.
  gateway.expireTokens();
  asked = [];
  await settled(client.logOut());
  expect(asked).toEqual(['/auth/logout', '/auth/refresh', '/auth/logout']);
  expect(tokens.kept).toBeNull();
  expect(client.session.snapshot()).toBeNull();
});
test.each([false, true])('also one that is closed after it (slow storage: %j)', async (isSlow) => {
  const client = app(isSlow ? { tokens: slow } : {});
  await signsIn(client, minji);
  const left = client.logOut();
  client.close();
  await settled(left);
  expect(told()).toBe(1);
  expect(tokens.kept).toBeNull();
});
test('also one with tokens of the app, which forgets them', async () => {
  const client = app({ getToken: gateway.options(minji).getToken });
  client.connect();
  await passes(100);
  client.close();
  await settled(client.logOut());
  expect(told()).toBe(1);

  let asks = 0;
  const open = app({ getToken: () => ((asks += 1), gateway.options(minji).getToken()) });
  await settled(open.api.getConversation(id));
  await settled(open.logOut());
  expect(told()).toBe(2);
  asked = [];
  await settled(open.api.getConversation(id));
  expect([asks, asked]).toEqual([2, [`/conversations/${id}`]]);
});
test('or the next run of the app does', async () => {
  const client = app();
  await signsIn(client, minji);
  client.close();
  fate = isOffline;
  await settled(client.logOut());
  await passes(600_000);
  expect(told()).toBe(1);
  expect(jest.getTimerCount()).toBe(0);
  expect(tokens.kept).toEqual({ left: [expect.anything()] });
  fate = () => undefined;
  await settled(app().restore());
  expect(told()).toBe(2);
  expect(tokens.kept).toBeNull();
});
