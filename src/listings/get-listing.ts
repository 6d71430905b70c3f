import type { view } from '../contract/index.js';
import type { Actor } from '../platform/actor.js';
import type { Blocks } from '../users/index.js';
import { mustSee } from '../domain/listing-access.js';
import type { PresentListings } from './listing.presenter.js';
import type { ListingStore } from './listing.store.js';

/** Throws NOT_FOUND, also for a listing that the caller may not see. */
export const createGetListing =
  (deps: { listings: ListingStore; blocks: Blocks; present: PresentListings }) =>
  async (actor: Actor, id: string): Promise<view.Listing> => {
    const listing = await deps.listings.get(id);
    mustSee(listing, actor.userId, await deps.blocks.around(actor.userId));
    const [presented] = await deps.present([listing], actor);
    return presented!;
  };
