import type { ClientSession, Connection } from 'mongoose';
import { Refusal, type request } from '../contract/index.js';
import type { ListingStore } from '../listings/index.js';
import type { Actor } from '../platform/actor.js';
import type { Clock } from '../platform/clock.js';
import { newId } from '../platform/ids.js';
import { inTransaction } from '../platform/transaction.js';
import { agree } from './agree.js';
import type { AnnounceConversations } from './announce.js';
import { answerOnce, type AnswerDeps } from './answer-once.js';
import type { Offer } from '../domain/offer.js';
import { mustBeSideOfOffer } from './trade.policy.js';
import type { DealStore } from './deal.store.js';
import type { OfferAnswer } from './record-offer.js';

interface Deps extends AnswerDeps {
  mongo: Connection;
  listings: ListingStore;
  deals: DealStore;
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
  (actor: Actor, id: string, input: request.AcceptOffer): Promise<OfferAnswer> =>
    answerOnce(deps, actor, id, { act: 'accepted', input }, async ({ listingId }) => {
      const done = await inTransaction(
        deps.mongo,
        (session) => accept(deps, actor, id, input, session),
        { inTurnFor: listingId },
      );
      const answer = await deps.record(done.accepted, done.accepted.version, actor);
      await Promise.all(done.closed.map((rival) => deps.record(rival, rival.version)));
      await deps.announce([done.accepted, ...done.closed]);
      return answer;
    });

async function accept(
  deps: Deps,
  actor: Actor,
  id: string,
  input: request.AcceptOffer,
  session: ClientSession,
): Promise<{ accepted: Offer; closed: Offer[] }> {
  const now = deps.clock();
  const standing = await deps.offers.getIn(id, session);
  mustBeSideOfOffer(standing, actor.userId);
  const dealId = newId();
  const accepted = standing.acceptBy(actor.userId, input, dealId, now);
  if (!(await deps.offers.advance(accepted, { when: 'inTime', session })))
    throw new Refusal('OFFER_EXPIRED', undefined, { current: standing.view() });
  const { listingId, conversationId, buyerId, sellerId, amount } = accepted;
  const terms = { id: dealId, offerId: id, listingId, conversationId, buyerId, sellerId, amount };
  return { accepted, closed: await agree(deps, terms, now, session) };
}
