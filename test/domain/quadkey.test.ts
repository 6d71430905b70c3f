import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { blur, type Coordinates } from '../../src/domain/grid.js';
import {
  coverOf,
  isPoint,
  pointAt,
  quadkeyOf,
  ringOf,
  tenthsOfMetres,
} from '../../src/domain/quadkey.js';

const steps = { points: 200, squares: 64 };
const degrees = (min: number, max: number) =>
  fc.double({ min, max, noNaN: true, noDefaultInfinity: true });
const somewhere = fc.oneof(
  fc.record({ latitude: degrees(33, 43), longitude: degrees(124, 132) }),
  fc.record({
    latitude: degrees(-1, 1),
    longitude: fc.constantFrom(180, -180, 179.999, -179.9995),
  }),
  fc.record({ latitude: degrees(-90, 90), longitude: degrees(-180, 180) }),
);

test('a quadkey is a blurred place: the same one back, and one for both sides of the date line', () => {
  fc.assert(
    fc.property(somewhere, (place) => {
      const blurred = blur(place);
      const { latitude, longitude } = pointAt(quadkeyOf(blurred));
      expect(latitude).toBeCloseTo(blurred.latitude, 9);
      expect(isPoint(quadkeyOf(blurred))).toBe(true);
      expect(Math.abs(longitude - blurred.longitude) % 360).toBeCloseTo(0, 9);
    }),
  );
  expect(quadkeyOf({ latitude: 0, longitude: 180 })).toBe(
    quadkeyOf({ latitude: 0, longitude: -180 }),
  );
});

/** Places around a centre, a part of them in the ring. */
const around = (centre: Coordinates, [up, on]: [number, number]): Coordinates =>
  blur({
    latitude: Math.max(-90, Math.min(90, centre.latitude + up)),
    longitude: ((((centre.longitude + on + 180) % 360) + 360) % 360) - 180,
  });

test('a cover has every point of the ring, and nothing else where it is made of points', () => {
  const moves = fc.array(fc.tuple(degrees(-0.5, 0.5), degrees(-0.5, 0.5)), {
    minLength: 20,
    maxLength: 40,
  });
  const inner = fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 500_000 }));
  fc.assert(
    fc.property(
      somewhere,
      inner,
      fc.integer({ min: 1, max: 3_000 }),
      moves,
      (centre, from, points, all) => {
        const ring = ringOf(centre, from, points);
        const cover = coverOf(centre, ring, steps);
        expect(cover.length).toBeLessThanOrEqual(cover.every(isPoint) ? 200 : 64);
        for (const move of all) {
          const place = around(centre, move);
          const away = tenthsOfMetres(centre, pointAt(quadkeyOf(place)));
          const key = quadkeyOf(place);
          const covered = cover.some((name) => key.startsWith(name));
          if (away >= ring.inner && away < ring.outer) expect(covered).toBe(true);
        }
        for (const name of cover.filter(isPoint)) {
          const away = tenthsOfMetres(centre, pointAt(name));
          expect(away >= ring.inner && away < ring.outer).toBe(true);
        }
      },
    ),
    { numRuns: 300 },
  );
});

test('a ring holds about as many points as were asked for, and the first one its centre', () => {
  const centre = { latitude: 37.556, longitude: 126.905 };
  expect(coverOf(centre, ringOf(centre, 0, 4), steps)).toContain(quadkeyOf(centre));
  for (const inner of [0, 10_000, 60_000])
    for (const points of [40, 150]) {
      const found = coverOf(centre, ringOf(centre, inner, points), steps);
      expect(found.every(isPoint)).toBe(true);
      expect(found.length / points).toBeGreaterThan(0.6);
      expect(found.length / points).toBeLessThan(1.6);
    }
});
