import type { view } from '../contract/index.js';
import { presentCard } from '../domain/listing-view.js';
import type { Offer } from '../domain/offer.js';
import { presentPeople } from '../users/index.js';
import type { TradeContext } from './trade-context.js';

/** Offers as one of their two sides sees them, with what this person may do now, each with its listing. */
async function presentOffers(trade: TradeContext, offers: Offer[], userId: string) {
  const [listings, conversations] = await Promise.all([
    trade.listings.getMany(offers.map(({ listingId }) => listingId)),
    trade.conversations.getMany(offers.map(({ conversationId }) => conversationId)),
  ]);
  return offers.map((offer) => {
    const listing = listings.get(offer.listingId);
    const abilities = offer.abilitiesOf(userId, {
      price: listing?.price ?? 0,
      closed: conversations.get(offer.conversationId)?.closed ?? true,
      now: trade.clock(),
    });
    return { offer, listing, shown: { ...offer.view(), abilities } };
  });
}

export async function presentOffer(
  trade: TradeContext,
  offer: Offer,
  userId: string,
): Promise<view.Offer> {
  const [one] = await presentOffers(trade, [offer], userId);
  return one!.shown;
}

/** The same with the listing and both people, for lists. */
export async function presentOfferCards(
  trade: TradeContext,
  offers: Offer[],
  userId: string,
): Promise<view.OfferCard[]> {
  const [presented, person] = await Promise.all([
    presentOffers(trade, offers, userId),
    presentPeople(
      trade.users,
      offers.flatMap(({ buyerId, sellerId }) => [buyerId, sellerId]),
    ),
  ]);
  return presented.map(({ offer, listing, shown }) => ({
    ...shown,
    listing: presentCard(offer.listingId, listing),
    buyer: person(offer.buyerId),
    seller: person(offer.sellerId),
    // The buyer sees it declined like any other.
    ...(userId === offer.sellerId && offer.declinedByRule ? { declinedByRule: true } : {}),
  }));
}
