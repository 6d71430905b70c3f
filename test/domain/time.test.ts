import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Moment } from '../../src/contract/index.js';
import { inUtc } from '../../src/contract/time.js';

test.each([
  ['2026-12-03T05:00:00Z', '2026-12-03T05:00:00.000Z'],
  ['2026-12-03t05:00:00z', '2026-12-03T05:00:00.000Z'],
  ['2026-12-03 05:00:00Z', '2026-12-03T05:00:00.000Z'],
  ['2026-12-03 05:00:00.5z', '2026-12-03T05:00:00.500Z'],
  ['2026-12-03 14:00:00+09:00', '2026-12-03T05:00:00.000Z'],
  ['2016-12-31 23:59:60z', '2017-01-01T00:00:00.000Z'],
  ['0000-02-29T23:59:59Z', '0000-02-29T23:59:59.000Z'],
  ['2026-12-03T14:00:00+09:00', '2026-12-03T05:00:00.000Z'],
  ['2026-12-03T05:00:00-00:00', '2026-12-03T05:00:00.000Z'],
  ['2026-12-03T05:00:00+00:00', '2026-12-03T05:00:00.000Z'],
  ['2026-12-02T15:15:00-13:45', '2026-12-03T05:00:00.000Z'],
  ['2026-12-03T05:00:00.1Z', '2026-12-03T05:00:00.100Z'],
  ['2026-12-03T05:00:00.123456789012Z', '2026-12-03T05:00:00.123Z'],
  ['2026-12-03T05:00:00.9999Z', '2026-12-03T05:00:00.999Z'],
  ['2024-02-29T23:59:59.999Z', '2024-02-29T23:59:59.999Z'],
  ['2016-12-31T23:59:60Z', '2017-01-01T00:00:00.000Z'],
  ['2017-01-01T08:59:60.5+09:00', '2017-01-01T00:00:00.500Z'],
])('%s is %s', (text, utc) => {
  expect(inUtc(text)).toBe(utc);
  expect(Moment.parse(text)).toBe(utc);
});

test.each([
  '',
  'tomorrow',
  '2026-12-03',
  '2026-12-03T05:00:00',
  '2026-12-03T05:00Z',
  '2026-12-03  05:00:00Z',
  '2026-12-03T 05:00:00Z',
  '2026-12-03 05:00:00 Z',
  '2026-12-03_05:00:00Z',
  '2026-12-03 05:00:00',
  '2026-02-30T05:00:00Z',
  '2025-02-29 05:00:00Z',
  '0000-02-30T05:00:00Z',
  '2026-12-03T05:00:00,5Z',
  '2026-12-03T05:00:00.Z',
  '2026-12-03T05:00:00+9',
  '2026-12-03T05:00:00+0900',
  '2026-12-03T05:00:00+24:00',
  '2026-12-03T05:00:00+09:60',
  '2026-13-03T05:00:00Z',
  '2026-00-03T05:00:00Z',
  '2026-12-32T05:00:00Z',
  '2026-02-29T05:00:00Z',
  '2026-12-03T24:00:00Z',
  '2026-12-03T05:60:00Z',
  '2026-12-03T05:00:61Z',
  '2026-12-03T05:00:60Z',
  '9999-12-31T23:00:00-09:00',
  '0000-01-01T00:00:00+09:00',
  '+002026-12-03T05:00:00Z',
  ' 2026-12-03T05:00:00Z',
  '２０２６-12-03T05:00:00Z',
])('%p is no time', (text) => {
  expect(inUtc(text)).toBeUndefined();
  expect(Moment.safeParse(text).error?.issues[0]?.message).toMatch(/^is not a time like/);
});

test('every moment is the same with every offset and any number of decimals', () => {
  const two = (number: number) => String(number).padStart(2, '0');
  const moments = fc.integer({
    min: Date.parse('0001-01-02T00:00:00Z'),
    max: Date.parse('9999-12-30T00:00:00Z'),
  });
  fc.assert(
    fc.property(
      moments,
      fc.integer({ min: -1_439, max: 1_439 }),
      fc.stringMatching(/^\d{0,9}$/),
      (moment, minutes, more) => {
        const utc = new Date(moment).toISOString();
        const local = new Date(moment + minutes * 60_000).toISOString().slice(0, -1);
        const sign = minutes < 0 ? '-' : '+';
        const [hour, minute] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
        expect(inUtc(`${local}${more}${sign}${two(hour)}:${two(minute)}`)).toBe(utc);
        expect(inUtc(utc)).toBe(utc);
      },
    ),
  );
});
