import type { ClientSession } from 'mongoose';
import { Refusal } from '../contract/index.js';
import { agreement } from '../domain/agreement.js';
import type { Deal, Terms } from '../domain/deal.js';
import type { Offer } from '../domain/offer.js';
import type { TradeContext } from './trade-context.js';

/**
 * Reserves the listing for a buyer, opens the deal and closes every offer on the listing that is still open, inside the
 * caller's transaction. The order of writes is always listing, deal, rivals, so that all sides of a race meet at the
 * same documents. Returns the deal and the closed offers. Throws LISTING_UNAVAILABLE.
 */
export async function agree(
  { listings, deals, offers }: TradeContext,
  terms: Terms,
  now: Date,
  session: ClientSession,
): Promise<{ deal: Deal; closed: Offer[] }> {
  const listing = await listings.get(terms.listingId, session);
  const rivals = await offers.openOn(terms.listingId, session);
  const { listing: reserved, deal, closed } = agreement(terms, listing, rivals, now);
  if (!(await listings.save(reserved, listing!.version, session)))
    throw new Refusal('LISTING_UNAVAILABLE');
  await deals.add(deal, session);
  await offers.advanceMany(closed, session);
  return { deal, closed };
}
