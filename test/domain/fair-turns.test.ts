import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { FairTurns } from '../../src/platform/fair-turns.js';

test('who comes alone waits for a turn of each of the others, not for all that they brought', async () => {
  const turns = new FairTurns({ atOnce: 1, waiting: 100 });
  const done: string[] = [];
  const asks = (key: string) => turns.take(key, () => Promise.resolve(void done.push(key)));
  const many = Array.from({ length: 40 }, () => asks('many'));
  const few = Array.from({ length: 2 }, () => asks('few'));
  await Promise.all([...many, ...few, asks('alone')]);
  expect(done.slice(0, 6)).toEqual(['many', 'many', 'few', 'alone', 'many', 'few']);
  expect(done).toHaveLength(43);
});

test('never more than the bounds run and wait, whoever brought most is refused, and every place is free again', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 60 }),
      fc.integer({ min: 1, max: 3 }),
      fc.integer({ min: 1, max: 20 }),
      async (keys, atOnce, waiting) => {
        const turns = new FairTurns({ atOnce, waiting });
        let running = 0;
        const work = async () => {
          running += 1;
          expect(running).toBeLessThanOrEqual(atOnce);
          await new Promise<void>((resolve) => setImmediate(resolve));
          running -= 1;
          // Work that fails gives its place back as well.
          if (running === 0) throw new Error('failed');
        };
        const ends = await Promise.all(
          keys.map((key) =>
            turns.take(key, work).then(
              () => ({ key, code: '' }),
              (error: Error & { code?: string }) => ({ key, code: error.code ?? '' }),
            ),
          ),
        );
        const refused = ends.filter(({ code }) => code === 'UNAVAILABLE');
        expect(refused).toHaveLength(Math.max(0, keys.length - atOnce - waiting));
        const letIn = (of: string) =>
          ends.filter(({ key, code }) => key === of && code !== 'UNAVAILABLE').length;
        for (const { key } of refused)
          for (const other of new Set(keys))
            expect(letIn(key) + 1 + atOnce).toBeGreaterThanOrEqual(letIn(other));
        const again = Array.from({ length: atOnce + waiting }, (_, index) =>
          turns.take(`${index}`, () => Promise.resolve(index)),
        );
        expect(await Promise.all(again)).toHaveLength(atOnce + waiting);
      },
    ),
  );
});
