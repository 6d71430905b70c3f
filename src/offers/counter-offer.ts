import type { ClientSession, Connection } from 'mongoose';
import { Refusal, type request } from '../contract/index.js';
import type { ConversationStore } from '../conversations/index.js';
import { mustStillBeThere, type ListingStore } from '../listings/index.js';
import type { Actor } from '../platform/actor.js';
import type { Clock } from '../platform/clock.js';
import { inTransaction } from '../platform/mongo.js';
import type { EndByTime } from './end-by-time.js';
import { firstAnswer } from './first-answer.js';
import type { Offer } from './offer.js';
import { mustBeOpen, mustBeSideOf } from './offer.policy.js';
import type { OfferStore } from './offer.store.js';
import type { OfferAnswer, RecordOffer } from './record-offer.js';

interface Deps {
  mongo: Connection;
  offers: OfferStore;
  conversations: ConversationStore;
  listings: ListingStore;
  record: RecordOffer;
  endByTime: EndByTime;
  clock: Clock;
}

/**
 * Names another amount. The listing is written to in the same transaction, so that a price that falls to the new amount
 * and the amount cannot pass each other unseen. Throws NOT_FOUND, FORBIDDEN, CONVERSATION_CLOSED, OFFER_CHANGED,
 * OFFER_EXPIRED, OFFER_NOT_ALLOWED, LISTING_UNAVAILABLE, IDEMPOTENCY_CONFLICT.
 */
export const createCounterOffer =
  (deps: Deps) =>
  async (actor: Actor, id: string, input: request.CounterOffer): Promise<OfferAnswer> => {
    const standing = await deps.offers.get(id);
    mustBeSideOf(standing, actor.userId);
    const sent = { conversationId: standing.conversationId, ...input };
    const repeat = () =>
      firstAnswer(
        deps,
        actor,
        sent,
        (offer, step) =>
          offer.id === id && step.act === 'countered' && step.amount === input.amount,
      );
    const before = await repeat();
    if (before) return before;
    await mustBeOpen(deps.conversations, standing);
    try {
      const countered = await inTransaction(deps.mongo, (session) =>
        counter(deps, actor, id, input, session),
      );
      return await deps.record(countered, countered.version, actor);
    } catch (error) {
      const beside = await repeat();
      if (beside) return beside;
      throw await deps.endByTime.asFound(error, id);
    }
  };

async function counter(
  deps: Deps,
  actor: Actor,
  id: string,
  input: request.CounterOffer,
  session: ClientSession,
): Promise<Offer> {
  const standing = await deps.offers.getIn(id, session);
  mustBeSideOf(standing, actor.userId);
  const listing = await deps.listings.get(standing.listingId, session);
  mustStillBeThere(listing, standing.sellerId);
  const countered = standing.counterBy(actor.userId, input, listing.price, deps.clock());
  if (!(await deps.offers.advance(countered, { when: 'inTime', session })))
    throw new Refusal('OFFER_EXPIRED');
  if (!(await deps.listings.holdForOffer(listing.id, session)))
    throw new Refusal('LISTING_UNAVAILABLE');
  return countered;
}
