import type { view } from '../contract/index.js';
import type { ListingChange, TellLater } from '../listings/index.js';
import type { Listing } from '../domain/listing.js';
import type { Clock } from '../platform/clock.js';
import type { Offer } from '../domain/offer.js';
import type { OfferStore } from './offer.store.js';
import type { RecordOffer } from './record-acts.js';

interface Deps {
  offers: OfferStore;
  record: RecordOffer;
  clock: Clock;
}

const reasons: Partial<Record<view.ListingState, view.CloseReason>> = {
  sold: 'sold',
  hidden: 'listingHidden',
  removed: 'listingRemoved',
  blinded: 'unavailable',
};

/** Why the state of its listing ends an offer; null when the offer stands. */
export function reasonToClose(offer: Offer, listing: Listing): view.CloseReason | null {
  const gone = reasons[listing.state];
  if (gone) return gone;
  // Whoever asked for a give-away did not offer to pay.
  if (offer.isRequest) return listing.price > 0 ? 'offersDisabled' : null;
  if (listing.price <= offer.amount) return 'priceReached';
  return listing.takesOffers ? null : 'offersDisabled';
}

/** Closes the offers that a change of the listing ends, in its transaction, and tells of them afterwards. */
export const createReachOffers =
  (deps: Deps) =>
  async ({ after, session }: ListingChange): Promise<TellLater> => {
    const now = deps.clock();
    const closed = (await deps.offers.openOn(after.id, session)).flatMap((offer) => {
      const reason = reasonToClose(offer, after);
      return reason ? [offer.close(reason, now)] : [];
    });
    await deps.offers.advanceMany(closed, session);
    return async () => {
      await Promise.all(closed.map((offer) => deps.record(offer, offer.version)));
    };
  };

/** Closes the open offers between two people once either has blocked the other. A repeat changes nothing. */
export const createCloseBetween =
  (deps: Deps) =>
  async (pair: readonly [string, string], closedBy?: string): Promise<void> =>
    closeAll(deps, await deps.offers.openBetween(pair), closedBy);

/** Closes the open offers in a conversation that somebody left. A repeat changes nothing. */
export const createCloseIn =
  (deps: Deps) =>
  async (conversation: { listingId: string; buyerId: string }, closedBy?: string): Promise<void> =>
    closeAll(deps, await deps.offers.openOf(conversation), closedBy);

/** Closes offers under a reason that reveals nothing: a block and a leaving look the same. */
async function closeAll(deps: Deps, offers: Offer[], closedBy?: string): Promise<void> {
  for (const { id } of offers) {
    let closed = false;
    while (!closed) {
      const offer = await deps.offers.get(id);
      if (!offer?.open) break;
      const ended = offer.close('unavailable', deps.clock(), closedBy);
      closed = await deps.offers.advance(ended, { when: 'ever' });
      if (closed) await deps.record(ended, ended.version);
    }
  }
}
