import { expect, test } from '@jest/globals';
import { Refusal } from '../../src/contract/index.js';
import { MessageLog, type LogStore } from '../../src/conversations/message-log.js';
import type { Entry } from '../../src/domain/entry.js';
import { createMetrics } from '../../src/metrics.js';

/** A database that answers no write before it is let go. */
class HeldStore implements LogStore {
  private letGo: () => void = () => undefined;
  private readonly held = new Promise<void>((resolve) => (this.letGo = resolve));
  readonly stored: Entry[] = [];

  release(): void {
    this.letGo();
  }
  async insert(entries: Entry[]) {
    await this.held;
    this.stored.push(...entries);
    return { taken: new Set<number>(), repeated: false };
  }
  lastSeq(conversationId: string): Promise<number> {
    const own = this.stored.filter((entry) => entry.conversationId === conversationId);
    return Promise.resolve(own.length);
  }
  byClientId(): Promise<Entry | null> {
    return Promise.resolve(null);
  }
}

/** A database in which another node stored the same entry in the same millisecond. */
class TakenStore implements LogStore {
  first: Entry | null = null;

  constructor(private readonly repeated: boolean) {}

  insert([entry]: Entry[]) {
    this.first = entry!;
    return Promise.resolve({ taken: new Set([0]), repeated: this.repeated });
  }
  lastSeq = () => Promise.resolve(0);
  byClientId = () => Promise.resolve(this.first);
}

const said = (conversationId: string, text: string) => ({
  conversationId,
  senderId: 'buyer',
  clientMessageId: `${conversationId}-${text}`,
  kind: 'text' as const,
  text,
});

const refusal = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) => (error instanceof Refusal ? error : undefined),
  );

test('a log that may keep no more puts senders off with a time, and takes them when it has room', async () => {
  const store = new HeldStore();
  const log = new MessageLog({
    store,
    clock: () => new Date(),
    metrics: createMetrics('test'),
    queue: { entries: 10, bytes: 2_000, waitMs: 1_000 },
  });
  const kept = ['a', 'b', 'c'].map((text) => log.append(said('one', text)));
  // The three take some 900 bytes; this one fills what is left, so that the next is one too many.
  const long = log.append(said('two', 'x'.repeat(400)));
  const refused = await refusal(log.append(said('three', 'z')));
  expect(refused?.code).toBe('UNAVAILABLE');
  expect(refused?.retryable).toBe(true);
  expect(refused?.details.retryAfterMs).toBeGreaterThan(0);

  store.release();
  const done = await Promise.all([...kept, long]);
  expect(done.map(({ entry }) => entry.seq)).toEqual([1, 2, 3, 1]);
  expect((await log.append(said('three', 'z'))).entry.seq).toBe(1);
  await log.drained();
  expect(store.stored).toHaveLength(5);
});

test('who comes second is told so, though the first made the same id; but not where it is its own first try', async () => {
  for (const repeated of [false, true]) {
    const log = new MessageLog({
      store: new TakenStore(repeated),
      clock: () => new Date(),
      metrics: createMetrics('test'),
      queue: { entries: 10, bytes: 2_000, waitMs: 1_000 },
    });
    const { duplicate } = await log.append(said('one', 'a'));
    expect(duplicate).toBe(!repeated);
  }
});
