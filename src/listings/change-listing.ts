import type { ClientSession } from 'mongoose';
import { Refusal, type request, type view } from '../contract/index.js';
import { mustOwn } from '../domain/listing-access.js';
import { priceEnded, type Listing } from '../domain/listing.js';
import { inTheNameOf, type Actor } from '../platform/actor.js';
import { inTransaction } from '../platform/transaction.js';
import type { ListingContext } from './listing-context.js';
import { presentListing } from './listing.presenter.js';
import { screened } from './screened.js';

/**
 * Loads the listing, lets it act and saves it, in one transaction with what the change does to its offers. A change
 * that loses a race runs again on the fresh listing, unless `ifVersion` says that the caller wants to be told. Throws
 * NOT_FOUND, FORBIDDEN, LISTING_UNAVAILABLE, VERSION_CONFLICT. `actor` null: an operator, who may change any listing.
 */
async function change(
  market: ListingContext,
  actor: Actor | null,
  id: string,
  ifVersion: number | undefined,
  act: (listing: Listing, session: ClientSession) => Listing | Promise<Listing>,
): Promise<Listing> {
  const apart = actor ? await market.blocks.around(actor.userId) : new Set<string>();
  const work = async (session: ClientSession) => {
    const listing = await market.listings.get(id, session);
    if (actor) mustOwn(listing, actor.userId, apart);
    if (!listing) throw new Refusal('NOT_FOUND', 'No such listing');
    if (actor && ifVersion !== undefined && ifVersion !== listing.version) {
      const current = await presentListing(market, listing, actor);
      throw new Refusal('VERSION_CONFLICT', undefined, { current });
    }
    const acted = await act(listing, session);
    const after = actor && acted !== listing ? await screened(market, acted) : acted;
    if (after === listing) return { changed: listing, tellings: [] };
    if (!(await market.listings.save(after, listing.version, session)))
      throw new Refusal('UNAVAILABLE', 'This listing is changing too fast', { retryAfterMs: 500 });
    const gone = after.imagesGoneSince(listing);
    if (gone.length > 0) await market.images.withdraw(gone, session);
    const past = priceEnded(listing, after);
    if (past) await market.pastPrices.add(after, past, session);
    return { changed: after, tellings: await market.changing.run({ after, session }) };
  };
  const { changed, tellings } = await inTransaction(market.mongo, work, { inTurnFor: id });
  for (const tell of tellings) await tell();
  return changed;
}

const createChange =
  <Input>(
    market: ListingContext,
    act: (listing: Listing, input: Input, session: ClientSession) => Listing | Promise<Listing>,
  ) =>
  async (actor: Actor, id: string, input: Input, ifVersion?: number): Promise<view.Listing> => {
    const changed = await change(market, actor, id, ifVersion, (listing, session) =>
      act(listing, input, session),
    );
    return presentListing(market, changed, actor);
  };

/** Also throws VALIDATION_FAILED for a hidden limit that does not fit the price, and for images that are not there. */
export const createEditListing = (market: ListingContext) =>
  createChange(market, async (listing, { imageIds, ...input }: request.EditListing, session) => {
    const now = market.clock();
    if (!imageIds) return listing.edit(input, now);
    const owner = { listingId: listing.id, ownerId: listing.sellerId };
    const images = await market.images.attachToListing(imageIds, owner, session);
    return listing.edit({ ...input, images }, now);
  });

/** For operators: takes a listing out of sight, or puts it back (`reason` null). Throws NOT_FOUND. */
export const createModerateListing =
  (market: ListingContext) =>
  async (id: string, reason: view.BlindReason | null): Promise<view.Listing> => {
    const now = market.clock();
    const changed = await change(market, null, id, undefined, (listing) =>
      reason === null ? listing.unblind() : listing.blind(reason, now),
    );
    return presentListing(market, changed, { userId: changed.sellerId });
  };

/** Puts a listing on sale again, hides it, or marks it as sold elsewhere. */
export const createPutListing = (market: ListingContext) =>
  createChange(market, (listing, state: 'onSale' | 'hidden' | 'sold') =>
    listing.putTo(state, market.clock()),
  );

/** Moves a listing to the top of the feed. */
export const createBumpListing =
  (market: ListingContext) =>
  async (actor: Actor, id: string, ifVersion?: number): Promise<view.Listing> => {
    const bumped = await change(market, actor, id, ifVersion, (one) => one.bump(market.clock()));
    return presentListing(market, bumped, actor);
  };

/**
 * Removes all listings of somebody whose account is deleted. Of each, title and price stay for those who talked about
 * it. Throws LISTING_UNAVAILABLE while a deal is open.
 */
export const createRemoveAllOf =
  (market: ListingContext) =>
  async (userId: string): Promise<void> => {
    const owner = inTheNameOf(userId);
    for (;;) {
      const some = await market.listings.ofSeller(userId, undefined, 100, null);
      if (some.length === 0) return market.listings.eraseRemovedOf(userId);
      for (const { listing } of some)
        await change(market, owner, listing.id, undefined, (one) => one.removeWithOwner());
    }
  };

export const createRemoveListing =
  (market: ListingContext) =>
  async (actor: Actor, id: string, ifVersion?: number): Promise<void> => {
    await change(market, actor, id, ifVersion, (listing) => listing.remove());
  };
