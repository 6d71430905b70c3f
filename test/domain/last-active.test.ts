import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { coarsely } from '../../src/domain/last-active.js';

const now = new Date('2026-03-04T12:34:56.789Z');
const before = (ms: number) => coarsely(new Date(now.getTime() - ms), now).toISOString();

test('others see when somebody was there to ten minutes, to the hour or to the day', () => {
  expect(before(0)).toBe('2026-03-04T12:30:00.000Z');
  expect(before(59 * 60_000)).toBe('2026-03-04T11:30:00.000Z');
  expect(before(61 * 60_000)).toBe('2026-03-04T11:00:00.000Z');
  expect(before(30 * 3_600_000)).toBe('2026-03-03T00:00:00.000Z');
});

test('nobody is shown as later than they were, or a day earlier', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 400 * 86_400_000 }), (ago) => {
      const at = now.getTime() - ago;
      const shown = coarsely(new Date(at), now).getTime();
      expect(shown).toBeLessThanOrEqual(at);
      expect(at - shown).toBeLessThan(86_400_000);
    }),
  );
});
