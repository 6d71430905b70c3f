import type { ClientSession, Connection } from 'mongoose';
import { Refusal, tradeLimits, type request } from '../contract/index.js';
import {
  mustSee,
  type ConversationStore,
  type MessageStore,
  type Spoken,
} from '../conversations/index.js';
import type { Conversation } from '../domain/conversation.js';
import type { ListingStore } from '../listings/index.js';
import type { Listing } from '../domain/listing.js';
import type { Actor } from '../platform/actor.js';
import type { Clock } from '../platform/clock.js';
import { newId } from '../platform/ids.js';
import { isDuplicateKey } from '../platform/mongo.js';
import { inTransaction } from '../platform/transaction.js';
import type { Quota } from '../platform/quota.js';
import type { Blocks } from '../users/index.js';
import { agree } from './agree.js';
import { firstAnswer, tellAgreed } from './act-on-offer.js';
import type { AfterAnswer } from './after-answer.js';
import { Offer } from '../domain/offer.js';
import { mustBeBuyer } from './trade.policy.js';
import type { OfferStore } from './offer.store.js';
import type { DealStore } from './deal.store.js';
import type { OfferAnswer, RecordOffer } from './record-acts.js';

interface Deps {
  mongo: Connection;
  offers: OfferStore;
  conversations: ConversationStore;
  messages: MessageStore;
  spoken: Spoken;
  listings: ListingStore;
  deals: DealStore;
  record: RecordOffer;
  announce: (conversation: Conversation) => Promise<void>;
  afterAnswer: AfterAnswer;
  blocks: Blocks;
  closeBetween: (pair: readonly [string, string]) => Promise<void>;
  closeIn: (conversation: Conversation) => Promise<void>;
  quota: Quota;
  clock: Clock;
}

/**
 * An amount below the hidden minimum is declined after a time between these two, in milliseconds, as if by a person.
 */
const [declinedFrom, declinedUntil] = [20_000, 90_000];

/** Only withdrawals within this time can still lead to a pause. */
const withdrawalsSinceMs = 48 * 3_600_000;

export type MakeOffer = (
  actor: Actor,
  input: request.MakeOffer,
  /** request: for a give-away; the amount is 0 then. */
  kind?: 'price' | 'request',
) => Promise<OfferAnswer & { duplicate: boolean }>;

/**
 * The buyer offers a price, or asks for a give-away. Throws NOT_FOUND, FORBIDDEN (the seller), CONVERSATION_CLOSED,
 * LISTING_UNAVAILABLE, OFFER_NOT_ALLOWED (with the open offer, if there is one), IDEMPOTENCY_CONFLICT, RATE_LIMITED.
 */
export const createMakeOffer =
  (deps: Deps): MakeOffer =>
  async (actor, input, kind = 'price') => {
    await deps.quota(actor.userId);
    const found = await deps.conversations.get(input.conversationId);
    const conversation = await mustSee(deps.spoken, found, actor.userId);
    mustBeBuyer(conversation, actor.userId);
    const before = await repeat(deps, actor, input);
    if (before) return { ...before, duplicate: true };
    if (conversation.closed) throw new Refusal('CONVERSATION_CLOSED');
    await mustBeNoMessage(deps, actor, input);
    try {
      const since = new Date(deps.clock().getTime() - withdrawalsSinceMs);
      const withdrawals = await deps.offers.withdrawalsOf(actor.userId, since);
      const made = await inTransaction(
        deps.mongo,
        (session) => make(deps, conversation, { ...input, kind, withdrawals }, session),
        { inTurnFor: conversation.listingId },
      );
      const pair = [conversation.buyerId, conversation.sellerId] as const;
      // A block or a leaving that was committed after the look above found no offer to close.
      const [apart, now] = await Promise.all([
        deps.blocks.areApart(pair),
        deps.conversations.fresh(conversation.id),
      ]);
      if (apart) await deps.closeBetween(pair);
      if (now?.closed) await deps.closeIn(conversation);
      if (made.expired) await deps.record(made.expired, made.expired.version);
      const answer = await deps.record(made.offer, 1, actor);
      if (!made.offer.open) tellAgreed(deps, made.offer, made.closed);
      return { ...answer, duplicate: false };
    } catch (error) {
      const beside = await repeat(deps, actor, input);
      if (beside) return { ...beside, duplicate: true };
      if (isDuplicateKey(error)) throw new Refusal('OFFER_NOT_ALLOWED', 'An offer is open already');
      throw error;
    }
  };

/** One id is one intent, of whatever kind, so no message may have it. Throws IDEMPOTENCY_CONFLICT. */
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

interface Made {
  offer: Offer;
  /** The buyer's previous offer, whose time was over. */
  expired: Offer | undefined;
  /** Offers of others that were closed because this one was accepted at once. */
  closed: Offer[];
}

async function make(
  deps: Deps,
  conversation: Conversation,
  input: request.MakeOffer & { kind: 'price' | 'request'; withdrawals: Date[] },
  session: ClientSession,
): Promise<Made> {
  const now = deps.clock();
  const { listingId, buyerId, sellerId } = conversation;
  const listing = await deps.listings.holdForOffer(listingId, session);
  const { earlier, expired } = await before(deps, conversation, now, session);
  const { amount, note, clientMessageId, kind, withdrawals } = input;
  const draft = {
    id: newId(),
    conversationId: conversation.id,
    listingId,
    buyerId,
    sellerId,
    amount,
    note,
    clientMessageId,
  };
  const tries = { ended: earlier.filter(({ counts }) => counts).length, withdrawals };
  let offer: Offer;
  if (kind === 'request') {
    await mayAsk(deps, listing, buyerId, session);
    offer = Offer.ask(draft, tries, now);
  } else offer = Offer.make(draft, { ...groundOf(listing), ...tries }, now);
  if (expired) await deps.offers.advance(expired, { when: 'ever', session });
  const closed: Offer[] = [];
  const { autoAccept } = listing.snapshot();
  if (autoAccept !== null && amount >= autoAccept) {
    offer = offer.acceptByRule({ clientMessageId: newId() }, newId(), now);
    closed.push(...(await agree(deps, offer.terms, now, session)).closed);
  }
  await deps.offers.add(offer, session);
  return { offer, expired, closed };
}

const groundOf = (listing: Listing) => {
  const { price, offerHours: hours, minimum } = listing.snapshot();
  const { takesOffers } = listing;
  const declineAfterMs = declinedFrom + Math.random() * (declinedUntil - declinedFrom);
  return { price, takesOffers, hours, minimum, declineAfterMs };
};

/** The buyer's previous offer on the listing; it is ended now when its time is over. Throws OFFER_NOT_ALLOWED. */
async function before(
  deps: Deps,
  { listingId, buyerId }: Conversation,
  now: Date,
  session: ClientSession,
): Promise<{ earlier: Offer[]; expired: Offer | undefined }> {
  const earlier = (await deps.offers.ofBuyer(listingId, buyerId, session)).map((one) => ({
    one,
    ended: one.expire(now),
  }));
  const standing = earlier.find(({ ended }) => ended.open)?.one;
  if (standing)
    throw new Refusal('OFFER_NOT_ALLOWED', 'An offer is open already', {
      current: standing.view(),
    });
  return {
    earlier: earlier.map(({ ended }) => ended),
    expired: earlier.find(({ one, ended }) => one !== ended)?.ended,
  };
}

/** Bounds how many give-aways a person may ask for at a time, so that others get some too. Throws OFFER_NOT_ALLOWED. */
async function mayAsk(
  deps: Deps,
  listing: Listing,
  buyerId: string,
  session: ClientSession,
): Promise<void> {
  if (listing.price > 0) throw new Refusal('OFFER_NOT_ALLOWED', 'This is not given away');
  if ((await deps.offers.openRequestsOf(buyerId, session)) >= tradeLimits.requestsOpen)
    throw new Refusal(
      'OFFER_NOT_ALLOWED',
      `At most ${tradeLimits.requestsOpen} requests at a time`,
    );
}
