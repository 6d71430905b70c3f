import type { ClientSession, Connection } from 'mongoose';
import { Refusal, type request } from '../contract/index.js';
import type { Conversation, ConversationStore } from '../conversations/index.js';
import { mustStillBeThere, type ListingStore } from '../listings/index.js';
import type { Actor } from '../platform/actor.js';
import type { Clock } from '../platform/clock.js';
import { newId } from '../platform/ids.js';
import { inTransaction } from '../platform/mongo.js';
import type { DealStore } from './deal.store.js';
import { firstAnswer } from './first-answer.js';
import type { Offer } from './offer.js';
import { mustBeOpen, mustBeSideOf } from './offer.policy.js';
import type { OfferStore } from './offer.store.js';
import type { OfferAnswer, RecordOffer } from './record-offer.js';

interface Deps {
  mongo: Connection;
  offers: OfferStore;
  deals: DealStore;
  conversations: ConversationStore;
  listings: ListingStore;
  record: RecordOffer;
  announce: (conversation: Conversation) => Promise<void>;
  clock: Clock;
}

/**
 * Accepts the standing amount: one transaction makes the offer accepted, keeps the listing for the buyer, opens the
 * deal and closes all other open offers of the listing. Whatever else runs at once, one wins.
 * Throws NOT_FOUND, FORBIDDEN, CONVERSATION_CLOSED, OFFER_CHANGED, OFFER_EXPIRED, LISTING_UNAVAILABLE,
 * IDEMPOTENCY_CONFLICT.
 */
export const createAcceptOffer =
  (deps: Deps) =>
  async (actor: Actor, id: string, input: request.AcceptOffer): Promise<OfferAnswer> => {
    const standing = await deps.offers.get(id);
    mustBeSideOf(standing, actor.userId);
    const sent = { conversationId: standing.conversationId, ...input };
    const repeat = () =>
      firstAnswer(
        deps,
        actor,
        sent,
        (offer, step) => offer.id === id && step.act === 'accepted' && step.amount === input.amount,
      );
    const before = await repeat();
    if (before) return before;
    await mustBeOpen(deps.conversations, standing);
    try {
      const done = await inTransaction(deps.mongo, (session) =>
        accept(deps, actor, id, input, session),
      );
      const answer = await deps.record(done.accepted, done.accepted.version, actor);
      await Promise.all(done.closed.map((rival) => deps.record(rival, rival.version)));
      await announceAll(deps, [done.accepted, ...done.closed]);
      return answer;
    } catch (error) {
      const beside = await repeat();
      if (beside) return beside;
      throw error;
    }
  };

/** The order matters: offer, listing, deal, rivals; all sides of a race then meet at the same documents. */
async function accept(
  deps: Deps,
  actor: Actor,
  id: string,
  input: request.AcceptOffer,
  session: ClientSession,
): Promise<{ accepted: Offer; closed: Offer[] }> {
  const now = deps.clock();
  const standing = await deps.offers.getIn(id, session);
  mustBeSideOf(standing, actor.userId);
  const accepted = standing.acceptBy(actor.userId, input, now);
  if (!(await deps.offers.advance(accepted, { unexpired: true, session })))
    throw new Refusal('OFFER_EXPIRED', undefined, { current: standing.view() });

  const listing = await deps.listings.get(standing.listingId, session);
  mustStillBeThere(listing, standing.sellerId);
  const dealId = newId();
  const reserved = listing.reserveFor(dealId);
  if (!(await deps.listings.save(reserved, listing.version, session)))
    throw new Refusal('LISTING_UNAVAILABLE');

  const { listingId, conversationId, buyerId, sellerId, amount } = accepted;
  await deps.deals.add(
    {
      id: dealId,
      listingId,
      offerId: id,
      conversationId,
      buyerId,
      sellerId,
      amount,
      currency: 'KRW',
      state: 'open',
      createdAt: now,
    },
    session,
  );

  const rivals = await deps.offers.openOn(listingId, session);
  const closed = rivals.map((rival) => rival.close('anotherAccepted', now));
  for (const rival of closed) await deps.offers.advance(rival, { unexpired: false, session });
  return { accepted, closed };
}

/** The listing is reserved now: its conversations show it. */
async function announceAll(deps: Deps, offers: Offer[]): Promise<void> {
  for (const offer of offers) {
    const conversation = await deps.conversations.get(offer.conversationId);
    if (conversation) await deps.announce(conversation);
  }
}
