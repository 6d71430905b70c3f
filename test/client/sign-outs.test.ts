import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import type { HaggleClient } from '../../client/index.js';
import type { MockGateway, MockPerson } from '../../client/testing/index.js';
import { AppDevice, isOffline, never, passes, settled } from './app-device.js';

/** Who signs out is signed out, on the device and on the server, whatever is under way. */

let device: AppDevice;
let gateway: MockGateway;
let minji: MockPerson, junho: MockPerson;
let id: string;
let tokens: AppDevice['tokens'];

beforeEach(() => {
  jest.useFakeTimers();
  device = new AppDevice();
  ({ gateway, minji, junho, id, tokens } = device);
});
afterEach(() => {
  device.close();
  jest.useRealTimers();
});

test('signing out on purpose gives up what waits', async () => {
  const client = device.app();
  await device.signsIn(client, minji);
  gateway.goOffline();
  const { done } = client.room(id).send({ text: '안 갈 말' });
  const refused = expect(done).rejects.toMatchObject({ code: 'DISCARDED' });
  await settled(client.logOut());
  await refused;
  gateway.goOnline();
  await device.signsIn(client, minji);
  expect(device.texts()).toEqual([]);
});

test('a logout without a network is told to the server when there is one again', async () => {
  const client = device.app();
  await device.signsIn(client, minji);
  device.fate = isOffline;
  await settled(client.logOut());
  expect(client.userId.snapshot()).toBeUndefined();
  expect(tokens.kept).toEqual({ left: [expect.anything()] });
  device.fate = () => undefined;
  device.asked = [];
  await passes(60_000);
  expect(device.told()).toBe(1);
  expect(tokens.kept).toBeNull();
  await passes(600_000);
  expect(device.told()).toBe(1);
  // Nothing runs on.
  expect(jest.getTimerCount()).toBe(0);
});

test('it is told at once when the platform says so', async () => {
  const online = new Set<() => void>();
  const appState = {
    onActive: () => () => undefined,
    onOffline: () => () => undefined,
    onOnline: (listener: () => void) => {
      online.add(listener);
      return () => void online.delete(listener);
    },
  };
  const client = device.app({ appState });
  await device.signsIn(client, minji);
  device.fate = isOffline;
  await settled(client.logOut());
  await passes(600_000);
  device.fate = () => undefined;
  device.asked = [];
  for (const listener of online) listener();
  await passes(0);
  expect(device.told()).toBe(1);
});

test('it survives a restart of the app, and an access token that has run out meanwhile', async () => {
  const before = device.app();
  await device.signsIn(before, minji);
  const socket = gateway.options(minji);
  device.fate = isOffline;
  await settled(before.logOut());
  before.close();
  gateway.expireTokens();
  device.fate = () => undefined;
  device.asked = [];

  const after = device.app();
  expect(await settled(after.restore())).toBeNull();
  expect(device.asked).toEqual(['/auth/logout', '/auth/refresh', '/auth/logout']);
  expect(tokens.kept).toBeNull();
  expect(socket.userId).toBe(minji.id);
});

test('whoever signs in meanwhile stays signed in, and the logout is told all the same', async () => {
  const client = device.app();
  await device.signsIn(client, minji);
  device.fate = isOffline;
  await settled(client.logOut());
  device.fate = (path) => (path === '/auth/logout' ? isOffline() : undefined);
  await device.signsIn(client, junho);
  expect(tokens.kept).toMatchObject({ user: { id: junho.id }, left: [expect.anything()] });
  device.fate = () => undefined;
  device.asked = [];
  await passes(60_000);
  expect(device.told()).toBe(1);
  expect(client.userId.snapshot()).toBe(junho.id);
  expect(client.state.snapshot().phase).toBe('live');
  expect(tokens.kept).toMatchObject({ user: { id: junho.id } });
  expect(tokens.kept).not.toHaveProperty('left');
});

test('a refresh under way brings nobody back who has signed out', async () => {
  const client = device.app();
  await device.signsIn(client, minji);
  let answer = () => undefined as void;
  device.fate = (path) =>
    path === '/auth/refresh'
      ? new Promise<void>((resolve) => (answer = resolve)).then(() => {
          device.fate = () => undefined;
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
  const client = device.app();
  await device.signsIn(client, minji);
  device.fate = isOffline;
  await settled(client.logOut());
  gateway.signOut(minji);
  device.fate = () => undefined;
  await passes(60_000);
  expect(tokens.kept).toBeNull();
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
    device.fate = (path) => {
      if (!path.startsWith('/conversations')) return undefined;
      const answer = gateway.network.fetch(...device.last);
      return new Promise<void>((resolve) => (arrives = resolve)).then(() => answer);
    };
    // No catch-up brings it first.
    gateway.drop('sync:pull', 9);
    const client = device.app();
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

test('who signs out while the session is still being read is signed out', async () => {
  const before = device.app();
  await device.signsIn(before, minji);
  before.close();
  let opens!: () => void;
  const opened = new Promise<void>((resolve) => (opens = resolve));
  const client = device.app({
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
  expect(device.told()).toBe(1);
});

test('who signs in a moment after signing out stays signed in while the session is still being read', async () => {
  await device.wasSignedIn(junho);
  const client = device.app({ tokens: device.slowTokens });
  client.connect();
  const left = client.logOut();
  await settled(Promise.all([left, client.logIn(minji)]));
  expect(client.session.snapshot()?.user.id).toBe(minji.id);
  expect(client.state.snapshot().phase).toBe('live');
  expect(tokens.kept?.user?.id).toBe(minji.id);
  expect(tokens.kept).not.toHaveProperty('left');
  expect(device.told()).toBe(1);
});

test('who signs out is not brought back by a connect that follows at once', async () => {
  const client = device.app({ tokens: device.slowTokens });
  await device.signsIn(client, minji);
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
  const before = device.app();
  await device.signsIn(before, minji);
  gateway.goOffline();
  before.room(id).send({ text: '안 갈 말' });
  await passes(10);
  before.close();
  gateway.goOnline();
  expect(await device.outbox.load(minji.id)).toHaveLength(1);
  const client = device.app({ tokens: device.slowTokens });
  client.connect();
  await settled(client.logOut());
  expect(await device.outbox.load(minji.id)).toEqual([]);
  await device.signsIn(client, minji);
  expect(device.texts()).toEqual([]);
});

test('who signs out before a sign-in was answered is signed out, here and on the server', async () => {
  const client = device.app();
  gateway.setLatency(200);
  const signedIn = expect(client.logIn(minji)).rejects.toMatchObject({ code: 'DISCARDED' });
  await settled(client.logOut());
  await signedIn;
  expect(client.session.snapshot()).toBeNull();
  expect(client.state.snapshot().phase).toBe('idle');
  expect(tokens.kept).toBeNull();
  expect(device.told()).toBe(1);
  gateway.setLatency(0);
  await device.signsIn(client, minji);
});

test('who signs out before anything was read is signed out', async () => {
  await device.wasSignedIn(minji);
  await settled(device.app().logOut());
  expect(tokens.kept).toBeNull();
  expect(device.told()).toBe(1);
});

test('a storage that never answers holds up no logout', async () => {
  let hangs = false;
  const client = device.app({
    tokens: {
      load: () => (hangs ? never() : tokens.kept),
      save: (session) => tokens.save(session),
    },
  });
  await device.signsIn(client, minji);
  hangs = true;
  const left = expect(client.logOut()).rejects.toMatchObject({ code: 'STORAGE' });
  expect(client.session.snapshot()).toBeNull();
  await passes(10_000);
  await left;
  expect(device.told()).toBe(1);

  const fresh = device.app({ tokens: { load: never, save: never } });
  fresh.connect();
  const gone = expect(fresh.logOut()).rejects.toMatchObject({ code: 'STORAGE' });
  await passes(10_000);
  await gone;
});

test('a storage that fails is named, and the server is told all the same', async () => {
  let fails = false;
  const client = device.app({
    tokens: {
      load: () => tokens.kept,
      save: (session) => (fails ? Promise.reject(new Error('disk full')) : tokens.save(session)),
    },
  });
  await device.signsIn(client, minji);
  fails = true;
  const left = expect(client.logOut()).rejects.toMatchObject({ code: 'STORAGE' });
  await passes(1_000);
  await left;
  expect(device.told()).toBe(1);
  fails = false;
  await device.signsIn(client, minji);
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
  const client = device.app();
  await device.signsIn(client, minji);
  client.close();
  // The access token has run out meanwhile.
  gateway.expireTokens();
  device.asked = [];
  await settled(client.logOut());
  expect(device.asked).toEqual(['/auth/logout', '/auth/refresh', '/auth/logout']);
  expect(tokens.kept).toBeNull();
  expect(client.session.snapshot()).toBeNull();
});

test.each([false, true])('also one that is closed after it (slow storage: %j)', async (isSlow) => {
  const client = device.app(isSlow ? { tokens: device.slowTokens } : {});
  await device.signsIn(client, minji);
  const left = client.logOut();
  client.close();
  await settled(left);
  expect(device.told()).toBe(1);
  expect(tokens.kept).toBeNull();
});

test('also one with tokens of the app, which forgets them', async () => {
  const client = device.app({ getToken: gateway.options(minji).getToken });
  client.connect();
  await passes(100);
  client.close();
  await settled(client.logOut());
  expect(device.told()).toBe(1);

  let asks = 0;
  const open = device.app({ getToken: () => ((asks += 1), gateway.options(minji).getToken()) });
  await settled(open.api.getConversation(id));
  await settled(open.logOut());
  expect(device.told()).toBe(2);
  device.asked = [];
  await settled(open.api.getConversation(id));
  expect([asks, device.asked]).toEqual([2, [`/conversations/${id}`]]);
});

test('or the next run of the app does', async () => {
  const client = device.app();
  await device.signsIn(client, minji);
  client.close();
  device.fate = isOffline;
  await settled(client.logOut());
  await passes(600_000);
  expect(device.told()).toBe(1);
  expect(jest.getTimerCount()).toBe(0);
  expect(tokens.kept).toEqual({ left: [expect.anything()] });
  device.fate = () => undefined;
  await settled(device.app().restore());
  expect(device.told()).toBe(2);
  expect(tokens.kept).toBeNull();
});
