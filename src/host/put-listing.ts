import { Refusal, invalid, type request, type view } from '../contract/index.js';
import type { Listing } from '../domain/listing.js';
import type { Listings } from '../listings/index.js';
import { inTheNameOf, type Actor } from '../platform/actor.js';
import type { Clock } from '../platform/clock.js';
import { newId } from '../platform/ids.js';
import type { HostedPeople, SanctionStore } from '../users/index.js';
import type { HostedListingStore } from './hosted-listing.store.js';

interface Deps {
  listings: Listings;
  people: HostedPeople;
  hosted: HostedListingStore;
  sanctions: SanctionStore;
  clock: Clock;
}

/**
 * Keeps a listing of the host app: makes it, or changes what differs, in the name of its seller; the same again changes
 * nothing. Throws NOT_FOUND (the seller is not kept here), ACCOUNT_SUSPENDED (the seller), VALIDATION_FAILED (another
 * seller, images that are not there), LISTING_UNAVAILABLE.
 */
export const createPutListing =
  ({ listings, people, hosted, sanctions, clock }: Deps) =>
  async (externalId: string, input: request.PutHostListing): Promise<view.Listing> => {
    const { sellerExternalId, state, ...fields } = input;
    const sellerId = await people.find(sellerExternalId);
    if (!sellerId) throw new Refusal('NOT_FOUND', 'Keep the seller here first');
    await sanctions.mustBeFree(sellerId, clock());
    const seller = inTheNameOf(sellerId);
    for (;;) {
      const id = await hosted.findOrAdd(externalId, newId());
      const known = await listings.listings.get(id);
      if (known?.state === 'removed') {
        await hosted.forget(externalId, id);
        continue;
      }
      if (known && !known.isSoldBy(sellerId))
        throw invalid('sellerExternalId', 'is not the one who sells it');
      if (known) await update(listings, seller, known, fields);
      else await listings.commands.create(seller, fields, id, { uncounted: true });
      return settle(listings, seller, id, state);
    }
  };

type Fields = Omit<request.PutHostListing, 'sellerExternalId' | 'state'>;

async function update(
  { commands }: Listings,
  seller: Actor,
  known: Listing,
  { currency: _currency, location, imageIds, ...fields }: Fields,
): Promise<void> {
  const is = known.snapshot();
  const differs = Object.entries(fields).filter(
    ([name, value]) => is[name as keyof typeof fields] !== value,
  );
  const shown = is.images.map(({ id }) => id).join();
  const reordered = imageIds !== undefined && imageIds.join() !== shown;
  const moved = location && !isSamePlace(is.location, location);
  if (differs.length === 0 && !moved && !reordered) return;
  await commands.edit(seller, known.id, {
    ...Object.fromEntries(differs),
    ...(moved ? { location } : {}),
    ...(reordered ? { imageIds } : {}),
  });
}

/** Places are stored to about 100 m. */
const isSamePlace = (
  stored: view.Listing['location'],
  sent: NonNullable<view.Listing['location']>,
): boolean =>
  stored !== null &&
  Math.abs(stored.latitude - sent.latitude) < 0.001 &&
  Math.abs(stored.longitude - sent.longitude) < 0.001;

async function settle(
  { commands }: Listings,
  seller: Actor,
  id: string,
  state: request.PutHostListing['state'],
): Promise<view.Listing> {
  const shown = await commands.get(seller, id);
  // An open deal holds it, and ends as deals do.
  if (shown.state === state || shown.state === 'reserved') return shown;
  if (state !== 'onSale' && shown.state !== 'onSale') await commands.put(seller, id, 'onSale');
  return commands.put(seller, id, state);
}
