import { Refusal } from '../contract/errors.js';
import { Deal, type Terms } from './deal.js';
import { mustStillBeThere } from './listing-access.js';
import type { Listing } from './listing.js';
import type { Offer } from './offer.js';

/**
 * What an agreement changes: the listing is reserved for the buyer, a deal is opened, and every other offer on the
 * listing is closed. `rivals`: the offers on it that are still open. Throws LISTING_UNAVAILABLE.
 */
export function agreement(terms: Terms, listing: Listing | null, rivals: Offer[], now: Date) {
  mustStillBeThere(listing, terms.sellerId);
  return {
    listing: listing.reserveFor(terms.id),
    deal: Deal.open(terms, now),
    closed: rivals.map((rival) => rival.close('anotherAccepted', now)),
  };
}

/**
 * What the end of a deal changes: its listing is free again or sold, and its offer, where there is one, fell through or
 * is fulfilled. Throws LISTING_UNAVAILABLE.
 */
export function ending(deal: Deal, listing: Listing | null, offer: Offer | null) {
  if (!listing) throw new Refusal('LISTING_UNAVAILABLE');
  if (!deal.freesListing)
    return { listing: listing.sellBy(deal.id), offer: offer?.fulfil(deal.movedAt) ?? null };
  return {
    // A deal that was completed before holds its listing no longer.
    listing: listing.soldBy === deal.id ? listing.unsell(deal.id) : listing.release(deal.id),
    offer: offer?.fallThrough(deal.fallReason, deal.movedAt) ?? null,
  };
}
