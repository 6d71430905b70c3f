import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import {
  HaggleError,
  createHaggleClient,
  type AppState,
  type HaggleClientOptions,
} from '../../client/index.js';
import { ScriptedGateway } from './scripted-gateway.js';

let gateway: ScriptedGateway;

beforeEach(() => {
  jest.useFakeTimers();
  gateway = new ScriptedGateway();
});
afterEach(() => void jest.useRealTimers());

const clientOf = (options: Partial<HaggleClientOptions> = {}) =>
  createHaggleClient({
    url: 'http://gateway.test',
    getToken: () => Promise.resolve('token'),
    openSocket: gateway.openSocket,
    fetch: gateway.fetch,
    ...options,
  });

const passes = (ms: number) => jest.advanceTimersByTimeAsync(ms);

/** A token in the form that servers hand out, good until then. */
const tokenUntil = (time: number) =>
  `x.${btoa(JSON.stringify({ exp: Math.floor(time / 1_000) }))}.x`;

/** The platform, in the hands of the test. */
function platform() {
  const listeners = {
    active: new Set<() => void>(),
    online: new Set<() => void>(),
    offline: new Set<() => void>(),
  };
  const on = (group: Set<() => void>) => (listener: () => void) => {
    group.add(listener);
    return () => void group.delete(listener);
  };
  const appState: AppState = {
    onActive: on(listeners.active),
    onOnline: on(listeners.online),
    onOffline: on(listeners.offline),
  };
  const says = (what: keyof typeof listeners) => {
    for (const listener of listeners[what]) listener();
  };
  return { appState, says, listeners };
}

test('connected and up to date are two states', async () => {
  const client = clientOf();
  const phases: string[] = [];
  client.state.subscribe(() => phases.push(client.state.snapshot().phase));
  client.connect();
  await passes(100);
  expect(phases).toEqual(['connecting', 'syncing', 'live']);
  client.close();
});

test('mounted, unmounted and mounted again, one connection is left', async () => {
  const client = clientOf();
  client.connect();
  client.disconnect();
  client.connect();
  client.connect();
  await passes(1_000);
  expect(client.state.snapshot().phase).toBe('live');
  expect(gateway.sockets.filter((socket) => socket.connected)).toHaveLength(1);
  expect(gateway.handshakes).toHaveLength(1);
  client.disconnect();
  client.disconnect();
  expect(client.state.snapshot().phase).toBe('idle');
  await passes(60_000);
  expect(gateway.handshakes).toHaveLength(1);
  client.close();
});

test('closed is for good: nothing connects, nothing is sent, everything says so', async () => {
  const client = clientOf();
  client.connect();
  await passes(100);
  const waiting = (gateway.reachable = false);
  for (const socket of gateway.connected) socket.cut();
  const sent = client.room('talk').send({ text: 'too late' });
  client.close();
  client.close();
  await expect(sent.done).rejects.toMatchObject({ code: 'CLOSED' });
  gateway.reachable = !waiting;
  await passes(60_000);
  expect(() => client.connect()).toThrow(HaggleError);
  await expect(client.restore()).rejects.toMatchObject({ code: 'CLOSED' });
  await expect(client.room('talk').send({ text: 'x' }).done).rejects.toMatchObject({
    code: 'CLOSED',
  });
  expect(client.state.snapshot().phase).toBe('idle');
  expect(gateway.handshakes).toHaveLength(1);
  expect(jest.getTimerCount()).toBe(0);
});

test.each(['connecting', 'syncing', 'live', 'waiting', 'signedOut'] as const)(
  'who disconnects or closes when it is %s is left alone from then on',
  async (phase) => {
    for (const end of ['disconnect', 'close'] as const) {
      const client = clientOf();
      gateway.reachable = phase !== 'waiting';
      gateway.refuse = () => (phase === 'signedOut' ? 'SESSION_REVOKED' : undefined);
      const phases: string[] = [];
      client.state.subscribe(() => {
        phases.push(client.state.snapshot().phase);
        if (phases.at(-1) === phase) client[end]();
      });
      client.connect();
      await passes(100);
      expect(phases.slice(-2)).toEqual([phase, 'idle']);
      expect(jest.getTimerCount()).toBe(0);
      gateway.reachable = true;
      await passes(60_000);
      expect(client.state.snapshot().phase).toBe('idle');
      expect(gateway.connected).toEqual([]);
      client.close();
    }
  },
);

test('who connects at once when it waits has one connection, which nothing cuts', async () => {
  const client = clientOf();
  gateway.reachable = false;
  client.state.subscribe(() => {
    if (client.state.snapshot().phase !== 'waiting') return;
    gateway.reachable = true;
    client.wake();
  });
  client.connect();
  await passes(60_000);
  expect(client.state.snapshot().phase).toBe('live');
  expect(gateway.handshakes).toHaveLength(1);
  client.close();
});

test('the app is asked for a token before every connect', async () => {
  let asked = 0;
  const client = clientOf({ getToken: () => Promise.resolve(`token ${(asked += 1)}`) });
  client.connect();
  await passes(100);
  gateway.connected[0]!.cut();
  await passes(2_000);
  expect(gateway.handshakes).toEqual(['token 1', 'token 2']);
  client.close();
});

test('a refused token is asked for again, once', async () => {
  let asked = 0;
  const client = clientOf({ getToken: () => Promise.resolve(`token ${(asked += 1)}`) });
  gateway.refuse = (token) => (token === 'token 1' ? 'TOKEN_EXPIRED' : undefined);
  client.connect();
  await passes(100);
  expect(client.state.snapshot().phase).toBe('live');

  gateway.refuse = () => 'UNAUTHENTICATED';
  gateway.connected[0]!.cut();
  await passes(2_000);
  expect(client.state.snapshot()).toEqual({ phase: 'signedOut', reason: 'UNAUTHENTICATED' });
  expect(gateway.handshakes).toEqual(['token 1', 'token 2', 'token 3', 'token 4']);
  await passes(60_000);
  expect(asked).toBe(4);

  gateway.refuse = () => undefined;
  client.connect();
  await passes(100);
  expect(client.state.snapshot().phase).toBe('live');
  client.close();
});

test('an app that has no token just now is asked again', async () => {
  let asked = 0;
  const client = clientOf({
    getToken: () =>
      (asked += 1) < 3 ? Promise.reject(new Error('no network')) : Promise.resolve('token'),
  });
  client.connect();
  await passes(5_000);
  expect(client.state.snapshot().phase).toBe('live');
  client.close();
});

test('a new token is brought before the old one runs out, whatever the clock of the device says', async () => {
  const serverNow = Date.now();
  let asked = 0;
  const client = clientOf({
    getToken: () =>
      Promise.resolve(tokenUntil((asked += 1) * 100_000 + serverNow + (asked > 1 ? 9e9 : 0))),
  });
  client.connect();
  await passes(60_000);
  expect(asked).toBe(1);
  await passes(15_000);
  expect(asked).toBe(2);
  expect(gateway.asked.filter(({ event }) => event === 'session:refresh')).toHaveLength(1);
  expect(gateway.handshakes).toHaveLength(1);
  client.close();
});

test('without a network it is offline, and connects at once when there is one', async () => {
  const { appState, says } = platform();
  const client = clientOf({ appState });
  client.connect();
  await passes(100);
  gateway.reachable = false;
  says('offline');
  gateway.connected[0]!.cut();
  expect(client.state.snapshot().phase).toBe('offline');
  await passes(1_000_000);
  expect(['offline', 'connecting']).toContain(client.state.snapshot().phase);
  gateway.reachable = true;
  says('online');
  await passes(50);
  expect(client.state.snapshot().phase).toBe('live');
  client.close();
});

test('coming to the front ends a wait, and finds a dead link by itself', async () => {
  const { appState, says, listeners } = platform();
  const client = clientOf({ appState });
  gateway.reachable = false;
  client.connect();
  await passes(300_000);
  gateway.reachable = true;
  says('active');
  await passes(50);
  expect(client.state.snapshot().phase).toBe('live');

  gateway.fate = () => ({ ms: 1, lost: true });
  says('active');
  await passes(4_100);
  expect(client.state.snapshot().phase).not.toBe('live');
  gateway.fate = () => ({ ms: 1 });
  await passes(40_000);
  expect(client.state.snapshot().phase).toBe('live');
  client.close();
  expect(Object.values(listeners).map((group) => group.size)).toEqual([0, 0, 0]);
});

test('a node that drains is left when it says, and not before', async () => {
  const client = clientOf();
  client.connect();
  await passes(100);
  gateway.connected[0]!.hears('server:draining', { reconnectInMs: 5_000 });
  await passes(4_900);
  expect(client.state.snapshot().phase).toBe('live');
  expect(gateway.handshakes).toHaveLength(1);
  await passes(200);
  expect(client.state.snapshot().phase).toBe('live');
  expect(gateway.handshakes).toHaveLength(2);
  client.close();
});

test('an entry that comes too early waits, and what lies before it is fetched at once', async () => {
  const client = clientOf();
  client.connect();
  await passes(100);
  const room = client.room('talk');
  gateway.fate = () => ({ ms: 1, lost: true });
  gateway.append('seller', { text: 'lost' });
  gateway.fate = () => ({ ms: 1 });
  gateway.append('seller', { text: 'heard' });
  await passes(50);
  expect(room.snapshot().entries.map(({ message }) => message.text)).toEqual(['lost', 'heard']);
  client.close();
});

test('a restored database makes the client start afresh, also when a sync is the first to tell', async () => {
  const client = clientOf();
  client.connect();
  await passes(100);
  const room = client.room('talk');
  for (const text of ['one', 'two', 'three']) gateway.append('seller', { text });
  await passes(50);
  gateway.restoreTo(1);
  gateway.append('seller', { text: 'another two' });
  gateway.connected[0]!.hears('sync:hint', { conversationId: 'talk', lastSeq: 99 });
  await passes(50);
  expect(room.snapshot().entries.map(({ message }) => message.text)).toEqual([
    'one',
    'another two',
  ]);
  client.close();
});

test('unread is what the other side wrote, is not taken back and lies above what was read', async () => {
  const client = clientOf();
  client.connect();
  await passes(100);
  client.room('talk').send({ text: 'mine' });
  await passes(50);
  gateway.append('seller', { text: 'one' });
  gateway.append('seller', { text: 'two' });
  gateway.append('seller', { kind: 'edit', targetSeq: 2, text: 'one!' });
  gateway.append('seller', { kind: 'system', fallbackText: 'left' });
  await passes(50);
  expect(client.unread.snapshot()).toBe(2);
  gateway.append('seller', { kind: 'unsend', targetSeq: 3 });
  await passes(50);
  expect(client.unread.snapshot()).toBe(1);
  expect(client.conversations.snapshot()[0]?.lastMessage?.kind).toBe('system');
  client.room('talk').markRead(5);
  expect(client.unread.snapshot()).toBe(0);
  await passes(200);
  expect(gateway.asked.findLast(({ event }) => event === 'receipt:read')?.payload).toEqual({
    conversationId: 'talk',
    seq: 6,
  });
  client.close();
});

test('an edit that is tried again after a lost answer is the same edit', async () => {
  const client = clientOf();
  client.connect();
  await passes(100);
  const room = client.room('talk');
  const { done } = room.send({ text: 'teh bicycle' });
  await passes(50);
  const { seq } = await done;
  let answers = 0;
  gateway.fate = () => ({ ms: 1, lost: (answers += 1) === 2 });
  const lost = room.edit(seq, 'the bicycle');
  const outcome = expect(lost).rejects.toMatchObject({ code: 'NETWORK', retryable: true });
  await passes(11_000);
  await outcome;
  const again = room.edit(seq, 'the bicycle');
  await passes(50);
  expect(await again).toMatchObject({ text: 'the bicycle', state: 'edited' });
  expect(gateway.log.map(({ kind }) => kind)).toEqual(['text', 'edit']);
  expect(room.snapshot().entries.map(({ message }) => message.text)).toEqual(['the bicycle']);
  client.close();
});

test('who is online is asked for while somebody looks at it, and again on a new connection', async () => {
  gateway.answer = (event, payload) =>
    event === 'presence:watch'
      ? {
          ok: true,
          data: {
            presences: (payload.userIds as string[]).map((userId) => ({
              userId,
              online: true,
              lastActiveAt: null,
            })),
          },
        }
      : undefined;
  const client = clientOf();
  client.connect();
  await passes(100);
  const seller = client.presence('seller');
  expect(client.presence('seller')).toBe(seller);
  const stop = seller.subscribe(() => undefined);
  await passes(100);
  expect(seller.snapshot()?.online).toBe(true);
  gateway.connected[0]!.cut();
  expect(seller.snapshot()).toBeUndefined();
  await passes(2_000);
  expect(seller.snapshot()?.online).toBe(true);
  stop();
  await passes(100);
  const asked = gateway.asked.filter(({ event }) => event.startsWith('presence'));
  expect(asked.map(({ event }) => event)).toEqual([
    'presence:watch',
    'presence:watch',
    'presence:unwatch',
  ]);
  client.close();
});

test.each([
  ['earlier than it said', 1_000],
  ['in the same moment', 0],
])('a node that drains and cuts off %s is not replaced before its time', async (_, afterMs) => {
  const client = clientOf();
  client.connect();
  await passes(100);
  gateway.connected[0]!.hears('server:draining', { reconnectInMs: 5_000 });
  await passes(1);
  await passes(afterMs);
  gateway.connected[0]!.cut();
  expect(client.state.snapshot().phase).toBe('waiting');
  await passes(4_980 - afterMs);
  expect(gateway.handshakes).toHaveLength(1);
  await passes(40);
  expect(gateway.handshakes).toHaveLength(2);
  expect(client.state.snapshot().phase).toBe('live');
  client.close();
});

test('what a draining node takes no more goes to the next one, once and as the same message', async () => {
  const client = clientOf();
  client.connect();
  await passes(100);
  const room = client.room('talk');
  const { done } = room.send({ text: '첫 말' });
  await passes(100);
  const { seq } = await done;
  let refused = 0;
  gateway.answer = (event) => {
    if (gateway.handshakes.length > 1 || event === 'sync:pull') return undefined;
    refused += 1;
    return { ok: false, error: { code: 'DRAINING', message: 'going away', retryable: true } };
  };
  gateway.connected[0]!.hears('server:draining', { reconnectInMs: 2_000 });
  await passes(10);
  const sent = room.send({ text: '둘째 말' });
  const edited = room.edit(seq, '고친 말');
  gateway.append('seller', { text: '네' });
  await passes(10);
  room.markRead(2);
  await passes(1_000);
  expect(refused).toBeGreaterThanOrEqual(3);
  expect(client.outbox.snapshot()).toMatchObject([{ text: '둘째 말', state: 'sending' }]);
  await passes(1_500);
  expect(await sent.done).toMatchObject({ text: '둘째 말' });
  expect(await edited).toMatchObject({ text: '고친 말', state: 'edited' });
  await passes(1_000);
  expect(gateway.asked.findLast(({ event }) => event === 'receipt:read')?.payload.seq).toBe(2);
  const ids = gateway.asked
    .filter(({ event, payload }) => event === 'message:send' && payload.text === '둘째 말')
    .map(({ payload }) => payload.clientMessageId);
  expect(ids.length).toBeGreaterThan(1);
  expect(new Set(ids)).toEqual(new Set([sent.clientMessageId]));
  expect(gateway.log.filter(({ text }) => text === '둘째 말')).toHaveLength(1);
  client.close();
});

test('a node that only says that it drains is left, too; without a next one the call fails', async () => {
  const client = clientOf();
  client.connect();
  await passes(100);
  gateway.answer = (event) =>
    event === 'message:edit' && gateway.handshakes.length === 1
      ? { ok: false, error: { code: 'DRAINING', message: 'going away', retryable: true } }
      : undefined;
  const { done } = client.room('talk').send({ text: '말' });
  await passes(50);
  const { seq } = await done;
  gateway.reachable = false;
  const edited = client.room('talk').edit(seq, '고침');
  const outcome = expect(edited).rejects.toMatchObject({ code: 'DRAINING', retryable: true });
  await passes(11_000);
  await outcome;
  gateway.reachable = true;
  await passes(40_000);
  expect(client.state.snapshot().phase).toBe('live');
  client.close();
});
