import { Refusal } from '../contract/errors.js';
import type { Listing } from './listing.js';

/** States in which others than the owner see a listing. */
export const shownStates = ['onSale', 'reserved', 'sold'] as const;

/** Those that lists show where nobody asks for another. */
export const feedStates = ['onSale', 'reserved'] as const;

/** Who may do what with a listing; served to clients as its `abilities`. */
export const listingAbilities = (listing: Listing, userId: string, now: Date) => {
  const own = listing.isSoldBy(userId);
  return {
    edit: own && listing.mayBeEdited,
    remove: own && listing.mayBeRemoved,
    contact: !own && listing.mayBeAskedAbout,
    offer: mayOfferFor(listing, userId),
    ...(own ? { bump: listing.mayBeBumped(now), states: listing.nextStates } : {}),
  };
};

const mayOfferFor = (listing: Listing, userId: string): boolean =>
  !listing.isSoldBy(userId) && listing.mayBeOfferedFor;

/**
 * What one of the two may do in a conversation about a listing, which may be gone. `closed`: the conversation is
 * closed.
 */
export const conversationAbilities = (
  listing: Listing | undefined,
  userId: string,
  closed: boolean,
) => ({ offer: !closed && listing !== undefined && mayOfferFor(listing, userId) });

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

/** Whether somebody may know of it; `apart`: the people kept apart from the reader. */
export const isSeen = (
  listing: Listing | null | undefined,
  userId: string,
  apart: ReadonlySet<string>,
): listing is Listing => listing?.isVisibleTo(userId) === true && !apart.has(listing.sellerId);

/** Throws FORBIDDEN for one's own. */
export function mustBeOfOthers(listing: Listing, userId: string): void {
  if (listing.isSoldBy(userId)) throw new Refusal('FORBIDDEN', 'This is your own listing');
}

/** Throws NOT_FOUND, also where a block is between the two. */
export function mustSee(
  listing: Listing | null,
  userId: string,
  apart: ReadonlySet<string>,
): asserts listing is Listing {
  if (!isSeen(listing, userId, apart)) throw new Refusal('NOT_FOUND', 'No such listing');
}
