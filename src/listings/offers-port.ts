import type { ClientSession } from 'mongoose';
import type { Listing } from '../domain/listing.js';

/**
 * What a change of a listing does to the offers on it, inside the transaction of the change. Answers with what is left
 * to do once that is through: telling it. Offers know listings, so this comes from outside.
 */
export type ReachOffers = (
  before: Listing,
  after: Listing,
  session: ClientSession,
) => Promise<() => Promise<void>>;
