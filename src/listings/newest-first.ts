import { Refusal } from '../contract/index.js';
import type { KeysetPosition } from '../platform/pages.js';
import {
  fetchInOrder,
  fewMatches,
  fewMost,
  inOrder,
  isInside,
  readKeys,
  readMs,
  type FeedKey,
  type FeedPart,
  type Place,
} from './feed-index.js';

/** So many keys for one that is wanted are read first, whatever their price. */
const ahead = 3;

/**
 * Documents of a range of prices in the order of the feed, `at` their time. Nobody knows how far apart they are: the
 * next keys are read, whatever their price, while these say that the page is full soon; then all that match, if they are
 * few; else on and on.
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
  const until = Date.now() + readMs;
  let begun = after;
  let mayBeFew = true;
  let [read, met] = [0, 0];
  for (let count = ahead * page.wanted; ;) {
    const keys = await readKeys(part, begun, count);
    const matching = keys.filter(({ price }) => price >= $gte && price <= $lte);
    yield placesOf(part, matching);
    const last = keys.at(-1);
    if (keys.length < count || !last) return;
    begun = [last.bumpedAt.getTime(), last._id];
    read += count;
    met += matching.length;
    // Infinite, until one is met.
    count = Math.ceil((1.2 * page.wanted * read) / met);
    if (mayBeFew && read + count > fewMost) {
      mayBeFew = false;
      const few = await fewMatches(part);
      if (few) {
        yield placesOf(part, few).filter(({ id, at }) => isBehind([at, id], begun!));
        return;
      }
    }
    count = Math.min(count, fewMost);
    if (Date.now() > until) throw new Refusal('UNAVAILABLE', 'The search took too long: try again');
  }
}

/** Those inside the circle, in order. */
function placesOf<D extends { _id: string }>({ query }: FeedPart<D>, keys: FeedKey[]): Place[] {
  const places = keys
    .filter(({ quadkey }) => isInside(query, quadkey))
    .map(({ _id: id, bumpedAt }) => ({ id, at: bumpedAt.getTime() }));
  return inOrder(places, -1);
}

const isBehind = ([at, id]: KeysetPosition, after: KeysetPosition): boolean =>
  at < after[0] || (at === after[0] && id < after[1]);
