import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { mannerOf, values, type Evidence } from '../../src/domain/temperature.js';

const now = new Date('2026-11-23T03:00:00.000Z');
const dayMs = 24 * 3600 * 1000;
const daysAgo = (days: number) => new Date(now.getTime() - days * dayMs);

let partners = 0;
const somebodyElse = () => `partner-${(partners += 1)}`;
const said = (kind: Evidence['kind'], days = 0, partnerId: string | null = somebodyElse()) => ({
  kind,
  at: daysAgo(days),
  partnerId,
});
const many = (count: number, kind: Evidence['kind'], days = 0) =>
  Array.from({ length: count }, () => said(kind, days));
/** So many good ones spread evenly over the year that counts. */
const ofAYear = (count: number, kind: Evidence['kind'] = 'good') =>
  Array.from({ length: count }, (_, index) => said(kind, ((index + 0.5) * 365) / count));
const degrees = (evidence: Evidence[]) => mannerOf(evidence, now).temperature;

describe('the published formula', () => {
  test.each<[string, Evidence[], number]>([
    ['a newcomer', [], 36.5],
    ['one great', many(1, 'great'), 37.3],
    ['one good', many(1, 'good'), 37],
    ['one bad', many(1, 'bad'), 34.7],
    ['three bad', many(3, 'bad'), 31.4],
    ['one no-show', many(1, 'noShow'), 34.7],
    ['one late cancellation', many(1, 'lateCancel'), 34.7],
    ['a warning', many(1, 'warning'), 30.9],
    ['a suspension', many(1, 'suspension'), 18.7],
    ['a bad one outweighs two good', [...many(2, 'good'), ...many(1, 'bad')], 35.9],
    ['12 good over a year', ofAYear(12), 39.2],
    ['78 good over a year', ofAYear(78), 51.9],
    ['100 good over a year', ofAYear(100), 55.5],
    ['500 good over a year', ofAYear(500), 88.8],
    ['1,856 great over a year', ofAYear(1_856, 'great'), 99],
    ['ten good of today', many(10, 'good'), 41.7],
    ['ten good, one half-life old', many(10, 'good', 120), 39.2],
    ['ten good, two half-lives old', many(10, 'good', 240), 37.8],
    ['ten good of 365 days ago', many(10, 'good', 365), 37.2],
    ['ten good of the day before', many(10, 'good', 365.01), 36.5],
    ['a bad one of 365 days ago', many(1, 'bad', 365), 36.3],
    ['a bad one of the day before', many(1, 'bad', 365.01), 36.5],
  ])('%s', (_what, evidence, expected) => {
    expect(degrees(evidence)).toBe(expected);
  });

  test('the n-th rating of the same partner counts 1/n, the oldest in full', () => {
    const evidence = [
      said('great', 0, 'friend'),
      said('good', 20, 'friend'),
      said('bad', 10, 'friend'),
    ];
    const { sum, parts } = mannerOf(evidence, now);
    const part = (kind: Evidence['kind']) => parts.find((one) => one.kind === kind)?.weighted;
    expect(part('good')).toBeCloseTo(0.5 ** (20 / 120), 12);
    expect(part('bad')).toBeCloseTo((-3 * 0.5 ** (10 / 120)) / 2, 12);
    expect(part('great')).toBeCloseTo(1.5 / 3, 12);
    expect(sum).toBeCloseTo(part('good')! + part('bad')! + part('great')!, 12);
  });

  test('a rating of the same partner more than a year ago is forgotten in the count too', () => {
    const evidence = [said('good', 0, 'friend'), said('good', 366, 'friend')];
    expect(mannerOf(evidence, now).sum).toBe(1);
  });

  test('a broken appointment weighs in full, however often with the same partner', () => {
    expect(mannerOf([said('noShow', 0, 'a'), said('noShow', 0, 'a')], now).sum).toBe(-6);
  });

  test('tells what a fresh one of each kind counts, and how many there are', () => {
    const { parts } = mannerOf(
      [...many(2, 'good', 30), ...many(1, 'noShow'), said('good', 400)],
      now,
    );
    expect(parts.map(({ kind, value, count }) => [kind, value, count])).toEqual([
      ['great', 1.5, 0],
      ['good', 1, 2],
      ['bad', -3, 0],
      ['noShow', -3, 1],
      ['lateCancel', -3, 0],
      ['warning', -10, 0],
      ['suspension', -40, 0],
    ]);
  });
});

describe('whatever happened', () => {
  const kinds = fc.constantFrom(...(Object.keys(values) as Evidence['kind'][]));
  const evidence = fc.record({
    kind: kinds,
    at: fc.double({ min: -1, max: 500, noNaN: true }).map(daysAgo),
    partnerId: fc.option(fc.constantFrom('a', 'b', 'c', 'd')),
  });
  const histories = fc.array(evidence, { maxLength: 60 });
  /** Newer than everything else. */
  const latest = (kind: Evidence['kind'], partnerId: string | null): Evidence => ({
    kind,
    at: new Date(now.getTime() + 2 * dayMs),
    partnerId,
  });
  const praise = fc.constantFrom<Evidence['kind']>('great', 'good');
  const blame = kinds.filter((kind) => values[kind] < 0);
  const anybody = fc.option(fc.constantFrom('a', 'b', 'z'));

  test('the temperature lies between 0 and 99 and has one decimal', () => {
    const crowds = fc.tuple(histories, kinds, fc.nat(3_000));
    fc.assert(
      fc.property(crowds, ([history, kind, count]) => {
        const temperature = degrees([...history, ...many(count, kind)]);
        expect(temperature).toBeGreaterThanOrEqual(0);
        expect(temperature).toBeLessThanOrEqual(99);
        expect(Math.round(temperature * 10) / 10).toBe(temperature);
      }),
      { numRuns: 50 },
    );
  });

  test('the order in which it is told makes no difference', () => {
    fc.assert(
      fc.property(
        histories.chain((all) =>
          fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
        ),
        ([told, shuffled]) => {
          const one = mannerOf(told, now);
          const other = mannerOf(shuffled, now);
          expect(other.temperature).toBeCloseTo(one.temperature, 6);
          expect(other.parts.map(({ count }) => count)).toEqual(
            one.parts.map(({ count }) => count),
          );
        },
      ),
    );
  });

  test('praise never lowers it, blame never raises it', () => {
    fc.assert(
      fc.property(histories, praise, blame, anybody, (history, good, bad, partner) => {
        const before = mannerOf(history, now).sum;
        expect(mannerOf([...history, latest(good, partner)], now).sum).toBeGreaterThan(before);
        expect(mannerOf([...history, latest(bad, partner)], now).sum).toBeLessThan(before);
        const here = degrees(history);
        expect(degrees([...history, latest(good, partner)])).toBeGreaterThanOrEqual(here);
        expect(degrees([...history, latest(bad, partner)])).toBeLessThanOrEqual(here);
      }),
    );
  });

  test('a better word in the place of a worse one never lowers it', () => {
    const order = ['bad', 'good', 'great'] as const;
    fc.assert(
      fc.property(histories, fc.nat(), (history, pick) => {
        const at = history.length > 0 ? pick % history.length : -1;
        const worse = history[at];
        const next = order[order.indexOf(worse?.kind as 'bad') + 1];
        if (!worse || !next || next === 'bad') return;
        const better = history.map((one, index) => (index === at ? { ...one, kind: next } : one));
        expect(degrees(better)).toBeGreaterThanOrEqual(degrees(history));
      }),
    );
  });

  test('with time and nothing new it drifts back to where everybody starts', () => {
    fc.assert(
      fc.property(histories, (history) => {
        const muchLater = new Date(now.getTime() + 367 * dayMs);
        expect(mannerOf(history, muchLater).temperature).toBe(36.5);
      }),
    );
  });

  test('the same thing weighs less the older it is', () => {
    const days = fc.double({ min: 0, max: 365, noNaN: true });
    fc.assert(
      fc.property(kinds, days, days, (kind, one, other) => {
        const [younger, older] = [Math.min(one, other), Math.max(one, other)];
        const weight = (age: number) => Math.abs(mannerOf([said(kind, age)], now).sum);
        expect(weight(older)).toBeLessThanOrEqual(weight(younger));
      }),
    );
  });
});
