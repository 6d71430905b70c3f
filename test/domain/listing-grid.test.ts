import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  blur,
  cellsAround,
  cellsAt,
  distanceKm,
  earthRadiusKm,
  maxCells,
} from '../../src/domain/grid.js';

interface Point {
  latitude: number;
  longitude: number;
}

const degrees = (min: number, max: number) =>
  fc.double({ min, max, noNaN: true, noDefaultInfinity: true });
const point = (latitudes: [number, number], longitudes: [number, number]) =>
  fc.record({ latitude: degrees(...latitudes), longitude: degrees(...longitudes) });

/** From Marado to Onsong, and the sea around. */
const korea = point([33, 43.1], [124, 132]);
/** The world without the poles' caps and the seam at 180°, where a circle has cells on both sides. */
const inhabited = point([-80, 80], [-170, 170]);
const radius = fc.double({ min: 0.1, max: 50, noNaN: true });
const bearing = degrees(0, 2 * Math.PI);

/** Where one comes to from a point, so far in a direction, on a sphere. */
function from(start: Point, km: number, direction: number): Point {
  const radians = (of: number) => (of * Math.PI) / 180;
  const angle = km / earthRadiusKm;
  const latitude = radians(start.latitude);
  const sine =
    Math.sin(latitude) * Math.cos(angle) +
    Math.cos(latitude) * Math.sin(angle) * Math.cos(direction);
  const turned = Math.atan2(
    Math.sin(direction) * Math.sin(angle) * Math.cos(latitude),
    Math.cos(angle) - Math.sin(latitude) * sine,
  );
  return {
    latitude: (Math.asin(sine) * 180) / Math.PI,
    longitude: start.longitude + (turned * 180) / Math.PI,
  };
}

const covered = (centre: Point, km: number, there: Point) => {
  const cells = new Set(cellsAround(centre, km));
  return cellsAt(there).some((cell) => cells.has(cell));
};

test('every point within the radius lies in one of the cells that are read', () => {
  const share = fc.oneof(degrees(0, 1), degrees(0.9, 1));
  fc.assert(
    fc.property(inhabited, radius, share, bearing, (centre, km, part, direction) => {
      expect(covered(centre, km, from(centre, km * part, direction))).toBe(true);
    }),
    { numRuns: 5_000 },
  );
});

/** The hardest circles: they touch the first hair of a further cell. A box that is a little too small misses it. */
test('so does the one on the rim that lies alone in its cell', () => {
  const size = 0.5;
  const hair = 1e-10;
  const beyondEdge = (degree: number, outwards: number) =>
    size * Math.round(degree / size) + outwards * hair - degree;
  fc.assert(
    fc.property(korea, radius, fc.constantFrom(0, 1, 2, 3), (start, km, quarter) => {
      const direction = (quarter * Math.PI) / 2;
      const rim = from(start, km * (1 - 1e-9), direction);
      const centre = {
        latitude: start.latitude + (quarter % 2 ? 0 : beyondEdge(rim.latitude, quarter ? -1 : 1)),
        longitude:
          start.longitude + (quarter % 2 ? beyondEdge(rim.longitude, quarter === 1 ? 1 : -1) : 0),
      };
      expect(covered(centre, km, from(centre, km * (1 - 1e-9), direction))).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});

test('a circle of at most 50 km in Korea takes at most 40 cells', () => {
  fc.assert(
    fc.property(korea, radius, (centre, km) => {
      expect(cellsAround(centre, km).length).toBeLessThanOrEqual(maxCells);
    }),
    { numRuns: 2_000, examples: [[{ latitude: 43.1, longitude: 124.49 }, 50]] },
  );
});

test('so does one anywhere up to 80 degrees, and none anywhere takes more than a few hundred', () => {
  fc.assert(
    fc.property(point([-80, 80], [-180, 180]), radius, (centre, km) => {
      expect(cellsAround(centre, km).length).toBeLessThanOrEqual(maxCells);
    }),
    { numRuns: 2_000 },
  );
  fc.assert(
    fc.property(point([-90, 90], [-180, 180]), radius, (centre, km) => {
      expect(cellsAround(centre, km).length).toBeLessThanOrEqual(3_000);
    }),
  );
});

test('the cells of an answer are of one size and each is named once', () => {
  fc.assert(
    fc.property(inhabited, radius, (centre, km) => {
      const cells = cellsAround(centre, km);
      expect(new Set(cells).size).toBe(cells.length);
      expect(new Set(cells.map((cell) => cell.split(':')[0])).size).toBe(1);
      expect(cells.length).toBeGreaterThan(0);
    }),
  );
});

test('a small circle reads small cells, so that few strangers are read', () => {
  const gangnam = { latitude: 37.4979, longitude: 127.0276 };
  const levels = [2, 10, 50].map((km) => cellsAround(gangnam, km)[0]!.split(':')[0]);
  expect(levels).toEqual(['0', '1', '2']);
});

test('a distance is the same from both ends, nothing to oneself, and what the sphere says', () => {
  fc.assert(
    fc.property(inhabited, radius, bearing, (here, km, direction) => {
      const there = from(here, km, direction);
      expect(distanceKm(here, there)).toBeCloseTo(distanceKm(there, here), 9);
      expect(distanceKm(here, there)).toBeCloseTo(km, 6);
      expect(distanceKm(here, here)).toBe(0);
    }),
  );
  const seoul = { latitude: 37.5665, longitude: 126.978 };
  const busan = { latitude: 35.1796, longitude: 129.0756 };
  expect(distanceKm(seoul, busan)).toBeCloseTo(325.1, 0);
});

test('a blurred place is within 80 m, is blurred by nothing more, and hides who is near', () => {
  fc.assert(
    fc.property(korea, (home) => {
      const shown = blur(home);
      expect(distanceKm(home, shown)).toBeLessThan(0.08);
      expect(blur(shown)).toEqual(shown);
      for (const degree of [shown.latitude, shown.longitude])
        expect(String(degree)).toMatch(/^-?\d+(\.\d{1,3})?$/);
    }),
  );
});
