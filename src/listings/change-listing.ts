import { Refusal, type request, type view } from '../contract/index.js';
import type { Actor } from '../platform/actor.js';
import type { Blocks } from '../users/index.js';
import type { Listing } from './listing.js';
import { mustOwn } from './listing.policy.js';
import type { PresentListings } from './listing.presenter.js';
import type { ListingStore } from './listing.store.js';

interface Deps {
  listings: ListingStore;
  blocks: Blocks;
  present: PresentListings;
}

/**
 * Loads, lets the listing act, saves by compare-and-set. Without `ifVersion` a lost race is tried again on the fresh
 * listing; with it the caller is told. Throws NOT_FOUND, FORBIDDEN, LISTING_UNAVAILABLE, VERSION_CONFLICT.
 */
async function change(
  deps: Deps,
  actor: Actor,
  id: string,
  ifVersion: number | undefined,
  act: (listing: Listing) => Listing,
): Promise<Listing> {
  for (let tries = 0; tries < 5; tries += 1) {
    const listing = await deps.listings.get(id);
    mustOwn(listing, actor.userId, await deps.blocks.around(actor.userId));
    if (ifVersion !== undefined && ifVersion !== listing.version) {
      const [current] = await deps.present([listing], actor);
      throw new Refusal('VERSION_CONFLICT', undefined, { current });
    }
    const changed = act(listing);
    if (changed === listing) return listing;
    if (await deps.listings.save(changed, listing.version)) return changed;
  }
  throw new Refusal('UNAVAILABLE', 'This listing is changing too fast', { retryAfterMs: 500 });
}

export const createEditListing =
  (deps: Deps) =>
  async (
    actor: Actor,
    id: string,
    input: request.EditListing,
    ifVersion?: number,
  ): Promise<view.Listing> => {
    const edited = await change(deps, actor, id, ifVersion, (listing) => listing.edit(input));
    const [presented] = await deps.present([edited], actor);
    return presented!;
  };

export const createRemoveListing =
  (deps: Deps) =>
  async (actor: Actor, id: string, ifVersion?: number): Promise<void> => {
    await change(deps, actor, id, ifVersion, (listing) => listing.remove());
  };
