import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { createHaggleClient, type HaggleClient, type RoomHandle } from '../../client/index.js';
import {
  createMockGateway,
  type MockGateway,
  type MockPerson,
} from '../../client/testing/index.js';
import { ScriptedGateway } from './scripted-gateway.js';

/**
 * What is asked for in the very moment in which an earlier run ends must not be lost between the two: every way of
 * asking, this many microtasks after the one before has been answered.
 */
const distances = [0, 1, 2, 3, 4, 5, 6, 7, 8];

const microtasks = async (count: number) => {
  for (let passed = 0; passed < count; passed += 1) await Promise.resolve();
};
const passes = (ms: number) => jest.advanceTimersByTimeAsync(ms);

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

describe('what is sent while a run of the outbox ends is sent', () => {
  let gateway: MockGateway;
  let minji: MockPerson, junho: MockPerson;
  let client: HaggleClient;
  let room: RoomHandle;

  beforeEach(() => {
    gateway = createMockGateway();
    [minji, junho] = [gateway.addPerson('민지'), gateway.addPerson('준호')];
    const id = gateway.addConversation({ buyer: minji, seller: junho });
    client = createHaggleClient(gateway.options(minji));
    room = client.room(id);
  });
  afterEach(() => {
    client.close();
    gateway.close();
  });

  const isLive = async () => {
    client.connect();
    await passes(100);
    expect(client.state.snapshot().phase).toBe('live');
  };
  /** Says how the second one went: it has all the time it needs, and nothing else happens. */
  const outcome = async (second: Promise<unknown>) => {
    let arrived = false;
    void second.then(() => (arrived = true));
    await passes(1_000);
    return arrived;
  };

  test.each(distances)('%i microtasks after done', async (distance) => {
    await isLive();
    const both = room.send({ text: '하나' }).done.then(async () => {
      await microtasks(distance);
      await room.send({ text: '둘' }).done;
    });
    expect(await outcome(both)).toBe(true);
    expect(gateway.log(room.id).map(({ text }) => text)).toEqual(['하나', '둘']);
  });

  test.each(distances)('%i microtasks after a refusal', async (distance) => {
    await isLive();
    gateway.refuse('message:send', 'CONTENT_REJECTED');
    const both = room.send({ text: '하나' }).done.catch(async () => {
      await microtasks(distance);
      await room.send({ text: '둘' }).done;
    });
    expect(await outcome(both)).toBe(true);
  });

  test.each(distances)(
    'the same message again, %i microtasks after a refusal',
    async (distance) => {
      await isLive();
      gateway.refuse('message:send', 'CONTENT_REJECTED');
      const { clientMessageId, done } = room.send({ text: '하나' });
      const again = done.catch(async () => {
        await microtasks(distance);
        await room.retry(clientMessageId).done;
      });
      expect(await outcome(again)).toBe(true);
    },
  );

  test.each(distances)('%i microtasks after the room has drawn it', async (distance) => {
    await isLive();
    const both = new Promise<void>((resolve) => {
      const end = room.subscribe(() => {
        if (room.snapshot().entries.length === 0) return;
        end();
        void microtasks(distance).then(() => room.send({ text: '둘' }).done.then(() => resolve()));
      });
    });
    room.send({ text: '하나' });
    expect(await outcome(both)).toBe(true);
  });

  test.each(distances)('%i microtasks after an edit', async (distance) => {
    await isLive();
    const all = room.send({ text: '하나' }).done.then(async ({ seq }) => {
      await room.edit(seq, '고침');
      await microtasks(distance);
      await room.send({ text: '둘' }).done;
    });
    expect(await outcome(all)).toBe(true);
  });

  test.each(distances)('%i microtasks after every phase of a reconnect', async (distance) => {
    await isLive();
    const sent: Promise<unknown>[] = [];
    const end = client.state.subscribe(() => {
      void microtasks(distance).then(() => sent.push(room.send({ text: 'again' }).done));
    });
    gateway.disconnect(minji);
    await passes(1_000);
    end();
    expect(sent.length).toBeGreaterThan(2);
    expect(await outcome(Promise.all(sent))).toBe(true);
    expect(room.snapshot().pending).toEqual([]);
  });

  test.each(distances)('%i microtasks after what waited offline has gone out', async (distance) => {
    const both = room.send({ text: '하나' }).done.then(async () => {
      await microtasks(distance);
      await room.send({ text: '둘' }).done;
    });
    await isLive();
    expect(await outcome(both)).toBe(true);
  });

  test.each(distances)('waking up %i microtasks after a pull looks once more', async (distance) => {
    const other = gateway.addConversation({ buyer: minji, seller: junho, title: '다른 것' });
    await isLive();
    const end = room.subscribe(() => {
      if (room.snapshot().entries.length === 0) return;
      end();
      void microtasks(distance).then(() => {
        junho.says(other, '둘');
        client.wake();
      });
    });
    // Both live events are lost; the hint about the first makes the client pull, that of the second comes too late.
    gateway.drop('message:new', 2);
    junho.says(room.id, '하나');
    await passes(3_000);
    expect(client.room(other).snapshot().entries).toHaveLength(1);
  });
});

describe('what could not be told now is told later', () => {
  let gateway: ScriptedGateway;
  let client: HaggleClient;
  const refusals = new Map<string, number>();

  beforeEach(async () => {
    gateway = new ScriptedGateway();
    refusals.clear();
    gateway.answer = (event) => {
      const left = refusals.get(event) ?? 0;
      refusals.set(event, left - 1);
      return left > 0
        ? { ok: false, error: { code: 'UNAVAILABLE', message: 'later', retryable: true } }
        : undefined;
    };
    client = createHaggleClient({
      url: 'http://gateway.test',
      getToken: () => Promise.resolve('token'),
      openSocket: gateway.openSocket,
      fetch: gateway.fetch,
    });
    client.connect();
    await passes(100);
  });
  afterEach(() => client.close());

  test('a receipt, with nothing else happening', async () => {
    gateway.append('seller', { text: '하나' });
    await passes(1_000);
    refusals.set('receipt:read', 2);
    client.room('talk').markRead(1);
    await passes(10_000);
    const told = gateway.asked.filter(({ event }) => event === 'receipt:read');
    expect(told.map(({ payload }) => payload.seq)).toEqual([1, 1, 1]);
  });

  test('a refused receipt is not told again', async () => {
    gateway.append('seller', { text: '하나' });
    gateway.answer = (event) =>
      event === 'receipt:read'
        ? { ok: false, error: { code: 'NOT_FOUND', message: 'no', retryable: false } }
        : undefined;
    await passes(1_000);
    client.room('talk').markRead(1);
    await passes(60_000);
    expect(gateway.asked.filter(({ event }) => event === 'receipt:read')).toHaveLength(1);
  });

  test('two conversations that fell behind while pulls failed both catch up', async () => {
    refusals.set('sync:pull', 2);
    const asked = () => gateway.asked.filter(({ event }) => event === 'sync:pull');
    const before = asked().length;
    gateway.connected[0]!.hears('sync:hint', { conversationId: 'one', lastSeq: 1 });
    await passes(0);
    gateway.connected[0]!.hears('sync:hint', { conversationId: 'other', lastSeq: 1 });
    await passes(60_000);
    const ids = asked()
      .slice(before + 2)
      .flatMap(({ payload }) =>
        (payload.known as { conversationId: string }[]).map(({ conversationId }) => conversationId),
      );
    expect(ids.sort()).toEqual(['one', 'other']);
  });
});
