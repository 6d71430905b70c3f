import { atTime, behind, type KeysetPosition } from '../platform/pages.js';
import { preferenceOf } from '../platform/mongo.js';
import { inFeed } from './feed-filter.js';
import {
  byTime,
  fetchInOrder,
  fewMatches,
  fewMost,
  inOrder,
  isInside,
  keyFields,
  readMs,
  type FeedKey,
  type FeedPart,
  type Place,
} from './feed-index.js';

export const newestBumpFirst = { bumpedAt: -1, _id: -1 } as const;

/** So many keys for one that is wanted are read first, whatever their price. */
const ahead = 3;

/**
 * Documents of a range of prices in the order of the feed, `at` their time. Nobody knows how far apart they are: the
 * next keys are read while these say that the page is full soon; then all that match, if they are few; else the index in
 * the order of the list is read to where they are.
 */
export function newestOfPrice<D extends { _id: string }>(
  part: FeedPart<D>,
  after: KeysetPosition | null,
): Promise<{ document: D; at: number }[]> {
  const page = { wanted: part.limit };
  return fetchInOrder(part, placesFrom(part, after, page), (wanted) => (page.wanted = wanted));
}

async function* placesFrom<D extends { _id: string }>(
  part: FeedPart<D>,
  after: KeysetPosition | null,
  page: { wanted: number },
): AsyncGenerator<Place[]> {
  const { $gte = 0, $lte = Infinity } = part.where.price ?? {};
  let begun = after;
  let met = 0;
  let count = ahead * page.wanted;
  for (let read = 0; read + count <= fewMost;) {
    const keys = await nextKeys(part, count, begun && { bumpedAt: { $lte: new Date(begun[0]) } });
    const next = keys.filter((key) => isBehind(key, begun));
    const places = placesOf(
      part,
      next.filter(({ price }) => price >= $gte && price <= $lte),
    );
    yield places;
    if (keys.length < count) return;
    // Of very many at one time a page may end in the middle.
    if (next.length === 0) break;
    begun = endOf(next);
    read += count;
    met += places.length;
    count = Math.ceil((1.2 * page.wanted * read) / met);
  }
  const few = await fewMatches(part);
  if (few) {
    yield placesOf(
      part,
      few.filter((key) => isBehind(key, begun)),
    );
    return;
  }
  for (;;) {
    const { wanted } = page;
    const place = { ...behind(newestBumpFirst, atTime(begun)), price: part.where.price };
    const keys = await nextKeys(part, wanted, place);
    yield placesOf(part, keys);
    if (keys.length < wanted) return;
    begun = endOf(keys);
  }
}

function nextKeys<D extends { _id: string }>(
  { documents, query, where, from }: FeedPart<D>,
  count: number,
  place: object | null,
): Promise<FeedKey[]> {
  const { location: _notInIndex, ...around } = { location: null, ...inFeed(query) };
  return documents
    .find({ state: where.state, ...around, ...place }, keyFields)
    .read(preferenceOf(from))
    .sort(newestBumpFirst)
    .hint(byTime)
    .limit(count)
    .maxTimeMS(readMs)
    .lean<FeedKey[]>();
}

/** Those inside the circle, in order. */
function placesOf<D extends { _id: string }>({ query }: FeedPart<D>, keys: FeedKey[]): Place[] {
  const places = keys
    .filter(({ quadkey }) => isInside(query, quadkey))
    .map(({ _id: id, bumpedAt }) => ({ id, at: bumpedAt.getTime() }));
  return inOrder(places, -1);
}

/** Said here and not in the filter, which would have the database fetch each of them. */
function isBehind({ _id, bumpedAt }: FeedKey, after: KeysetPosition | null): boolean {
  const at = bumpedAt.getTime();
  return !after || at < after[0] || (at === after[0] && _id < after[1]);
}

function endOf(keys: FeedKey[]): KeysetPosition {
  const { bumpedAt, _id } = keys.at(-1)!;
  return [bumpedAt.getTime(), _id];
}
