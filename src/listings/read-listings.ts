import { Refusal, invalid, type request, type view } from '../contract/index.js';
import { mustSee, shownStates } from '../domain/listing-access.js';
import type { Listing } from '../domain/listing.js';
import type { Actor } from '../platform/actor.js';
import { readPage } from '../platform/pages.js';
import { presentPeople } from '../users/index.js';
import { findListings } from './find-listings.js';
import type { MadeJson } from '../platform/json.js';
import type { ListingContext } from './listing-context.js';
import { presentListings } from './listing.presenter.js';
import { positionOf, readFeed, readUnchanged } from './read-feed.js';

/** When to try again what operators switched off: they need some minutes, and the clients are many. */
const offMs = 60_000;

const sellersOf = (found: Listing[]): string[] => found.map(({ sellerId }) => sellerId);

/** Reads one listing, the feed, or one's own. */
export const createReadListings = (market: ListingContext) => {
  const { listings, cards, pageFacts, blocks, users, recentWrites, switchedOff } = market;
  /** Throws UNAVAILABLE. */
  const mustBeOn = (what: string) => {
    if (switchedOff.has(what))
      throw new Refusal('UNAVAILABLE', `${what} is switched off for the moment`, {
        retryAfterMs: offMs,
      });
  };
  /** First pages are held against the primary for everybody at once, which costs less than to ask who wrote lately. */
  const readFrom = async (userId: string, { q, cursor }: request.ListListings) =>
    q === undefined && cursor === undefined ? 'primary' : recentWrites.readFrom(userId);
  return {
    /** Throws NOT_FOUND, also for a listing that the caller may not see. */
    async get(actor: Actor, id: string): Promise<view.Listing> {
      const { userId } = actor;
      const [facts, apart] = await Promise.all([pageFacts.of([id], userId), blocks.around(userId)]);
      const listing = await cards.current(id, facts.versions.get(id));
      mustSee(listing, userId, apart);
      const [shown] = await presentListings(market, [listing], actor, facts);
      if (!switchedOff.has('views')) market.views.note(listing, userId);
      return shown!;
    },

    /**
     * The feed, or what is found with `q`, without the listings of people whom a block keeps apart from the reader. A
     * cursor works only with the filters and the order that it was made with. Throws UNAVAILABLE also for what operators
     * switched off.
     */
    async list(
      { userId }: Actor,
      query: request.ListListings,
    ): Promise<view.ListingPage | MadeJson<view.ListingPage>> {
      const sort = query.sort ?? (query.q === undefined ? 'recent' : 'relevance');
      if (sort === 'distance' && !query.near)
        throw invalid('near', 'is needed to sort by distance');
      if (query.q !== undefined) mustBeOn('search');
      if (sort === 'distance') mustBeOn('distance');
      const [without, from] = await Promise.all([blocks.around(userId), readFrom(userId, query)]);
      if (query.q !== undefined)
        return findListings(market, { ...query, q: query.q, sort }, { userId, without, from });
      const reader = { userId, near: query.near, from };
      const { found, nextCursor, common } = await readFeed(market, query, { ...reader, without });
      const present = async () => ({
        items: await presentListings(market, found, reader, common?.facts),
        nextCursor,
      });
      if (!common) return present();
      const { page, facts } = common;
      const sellers = await presentPeople(users, sellersOf(found));
      return market.feedAnswers.of(page, { userId, facts }, found, sellers, present);
    },

    async listMine(actor: Actor, query: request.ListMyListings) {
      const { shown, nextCursor } = await readPage(
        // Cursors of all of them name no state, as those of nodes of the version before.
        ['mine', actor.userId, ...(query.state ? [query.state] : [])],
        query,
        (after, limit) =>
          listings.ofSeller(actor.userId, query.state && [query.state], limit, after),
        positionOf,
      );
      const found = shown.map(({ listing }) => listing);
      return { items: await presentListings(market, found, actor), nextCursor };
    },

    /** What others see of what a person lists. Throws NOT_FOUND, also when a block hides the person. */
    async listOf(actor: Actor, sellerId: string, query: request.ListUserListings) {
      const apart = await blocks.around(actor.userId);
      const known = (await users.profilesOf([sellerId])).has(sellerId);
      if (!known || apart.has(sellerId)) throw new Refusal('NOT_FOUND', 'No such person');
      const states = query.state ? [query.state] : shownStates;
      const own = sellerId === actor.userId;
      const from = own ? 'primary' : await recentWrites.readFrom(actor.userId);
      const { found, nextCursor } = await readUnchanged(market, from, (where) =>
        readPage(
          ['of', sellerId, ...states],
          query,
          (after, limit) => listings.ofSeller(sellerId, states, limit, after, where),
          positionOf,
        ),
      );
      const { userId } = actor;
      return { items: await presentListings(market, found, { userId, from }), nextCursor };
    },
  };
};
