import { atTime, behind, type KeysetPosition } from '../platform/pages.js';
import { preferenceOf } from '../platform/mongo.js';
import { inFeed } from './feed-filter.js';
import {
  byTime,
  fetchInOrder,
  fewMatches,
  inOrder,
  isInside,
  keyFields,
  readMs,
  type FeedKey,
  type FeedPart,
  type Place,
} from './feed-index.js';

export const newestBumpFirst = { bumpedAt: -1, _id: -1 } as const;

/** The next three for one that is shown say whether the page is full soon, whatever the price. */
const lookAhead = 3;

/**
 * A part of the list by time within a range of prices, of which nobody knows how far apart they are: the page comes from
 * the next keys when these fill it, else from all that match when they are few. null: neither is so.
 */
export async function soonOrFew<D extends { _id: string }>(
  part: FeedPart<D>,
  after: KeysetPosition | null,
): Promise<{ document: D; at: number }[] | null> {
  const ahead = lookAhead * part.limit;
  const next = await nextKeys(part, after, ahead);
  const { $gte = 0, $lte = Infinity } = part.where.price ?? {};
  const soon = next.filter(({ price }) => price >= $gte && price <= $lte);
  const isEnd = next.length < ahead;
  if (soon.length >= part.limit || isEnd) {
    const shown = await fetchInOrder(part, [placesOf(part, soon, after)]);
    if (shown.length === part.limit || isEnd) return shown;
  }
  const few = await fewMatches(part);
  return few && fetchInOrder(part, [placesOf(part, few, after)]);
}

/** From the index alone, whatever their price. */
function nextKeys<D extends { _id: string }>(
  { documents, query, where, from }: FeedPart<D>,
  after: KeysetPosition | null,
  count: number,
): Promise<FeedKey[]> {
  const { location: _notInIndex, ...place } = { location: null, ...inFeed(query) };
  return documents
    .find({ state: where.state, ...place, ...behind(newestBumpFirst, atTime(after)) }, keyFields)
    .read(preferenceOf(from))
    .sort(newestBumpFirst)
    .hint(byTime)
    .limit(count)
    .maxTimeMS(readMs)
    .lean<FeedKey[]>();
}

/** Where those inside the circle have their places behind `after`. */
function placesOf<D extends { _id: string }>(
  { query }: FeedPart<D>,
  keys: FeedKey[],
  after: KeysetPosition | null,
): Place[] {
  const places = keys
    .filter(({ quadkey }) => isInside(query, quadkey))
    .map(({ _id: id, bumpedAt }) => ({ id, at: bumpedAt.getTime() }))
    .filter(({ id, at }) => !after || at < after[0] || (at === after[0] && id < after[1]));
  return inOrder(places, -1);
}
