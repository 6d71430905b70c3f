import type { ClientSession } from 'mongoose';
import { Refusal } from '../contract/index.js';
import type { ListingStore } from '../listings/index.js';
import type { OfferStore } from './offer.store.js';
import type { Offer } from '../domain/offer.js';
import type { Deal } from '../domain/deal.js';

/**
 * What a deal that has just ended does to its listing and its offer, inside the transaction of the end. Returns the
 * offer as it is then; null without one. Throws LISTING_UNAVAILABLE.
 */
export async function settle(
  deps: { listings: ListingStore; offers: OfferStore },
  deal: Deal,
  session: ClientSession,
): Promise<Offer | null> {
  const listing = await deps.listings.get(deal.listingId, session);
  if (!listing) throw new Refusal('LISTING_UNAVAILABLE');
  const after = deal.freesListing ? listing.release(deal.id) : listing.sellBy(deal.id);
  if (!(await deps.listings.save(after, listing.version, session)))
    throw new Refusal('LISTING_UNAVAILABLE');
  const offer = deal.offerId === null ? null : await deps.offers.getIn(deal.offerId, session);
  if (!offer) return null;
  const ended = deal.freesListing
    ? offer.fallThrough(deal.fallReason, deal.movedAt)
    : offer.fulfil(deal.movedAt);
  await deps.offers.advance(ended, { when: 'ever', session });
  return ended;
}
