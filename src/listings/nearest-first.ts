import type { Model } from 'mongoose';
import type { Coordinates } from '../domain/grid.js';
import { distanceKm } from '../domain/grid.js';
import { Refusal } from '../contract/index.js';
import { groupBy } from '../platform/group-by.js';
import {
  behindAll,
  coverOf,
  isPoint,
  pointAt,
  ringOf,
  tenthsOfMetres,
  type Ring,
} from '../domain/quadkey.js';
import { preferenceOf, type ReadFrom } from '../platform/mongo.js';
import type { KeysetPosition } from '../platform/pages.js';
import type { FeedQuery } from './feed-filter.js';

/**
 * Holds everything that a ring is read by, so that only the listings of the page are fetched. The id comes before what
 * filters: of many at one point a page goes on where the last one ended.
 */
export const byQuadkey = { quadkey: 1, state: 1, _id: -1, category: 1, price: 1 } as const;

/** What {@link byQuadkey} knows of a listing, and how far away it is in tenths of a metre. */
interface Near {
  id: string;
  away: number;
}

interface Circle {
  centre: Coordinates;
  radiusKm: number;
  from: ReadFrom;
}

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
 * Documents from the centre outwards, of equal distances the newest id first. The rings are as wide as what was met so
 * far says, since a ring of an index over places can't be read in order.
 */
export async function nearestFirst<D extends { _id: string }>(
  documents: Model<D>,
  circle: Circle,
  where: FeedQuery,
  limit: number,
  after: KeysetPosition | null,
): Promise<{ document: D; away: number }[]> {
  const rings = new Rings(documents as unknown as Model<{ _id: string }>, circle, where, limit);
  const found: { document: D; away: number }[] = [];
  for await (const near of rings.from(after)) {
    const known = await documents
      .find({ ...where, _id: { $in: near.map(({ id }) => id) } } as object)
      .read(preferenceOf(circle.from))
      .select(withoutTokens)
      .maxTimeMS(readMs)
      .lean<D[]>();
    const byId = new Map(known.map((document) => [document._id, document]));
    for (const { id, away } of near) {
      const document = byId.get(id);
      if (document) found.push({ document, away });
      rings.wanted = limit - found.length;
      if (rings.wanted === 0) return found;
    }
  }
  return found;
}

/** What search keeps in a document is most of it, and nobody else reads it. */
export const withoutTokens = { tokens: 0 } as const;
const readMs = 5_000;

class Rings {
  private readonly filter: object;

  constructor(
    private readonly documents: Model<{ _id: string }>,
    private readonly circle: Circle,
    /** The index does not hold the seller. */
    { sellerId: _notInIndex, ...filter }: FeedQuery,
    /** How many are still to be found. */
    public wanted: number,
  ) {
    this.filter = filter;
  }

  /** Portions in the order of the list, none larger than what is wanted. */
  async *from(after: KeysetPosition | null): AsyncGenerator<Near[]> {
    const { centre, radiusKm } = this.circle;
    const end = Math.floor(radiusKm * 10_000) + 2;
    if (after && after[0] >= end) return;
    if (after) yield* this.equallyFar({ inner: after[0], outer: after[0] + 1 }, after[1]);
    let inner = after ? after[0] + 1 : 0;
    const until = Date.now() + readMs;
    let isCrowded = false;
    let growth = growthMost;
    for (let points = firstPoints; inner < end;) {
      if (Date.now() > until) throw new Refusal('UNAVAILABLE', 'This took too long');
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
      const near = tooMany ? [] : this.nearIn(ring, keys);
      if (tooMany) yield* this.equallyFar(ring);
      else yield* this.portions(near);
      inner = ring.outer;
      const asMany = near.length > 0 ? (1.3 * this.wanted * points) / near.length : Infinity;
      points = Math.min(points * growth, Math.max(asMany, firstPoints));
      if (isCrowded) points = Math.min(points, far.points);
    }
  }

  private nearIn({ inner, outer }: Ring, keys: Key[]): Near[] {
    return keys
      .filter(({ quadkey }) => this.holds(quadkey))
      .map(({ _id: id, quadkey }) => ({ id, away: this.awayOf(quadkey) }))
      .filter(({ away }) => away >= inner && away < outer)
      .sort((one, other) => one.away - other.away || (one.id < other.id ? 1 : -1));
  }

  private *portions(near: Near[]): Generator<Near[]> {
    for (let start = 0; start < near.length;) {
      const portion = near.slice(start, start + this.wanted);
      yield portion;
      start += portion.length;
    }
  }

  /** Point by point, those of one distance together, with ids before this one; however many are there. */
  private async *equallyFar(ring: Ring, beforeId?: string): AsyncGenerator<Near[]> {
    const cover = coverOf(this.circle.centre, ring, pointsOnly);
    if (!cover.every(isPoint)) {
      const keys = await this.inSquares(cover).limit(far.keys).lean<Key[]>();
      const left = this.nearIn(ring, keys);
      yield* this.portions(left.filter(({ id }) => beforeId === undefined || id < beforeId));
      return;
    }
    const points = cover.filter((key) => this.holds(key));
    const groups = [...groupBy(points, (key) => this.awayOf(key))];
    for (const [away, keys] of groups.sort(([one], [other]) => one - other))
      for (let before = beforeId; ;) {
        const most = this.wanted;
        const found = await this.inSquares(
          keys,
          before === undefined ? {} : { _id: { $lt: before } },
        )
          .sort({ _id: -1 })
          .limit(most)
          .lean<Key[]>();
        if (found.length > 0) yield found.map(({ _id: id }) => ({ id, away }));
        if (found.length < most) break;
        before = found.at(-1)!._id;
      }
  }

  private inSquares(names: string[], more: object = {}) {
    const place = names.every(isPoint)
      ? { quadkey: { $in: names } }
      : { $or: names.map((name) => ({ quadkey: { $gte: name, $lt: behindAll(name) } })) };
    return this.documents
      .find({ ...this.filter, ...more, ...place } as object, { _id: 1, quadkey: 1 })
      .read(preferenceOf(this.circle.from))
      .hint(byQuadkey)
      .maxTimeMS(readMs);
  }

  private awayOf(quadkey: string): number {
    return tenthsOfMetres(this.circle.centre, pointAt(quadkey));
  }

  private holds(quadkey: string): boolean {
    return distanceKm(this.circle.centre, pointAt(quadkey)) <= this.circle.radiusKm;
  }
}

interface Key {
  _id: string;
  quadkey: string;
}
