import type { ClientSession, Connection } from 'mongoose';
import { Refusal, type request } from '../contract/index.js';
import type { ConversationStore } from '../conversations/index.js';
import type { ListingStore } from '../listings/index.js';
import type { Actor } from '../platform/actor.js';
import type { Clock } from '../platform/clock.js';
import { newId } from '../platform/ids.js';
import { inTransaction } from '../platform/mongo.js';
import { agree } from './agree.js';
import type { AnnounceConversations } from './announce.js';
import type { EndByTime } from './end-by-time.js';
import { firstAnswer } from './first-answer.js';
import type { Offer } from './offer.js';
import { mustBeOpen, mustBeSideOf } from './offer.policy.js';
import type { OfferStore } from './offer.store.js';
import type { OpenDeal } from './open-deal.js';
import type { OfferAnswer, RecordOffer } from './record-offer.js';

interface Deps {
  mongo: Connection;
  offers: OfferStore;
  conversations: ConversationStore;
  listings: ListingStore;
  openDeal: OpenDeal;
  record: RecordOffer;
  endByTime: EndByTime;
  announce: AnnounceConversations;
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
      await deps.announce([done.accepted, ...done.closed]);
      return answer;
    } catch (error) {
      const beside = await repeat();
      if (beside) return beside;
      throw await deps.endByTime.asFound(error, id);
    }
  };

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
  const dealId = newId();
  const accepted = standing.acceptBy(actor.userId, input, dealId, now);
  if (!(await deps.offers.advance(accepted, { when: 'inTime', session })))
    throw new Refusal('OFFER_EXPIRED', undefined, { current: standing.view() });
  const { listingId, conversationId, buyerId, sellerId, amount } = accepted;
  const terms = { id: dealId, offerId: id, listingId, conversationId, buyerId, sellerId, amount };
  return { accepted, closed: await agree(deps, terms, now, session) };
}
