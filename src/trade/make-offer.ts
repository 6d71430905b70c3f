import type { ClientSession } from 'mongoose';
import { Refusal, tradeLimits, type request } from '../contract/index.js';
import { mustSee } from '../conversations/index.js';
import type { Conversation } from '../domain/conversation.js';
import type { Listing } from '../domain/listing.js';
import type { Caution } from '../domain/lures.js';
import { groundOf } from '../domain/may-offer.js';
import { cautionNotice } from '../domain/notices.js';
import { Offer } from '../domain/offer.js';
import { isSameOffer } from '../domain/offer-verbs.js';
import type { Actor } from '../platform/actor.js';
import { newId } from '../platform/ids.js';
import { isDuplicateKey } from '../platform/mongo.js';
import { inTransaction } from '../platform/transaction.js';
import { firstAnswer, tellAgreed } from './act-on-offer.js';
import { agree } from './agree.js';
import { closeBetween, closeIn } from './close-offers.js';
import { recordOffer, type OfferAnswer } from './record-acts.js';
import type { TradeContext } from './trade-context.js';
import { mustBeBuyer } from '../domain/trade-access.js';

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
  (trade: TradeContext): MakeOffer =>
  async (actor, sent, kind = 'price') => {
    await trade.quota(actor.userId);
    const { input, cautions } = await screened(trade, sent);
    const conversation = await mustSee(trade, input.conversationId, actor.userId);
    mustBeBuyer(conversation, actor.userId);
    const before = await repeat(trade, actor, sent, input);
    if (before) return { ...before, duplicate: true };
    conversation.mustBeOpen();
    await mustBeNoMessage(trade, actor, input);
    try {
      const since = new Date(trade.clock().getTime() - withdrawalsSinceMs);
      const withdrawals = await trade.offers.withdrawalsOf(actor.userId, since);
      const made = await inTransaction(
        trade.mongo,
        (session) => make(trade, conversation, { ...input, kind, withdrawals }, session),
        { inTurnFor: conversation.listingId },
      );
      const pair = [conversation.buyerId, conversation.sellerId] as const;
      // A block or a leaving that was committed after the look above found no offer to close.
      const [apart, now] = await Promise.all([
        trade.blocks.between([pair]),
        trade.conversations.fresh(conversation.id),
      ]);
      if (apart(...pair)) await closeBetween(trade, pair);
      if (now?.closed) await closeIn(trade, conversation);
      if (made.expired) await recordOffer(trade, made.expired, made.expired.version);
      const answer = await recordOffer(trade, made.offer, 1, actor);
      for (const caution of cautions) await warnSeller(trade, conversation, caution);
      if (!made.offer.open) tellAgreed(trade, made.offer, made.closed);
      return { ...answer, duplicate: false };
    } catch (error) {
      const beside = await repeat(trade, actor, sent, input);
      if (beside) return { ...beside, duplicate: true };
      if (isDuplicateKey(error)) throw new Refusal('OFFER_NOT_ALLOWED', 'An offer is open already');
      throw error;
    }
  };

/** One id is one intent, of whatever kind, so no message may have it. Throws IDEMPOTENCY_CONFLICT. */
async function mustBeNoMessage(
  trade: TradeContext,
  actor: Actor,
  input: request.MakeOffer,
): Promise<void> {
  const { conversationId, clientMessageId } = input;
  if (await trade.messages.byClientId(conversationId, actor.userId, clientMessageId))
    throw new Refusal('IDEMPOTENCY_CONFLICT');
}

/** The note may have been stored as it was sent, or with numbers masked that are known now. */
const repeat = (
  trade: TradeContext,
  actor: Actor,
  sent: request.MakeOffer,
  input: request.MakeOffer,
) =>
  firstAnswer(
    trade,
    actor,
    sent,
    (offer, step) => isSameOffer(offer, step, sent) || isSameOffer(offer, step, input),
  );

/** The offer as it is stored: with numbers of known fraud masked in its note; and what the seller is warned of. */
async function screened(
  { screening }: TradeContext,
  sent: request.MakeOffer,
): Promise<{ input: request.MakeOffer; cautions: Caution[] }> {
  const [found] = sent.note === undefined ? [] : await screening.run(sent.note);
  return found
    ? { input: { ...sent, note: found.text }, cautions: found.cautions }
    : { input: sent, cautions: [] };
}

/** The offer stands by now, so what fails here is not answered. */
async function warnSeller(
  { post, clock, log }: TradeContext,
  conversation: Conversation,
  caution: Caution,
): Promise<void> {
  const from = { conversationId: conversation.id, createdAt: clock() };
  await post(conversation, cautionNotice(from, conversation.sellerId, caution)).catch(
    ({ message: reason }: Error) => log.warn({ reason }, 'the seller was not warned of a note'),
  );
}

interface Made {
  offer: Offer;
  /** The buyer's previous offer, whose time was over. */
  expired: Offer | undefined;
  /** Offers of others that were closed because this one was accepted at once. */
  closed: Offer[];
}

async function make(
  trade: TradeContext,
  conversation: Conversation,
  input: request.MakeOffer & { kind: 'price' | 'request'; withdrawals: Date[] },
  session: ClientSession,
): Promise<Made> {
  const now = trade.clock();
  const { listingId, buyerId, sellerId } = conversation;
  const listing = await trade.listings.holdForOffer(listingId, session);
  const earlier = await trade.offers.ofBuyer(listingId, buyerId, session);
  const { ended, expired } = Offer.before(earlier, now);
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
  const tries = { ended, withdrawals };
  let offer: Offer;
  if (kind === 'request') {
    await mayAsk(trade, listing, buyerId, session);
    offer = Offer.ask(draft, tries, now);
  } else {
    const declineAfterMs = declinedFrom + Math.random() * (declinedUntil - declinedFrom);
    offer = Offer.make(draft, { ...groundOf(listing), declineAfterMs, ...tries }, now);
  }
  if (expired) await trade.offers.advance(expired, { when: 'ever', session });
  const closed: Offer[] = [];
  const { autoAccept } = listing.snapshot();
  if (autoAccept !== null && amount >= autoAccept) {
    offer = offer.acceptByRule({ clientMessageId: newId() }, newId(), now);
    closed.push(...(await agree(trade, offer.terms, now, session)).closed);
  }
  await trade.offers.add(offer, session);
  return { offer, expired, closed };
}

/** Bounds how many give-aways a person may ask for at a time, so that others get some too. Throws OFFER_NOT_ALLOWED. */
async function mayAsk(
  trade: TradeContext,
  listing: Listing,
  buyerId: string,
  session: ClientSession,
): Promise<void> {
  if (listing.price > 0) throw new Refusal('OFFER_NOT_ALLOWED', 'This listing is not given away');
  if ((await trade.offers.openRequestsOf(buyerId, session)) >= tradeLimits.requestsOpen)
    throw new Refusal(
      'OFFER_NOT_ALLOWED',
      `At most ${tradeLimits.requestsOpen} requests at a time`,
    );
}
