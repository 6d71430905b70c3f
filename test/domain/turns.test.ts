import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { AsyncLocalStorage } from 'node:async_hooks';
import { Gate, SharedLooks, Turns } from '../../src/platform/turns.js';

test('work for one thing runs in order and never at once, whatever fails; other things do not wait', async () => {
  const piece = fc.record({
    key: fc.constantFrom('a', 'b'),
    fails: fc.boolean(),
    ticks: fc.nat(5),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 20 }), async (pieces) => {
      const turns = new Turns();
      const running = new Map<string, number>();
      const begun: Record<string, number[]> = { a: [], b: [] };
      const outcomes = await Promise.allSettled(
        pieces.map(({ key, fails, ticks }, index) =>
          turns.take(key, async () => {
            expect(running.get(key) ?? 0).toBe(0);
            running.set(key, 1);
            begun[key]!.push(index);
            for (let tick = 0; tick < ticks; tick += 1) await Promise.resolve();
            running.set(key, 0);
            if (fails) throw new Error(`piece ${index}`);
            return index;
          }),
        ),
      );
      outcomes.forEach((outcome, index) =>
        expect(outcome).toMatchObject(
          pieces[index]!.fails
            ? { status: 'rejected', reason: { message: `piece ${index}` } }
            : { status: 'fulfilled', value: index },
        ),
      );
      for (const key of ['a', 'b'])
        expect(begun[key]).toEqual(
          pieces.flatMap((one, index) => (one.key === key ? [index] : [])),
        );
    }),
  );
  const turns = new Turns();
  const stuck = turns.take('a', () => new Promise(() => undefined));
  expect(await Promise.race([turns.take('b', () => Promise.resolve('b')), stuck])).toBe('b');
});

test('works that overlap begin in order, each once those before it passed; others wait for the end of all', async () => {
  const piece = fc.record({
    overlaps: fc.boolean(),
    fails: fc.boolean(),
    /** After so many ticks it passes, if it overlaps. */
    passes: fc.nat(3),
    ticks: fc.nat(5),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 20 }), async (pieces) => {
      const turns = new Turns();
      const state: string[] = pieces.map(() => 'waits');
      const tooEarly: number[] = [];
      const tick = async (times: number) => {
        for (let count = 0; count < times; count += 1) await Promise.resolve();
      };
      await Promise.allSettled(
        pieces.map(({ overlaps, fails, passes, ticks }, index) =>
          turns.take(
            'a',
            async (passed) => {
              const before = state.slice(0, index);
              const free = (one: string) => one === 'over' || (overlaps && one === 'passed');
              if (!before.every(free) || state.slice(index).some((one) => one !== 'waits'))
                tooEarly.push(index);
              state[index] = 'holds';
              if (overlaps && passes < ticks) {
                await tick(passes);
                state[index] = 'passed';
                passed();
              }
              await tick(ticks - passes);
              state[index] = 'over';
              if (fails) throw new Error('no');
            },
            { overlaps, usualMs: 10 },
          ),
        ),
      );
      expect(tooEarly).toEqual([]);
      expect(state).toEqual(pieces.map(() => 'over'));
      expect(turns.aheadMs('a')).toBe(0);
    }),
  );
  const turns = new Turns();
  const never = new Promise<void>(() => undefined);
  const first = (passed: () => void) => {
    passed();
    return never;
  };
  void turns.take('a', first, { overlaps: true, usualMs: 10 });
  expect(turns.aheadMs('a')).toBe(0);
  expect(await turns.take('a', () => Promise.resolve('beside'), { overlaps: true })).toBe('beside');
});

test('each work is of the request that asked for it, whichever lets it begin', async () => {
  const request = new AsyncLocalStorage<string>();
  const turns = new Turns();
  const seen = await Promise.all(
    ['one', 'two', 'three'].map((name) =>
      request.run(name, () =>
        turns.take(
          'a',
          async (passed) => {
            await Promise.resolve();
            passed();
            return request.getStore();
          },
          // The first lets the second begin before it has ended, the second the third when it has.
          { overlaps: name !== 'three' },
        ),
      ),
    ),
  );
  expect(seen).toEqual(['one', 'two', 'three']);
});

test('of what is under way half is expected to be over, and all of what waits behind it to come', async () => {
  const turns = new Turns();
  let end = () => undefined as void;
  const first = turns.take('a', () => new Promise<void>((resolve) => (end = resolve)), {
    usualMs: 100,
  });
  expect([turns.aheadMs('a'), turns.aheadMs('b')]).toEqual([50, 0]);
  // It waits behind the first, and takes no time of its own.
  const beside = turns.take('a', () => Promise.resolve(), { overlaps: true });
  expect(turns.aheadMs('a')).toBe(50);
  const second = turns.take('a', () => Promise.resolve(), { usualMs: 100 });
  expect(turns.aheadMs('a')).toBe(150);
  end();
  await Promise.all([first, beside, second]);
  await Promise.resolve();
  expect(turns.aheadMs('a')).toBe(0);
});

test('who asks shares a look-up that began after it, and no two run at once for one thing', async () => {
  const begun: ((value: string) => void)[] = [];
  const looks = new SharedLooks<number>();
  const ask = () =>
    looks.take('a', async () => {
      const number = begun.length;
      await new Promise((resolve) => begun.push(resolve));
      return number;
    });
  const first = ask();
  const later = [ask(), ask(), ask()];
  expect(begun).toHaveLength(1);
  begun[0]!('over');
  expect(await first).toBe(0);
  await new Promise((resolve) => setImmediate(resolve));
  expect(begun).toHaveLength(2);
  const last = ask();
  begun[1]!('over');
  expect(await Promise.all(later)).toEqual([1, 1, 1]);
  await new Promise((resolve) => setImmediate(resolve));
  begun[2]!('over');
  expect(await last).toBe(2);
  expect(looks.isUnderWay('a')).toBe(false);
});

test('a look-up that fails fails those who share it, and nobody after them', async () => {
  const looks = new SharedLooks<string>();
  const fail = () => looks.take('a', () => Promise.reject(new Error('away')));
  const answers = await Promise.allSettled([fail(), fail(), fail()]);
  expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
  expect(await looks.take('a', () => Promise.resolve('back'))).toBe('back');
});

test('a gate lets in some, has some wait, and turns the others away with the time to come back', async () => {
  const gate = new Gate(2, 3);
  const open: (() => void)[] = [];
  const come = () => gate.pass(() => new Promise<void>((resolve) => open.push(resolve)));
  const let5 = [come(), come(), come(), come(), come()];
  await expect(come()).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    details: { retryAfterMs: 1_000 },
  });
  for (let turn = 0; turn < 5; turn += 1) {
    open[turn]!();
    await let5[turn];
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(open).toHaveLength(5);
  const again = come();
  open[5]!();
  await again;
});
