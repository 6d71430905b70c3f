import type { ClientSession, Connection } from 'mongoose';
import { Refusal, type request, type view } from '../contract/index.js';
import type { Actor } from '../platform/actor.js';
import type { Hook } from '../platform/hook.js';
import { inTransaction } from '../platform/transaction.js';
import type { Blocks } from '../users/index.js';
import type { Listing } from '../domain/listing.js';
import { mustOwn } from '../domain/listing-access.js';
import type { PresentListings } from './listing.presenter.js';
import type { ListingStore } from './listing.store.js';

/** A change of a listing, passed on inside its transaction. */
export interface ListingChange {
  after: Listing;
  session: ClientSession;
}

/** Tells others of the change; called once the transaction is committed. */
export type TellLater = () => Promise<void>;

interface Deps {
  mongo: Connection;
  listings: ListingStore;
  blocks: Blocks;
  present: PresentListings;
  changing: Hook<ListingChange, TellLater>;
}

/**
 * Loads the listing, lets it act and saves it, in one transaction with what the change does to its offers. A change
 * that loses a race runs again on the fresh listing, unless `ifVersion` says that the caller wants to be told. Throws
 * NOT_FOUND, FORBIDDEN, LISTING_UNAVAILABLE, VERSION_CONFLICT.
 */
async function change(
  deps: Deps,
  actor: Actor,
  id: string,
  ifVersion: number | undefined,
  act: (listing: Listing) => Listing,
): Promise<Listing> {
  const apart = await deps.blocks.around(actor.userId);
  const work = async (session: ClientSession) => {
    const listing = await deps.listings.get(id, session);
    mustOwn(listing, actor.userId, apart);
    if (ifVersion !== undefined && ifVersion !== listing.version) {
      const [current] = await deps.present([listing], actor);
      throw new Refusal('VERSION_CONFLICT', undefined, { current });
    }
    const after = act(listing);
    if (after === listing) return { changed: listing, tellings: [] };
    if (!(await deps.listings.save(after, listing.version, session)))
      throw new Refusal('UNAVAILABLE', 'This listing is changing too fast', { retryAfterMs: 500 });
    return { changed: after, tellings: await deps.changing.run({ after, session }) };
  };
  const { changed, tellings } = await inTransaction(deps.mongo, work, { inTurnFor: id });
  for (const tell of tellings) await tell();
  return changed;
}

const createChange =
  <Input>(deps: Deps, act: (listing: Listing, input: Input) => Listing) =>
  async (actor: Actor, id: string, input: Input, ifVersion?: number): Promise<view.Listing> => {
    const changed = await change(deps, actor, id, ifVersion, (listing) => act(listing, input));
    const [presented] = await deps.present([changed], actor);
    return presented!;
  };

/** Also throws VALIDATION_FAILED for a hidden limit that does not fit the price. */
export const createEditListing = (deps: Deps) =>
  createChange(deps, (listing, input: request.EditListing) => listing.edit(input));

/** Puts a listing on sale again, hides it, or marks it as sold elsewhere. */
export const createPutListing = (deps: Deps) =>
  createChange(deps, (listing, state: 'onSale' | 'hidden' | 'sold') => listing.putTo(state));

export const createRemoveListing =
  (deps: Deps) =>
  async (actor: Actor, id: string, ifVersion?: number): Promise<void> => {
    await change(deps, actor, id, ifVersion, (listing) => listing.remove());
  };
