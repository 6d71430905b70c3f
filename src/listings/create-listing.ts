import type { request, view } from '../contract/index.js';
import type { Actor } from '../platform/actor.js';
import { newId } from '../platform/ids.js';
import { Listing } from '../domain/listing.js';
import type { ListingContext } from './listing-context.js';
import { presentListing } from './listing.presenter.js';

/** Puts a thing on sale; it is in the feed of its area when this returns. Throws RATE_LIMITED. */
export const createCreateListing =
  ({ listings, users, quota, clock }: ListingContext) =>
  async (
    actor: Actor,
    input: request.CreateListing,
    /** Makes a repeat of one request give the same listing, also when the first try died before it could answer. */
    requestId?: string,
  ): Promise<view.Listing> => {
    await quota(actor.userId);
    const listing = Listing.create(input, {
      id: requestId ?? newId(),
      sellerId: actor.userId,
      now: clock(),
    });
    const stored = await listings.add(listing);
    return presentListing(users, stored, actor);
  };
