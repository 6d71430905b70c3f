import type { request, view } from '../contract/index.js';
import type { Actor } from '../platform/actor.js';
import { newId } from '../platform/ids.js';
import { inTransaction } from '../platform/transaction.js';
import { Listing } from '../domain/listing.js';
import type { ListingContext } from './listing-context.js';
import { presentListing } from './listing.presenter.js';
import { screened } from './screened.js';

/**
 * Puts a thing on sale; it is in the feed of its area when this returns. Throws RATE_LIMITED, VALIDATION_FAILED
 * (images that are not there).
 */
export const createCreateListing =
  (market: ListingContext) =>
  async (
    actor: Actor,
    input: request.CreateListing,
    /** Makes a repeat of one request give the same listing, also when the first try died before it could answer. */
    requestId?: string,
    /** `uncounted`: of a catalogue that is kept elsewhere. */
    { uncounted = false } = {},
  ): Promise<view.Listing> => {
    if (!uncounted) await market.quota(actor.userId);
    const by = { id: requestId ?? newId(), sellerId: actor.userId, now: market.clock() };
    const stored = input.imageIds?.length
      ? await addWithImages(market, input, by, input.imageIds)
      : await market.listings.add(await screened(market, Listing.create(input, by)));
    return presentListing(market, stored, actor);
  };

/** Takes the images and adds the listing, both or neither. */
const addWithImages = (
  market: ListingContext,
  input: request.CreateListing,
  by: { id: string; sellerId: string; now: Date },
  imageIds: string[],
): Promise<Listing> =>
  inTransaction(market.mongo, async (session) => {
    const { listings, images } = market;
    const known = await listings.get(by.id, session);
    if (known) return known;
    const owner = { listingId: by.id, ownerId: by.sellerId };
    const attached = await images.attachToListing(imageIds, owner, session);
    const created = Listing.create(input, { ...by, images: attached });
    return listings.add(await screened(market, created), session);
  });
