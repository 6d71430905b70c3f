import type { Listing } from '../domain/listing.js';
import type { ListingContext } from './listing-context.js';

/** The listing as it is written: out of sight where a banned term stands in it. */
export async function screened(
  { screening, clock }: Pick<ListingContext, 'screening' | 'clock'>,
  listing: Listing,
): Promise<Listing> {
  const found = await screening.run(listing.words);
  return listing.screened(found.flat(), clock());
}
