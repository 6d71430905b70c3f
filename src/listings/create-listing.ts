import type { request, view } from '../contract/index.js';
import type { Actor } from '../platform/actor.js';
import type { Clock } from '../platform/clock.js';
import { newId } from '../platform/ids.js';
import type { Quota } from '../platform/quota.js';
import { Listing } from '../domain/listing.js';
import type { PresentListings } from './listing.presenter.js';
import type { ListingStore } from './listing.store.js';

/** Puts a thing on sale; it is in the feed of its area when this returns. Throws RATE_LIMITED. */
export const createCreateListing =
  (deps: { listings: ListingStore; present: PresentListings; quota: Quota; clock: Clock }) =>
  async (
    actor: Actor,
    input: request.CreateListing,
    /** Makes a repeat of one request give the same listing, also when the first try died before it could answer. */
    requestId?: string,
  ): Promise<view.Listing> => {
    await deps.quota(actor.userId);
    const listing = Listing.create(input, {
      id: requestId ?? newId(),
      sellerId: actor.userId,
      now: deps.clock(),
    });
    const stored = await deps.listings.add(listing);
    const [presented] = await deps.present([stored], actor);
    return presented!;
  };
