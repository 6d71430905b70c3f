import { invalid } from '../../src/contract/errors.js';
import { reasonToClose } from '../../src/domain/close-reason.js';
import { distanceKm } from '../../src/domain/grid.js';
import { mustOwn, mustSee } from '../../src/domain/listing-access.js';
import { Listing, type ListingEdit, type ListingSnapshot } from '../../src/domain/listing.js';
import { presentListing } from '../../src/domain/listing-view.js';
import { inOtherLayout } from '../../src/domain/search/other-layout.js';
import { looksForNothing, placeOf, readQuery } from '../../src/domain/search/search-query.js';
import type { request } from '../../src/contract/index.js';
import { record } from './offers.js';
import { imageOf, mustBeUsable, useImages } from './images.js';
import { allTalks } from './talk.js';
import type { Caller, Route, World } from './world.js';

export function addListing(
  world: World,
  sellerId: string,
  given: { title: string; price: number },
) {
  const fields = { ...given, description: '', currency: 'KRW', category: 'other' } as const;
  const by = { id: world.nextId('listing'), sellerId, now: world.now() };
  world.keep('listings', Listing.create(fields, by));
  return by.id;
}

/** Leaves out listings of people whom a block keeps apart from the reader. */
export function listListings(me: Caller, query: request.ListListings) {
  const { world, userId } = me;
  const { q, near, radiusKm, category, minPrice = 0, maxPrice = Infinity, state } = query;
  const sort = query.sort ?? (q === undefined ? 'recent' : 'relevance');
  if (sort === 'distance' && !near) throw invalid('query.near', 'is needed to sort by distance');
  if (sort === 'relevance' && q === undefined)
    throw invalid('query.q', 'is needed to sort by relevance');
  const apart = world.apartFrom(userId);
  const asked = q === undefined ? undefined : readQuery(q);
  if (asked && looksForNothing(asked)) return [];
  const placeIn = (one: ListingSnapshot) => (asked ? placeOf(asked, one) : 'title');
  const away = ({ location }: ListingSnapshot) =>
    near && location ? distanceKm(near, location) : Infinity;
  const newest = (one: ListingSnapshot, other: ListingSnapshot) =>
    other.bumpedAt.getTime() - one.bumpedAt.getTime();
  const order: Record<typeof sort, typeof newest> = {
    recent: newest,
    distance: (one, other) => away(one) - away(other),
    priceAsc: (one, other) => one.price - other.price,
    priceDesc: (one, other) => other.price - one.price,
    relevance: (one, other) =>
      Number(placeIn(other) === 'title') - Number(placeIn(one) === 'title') || newest(one, other),
  };
  return Object.values(world.state.listings)
    .reverse()
    .filter((one) => (state ? [state] : ['onSale', 'reserved']).includes(one.state))
    .filter(({ sellerId, price }) => !apart.has(sellerId) && price >= minPrice && price <= maxPrice)
    .filter((one) => (!category || one.category === category) && (!near || away(one) <= radiusKm))
    .filter((one) => placeIn(one) !== undefined)
    .sort(order[sort])
    .map((is) => presentListing(new Listing(is), world.user(is.sellerId), { userId, near }));
}

/** What finds something, had the keyboard been set to the other language, where `q` finds nothing. */
export function otherWords(me: Caller, query: request.ListListings): string | undefined {
  const found = (q: string) => listListings(me, { ...query, q }).length > 0;
  if (query.q === undefined || found(query.q)) return undefined;
  return inOtherLayout(query.q).find(found);
}

export const getListing: Route<'getListing'> = ({ world, userId }, { id }) => {
  const listing = world.get('listings', id);
  mustSee(listing, userId, world.apartFrom(userId));
  return presentListing(listing, world.user(listing.sellerId), { userId });
};

export const createListing: Route<'createListing'> = (me, { imageIds = [], ...input }) => {
  const { world, userId } = me;
  const id = world.nextId('listing');
  mustBeUsable(me, imageIds, usedBy(id), 'listing');
  const by = { id, sellerId: userId, now: world.now(), images: imageIds.map(imageOf) };
  const listing = Listing.create(input, by);
  useImages(me, imageIds, usedBy(id));
  return keep(me, listing);
};

export const editListing: Route<'editListing'> = (me, { id, imageIds, ...input }) => {
  const listing = ownListing(me, id);
  if (imageIds) mustBeUsable(me, imageIds, usedBy(id), 'listing');
  const change: ListingEdit = { ...input, ...(imageIds ? { images: imageIds.map(imageOf) } : {}) };
  const edited = listing.edit(change);
  useImages(me, imageIds ?? [], usedBy(id));
  return keep(me, edited, listing);
};

export const removeListing: Route<'removeListing'> = (me, { id }) => {
  const listing = ownListing(me, id);
  keep(me, listing.remove(), listing);
};

const usedBy = (listingId: string) => `listing:${listingId}`;

function ownListing({ world, userId }: Caller, id: string): Listing {
  const listing = world.get('listings', id);
  mustOwn(listing, userId, world.apartFrom(userId));
  return listing;
}

/** Stores it, drops what it lets go of, closes the offers that it ends, and tells the people of its conversations. */
function keep({ world, userId }: Caller, listing: Listing, before?: Listing) {
  world.keep('listings', listing);
  for (const id of before ? listing.imagesGoneSince(before) : []) delete world.state.images[id];
  for (const offer of world.all('offers').filter((one) => one.listingId === listing.id)) {
    const reason = offer.open ? reasonToClose(offer, listing) : null;
    if (reason) record(world, offer.close(reason, world.now()));
  }
  for (const talk of listing.cardChanged ? allTalks(world) : [])
    if (talk.listingId === listing.id) {
      talk.touch();
      talk.announce();
    }
  return presentListing(listing, world.user(userId), { userId });
}
