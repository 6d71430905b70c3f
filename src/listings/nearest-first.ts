import type { Coordinates } from '../domain/grid.js';
import { Refusal } from '../contract/index.js';
import { groupBy } from '../platform/group-by.js';
import { coverOf, isPoint, pointAt, ringOf, tenthsOfMetres, type Ring } from '../domain/quadkey.js';
import { preferenceOf } from '../platform/mongo.js';
import type { KeysetPosition } from '../platform/pages.js';
import { circleAsRing } from './feed-filter.js';
import {
  fetchInOrder,
  fewMatches,
  inOrder,
  isInside,
  readMs,
  type FeedPart,
  type Place,
} from './feed-index.js';

/**
 * Hold everything that a ring is read by, so that only the listings of the page are fetched. The id comes before what
 * filters: of many at one point a page goes on where the last one ended.
 */
export const byQuadkey = { quadkey: 1, state: 1, _id: -1, price: 1 } as const;
export const byCategoryQuadkey = { category: 1, ...byQuadkey } as const;

/** Points of the first ring: few enough where there are as many listings as in the middle of Seoul. */
const firstPoints = 4;
/** A ring may hold so many times the points of the one before. */
const growthMost = 8;
/** A ring of so few points is read point by point where they hold very many. */
const pointsOneByOne = 16;
/** Of a ring that has more, a part is read instead. */
const keysMost = 400;
/** In the index a ring is read in so many steps; squares, which hold many points each, cost the database more. */
const steps = { points: 200, squares: 64 };
/**
 * From so many tenths of a metre on even a thin ring touches very many points, and squares around it may hold a town
 * that lies behind it. There more keys are read, and if these are not all, a ring of so many points.
 */
const far = { from: 90_000, keys: 10_000, points: 4_000 };
/** For rings of few points, which touch many squares on the way to these. Beyond, only around a pole, squares do. */
const pointsOnly = { points: 8_000, squares: 64 };

/**
 * Documents from the centre outwards, `at` so many tenths of a metre, of equal distances the newest id first. The rings
 * are as wide as what was met so far says, since a ring of an index over places can't be read in order.
 */
export async function nearestFirst<D extends { _id: string }>(
  part: FeedPart<D>,
  centre: Coordinates,
  after: KeysetPosition | null,
): Promise<{ document: D; at: number }[]> {
  const rings = new Rings(part, centre);
  // Rings are read whatever the price is.
  const few = part.where.price ? await fewMatches(part) : null;
  if (few) return fetchInOrder(part, [rings.behind(few, after)]);
  return fetchInOrder(part, rings.from(after), (wanted) => (rings.wanted = wanted));
}

class Rings<D extends { _id: string }> {
  /** How many are still to be found. */
  wanted: number;

  constructor(
    private readonly part: FeedPart<D>,
    private readonly centre: Coordinates,
  ) {
    this.wanted = part.limit;
  }

  /** In the order of the list. */
  async *from(after: KeysetPosition | null): AsyncGenerator<Place[]> {
    const { centre } = this;
    const { outer: end } = circleAsRing(this.part.query.radiusKm);
    if (after && after[0] >= end) return;
    if (after) yield* this.equallyFar({ inner: after[0], outer: after[0] + 1 }, after[1]);
    let inner = after ? after[0] + 1 : 0;
    const until = Date.now() + readMs;
    let isCrowded = false;
    let growth = growthMost;
    let mayBeFew = !this.part.where.price;
    for (let points = firstPoints; inner < end;) {
      if (Date.now() > until)
        throw new Refusal('UNAVAILABLE', 'The search near this point took too long: try again');
      const ring = ringOf(centre, inner, points);
      const cover = coverOf(
        centre,
        ring,
        points <= (isCrowded ? far.points : steps.points) ? pointsOnly : steps,
      );
      const thinnest = ring.outer - inner <= 2;
      const isExact = cover.every(isPoint);
      const fewPoints = isExact && (thinnest || cover.length <= pointsOneByOne);
      const isLoose = !isExact && (thinnest || inner >= far.from);
      const most = isLoose ? far.keys : keysMost;
      const keys = cover.length > 0 ? await this.inSquares(cover).limit(most).lean<Key[]>() : [];
      // Nothing is thinner than the thinnest ring: around a pole, where squares cover it, what was read must do.
      const tooMany = keys.length === most && (isExact || !thinnest);
      if (tooMany && isLoose) {
        isCrowded = true;
        points = far.points;
        continue;
      }
      if (tooMany && !fewPoints) {
        points /= growthMost;
        // A place with very many is near, and is come to in small steps.
        growth = 2;
        continue;
      }
      const places = tooMany ? [] : this.placesIn(ring, keys);
      if (tooMany) yield* this.equallyFar(ring);
      else yield places;
      inner = ring.outer;
      if (mayBeFew && places.length === 0 && !tooMany && points > firstPoints) {
        mayBeFew = false;
        const few = await fewMatches(this.part);
        if (few) {
          yield this.placesIn({ inner, outer: end }, few);
          return;
        }
      }
      const asMany = places.length > 0 ? (1.3 * this.wanted * points) / places.length : Infinity;
      points = Math.min(points * growth, Math.max(asMany, firstPoints));
      if (isCrowded) points = Math.min(points, far.points);
    }
  }

  /** Those of a few that are in the list behind a position. */
  behind(few: Key[], after: KeysetPosition | null): Place[] {
    const [inner, beforeId] = after ?? [0, null];
    const places = this.placesIn(
      { inner, outer: circleAsRing(this.part.query.radiusKm).outer },
      few,
    );
    return places.filter(({ id, at }) => beforeId === null || at > inner || id < beforeId);
  }

  private placesIn({ inner, outer }: Ring, keys: Key[]): Place[] {
    const places = keys
      .filter(({ quadkey }) => this.holds(quadkey))
      .map(({ _id: id, quadkey }) => ({ id, at: this.awayOf(quadkey!) }))
      .filter(({ at }) => at >= inner && at < outer);
    return inOrder(places, 1);
  }

  /** Point by point, those of one distance together, with ids before this one; however many are there. */
  private async *equallyFar(ring: Ring, beforeId?: string): AsyncGenerator<Place[]> {
    const cover = coverOf(this.centre, ring, pointsOnly);
    if (!cover.every(isPoint)) {
      const keys = await this.inSquares(cover).limit(far.keys).lean<Key[]>();
      const left = this.placesIn(ring, keys);
      yield left.filter(({ id }) => beforeId === undefined || id < beforeId);
      return;
    }
    const points = cover.filter((key) => this.holds(key));
    const groups = [...groupBy(points, (key) => this.awayOf(key))];
    for (const [at, keys] of groups.sort(([one], [other]) => one - other))
      for (let before = beforeId; ;) {
        const most = this.wanted;
        const found = await this.inSquares(
          keys,
          before === undefined ? {} : { _id: { $lt: before } },
        )
          .sort({ _id: -1 })
          .limit(most)
          .lean<Key[]>();
        if (found.length > 0) yield found.map(({ _id: id }) => ({ id, at }));
        if (found.length < most) break;
        before = found.at(-1)!._id;
      }
  }

  private inSquares(names: string[], more: object = {}) {
    const place = names.map((name) => (isPoint(name) ? name : new RegExp(`^${name}`)));
    const { where, documents, from } = this.part;
    const { sellerId: _notInIndex, ...filter } = where;
    return documents
      .find({ ...filter, ...more, quadkey: { $in: place } } as object, { _id: 1, quadkey: 1 })
      .read(preferenceOf(from))
      .hint(where.category ? byCategoryQuadkey : byQuadkey)
      .maxTimeMS(readMs);
  }

  private awayOf(quadkey: string): number {
    return tenthsOfMetres(this.centre, pointAt(quadkey));
  }

  private holds(quadkey: string | null): boolean {
    return isInside(this.part.query, quadkey);
  }
}

interface Key {
  _id: string;
  quadkey: string | null;
}
