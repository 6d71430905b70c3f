import type { view } from '../contract/index.js';
import type { Coordinates, Listing } from '../domain/listing.js';
import {
  distanceFrom,
  presentListing as presentOne,
  type ListingGround,
} from '../domain/listing-view.js';
import { keptAsJson } from '../platform/json.js';
import type { ReadFrom } from '../platform/mongo.js';
import { presentPeople } from '../users/index.js';
import { favouriteId } from './favourite.store.js';
import { isSameCount } from './feed-answers.js';
import type { ListingContext } from './listing-context.js';
import type { PageFacts } from './page-facts.js';

type Sources = Pick<ListingContext, 'users' | 'clock' | 'counts' | 'favourites'>;

export interface Reader {
  userId: string;
  near?: Coordinates | undefined;
  /** Where the counts may come from. */
  from?: ReadFrom;
}

/**
 * Listings as a reader sees them, each with its seller, its counts and whether it is a favourite. `facts`: what was
 * looked up of these already.
 */
export async function presentListings(
  { users, clock, counts, favourites }: Sources,
  listings: Listing[],
  reader: Reader,
  facts?: PageFacts,
): Promise<view.Listing[]> {
  const ids = listings.map(({ id }) => id);
  const [seller, counted, own] = await Promise.all([
    presentPeople(
      users,
      listings.map(({ sellerId }) => sellerId),
    ),
    facts?.counts ?? counts.of(ids, reader.from),
    facts ? ownAmong(ids, reader.userId, facts) : favourites.among(reader.userId, ids),
  ]);
  const now = clock();
  return listings.map((one) => {
    const ground = { counts: counted.get(one.id), favourite: own.has(one.id), now };
    return presentOnce(one, seller(one.sellerId), reader, ground);
  });
}

function ownAmong(ids: string[], readerId: string, { favourites }: PageFacts): Set<string> {
  if (favourites.size === 0) return new Set();
  return new Set(ids.filter((id) => favourites.has(favouriteId(readerId, id))));
}

/** What a listing in its version was shown as, to those who do not sell it. */
interface Shown {
  seller: view.User;
  counts: view.ListingCounts | undefined;
  /** By what else differs. */
  views: Map<string, view.Listing>;
}

const shown = new WeakMap<Listing, Shown>();
/** Distances are rounded to 100 m, so that most readers of a neighbourhood are shown the same few. */
const viewsMost = 16;

/** The same view for all to whom a listing looks the same: each is made, and made into JSON, once. */
function presentOnce(
  listing: Listing,
  seller: view.User,
  reader: Reader,
  ground: ListingGround,
): view.Listing {
  // Its seller sees more, and other things with time.
  if (listing.isSoldBy(reader.userId)) return presentOne(listing, seller, reader, ground);
  const { views } = shownOf(listing, seller, ground.counts);
  const key = `${distanceFrom(reader.near, listing)} ${ground.favourite}`;
  const known = views.get(key);
  if (known) return known;
  const fresh = keptAsJson(presentOne(listing, seller, reader, ground));
  if (views.size === viewsMost) views.clear();
  views.set(key, fresh);
  return fresh;
}

function shownOf(listing: Listing, seller: view.User, counts: Shown['counts']): Shown {
  const known = shown.get(listing);
  if (known?.seller === seller && isSameCount(known.counts, counts)) return known;
  const fresh = { seller, counts, views: new Map<string, view.Listing>() };
  shown.set(listing, fresh);
  return fresh;
}

export async function presentListing(
  sources: Sources,
  listing: Listing,
  reader: Reader,
): Promise<view.Listing> {
  const [presented] = await presentListings(sources, [listing], reader);
  return presented!;
}
