import type { ClientSession, Connection } from 'mongoose';
import { Refusal, type request } from '../contract/index.js';
import type { ListingStore } from '../listings/index.js';
import { mustStillBeThere } from '../domain/listing-access.js';
import type { Actor } from '../platform/actor.js';
import type { Clock } from '../platform/clock.js';
import { inTransaction } from '../platform/transaction.js';
import { answerOnce, type AnswerDeps } from './answer-once.js';
import type { Offer } from '../domain/offer.js';
import { mustBeSideOfOffer } from './trade.policy.js';
import type { OfferAnswer } from './record-offer.js';

interface Deps extends AnswerDeps {
  mongo: Connection;
  listings: ListingStore;
  clock: Clock;
}

/**
 * Names another amount. The listing is written to in the same transaction, so that a price that falls to the new amount
 * and the amount cannot pass each other unseen. Throws NOT_FOUND, FORBIDDEN, CONVERSATION_CLOSED, OFFER_CHANGED,
 * OFFER_EXPIRED, OFFER_NOT_ALLOWED, LISTING_UNAVAILABLE, IDEMPOTENCY_CONFLICT.
 */
export const createCounterOffer =
  (deps: Deps) =>
  (actor: Actor, id: string, input: request.CounterOffer): Promise<OfferAnswer> =>
    answerOnce(deps, actor, id, { act: 'countered', input }, async ({ listingId }) => {
      const countered = await inTransaction(
        deps.mongo,
        (session) => counter(deps, actor, id, input, session),
        { inTurnFor: listingId },
      );
      return deps.record(countered, countered.version, actor);
    });

async function counter(
  deps: Deps,
  actor: Actor,
  id: string,
  input: request.CounterOffer,
  session: ClientSession,
): Promise<Offer> {
  const standing = await deps.offers.getIn(id, session);
  mustBeSideOfOffer(standing, actor.userId);
  const listing = await deps.listings.get(standing.listingId, session);
  mustStillBeThere(listing, standing.sellerId);
  const countered = standing.counterBy(actor.userId, input, listing.price, deps.clock());
  if (!(await deps.offers.advance(countered, { when: 'inTime', session })))
    throw new Refusal('OFFER_EXPIRED');
  if (!(await deps.listings.holdForOffer(listing.id, session)))
    throw new Refusal('LISTING_UNAVAILABLE');
  return countered;
}
