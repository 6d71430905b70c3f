import { Refusal, invalid } from '../../src/contract/errors.js';
import { reasonToClose } from '../../src/domain/close-reason.js';
import { distanceKm, type Coordinates } from '../../src/domain/grid.js';
import {
  isSeen,
  mustBeOfOthers,
  mustOwn,
  mustSee,
  shownStates,
} from '../../src/domain/listing-access.js';
import {
  Listing,
  priceEnded,
  type ListingEdit,
  type ListingSnapshot,
} from '../../src/domain/listing.js';
import { presentGone, presentListing, presentPrice } from '../../src/domain/listing-view.js';
import { inOtherLayout } from '../../src/domain/search/other-layout.js';
import { looksForNothing, placeOf, readQuery } from '../../src/domain/search/search-query.js';
import {
  categoriesNamed,
  readingsOf,
  suggestionsFrom,
} from '../../src/domain/search/suggestions.js';
import { limits } from '../../src/contract/limits.js';
import type { request, view } from '../../src/contract/index.js';
import { tellNews } from './alerts.js';
import { tellDeal } from './deals.js';
import { record } from './offers.js';
import { imageOf, mustBeUsable, useImages } from './images.js';
import { allTalks } from './talk.js';
import type { Caller, Event, Route, World } from './world.js';

export function addListing(
  world: World,
  sellerId: string,
  given: { title: string; price: number },
) {
  const fields = { ...given, description: '', currency: 'KRW', category: 'other' } as const;
  const by = { id: world.nextId('listing'), sellerId, now: world.now() };
  world.keep('listings', Listing.create(fields, by));
  // The test arranges it, and tells nobody.
  world.state.listings[by.id]!.unannounced = false;
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
  const order: Record<Exclude<typeof sort, 'priceDesc'>, typeof newest> = {
    recent: newest,
    distance: (one, other) => away(one) - away(other),
    priceAsc: (one, other) => one.price - other.price,
    relevance: (one, other) =>
      Number(placeIn(other) === 'title') - Number(placeIn(one) === 'title') || newest(one, other),
  };
  const found = Object.values(world.state.listings)
    .reverse()
    .filter((one) => (state ? [state] : ['onSale', 'reserved']).includes(one.state))
    .filter(({ sellerId, price }) => !apart.has(sellerId) && price >= minPrice && price <= maxPrice)
    .filter((one) => (!category || one.category === category) && (!near || away(one) <= radiusKm))
    .filter((one) => placeIn(one) !== undefined)
    .sort(order[sort === 'priceDesc' ? 'priceAsc' : sort]);
  if (sort === 'priceDesc') found.reverse();
  return found.map((is) => present(me, new Listing(is), near));
}

export const suggestSearches: Route<'suggestSearches'> = ({ world }, { q }) => {
  const titles = Object.values(world.state.listings)
    .filter(({ state }) => state === 'onSale' || state === 'reserved')
    .map(({ title }) => title)
    .reverse();
  const answers = readingsOf(q).map((query) => ({
    words: suggestionsFrom(query, titles, limits.suggestions),
    categories: categoriesNamed(query),
  }));
  const empty = { words: [], categories: [] };
  return answers.find(({ words, categories }) => words.length + categories.length > 0) ?? empty;
};

/** What finds something, had the keyboard been set to the other language, where `q` finds nothing. */
export function otherWords(me: Caller, query: request.ListListings): string | undefined {
  const found = (q: string) => listListings(me, { ...query, q }).length > 0;
  if (query.q === undefined || found(query.q)) return undefined;
  return inOtherLayout(query.q).find(found);
}

export const getListing: Route<'getListing'> = (me, { id }) => {
  const { world, userId } = me;
  const listing = world.get('listings', id);
  mustSee(listing, userId, world.apartFrom(userId));
  const shown = present(me, listing);
  const views = (world.state.views[id] ??= []);
  const view = `${userId} on ${Math.floor(world.now().getTime() / 86_400_000)}`;
  if (!listing.isSoldBy(userId) && !views.includes(view)) views.push(view);
  return shown;
};

export const addFavourite: Route<'addFavourite'> = (me, { id }) => {
  const { world, userId } = me;
  const listing = world.get('listings', id);
  mustSee(listing, userId, world.apartFrom(userId));
  mustBeOfOthers(listing, userId);
  if (!isFavourite(me, id))
    world.state.favourites.push({ userId, listingId: id, price: listing.price });
  return present(me, listing);
};

export const removeFavourite: Route<'removeFavourite'> = ({ world, userId }, { id }) => {
  const { favourites } = world.state;
  world.state.favourites = favourites.filter(
    (one) => one.userId !== userId || one.listingId !== id,
  );
};

/** The last added first. */
export function listFavourites(me: Caller) {
  const { world, userId } = me;
  return world.state.favourites
    .filter((one) => one.userId === userId)
    .map(({ listingId }) => world.get('listings', listingId))
    .filter((listing) => isSeen(listing, userId, world.apartFrom(userId)))
    .map((listing) => present(me, listing))
    .reverse();
}

const isFavourite = ({ world, userId }: Caller, id: string): boolean =>
  world.state.favourites.some((one) => one.userId === userId && one.listingId === id);

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
  const edited = listing.edit(change, me.world.now());
  useImages(me, imageIds ?? [], usedBy(id));
  return keep(me, edited, listing);
};

export const removeListing: Route<'removeListing'> = (me, { id }) => {
  const listing = ownListing(me, id);
  keep(me, listing.remove(), listing);
};

/** For moderators: takes a listing out of sight, or puts it back (`reason` null). Throws NOT_FOUND. */
export function moderateListing(me: Caller, id: string, reason: view.BlindReason | null) {
  const listing = me.world.get('listings', id);
  if (!listing || listing.state === 'removed') throw new Refusal('NOT_FOUND', 'No such listing');
  const moderated = reason === null ? listing.unblind() : listing.blind(reason, me.world.now());
  return keep({ ...me, userId: listing.sellerId }, moderated, listing);
}

/** Removes all listings of a person whose account is deleted. */
export function removeAll(me: Caller): void {
  for (const listing of me.world.all('listings'))
    if (listing.isVisibleTo(me.userId) && listing.isSoldBy(me.userId))
      keep(me, listing.removeWithOwner(), listing);
}

const usedBy = (listingId: string) => `listing:${listingId}`;

function ownListing({ world, userId }: Caller, id: string): Listing {
  const listing = world.get('listings', id);
  mustOwn(listing, userId, world.apartFrom(userId));
  return listing;
}

/** Without a buyer. What was sold by a deal is put on sale again by undoing that. */
export const changeListingState: Route<'changeListingState'> = (me, { id, state, buyerId }) => {
  const { world, userId } = me;
  if (state === 'reserved' || buyerId !== undefined)
    throw new Error('the mock gateway keeps no listing for a buyer: let an offer be accepted');
  const soldBy = world.get('listings', id)?.soldBy;
  if (state !== 'onSale' || !soldBy)
    return changed(me, id, (listing) => listing.putTo(state, world.now()));
  mustOwn(world.get('listings', id), userId, world.apartFrom(userId));
  if (world.all('reviews').some(({ dealId }) => dealId === soldBy))
    throw new Refusal('LISTING_UNAVAILABLE');
  tellDeal(me, world.get('deals', soldBy)!.undoBy(userId, world.now()));
  return present(me, world.get('listings', id)!);
};

/** Newest first. */
export const listMyListings = (me: Caller, { state }: Pick<request.ListMyListings, 'state'>) =>
  me.world
    .all('listings')
    .filter((one) => one.isSoldBy(me.userId) && one.state !== 'removed')
    .filter((one) => state === undefined || one.state === state)
    .map((listing) => present(me, listing))
    .reverse();

/** What others see of what a person lists, newest first. Throws NOT_FOUND. */
export function listUserListings(
  me: Caller,
  { id, state }: Pick<request.ListUserListings, 'state'> & { id: string },
) {
  me.world.seenBy(me.userId, id);
  const states: readonly string[] = state ? [state] : shownStates;
  return me.world
    .all('listings')
    .filter((one) => one.isSoldBy(id) && states.includes(one.state))
    .map((listing) => present(me, listing))
    .reverse();
}

export const bumpListing: Route<'bumpListing'> = (me, { id }) =>
  changed(me, id, (listing) => listing.bump(me.world.now()));

/** The present one first. */
export function listPrices({ world, userId }: Caller, { id }: { id: string }) {
  const listing = world.get('listings', id);
  mustSee(listing, userId, world.apartFrom(userId));
  const past = world.state.pastPrices[id] ?? [];
  const all = [...past, { price: listing.price, at: listing.pricedAt }];
  return all
    .map((one, index) => ({ ...presentPrice(one, listing.snapshot()), id: `${index}` }))
    .reverse();
}

/** Tells this socket from now on when these listings change. */
export const watch: Event<'listing:watch'> = ({ world, userId, socketId }, { listingIds }) => {
  const apart = world.apartFrom(userId);
  for (const id of listingIds) mustSee(world.get('listings', id), userId, apart);
  for (const id of listingIds) world.sockets.get(socketId)?.watchedListings.add(id);
  return {};
};

export const unwatch: Event<'listing:unwatch'> = ({ world, socketId }, { listingIds }) => {
  for (const id of listingIds) world.sockets.get(socketId)?.watchedListings.delete(id);
  return {};
};

/** Shows a changed listing to those who look at it, and to those who talk about it where they are shown `card`. */
function show(world: World, listing: Listing, { card }: { card: boolean }): void {
  const { id } = listing;
  const talkers = new Set(
    allTalks(world)
      .filter((talk) => card && talk.listingId === id && !talk.closed)
      .flatMap((talk) => talk.people.filter((person) => talk.isThereFor(person))),
  );
  for (const socket of world.socketsOf()) {
    const userId = socket.caller?.userId ?? '';
    const watches = socket.watchedListings.has(id);
    if (!watches && !talkers.has(userId)) continue;
    const shown = present({ world, userId, sessionId: '' }, listing);
    const seen = isSeen(listing, userId, world.apartFrom(userId));
    socket.hear('listing:updated', seen ? shown : presentGone(shown));
    if (!seen) socket.watchedListings.delete(id);
  }
}

/** Lets its owner change a listing without images of its own. */
function changed(me: Caller, id: string, act: (listing: Listing) => Listing) {
  const listing = ownListing(me, id);
  return keep(me, act(listing), listing);
}

/** Stores it, drops what it lets go of, closes the offers that it ends, and tells the people of its conversations. */
function keep(me: Caller, listing: Listing, before?: Listing) {
  const { world } = me;
  world.keep('listings', listing);
  const past = before && priceEnded(before, listing);
  if (past) (world.state.pastPrices[listing.id] ??= []).push(past);
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
  tellNews(world, listing);
  if (before && before !== listing) show(world, listing, { card: listing.cardChanged });
  return present(me, listing);
}

/** A listing as this person sees it. */
export function present(me: Caller, listing: Listing, near?: Coordinates) {
  const { world, userId } = me;
  const { favourites, views, conversations } = world.state;
  const isAbout = ({ listingId }: { listingId: string }) => listingId === listing.id;
  const counts = {
    favourites: favourites.filter(isAbout).length,
    conversations: Object.values(conversations).filter(
      (one) => isAbout(one) && one.entries.length > 0,
    ).length,
    views: views[listing.id]?.length ?? 0,
  };
  const ground = { counts, favourite: isFavourite(me, listing.id), now: world.now() };
  return presentListing(listing, world.user(listing.sellerId), { userId, near }, ground);
}
