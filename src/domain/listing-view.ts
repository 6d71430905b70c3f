import type { view } from '../contract/index.js';
import { distanceKm } from './grid.js';
import { presentImage, type StoredImage } from './image.js';
import type { Blinding, Coordinates, Listing, ListingSnapshot, PastPrice } from './listing.js';
import { listingAbilities } from './listing-access.js';

/** A listing for the strip above a chat and for lists of offers and deals; a removed listing keeps its place there. */
export function presentCard(id: string, listing: Listing | undefined): view.ListingCard {
  const is = listing?.snapshot();
  return {
    id,
    title: is?.title ?? '',
    ...presentCover(listing?.cover),
    price: is?.price ?? 0,
    currency: is?.currency ?? 'KRW',
    state: is?.state ?? 'removed',
    category: is?.category ?? 'other',
    offers: {
      enabled: listing?.takesOffers ?? false,
      ...(is ? { hours: is.offerHours } : {}),
    },
  };
}

function presentCover(cover: StoredImage | undefined) {
  if (!cover) return { thumb: null };
  const { urls, thumbhash } = presentImage(cover);
  return { thumb: urls.thumb, ...(thumbhash === undefined ? {} : { thumbhash }) };
}

/** Limits that only the owner may see: a buyer who knew them could haggle with them. */
const hiddenOf = ({ minimum, autoAccept }: ListingSnapshot) => ({
  ...(minimum === null ? {} : { minimum }),
  ...(autoAccept === null ? {} : { autoAccept }),
});

const bumpOf = ({ nextBumpAt, bumpsLeft }: Listing) => ({
  from: nextBumpAt?.toISOString() ?? null,
  left: bumpsLeft,
});

const blindedOf = ({ reason, terms, at }: Blinding): view.Listing['blinded'] => ({
  reason,
  ...(terms ? { terms } : {}),
  at: at.toISOString(),
});

/** Of its owner's view what is for moderators, who buy and sell as well: no limits that one could haggle with. */
export const presentForModerators = ({
  dealId: _dealId,
  soldDealId: _soldDealId,
  bump: _bump,
  offers: { minimum: _minimum, autoAccept: _autoAccept, ...offers },
  ...shown
}: view.Listing): view.Listing => ({ ...shown, offers });

/** A listing that somebody looked at and may see no more: that it is gone, and nothing else of it. */
export const presentGone = (seen: view.Listing): view.Listing => ({
  id: seen.id,
  seller: seen.seller,
  title: '',
  description: '',
  price: seen.price,
  currency: seen.currency,
  category: seen.category,
  location: null,
  state: 'removed',
  favourite: seen.favourite,
  offers: { enabled: false },
  version: seen.version,
  bumpedAt: seen.bumpedAt,
  createdAt: seen.createdAt,
  abilities: { edit: false, remove: false, contact: false, offer: false },
});

/** One line of the price history. */
export const presentPrice = (
  { price, at }: PastPrice,
  { currency }: Pick<ListingSnapshot, 'currency'>,
): view.ListingPrice => ({ price, currency, at: at.toISOString() });

/** What else is needed to show a listing. */
export interface ListingGround {
  /** Undefined: nobody took notice of it yet. */
  counts: view.ListingCounts | undefined;
  /** Among the favourites of the reader. */
  favourite: boolean;
  now: Date;
}

const noCounts: view.ListingCounts = { favourites: 0, conversations: 0, views: 0 };

/** In km, rounded to 100 m; undefined where either has no place. */
export function distanceFrom(near: Coordinates | undefined, listing: Listing): number | undefined {
  const { location } = listing;
  return location && near ? Math.round(distanceKm(near, location) * 10) / 10 : undefined;
}

/** The only shape of a listing that is sent to clients. */
export function presentListing(
  listing: Listing,
  seller: view.User,
  reader: { userId: string; near?: Coordinates | undefined },
  { counts = noCounts, favourite, now }: ListingGround,
): view.Listing {
  const is = listing.snapshot();
  const distance = distanceFrom(reader.near, listing);
  const own = listing.isSoldBy(reader.userId);
  return {
    id: is.id,
    seller,
    title: is.title,
    description: is.description,
    price: is.price,
    currency: is.currency,
    category: is.category,
    images: is.images.map(presentImage),
    location: is.location,
    ...(distance === undefined ? {} : { distanceKm: distance }),
    state: is.state,
    favourite,
    counts,
    offers: {
      enabled: listing.takesOffers,
      hours: is.offerHours,
      ...(own ? hiddenOf(is) : {}),
    },
    ...(is.dealId !== null && own ? { dealId: is.dealId } : {}),
    ...(is.soldBy !== null && own ? { soldDealId: is.soldBy } : {}),
    ...(own ? { bump: bumpOf(listing) } : {}),
    ...(is.blinded && own ? { blinded: blindedOf(is.blinded) } : {}),
    version: is.version,
    bumpedAt: is.bumpedAt.toISOString(),
    createdAt: is.createdAt.toISOString(),
    abilities: listingAbilities(listing, reader.userId, now),
  };
}
