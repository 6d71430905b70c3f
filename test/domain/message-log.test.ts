import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { setImmediate as turn } from 'node:timers/promises';
import { Refusal } from '../../src/contract/index.js';
import { MessageLog, type LogStore } from '../../src/conversations/message-log.js';
import type { Written } from '../../src/conversations/message.store.js';
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
    return { taken: new Set<number>(), tried: entries.length, repeated: false };
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
    return Promise.resolve({ taken: new Set([0]), tried: 1, repeated: this.repeated });
  }
  lastSeq = () => Promise.resolve(0);
  byClientId = () => Promise.resolve(this.first);
}

/** What happens to a write: it ends; it is not answered and repeated; or it stores so many entries and is lost. */
type Fate = 'ends' | 'repeated' | number;

/** A database that several nodes write to, with its two unique keys. */
class SharedDatabase {
  readonly entries: Entry[] = [];

  get(conversationId: string): Entry[] {
    return this.entries.filter((entry) => entry.conversationId === conversationId);
  }

  find({ conversationId, senderId, clientMessageId }: Omit<Entry, 'seq'>): Entry | undefined {
    return this.get(conversationId).find(
      (entry) => entry.senderId === senderId && entry.clientMessageId === clientMessageId,
    );
  }

  write(entries: Entry[], ordered: boolean): number[] {
    const refused: number[] = [];
    for (const [index, entry] of entries.entries()) {
      const isTaken = this.get(entry.conversationId).some(({ seq }) => seq === entry.seq);
      if (!isTaken && !this.find(entry)) this.entries.push(entry);
      else {
        refused.push(index);
        if (ordered) break;
      }
    }
    return refused;
  }
}

/** How one node sees it, as `MessageStore` does; every look and write takes some turns of the event loop. */
class NodeStore implements LogStore {
  constructor(
    private readonly database: SharedDatabase,
    private readonly fates: Fate[],
    private readonly turns: number,
  ) {}

  async insert(entries: Entry[]): Promise<Written> {
    const ordered = new Set(entries.map((entry) => entry.conversationId)).size < entries.length;
    const fate = this.fates.shift() ?? 'ends';
    await this.aWhile();
    if (typeof fate === 'number') {
      this.database.write(entries.slice(0, fate), ordered);
      throw new Refusal('UNAVAILABLE');
    }
    const repeated = fate === 'repeated';
    if (repeated) this.database.write(entries, ordered);
    const refused = this.database.write(entries, ordered);
    await this.aWhile();
    const [first] = refused;
    const size = entries.length;
    if (!ordered || first === undefined) return { taken: new Set(refused), tried: size, repeated };
    if (!repeated) return { taken: new Set(refused), tried: first + 1, repeated };
    const inDoubt = entries.flatMap((_, index) => (index >= first ? [index] : []));
    return { taken: new Set(inDoubt), tried: size, repeated };
  }

  async lastSeq(conversationId: string): Promise<number> {
    await this.aWhile();
    return this.database.get(conversationId).length;
  }

  async byClientId(conversationId: string, senderId: string | null, clientMessageId: string) {
    await this.aWhile();
    return (
      this.database
        .get(conversationId)
        .find((one) => one.senderId === senderId && one.clientMessageId === clientMessageId) ?? null
    );
  }

  private async aWhile(): Promise<void> {
    for (let count = 0; count < this.turns; count += 1) await turn();
  }
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
    sharded: false,
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
      sharded: false,
      queue: { entries: 10, bytes: 2_000, waitMs: 1_000 },
    });
    const { duplicate } = await log.append(said('one', 'a'));
    expect(duplicate).toBe(!repeated);
  }
});

test('two nodes that write to the same conversations make one order without holes, and each its own order', async () => {
  const sending = fc.record({
    node: fc.nat(1),
    conversationId: fc.constantFrom('one', 'two', 'three'),
    /** Of a few, so that some are repeated; with another text now and then. */
    number: fc.nat(25),
    text: fc.constantFrom('a', 'a', 'a', 'b'),
    /** Turns of the event loop before it. */
    after: fc.constantFrom(0, 0, 0, 1, 5),
  });
  const fate = fc.oneof(
    { weight: 6, arbitrary: fc.constant<Fate>('ends') },
    fc.constant<Fate>('repeated'),
    fc.nat(3),
  );
  const node = fc.record({
    fates: fc.array(fate, { maxLength: 6 }),
    turns: fc.nat(3),
    sharded: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(sending, { minLength: 1, maxLength: 60 }),
      fc.tuple(node, node),
      async (sendings, nodes) => {
        const database = new SharedDatabase();
        const mayFail = nodes.some(({ fates }) => fates.some((one) => typeof one === 'number'));
        let now = 0;
        const logs = nodes.map(
          ({ fates, turns, sharded }) =>
            new MessageLog({
              store: new NodeStore(database, [...fates], turns),
              // In one millisecond both could give a repeat the same id, and a write that is repeated takes it for its own.
              clock: () => new Date((now += 1)),
              metrics: createMetrics('test'),
              sharded,
              queue: { entries: 1_000, bytes: 1_000_000, waitMs: 1_000 },
            }),
        );
        const answers = [];
        for (const { node: index, conversationId, number, text, after } of sendings) {
          for (let count = 0; count < after; count += 1) await turn();
          const draft = { ...said(conversationId, text), clientMessageId: `${number}` };
          answers.push(
            logs[index]!.append(draft).then(
              (appended) => ({ index, draft, ...appended, code: undefined }),
              ({ code }: Refusal) => ({ index, draft, entry: undefined, duplicate: false, code }),
            ),
          );
        }
        const all = await Promise.all(answers);
        for (const log of logs) await log.drained();

        for (const id of ['one', 'two', 'three']) {
          const log = database.get(id);
          expect(log.map(({ seq }) => seq)).toEqual(log.map((_, index) => index + 1));
          expect(new Set(log.map((entry) => entry.clientMessageId)).size).toBe(log.length);
        }
        for (const { draft, entry, code } of all)
          if (entry) {
            expect(database.find(draft as never)).toBe(entry);
            expect(entry.text).toBe(draft.text);
          } else if (code === 'IDEMPOTENCY_CONFLICT')
            expect(database.find(draft as never)?.text).not.toBe(draft.text);
          else expect([code, mayFail]).toEqual(['UNAVAILABLE', true]);
        const first = all.filter(({ entry, duplicate }) => entry && !duplicate);
        expect(new Set(first.map(({ entry }) => entry)).size).toBe(first.length);
        for (const index of [0, 1])
          for (const id of ['one', 'two', 'three']) {
            const own = first.filter(
              (one) => one.index === index && one.draft.conversationId === id,
            );
            const seqs = own.map(({ entry }) => entry!.seq);
            expect(seqs).toEqual([...seqs].sort((one, other) => one - other));
          }
      },
    ),
    { numRuns: 150 },
  );
}, 60_000);

test('what one says while a write is under way is the next write, at most ten at once', async () => {
  const one = Array.from({ length: 14 }, () => 1);
  const cases = [
    { sharded: false, texts: [...'0123456789abcd'], sizes: [1, 10, 3] },
    // Writes go to one shard after another there, if they may end early.
    { sharded: true, texts: [...'0123456789abcd'], sizes: one },
    // The second of ten is a repeat, which ends the write; the next one takes no such risk.
    { sharded: false, texts: [...'0103456789abcd'], sizes: [1, 10, 1, 10] },
  ];
  for (const { sharded, texts, sizes } of cases) {
    const database = new SharedDatabase();
    const written: number[] = [];
    const store = new NodeStore(database, [], 1);
    const insert = store.insert.bind(store);
    store.insert = (entries) => {
      written.push(entries.length);
      return insert(entries);
    };
    const log = new MessageLog({
      store,
      clock: () => new Date(),
      metrics: createMetrics('test'),
      sharded,
      queue: { entries: 100, bytes: 100_000, waitMs: 1_000 },
    });
    const first = log.append(said('one', texts[0]!));
    await turn();
    await turn();
    const others = texts.slice(1).map((text) => log.append(said('one', text)));
    const all = await Promise.all([first, ...others]);
    expect(all.map(({ entry }) => entry.text)).toEqual(texts);
    expect(database.entries.map(({ text }) => text)).toEqual([...new Set(texts)]);
    expect(written).toEqual(sizes);
  }
});
