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
import { firstAnswer } from './first-answer.js';
import { Offer } from './offer.js';
import { mustBeBuyer } from './offer.policy.js';
import type { OfferStore } from './offer.store.js';
import type { OfferAnswer, RecordOffer } from './record-offer.js';

interface Deps {
  mongo: Connection;
  offers: OfferStore;
  conversations: ConversationStore;
  messages: MessageStore;
  listings: ListingStore;
  record: RecordOffer;
  quota: Quota;
  clock: Clock;
}

/**
 * The buyer offers a price. Throws NOT_FOUND, FORBIDDEN (the seller), CONVERSATION_CLOSED, LISTING_UNAVAILABLE,
 * OFFER_NOT_ALLOWED (with the open offer, if there is one), IDEMPOTENCY_CONFLICT, RATE_LIMITED.
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
      return { ...(await deps.record(made.offer, 1, actor)), duplicate: false };
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
): Promise<{ offer: Offer; expired: Offer | undefined }> {
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
  const offer = Offer.make(
    {
      id: newId(),
      conversationId: conversation.id,
      listingId,
      buyerId,
      sellerId,
      amount: input.amount,
      note: input.note,
      clientMessageId: input.clientMessageId,
    },
    { price: listing.price, takesOffers: listing.takesOffers, tries: earlier.length },
    now,
  );
  if (expired) await deps.offers.advance(expired, { unexpired: false, session });
  if (!(await deps.listings.holdForOffer(listingId, session)))
    throw new Refusal('LISTING_UNAVAILABLE');
  await deps.offers.add(offer, session);
  return { offer, expired };
}
