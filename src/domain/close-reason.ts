import type { view } from '../contract/index.js';
import type { Listing } from './listing.js';
import type { Offer } from './offer.js';

const reasons: Partial<Record<view.ListingState, view.CloseReason>> = {
  sold: 'sold',
  hidden: 'listingHidden',
  removed: 'listingRemoved',
  blinded: 'listingHidden',
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
