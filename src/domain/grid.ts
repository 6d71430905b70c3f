export interface Coordinates {
  latitude: number;
  longitude: number;
}

/**
 * The feed is read by grid cells: a band around a point is a few cells merged in bump order from one index, where a
 * geo query sorted by time would read hundreds of documents for twenty. Three cell sizes, in degrees; a listing is in
 * one cell of each, and a query takes the finest size that needs no more than {@link maxCells}.
 */
const sizes = [0.02, 0.1, 0.5] as const;
export const maxCells = 40;

/** One sphere for the cells, for the circle of a query and for shown distances. */
export const earthRadiusKm = 6_371;

const radians = (degrees: number) => (degrees * Math.PI) / 180;
const degrees = (angle: number) => (angle * 180) / Math.PI;
/** About 0.1 mm: rounding must not leave out a cell that the rim just touches. */
const hair = 1e-9;

const cellName = (level: number, row: number, column: number): string =>
  `${level}:${row}:${column}`;

/** The date line is where columns meet: 180 is the same meridian as -180, and east of it they go on in the west. */
const columnAt = (column: number, size: number): number => {
  const around = Math.round(360 / size);
  return ((((column + around / 2) % around) + around) % around) - around / 2;
};

/** The cells that hold a point, one of each size, the finest first. */
export function cellsAt({ latitude, longitude }: Coordinates): string[] {
  return sizes.map((size, level) =>
    cellName(level, Math.floor(latitude / size), columnAt(Math.floor(longitude / size), size)),
  );
}

/** Cells that cover a circle: finest size with at most {@link maxCells}, else the coarsest. */
export function cellsAround(centre: Coordinates, radiusKm: number): string[] {
  for (const level of sizes.keys()) {
    const extent = extentOf(centre, radiusKm, level);
    // Near a pole there are very many of the finest: they are counted before they are named.
    if (extent.rows.length * extent.columns.length <= maxCells || level === sizes.length - 1)
      return cellsIn(extent, level);
  }
  return [];
}

/** Cells of the middle size, about 10 km wide, for what keeps only one cell of a place: {@link areaAt}. */
export const areasAround = (centre: Coordinates, radiusKm: number): string[] =>
  cellsIn(extentOf(centre, radiusKm, areaLevel), areaLevel);

export const areaAt = (point: Coordinates): string => cellsAt(point)[areaLevel]!;
const areaLevel = 1;

function cellsIn({ rows, columns }: ReturnType<typeof extentOf>, level: number): string[] {
  return rows.flatMap((row) => columns.map((column) => cellName(level, row, column)));
}

function extentOf(centre: Coordinates, radiusKm: number, level: number) {
  const size = sizes[level]!;
  const angle = radiusKm / earthRadiusKm;
  const dLatitude = degrees(angle) + hair;
  // A circle is widest a little towards the pole from its centre; one that holds the pole has all longitudes.
  const widest = Math.sin(angle) / Math.cos(radians(centre.latitude));
  const dLongitude = Math.abs(widest) < 1 ? degrees(Math.asin(widest)) + hair : 180;
  const rows = span(centre.latitude - dLatitude, centre.latitude + dLatitude, size);
  const columns = new Set(
    span(centre.longitude - dLongitude, centre.longitude + dLongitude, size).map((column) =>
      columnAt(column, size),
    ),
  );
  return { rows, columns: [...columns] };
}

function span(from: number, to: number, size: number): number[] {
  const first = Math.floor(from / size);
  const last = Math.floor(to / size);
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

/** Great-circle distance in kilometres (haversine). */
export function distanceKm(a: Coordinates, b: Coordinates): number {
  const dLatitude = radians(b.latitude - a.latitude);
  const dLongitude = radians(b.longitude - a.longitude);
  const half =
    Math.sin(dLatitude / 2) ** 2 +
    Math.cos(radians(a.latitude)) * Math.cos(radians(b.latitude)) * Math.sin(dLongitude / 2) ** 2;
  return 2 * earthRadiusKm * Math.asin(Math.min(1, Math.sqrt(half)));
}

/** Three decimals are about 100 m: near enough to meet, too coarse to find a door. */
export const blur = ({ latitude, longitude }: Coordinates): Coordinates => ({
  latitude: Math.round(latitude * 1_000) / 1_000,
  longitude: Math.round(longitude * 1_000) / 1_000,
});
