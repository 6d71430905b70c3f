import type { ClientSession } from 'mongoose';
import { Refusal } from '../contract/index.js';
import { Deal, type Terms } from '../domain/deal.js';
import { mustStillBeThere } from '../domain/listing-access.js';
import type { Offer } from '../domain/offer.js';
import type { ListingStore } from '../listings/index.js';
import type { DealStore } from './deal.store.js';
import type { OfferStore } from './offer.store.js';

/**
 * Reserves the listing for a buyer, opens the deal and closes every offer on the listing that is still open, inside the
 * caller's transaction. The order is always listing, deal, rivals, so that all sides of a race meet at the same
 * documents. Returns the deal and the closed offers. Throws LISTING_UNAVAILABLE.
 */
export async function agree(
  deps: { offers: OfferStore; listings: ListingStore; deals: DealStore },
  terms: Terms,
  now: Date,
  session: ClientSession,
): Promise<{ deal: Deal; closed: Offer[] }> {
  const listing = await deps.listings.get(terms.listingId, session);
  mustStillBeThere(listing, terms.sellerId);
  const reserved = listing.reserveFor(terms.id);
  if (!(await deps.listings.save(reserved, listing.version, session)))
    throw new Refusal('LISTING_UNAVAILABLE');
  const deal = Deal.open({ ...terms, currency: 'KRW', state: 'open', createdAt: now });
  await deps.deals.add(deal, session);
  const rivals = await deps.offers.openOn(terms.listingId, session);
  const closed = rivals.map((rival) => rival.close('anotherAccepted', now));
  await deps.offers.advanceMany(closed, session);
  return { deal, closed };
}
