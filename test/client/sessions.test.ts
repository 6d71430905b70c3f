import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import type { HaggleClient } from '../../client/index.js';
import { createPhotos } from '../../client/photos.js';
import type { MockGateway, MockPerson } from '../../client/testing/index.js';
import { AppDevice, isOffline, never, passes, settled } from './app-device.js';

/** What people have on a device while sessions begin, end and are renewed. */

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
  const client = device.app();
  await device.signsIn(client, minji);
  junho.says(id, '있어요');
  await passes(100);
  const sent = await writesAndIsRevoked(client, '갈게요');
  expect(sent.outcome()).toBe('waits');
  expect(client.room(id).snapshot()).toMatchObject({
    entries: [],
    pending: [{ clientMessageId: sent.clientMessageId, state: 'sending' }],
  });

  await device.signsIn(client, minji);
  expect(sent.outcome()).toBe('sent');
  expect(device.texts()).toEqual(['있어요', '갈게요']);
  expect(client.outbox.snapshot()).toEqual([]);
  expect(client.room(id).snapshot().entries.at(-1)?.key).toBe(sent.clientMessageId);
});

test('a live socket that is told of the end keeps it as well', async () => {
  const client = device.app();
  await device.signsIn(client, minji);
  gateway.refuse('message:send', 'UNAVAILABLE', { times: 9, retryAfterMs: 100_000 });
  const { done } = client.room(id).send({ text: '갈게요' });
  await passes(10);
  gateway.signOut(minji);
  await passes(100);
  expect(client.state.snapshot()).toEqual({ phase: 'signedOut', reason: 'signedOut' });
  gateway.clearFaults();
  await device.signsIn(client, minji);
  expect(await settled(done)).toMatchObject({ text: '갈게요' });
});

test('also over a restart of the app', async () => {
  const before = device.app();
  await device.signsIn(before, minji);
  await writesAndIsRevoked(before, '갈게요');
  before.close();
  const after = device.app();
  expect(await settled(after.restore())).toBeNull();
  await device.signsIn(after, minji);
  expect(device.texts()).toEqual(['갈게요']);
});

test('somebody else on the device neither sees nor sends it, and it waits for its author', async () => {
  const client = device.app();
  await device.signsIn(client, minji);
  const sent = await writesAndIsRevoked(client, '민지의 말');
  const shown: unknown[] = [];
  client.outbox.subscribe(() => {
    if (client.userId.snapshot() === junho.id) shown.push(...client.outbox.snapshot());
  });
  await device.signsIn(client, junho);
  expect(sent.outcome()).toBe('DISCARDED');
  expect(client.room(id).snapshot().pending).toEqual([]);
  await settled(client.room(id).send({ text: '준호의 말' }).done);
  expect(shown.every((one) => (one as { text: string }).text === '준호의 말')).toBe(true);
  expect(device.texts()).toEqual(['준호의 말']);

  // Not even in a later run of the app.
  client.close();
  const later = device.app();
  await settled(later.restore());
  await passes(1_000);
  expect(later.userId.snapshot()).toBe(junho.id);
  expect(device.texts()).toEqual(['준호의 말']);

  // In the same run as somebody else's.
  await device.signsIn(later, minji);
  expect(device.texts()).toEqual(['준호의 말', '민지의 말']);
});

test('people who take turns within one run of the app get back what is theirs', async () => {
  const client = device.app();
  await device.signsIn(client, minji);
  await writesAndIsRevoked(client, '민지의 말');
  await device.signsIn(client, junho);
  await device.signsIn(client, minji);
  expect(device.texts()).toEqual(['민지의 말']);
});

test('with tokens of the app: another person takes over nothing', async () => {
  let current = minji;
  const optionsOf = { [minji.id]: gateway.options(minji), [junho.id]: gateway.options(junho) };
  const getToken = () => optionsOf[current.id]!.getToken();
  const client = device.app({ getToken });
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
  const later = device.app({ getToken });
  later.connect();
  await passes(200_000);
  expect(device.texts()).toEqual([]);
  current = minji;
  later.disconnect();
  later.connect();
  await passes(1_000);
  expect(device.texts()).toEqual(['민지의 말']);
});

test('a refresh whose answer never comes signs nobody out, and loses nothing', async () => {
  const client = device.app();
  await device.signsIn(client, minji);
  let lost = 0;
  device.fate = (path) => {
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
    const client = device.app();
    await device.signsIn(client, minji);
    let left = 2;
    device.fate = (path) =>
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

test('a photo goes straight to a gateway that says that it has no bucket', async () => {
  const client = device.app();
  await device.signsIn(client, minji);
  const photo = new File([new Uint8Array(10)], 'a.jpg', { type: 'image/jpeg' });
  device.asked = [];
  const photos = createPhotos(client);
  for (let turn = 0; turn < 2; turn += 1) await settled(photos.upload(photo));
  expect(device.asked).toEqual(['/images', '/images']);

  // An older server does not say, and is asked once.
  device.asked = [];
  const older = createPhotos({ call: client.call });
  for (let turn = 0; turn < 2; turn += 1) await settled(older.upload(photo));
  expect(device.asked).toEqual(['/images/uploads', '/images', '/images']);
});

test('a room is loaded also by who asks right after signing in, once the connection is there', async () => {
  junho.says(id, '있어요');
  const client = device.app();
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
  const client = device.app();
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
  const client = device.app({
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

test('of two who sign in at once the last is signed in, here and after a restart', async () => {
  const client = device.app();
  const both = [client.logIn(junho), client.logIn(minji)];
  await passes(1_000);
  await Promise.all(both);
  expect(client.userId.snapshot()).toBe(minji.id);
  expect(client.session.snapshot()?.user.id).toBe(minji.id);
  expect(tokens.kept?.user?.id).toBe(minji.id);
});

test('who signs in while the session is still being read stays signed in', async () => {
  await device.wasSignedIn(junho);
  const client = device.app({ tokens: device.slowTokens });
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
  const client = device.app({ tokens: { load, save: (session) => tokens.save(session) } });
  client.connect();
  await device.signsIn(client, minji);
  await settled(client.logOut());
  expect(tokens.kept).toBeNull();
  expect(device.told()).toBe(1);
});

test('whose session ends while an older one is still being read is signed out', async () => {
  await device.wasSignedIn(junho);
  const client = device.app({ tokens: device.slowTokens });
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
    await device.wasSignedIn(minji);
    gateway.expireTokens();
    gateway.setLatency(200);
    const client = device.app({ tokens: device.slowTokens });
    client.connect();
    await passes(apart);
    const [restored] = await Promise.all([client.restore(), passes(20_000)]);
    expect(restored?.id).toBe(minji.id);
    expect(client.state.snapshot().phase).toBe('live');
    expect(device.asked.filter((path) => path === '/auth/refresh')).toHaveLength(1);
  },
);

test('a session that is read while its tokens are renewed keeps the new ones', async () => {
  await device.wasSignedIn(minji);
  const client = device.app({ tokens: device.slowTokens });
  await settled(client.restore());
  gateway.expireTokens();
  const call = client.api.getConversation(id);
  const again = client.restore();
  await settled(Promise.all([call, again]));
  expect(client.session.snapshot()).toEqual(tokens.kept);
  expect(device.asked.filter((path) => path === '/auth/refresh')).toHaveLength(1);
  expect(client.state.snapshot().phase).toBe('live');
});
