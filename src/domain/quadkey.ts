import { distanceKm, type Coordinates } from './grid.js';

/**
 * Places are blurred to points of a grid of 0.001°, and a quadkey is the name of such a point: the digits of its path
 * through squares that are each cut into four, so that all points of a square begin alike. An index over them finds a
 * ring around any centre as a few beginnings.
 */
const levels = 19;
const perDegree = 1_000;
const rows = 180 * perDegree + 1;
/** 180 is the same meridian as -180. */
const columns = 360 * perDegree;

export function quadkeyOf({ latitude, longitude }: Coordinates): string {
  const row = Math.round((latitude + 90) * perDegree);
  const column = Math.round((longitude + 180) * perDegree) % columns;
  let key = '';
  for (let bit = levels - 1; bit >= 0; bit -= 1)
    key += String(((row >> bit) & 1) * 2 + ((column >> bit) & 1));
  return key;
}

/** Whether it is whole, and no beginning. */
export const isPoint = (name: string): boolean => name.length === levels;

export const pointAt = (quadkey: string): Coordinates => middleOf(squareAt(quadkey));

/** Distances are compared in tenths of a metre, so that what is equally far is so for everybody who calculates. */
export const tenthsOfMetres = (from: Coordinates, to: Coordinates): number =>
  Math.round(distanceKm(from, to) * 10_000);

/** What is at least `inner` and less than `outer` tenths of a metre away. */
export interface Ring {
  inner: number;
  outer: number;
}

/** The ring that goes on at `inner` and holds about so many points. */
export function ringOf({ latitude }: Coordinates, inner: number, points: number): Ring {
  const side = kmPerDegree / perDegree;
  const area = points * side ** 2 * Math.max(Math.cos(radians(latitude)), 0.001) * 1e8;
  return { inner, outer: Math.ceil(Math.sqrt(inner ** 2 + area / Math.PI)) + 1 };
}

/**
 * Beginnings of the quadkeys of all points in a ring: whole quadkeys of just those points where there are no more than
 * `points`, else as long ones as `squares` of them can be, with some points around the ring too.
 */
export function coverOf(
  centre: Coordinates,
  ring: Ring,
  { points, squares }: { points: number; squares: number },
): string[] {
  let finest: Square[] = [{ level: levels, row: 0, column: 0 }];
  let cover = finest;
  while (finest[0] && finest[0].level > 0) {
    finest = finest.flatMap(quarters).filter((square) => touches(square, centre, ring));
    if (finest.length > Math.max(points, squares)) break;
    if (finest.length <= squares || finest[0]?.level === 0) cover = finest;
  }
  return cover.map(nameOf);
}

/** Holds 2^level points on each side; `row` and `column` are those of its first one. */
interface Square {
  level: number;
  row: number;
  column: number;
}

const kmPerDegree = distanceKm({ latitude: 0, longitude: 0 }, { latitude: 1, longitude: 0 });
const radians = (degrees: number) => (degrees * Math.PI) / 180;

function squareAt(quadkey: string): Square {
  let [row, column] = [0, 0];
  for (const digit of quadkey) {
    row = row * 2 + (Number(digit) >> 1);
    column = column * 2 + (Number(digit) & 1);
  }
  const level = levels - quadkey.length;
  return { level, row: row * 2 ** level, column: column * 2 ** level };
}

const nameOf = ({ level, row, column }: Square): string =>
  Array.from({ length: levels - level }, (_, index) => {
    const bit = levels - 1 - index;
    return String(((row >> bit) & 1) * 2 + ((column >> bit) & 1));
  }).join('');

function quarters({ level, row, column }: Square): Square[] {
  const side = 2 ** (level - 1);
  return [0, side]
    .flatMap((up) => [0, side].map((on) => ({ row: row + up, column: column + on })))
    .filter((at) => at.row < rows && at.column < columns)
    .map((at) => ({ level: level - 1, ...at }));
}

const middleOf = ({ level, row, column }: Square): Coordinates => {
  const half = (2 ** level - 1) / 2;
  return {
    latitude: (row + half - 90 * perDegree) / perDegree,
    longitude: (column + half - 180 * perDegree) / perDegree,
  };
};

/** Whether a point of the square may lie in the ring; for a single point, whether it does. */
function touches(square: Square, centre: Coordinates, { inner, outer }: Ring): boolean {
  const middle = middleOf(square);
  const half = (2 ** square.level - 1) / 2 / perDegree;
  const widest = Math.max(Math.abs(middle.latitude) - half, 0);
  const [up, on] = [half, half * Math.cos(radians(widest))];
  // Along the meridian and the parallel is never too short; small squares are nearly flat.
  const toCorner = half > 1 ? up + on : Math.hypot(up, on) * 1.01;
  const reach = Math.ceil(toCorner * kmPerDegree * 10_000);
  const away = tenthsOfMetres(centre, middle);
  return away - reach < outer && away + reach >= inner;
}
