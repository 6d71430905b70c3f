/** Listings of the mock gateway with their routes: feed, search, own ones, favourites and prices; so one file. */

import { Refusal, invalid } from '../../src/contract/errors.js';
import type { request, view } from '../../src/contract/index.js';
import { limits } from '../../src/contract/limits.js';
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
import { fits } from '../../src/domain/wanted-view.js';
import { looksForNothing, placeOf, readQuery } from '../../src/domain/search/search-query.js';
import {
  categoriesNamed,
  readingsOf,
  suggestionsFrom,
} from '../../src/domain/search/suggestions.js';
import { tellNews } from './alerts.js';
import { tellDeal } from './deals.js';
import { imageOf, mustBeUsable, useImages } from './images.js';
import { record } from './offers.js';
import { allTalks, announceAll } from './talk.js';
import type { Caller, Events, Routes, World } from './world.js';

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

/** Throws NOT_FOUND. */
export function seenListing({ world, userId }: Caller, id: string): Listing {
  const listing = world.get('listings', id);
  mustSee(listing, userId, world.apartFrom(userId));
  return listing;
}

function ownListing({ world, userId }: Caller, id: string): Listing {
  const listing = world.get('listings', id);
  mustOwn(listing, userId, world.apartFrom(userId));
  return listing;
}

const usedBy = (listingId: string) => `listing:${listingId}`;

/** Lets its owner change a listing without images of its own. */
function changed(me: Caller, id: string, act: (listing: Listing) => Listing) {
  const listing = ownListing(me, id);
  return keep(me, act(listing), listing);
}

export const listingEvents = {
  'listing:watch': (me, { listingIds }) => {
    for (const id of listingIds) seenListing(me, id);
    for (const id of listingIds) me.world.sockets.get(me.socketId)?.watching.add(id);
    return {};
  },
  'listing:unwatch': ({ world, socketId }, { listingIds }) => {
    for (const id of listingIds) world.sockets.get(socketId)?.watching.delete(id);
    return {};
  },
} satisfies Partial<Events>;

export const listingRoutes: Routes = {
  listListings: (me, query) => {
    const all = find(me, query);
    return { all, ...(all.length > 0 ? {} : otherWords(me, query)) };
  },

  suggestSearches: ({ world }, { q }) => {
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
  },

  getListing: (me, { id }) => {
    const { world, userId } = me;
    const listing = seenListing(me, id);
    const shown = present(me, listing);
    const views = (world.state.views[id] ??= []);
    const view = `${userId} on ${Math.floor(world.now().getTime() / 86_400_000)}`;
    if (!listing.isSoldBy(userId) && !views.includes(view)) views.push(view);
    return shown;
  },

  addFavourite: (me, { id }) => {
    const listing = seenListing(me, id);
    mustBeOfOthers(listing, me.userId);
    me.world.choose('favourites', me.userId, id, { price: listing.price });
    return present(me, listing);
  },

  removeFavourite: ({ world, userId }, { id }) => world.unchoose('favourites', userId, id),

  /** The last added first. */
  listFavourites: (me) => {
    const { world, userId } = me;
    const apart = world.apartFrom(userId);
    return world
      .chosen('favourites', userId)
      .map(({ of }) => world.get('listings', of))
      .filter((listing) => isSeen(listing, userId, apart))
      .map((listing) => present(me, listing))
      .reverse();
  },

  createListing: (me, { imageIds = [], ...input }) => {
    const { world, userId } = me;
    const id = world.nextId('listing');
    mustBeUsable(me, imageIds, usedBy(id), 'listing');
    const by = { id, sellerId: userId, now: world.now(), images: imageIds.map(imageOf) };
    const listing = Listing.create(input, by);
    useImages(me, imageIds, usedBy(id));
    return keep(me, listing);
  },

  editListing: (me, { id, imageIds, ...input }) => {
    const listing = ownListing(me, id);
    if (imageIds) mustBeUsable(me, imageIds, usedBy(id), 'listing');
    const change: ListingEdit = {
      ...input,
      ...(imageIds ? { images: imageIds.map(imageOf) } : {}),
    };
    const edited = listing.edit(change, me.world.now());
    useImages(me, imageIds ?? [], usedBy(id));
    return keep(me, edited, listing);
  },

  removeListing: (me, { id }) => void changed(me, id, (listing) => listing.remove()),

  /** Without a buyer. What was sold by a deal is put on sale again by undoing that. */
  changeListingState: (me, { id, state, buyerId }) => {
    const { world, userId } = me;
    if (state === 'reserved' || buyerId !== undefined)
      throw new Error('the mock gateway keeps no listing for a buyer: let an offer be accepted');
    const { soldBy } = ownListing(me, id);
    if (state !== 'onSale' || !soldBy)
      return changed(me, id, (listing) => listing.putTo(state, world.now()));
    if (world.all('reviews').some(({ dealId }) => dealId === soldBy))
      throw new Refusal('LISTING_UNAVAILABLE');
    tellDeal(me, world.get('deals', soldBy)!.undoBy(userId, world.now()));
    return present(me, world.get('listings', id)!);
  },

  bumpListing: (me, { id }) => changed(me, id, (listing) => listing.bump(me.world.now())),

  /** Newest first. */
  listMyListings: (me, { state }) =>
    me.world
      .all('listings')
      .filter((one) => one.isSoldBy(me.userId) && one.state !== 'removed')
      .filter((one) => state === undefined || one.state === state)
      .map((listing) => present(me, listing))
      .reverse(),

  /** What others see of what a person lists, newest first. */
  listUserListings: (me, { id, state }) => {
    me.world.seenBy(me.userId, id);
    const states: readonly string[] = state ? [state] : shownStates;
    return me.world
      .all('listings')
      .filter((one) => one.isSoldBy(id) && states.includes(one.state))
      .map((listing) => present(me, listing))
      .reverse();
  },

  /** The present one first. */
  listPrices: (me, { id }) => {
    const listing = seenListing(me, id);
    const past = me.world.state.pastPrices[id] ?? [];
    return [...past, { price: listing.price, at: listing.pricedAt }]
      .map((one, index) => ({ ...presentPrice(one, listing.snapshot()), id: `${index}` }))
      .reverse();
  },
};

/** Leaves out listings of people whom a block keeps apart from the reader. */
function find(me: Caller, query: request.ListListings) {
  const { world, userId } = me;
  const { q, near } = query;
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
    .filter((one) => !apart.has(one.sellerId) && fits(one, query))
    .filter((one) => placeIn(one) !== undefined)
    .sort(order[sort === 'priceDesc' ? 'priceAsc' : sort]);
  if (sort === 'priceDesc') found.reverse();
  return found.map((is) => present(me, new Listing(is), near));
}

/** What finds something, had the keyboard been set to the other language. */
function otherWords(me: Caller, query: request.ListListings): { didYouMean?: string } {
  const readings = query.q === undefined ? [] : inOtherLayout(query.q);
  const didYouMean = readings.find((q) => find(me, { ...query, q }).length > 0);
  return didYouMean === undefined ? {} : { didYouMean };
}

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
    if (!socket.watching.has(id) && !talkers.has(userId)) continue;
    const shown = present({ world, userId, sessionId: '' }, listing);
    const seen = isSeen(listing, userId, world.apartFrom(userId));
    socket.hear('listing:updated', seen ? shown : presentGone(shown));
    if (!seen) socket.watching.delete(id);
  }
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
  if (listing.cardChanged) announceAll(world, (talk) => talk.listingId === listing.id);
  tellNews(world, listing);
  if (before && before !== listing) show(world, listing, { card: listing.cardChanged });
  return present(me, listing);
}

/** A listing as this person sees it. */
export function present(me: Caller, listing: Listing, near?: Coordinates) {
  const { world, userId } = me;
  const { favourites, views, conversations } = world.state;
  const talks = Object.values(conversations).filter(
    ({ listingId, entries }) => listingId === listing.id && entries.length > 0,
  );
  const counts = {
    favourites: favourites.filter(({ of }) => of === listing.id).length,
    conversations: talks.length,
    views: views[listing.id]?.length ?? 0,
  };
  const favourite = world.hasChosen('favourites', userId, listing.id);
  const ground = { counts, favourite, now: world.now() };
  return presentListing(listing, world.user(listing.sellerId), { userId, near }, ground);
}
