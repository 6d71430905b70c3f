import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Turns } from '../../src/platform/turns.js';

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
