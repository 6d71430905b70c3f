import type { view } from '../contract/index.js';
import type { Listing } from '../domain/listing.js';
import { MadeJson } from '../platform/json.js';
import { favouriteId } from './favourite.store.js';
import type { FeedPage } from './feed-pages.js';
import type { PageFacts } from './page-facts.js';

/** What a page shows, but for what is its reader's own. */
interface Ground {
  found: readonly Listing[];
  sellers: readonly view.User[];
  counts: readonly (view.ListingCounts | undefined)[];
}

/**
 * First pages of the feed as they were last sent to readers who sell nothing on them and have no favourite there, which
 * is nearly everybody: made once as long as all that they show is the same.
 */
export class FeedAnswers {
  private readonly answers = new WeakMap<FeedPage, Ground & { made: MadeJson<view.ListingPage> }>();

  /** The answer for this reader; `present` makes the page when there is none that shows the same. */
  async of(
    page: FeedPage,
    reader: { userId: string; facts: PageFacts },
    found: readonly Listing[],
    sellerOf: (id: string) => view.User,
    present: () => Promise<view.ListingPage>,
  ): Promise<MadeJson<view.ListingPage>> {
    const { userId, facts } = reader;
    if (found.some((one) => one.isSoldBy(userId) || isFavourite(one, userId, facts)))
      return new MadeJson(await present());
    const ground = {
      found,
      sellers: found.map(({ sellerId }) => sellerOf(sellerId)),
      counts: found.map(({ id }) => facts.counts.get(id)),
    };
    const known = this.answers.get(page);
    if (known && isSame(known, ground)) return known.made;
    const made = new MadeJson(await present());
    this.answers.set(page, { ...ground, made });
    return made;
  }
}

const isFavourite = ({ id }: Listing, userId: string, { favourites }: PageFacts): boolean =>
  favourites.size > 0 && favourites.has(favouriteId(userId, id));

const isSame = (one: Ground, other: Ground): boolean =>
  one.found.length === other.found.length &&
  one.found.every(
    (listing, index) =>
      listing === other.found[index] &&
      one.sellers[index] === other.sellers[index] &&
      isSameCount(one.counts[index], other.counts[index]),
  );

export const isSameCount = (
  one: view.ListingCounts | undefined,
  other: view.ListingCounts | undefined,
): boolean =>
  one?.favourites === other?.favourites &&
  one?.conversations === other?.conversations &&
  one?.views === other?.views;
