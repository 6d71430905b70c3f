import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Batcher } from '../../src/platform/batcher.js';

/** Longer than a test: only `flush` ends it. */
const never = 10_000;

test('what is asked within the window is one batch, and each gets its own answer', async () => {
  const batches: number[][] = [];
  const batcher = new Batcher<number, number>({
    windowMs: 1,
    write: (items) => {
      batches.push(items);
      return Promise.resolve(items.map((item) => item * 2));
    },
  });
  expect(await Promise.all([1, 2, 1].map((item) => batcher.do(item)))).toEqual([2, 4, 2]);
  expect(batches).toEqual([[1, 2, 1]]);
});

test('a full batch does not wait for its window, where somebody waits for it', async () => {
  const batches: number[][] = [];
  const batcher = new Batcher<number, number>({
    windowMs: never,
    max: 2,
    write: (items) => {
      batches.push(items);
      return Promise.resolve(items);
    },
  });
  const asked = [1, 2, 3].map((item) => batcher.do(item));
  expect(batches).toEqual([[1, 2]]);
  expect(await Promise.all(asked.slice(0, 2))).toEqual([1, 2]);
  await batcher.flush();
  expect(await asked[2]).toBe(3);
});

test('nothing is lost or written twice, whatever comes in which order', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof(fc.nat(9), fc.constant('flush')), { maxLength: 60 }),
      fc.integer({ min: 1, max: 5 }),
      fc.boolean(),
      async (steps, max, oneAtATime) => {
        const written: number[] = [];
        const batcher = new Batcher<number>({
          windowMs: never,
          max,
          oneAtATime,
          write: async (items) => {
            expect(items.length).toBeLessThanOrEqual(max);
            await Promise.resolve();
            written.push(...items);
          },
        });
        for (const step of steps)
          if (typeof step === 'number') batcher.note(step);
          else void batcher.flush();
        await batcher.flush();
        const items = steps.filter((step) => typeof step === 'number');
        expect(written.toSorted()).toEqual(items.toSorted());
        if (oneAtATime) expect(written).toEqual(items);
      },
    ),
  );
});

describe('items of one key', () => {
  const keyOf = ({ key }: { key: string }) => key;

  test('become the later one', async () => {
    const written: unknown[] = [];
    const batcher = new Batcher<{ key: string; at: number }>({
      windowMs: never,
      keyOf,
      write: (items) => Promise.resolve(void written.push(...items)),
    });
    batcher.note({ key: 'a', at: 1 });
    batcher.note({ key: 'b', at: 2 });
    batcher.note({ key: 'a', at: 3 });
    expect([batcher.peek('a')?.at, batcher.peek('c')]).toEqual([3, undefined]);
    await batcher.flush();
    expect(written).toEqual([
      { key: 'a', at: 3 },
      { key: 'b', at: 2 },
    ]);
    expect(batcher.peek('a')).toBeUndefined();
  });

  test('become what `merge` makes of them, and all who asked get its answer', async () => {
    const batcher = new Batcher<{ key: string; at: number }, number>({
      windowMs: 1,
      keyOf,
      merge: (earlier, later) => ({ ...earlier, at: Math.max(earlier.at, later.at) }),
      write: (items) => Promise.resolve(items.map(({ at }) => at)),
    });
    const asked = [5, 3, 4].map((at) => batcher.do({ key: 'a', at }));
    expect(await Promise.all(asked)).toEqual([5, 5, 5]);
  });
});

test('a batch that fails is told of once, and rejects for who asked', async () => {
  const lost: unknown[] = [];
  let away = true;
  const batcher = new Batcher<string>({
    windowMs: never,
    write: () => (away ? Promise.reject(new Error('away')) : Promise.resolve()),
    lost: (reason, items) => lost.push([reason, items]),
  });
  batcher.note('noted');
  const asked = expect(batcher.do('asked')).rejects.toThrow('away');
  await batcher.flush();
  await asked;
  away = false;
  batcher.note('later');
  await batcher.flush();
  expect(lost).toEqual([['away', 2]]);
});

test('only those that were named are written before their time', async () => {
  const written: string[] = [];
  const batcher = new Batcher<string>({
    windowMs: never,
    write: (items) => Promise.resolve(void written.push(...items)),
  });
  for (const item of ['a', 'b']) batcher.note(item);
  await batcher.flush((item) => item === 'b');
  expect(written).toEqual(['b']);
  await batcher.flush();
  expect(written).toEqual(['b', 'a']);
});

describe('while a batch is under way', () => {
  /** The first batch goes on until it is told to end. */
  function slow(how: { oneAtATime?: boolean; waitingMax?: number }) {
    const begun: string[][] = [];
    let end = (): void => undefined;
    const first = new Promise<void>((resolve) => (end = resolve));
    const batcher = new Batcher<string>({
      windowMs: never,
      ...how,
      write: (items) => (begun.push(items) === 1 ? first : Promise.resolve()),
    });
    return { batcher, begun, end };
  }

  test('the next one does not wait', async () => {
    const { batcher, begun, end } = slow({});
    batcher.note('a');
    const flushed = batcher.flush();
    batcher.note('b');
    void batcher.flush();
    expect(begun).toEqual([['a'], ['b']]);
    end();
    await flushed;
  });

  test('one at a time: the next one waits, as one, and what is too much is left out', async () => {
    const { batcher, begun, end } = slow({ oneAtATime: true, waitingMax: 2 });
    batcher.note('a');
    void batcher.flush();
    await Promise.resolve();
    for (const item of ['b', 'c', 'd']) {
      batcher.note(item);
      void batcher.flush();
      await Promise.resolve();
    }
    expect(begun).toEqual([['a']]);
    end();
    await batcher.flush();
    expect(begun).toEqual([['a'], ['b', 'c']]);
  });
});
