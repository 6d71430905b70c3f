import type { ClientSession } from 'mongoose';
import { Refusal, invalid, type request, type view } from '../contract/index.js';
import type { Conversation } from '../domain/conversation.js';
import { mustOwn } from '../domain/listing-access.js';
import { agree } from './agree.js';
import type { Offer } from '../domain/offer.js';
import type { Actor } from '../platform/actor.js';
import { newId } from '../platform/ids.js';
import { conversationIdOf } from '../domain/ids.js';
import { inTransaction } from '../platform/transaction.js';
import { settle, tellDeal } from './act-on-deal.js';
import { tellClosed } from './act-on-offer.js';
import type { Deal } from '../domain/deal.js';
import type { TradeContext } from './trade-context.js';
import { undoSale } from './undo-sale.js';

interface Choice {
  state: 'reserved' | 'sold';
  conversation: Conversation;
  /** The buyer said something in it, so that one side alone cannot make a deal. */
  spoken: boolean;
  /** The version of the listing that the seller saw. */
  ifVersion: number | undefined;
}

/**
 * The owner publishes a draft, puts a listing on sale again, hides it, or marks it as sold. Or the owner reserves it, at its price, for a
 * buyer from one of its conversations, which opens a deal (`sold` completes it at once). A repeat changes nothing.
 * Throws NOT_FOUND, FORBIDDEN, VALIDATION_FAILED (no buyer is named, or one who did not ask or said nothing),
 * CONVERSATION_CLOSED, LISTING_UNAVAILABLE (somebody else has it; or this buyer waits for the answer to an offer of
 * another amount), VERSION_CONFLICT.
 */
export const createChangeListingState =
  (trade: TradeContext) =>
  async (
    actor: Actor,
    listingId: string,
    { state, buyerId }: request.ChangeListingState,
    ifVersion?: number,
  ): Promise<view.Listing> => {
    const withCurrent = async (error: unknown): Promise<never> => {
      if (!(error instanceof Refusal) || error.code !== 'VERSION_CONFLICT') throw error;
      const current = await trade.listingCommands.get(actor, listingId);
      throw new Refusal(error.code, undefined, { current });
    };
    const withBuyer = state === 'reserved' || state === 'sold';
    if (buyerId === undefined) {
      if (state === 'reserved') throw wrongBuyer('says for whom it is kept');
      const seen = state === 'onSale' ? await trade.listings.get(listingId) : null;
      if (!seen?.soldBy) return trade.listingCommands.put(actor, listingId, state, ifVersion);
      await undoSale(trade, actor, listingId, ifVersion).catch(withCurrent);
      return trade.listingCommands.get(actor, listingId);
    }
    if (!withBuyer) throw wrongBuyer('goes with reserved and sold only');
    const listing = await trade.listings.get(listingId);
    mustOwn(listing, actor.userId, await trade.blocks.around(actor.userId));
    const conversation = await trade.conversations.get(conversationIdOf(listingId, buyerId));
    if (!conversation) throw wrongBuyer(saidNothing);
    const spoken = await trade.messages.hasSpoken(conversation.id, buyerId);
    const choice = { state, conversation, spoken, ifVersion };
    const { deal, closed } = await inTransaction(
      trade.mongo,
      (session) => choose(trade, actor, choice, session),
      { inTurnFor: listingId },
    ).catch(withCurrent);
    await tellDeal(trade, deal, actor);
    tellClosed(trade, closed);
    return trade.listingCommands.get(actor, listingId);
  };

async function choose(
  trade: TradeContext,
  actor: Actor,
  { state, conversation, spoken, ifVersion }: Choice,
  session: ClientSession,
): Promise<{ deal: Deal; closed: Offer[] }> {
  const { id: conversationId, listingId, buyerId, sellerId } = conversation;
  const now = trade.clock();
  const listing = await trade.listings.get(listingId, session);
  if (!listing) throw new Refusal('LISTING_UNAVAILABLE');
  if (ifVersion !== undefined && ifVersion !== listing.version)
    throw new Refusal('VERSION_CONFLICT');
  const known = await trade.deals.newestOn(listingId, session);
  const theirs = known?.buyerId === buyerId ? known : null;
  if (theirs?.state === (state === 'sold' ? 'completed' : 'open'))
    return { deal: theirs, closed: [] };
  if (theirs?.open) return { deal: await complete(trade, actor, theirs, now, session), closed: [] };
  if (!spoken) throw wrongBuyer(saidNothing);
  conversation.mustBeOpen();
  const waiting = (await trade.offers.openOn(listingId, session)).some(
    (offer) => offer.buyerId === buyerId && !offer.isExpiredAt(now),
  );
  // No buyer is held to an amount other than the one they named.
  if (waiting)
    throw new Refusal('LISTING_UNAVAILABLE', 'This buyer has an open offer: answer it first');
  const terms = { listingId, conversationId, buyerId, sellerId, amount: listing.price };
  const agreed = await agree(trade, { ...terms, id: newId(), offerId: null }, now, session);
  if (state === 'reserved') return agreed;
  return { ...agreed, deal: await complete(trade, actor, agreed.deal, now, session) };
}

async function complete(
  trade: TradeContext,
  actor: Actor,
  deal: Deal,
  now: Date,
  session: ClientSession,
): Promise<Deal> {
  const completed = deal.completeBy(actor.userId, {}, now);
  if (!(await trade.deals.advance(completed, { session }))) throw new Refusal('VERSION_CONFLICT');
  await settle(trade, completed, session);
  return completed;
}

/** The same text whether a conversation exists or not: the seller does not know of empty ones. */
const saidNothing = 'has said nothing about this listing that still stands';

const wrongBuyer = (message: string) => invalid('buyerId', message);
