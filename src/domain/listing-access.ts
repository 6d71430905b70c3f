import { Refusal } from '../contract/errors.js';
import type { Listing } from './listing.js';

/** Who may do what with a listing; served to clients as its `abilities`. */
export const listingAbilities = (listing: Listing, userId: string) => {
  const own = listing.isSoldBy(userId);
  return {
    edit: own && listing.mayBeEdited,
    remove: own && listing.mayBeRemoved,
    contact: !own && listing.mayBeAskedAbout,
    offer: !own && listing.mayBeOfferedFor,
    ...(own ? { states: listing.nextStates } : {}),
  };
};

/**
 * What one of the two may do in a conversation about a listing, which may be gone. `closed`: the conversation is
 * closed.
 */
export const conversationAbilities = (
  listing: Listing | undefined,
  userId: string,
  closed: boolean,
) => ({ offer: !closed && listing !== undefined && listingAbilities(listing, userId).offer });

/** Throws NOT_FOUND for a listing that the caller may not know of, FORBIDDEN for somebody else's. */
export function mustOwn(
  listing: Listing | null,
  userId: string,
  apart: ReadonlySet<string>,
): asserts listing is Listing {
  mustSee(listing, userId, apart);
  if (!listing.isSoldBy(userId)) throw new Refusal('FORBIDDEN', 'Only the seller may do this');
}

/** Checks that a listing still exists before a deal is made on it. Throws LISTING_UNAVAILABLE. */
export function mustStillBeThere(
  listing: Listing | null,
  userId: string,
): asserts listing is Listing {
  if (!listing?.isVisibleTo(userId)) throw new Refusal('LISTING_UNAVAILABLE');
}

/** Throws NOT_FOUND, also where a block is between the two; `apart`: the people kept apart from the reader. */
export function mustSee(
  listing: Listing | null,
  userId: string,
  apart: ReadonlySet<string>,
): asserts listing is Listing {
  if (!listing?.isVisibleTo(userId) || apart.has(listing.sellerId))
    throw new Refusal('NOT_FOUND', 'No such listing');
}
