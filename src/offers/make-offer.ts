import type { ClientSession, Connection } from 'mongoose';
import { Refusal, type request } from '../contract/index.js';
import {
  mustTakePart,
  type Conversation,
  type ConversationStore,
  type MessageStore,
} from '../conversations/index.js';
import { mustStillBeThere, type ListingStore } from '../listings/index.js';
import type { Actor } from '../platform/actor.js';
import type { Clock } from '../platform/clock.js';
import { newId } from '../platform/ids.js';
import { inTransaction, isDuplicateKey } from '../platform/mongo.js';
import type { Quota } from '../platform/quota.js';
import { agree } from './agree.js';
import type { AnnounceConversations } from './announce.js';
import { firstAnswer } from './first-answer.js';
import { Offer } from './offer.js';
import { mustBeBuyer } from './offer.policy.js';
import type { OfferStore } from './offer.store.js';
import type { OpenDeal } from './open-deal.js';
import type { OfferAnswer, RecordOffer } from './record-offer.js';

interface Deps {
  mongo: Connection;
  offers: OfferStore;
  conversations: ConversationStore;
  messages: MessageStore;
  listings: ListingStore;
  openDeal: OpenDeal;
  record: RecordOffer;
  announce: AnnounceConversations;
  quota: Quota;
  clock: Clock;
}

/** An amount below the hidden minimum stands between these two times, in milliseconds, as if somebody thought it over. */
const [declinedFrom, declinedUntil] = [20_000, 90_000];

/** Takings back that can still mean a pause lie within this time. */
const withdrawalsSinceMs = 48 * 3_600_000;

/**
 * The buyer offers a price, or asks for a give-away. Throws NOT_FOUND, FORBIDDEN (the seller), CONVERSATION_CLOSED,
 * LISTING_UNAVAILABLE, OFFER_NOT_ALLOWED (with the open offer, if there is one), IDEMPOTENCY_CONFLICT, RATE_LIMITED.
 */
export const createMakeOffer =
  (deps: Deps) =>
  async (actor: Actor, input: request.MakeOffer): Promise<OfferAnswer & { duplicate: boolean }> => {
    await deps.quota(actor.userId);
    const conversation = await deps.conversations.get(input.conversationId);
    mustTakePart(conversation, actor.userId);
    mustBeBuyer(conversation, actor.userId);
    const before = await repeat(deps, actor, input);
    if (before) return { ...before, duplicate: true };
    if (conversation.closed) throw new Refusal('CONVERSATION_CLOSED');
    await mustBeNoMessage(deps, actor, input);
    try {
      const made = await inTransaction(deps.mongo, (session) =>
        make(deps, conversation, input, session),
      );
      if (made.expired) await deps.record(made.expired, made.expired.version);
      const answer = await deps.record(made.offer, 1, actor);
      await Promise.all(made.closed.map((rival) => deps.record(rival, rival.version)));
      if (!made.offer.open) await deps.announce([made.offer, ...made.closed]);
      return { ...answer, duplicate: false };
    } catch (error) {
      const beside = await repeat(deps, actor, input);
      if (beside) return { ...beside, duplicate: true };
      if (isDuplicateKey(error)) throw new Refusal('OFFER_NOT_ALLOWED', 'An offer is open already');
      throw error;
    }
  };

/** One id is one intent, of whatever kind. Throws IDEMPOTENCY_CONFLICT. */
async function mustBeNoMessage(deps: Deps, actor: Actor, input: request.MakeOffer): Promise<void> {
  const { conversationId, clientMessageId } = input;
  if (await deps.messages.byClientId(conversationId, actor.userId, clientMessageId))
    throw new Refusal('IDEMPOTENCY_CONFLICT');
}

const repeat = (deps: Deps, actor: Actor, input: request.MakeOffer) =>
  firstAnswer(
    deps,
    actor,
    input,
    (offer, step) =>
      step.act === 'made' && step.amount === input.amount && offer.snapshot().note === input.note,
  );

async function make(
  deps: Deps,
  conversation: Conversation,
  input: request.MakeOffer,
  session: ClientSession,
): Promise<{ offer: Offer; expired: Offer | undefined; closed: Offer[] }> {
  const now = deps.clock();
  const { listingId, buyerId, sellerId } = conversation;
  const listing = await deps.listings.get(listingId, session);
  mustStillBeThere(listing, buyerId);
  if (!listing.isOnSale) throw new Refusal('LISTING_UNAVAILABLE');
  const earlier = await deps.offers.ofBuyer(listingId, buyerId, session);
  const standing = earlier.find((offer) => offer.open);
  const expired = standing?.isExpiredAt(now) ? standing.expire(now) : undefined;
  if (standing && !expired)
    throw new Refusal('OFFER_NOT_ALLOWED', 'An offer is open already', {
      current: standing.view(),
    });
  const { offerHours, minimum, autoAccept } = listing.snapshot();
  const since = new Date(now.getTime() - withdrawalsSinceMs);
  const { amount, note, clientMessageId } = input;
  const offer = Offer.make(
    {
      ...{ id: newId(), conversationId: conversation.id, listingId, buyerId, sellerId },
      ...{ amount, note, clientMessageId },
    },
    {
      price: listing.price,
      takesOffers: listing.takesOffers,
      hours: offerHours,
      minimum,
      declineAfterMs: declinedFrom + Math.random() * (declinedUntil - declinedFrom),
      ended: [
        ...earlier.filter(({ id }) => id !== expired?.id),
        ...(expired ? [expired] : []),
      ].filter(({ counts }) => counts).length,
      withdrawals: await deps.offers.withdrawalsOf(buyerId, since, session),
    },
    now,
  );
  if (expired) await deps.offers.advance(expired, { when: 'ever', session });
  if (autoAccept !== null && amount >= autoAccept) {
    const dealId = newId();
    const accepted = offer.acceptByRule({ clientMessageId: newId() }, dealId, now);
    const terms = {
      ...{ id: dealId, offerId: offer.id, listingId, conversationId: conversation.id },
      ...{ buyerId, sellerId, amount },
    };
    const closed = await agree(deps, terms, now, session);
    await deps.offers.add(accepted, session);
    return { offer: accepted, expired, closed };
  }
  if (!(await deps.listings.holdForOffer(listingId, session)))
    throw new Refusal('LISTING_UNAVAILABLE');
  await deps.offers.add(offer, session);
  return { offer, expired, closed: [] };
}
