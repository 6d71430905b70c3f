import type { ClientSession } from 'mongoose';
import { Refusal, invalid, type request, type view } from '../contract/index.js';
import type { MessageStore } from '../conversations/index.js';
import type { Conversation } from '../domain/conversation.js';
import type { ListingCommands } from '../listings/index.js';
import { mustOwn } from '../domain/listing-access.js';
import { agree } from './agree.js';
import type { Offer } from '../domain/offer.js';
import type { Actor } from '../platform/actor.js';
import { newId } from '../platform/ids.js';
import { conversationIdOf } from '../domain/ids.js';
import { inTransaction } from '../platform/transaction.js';
import type { Blocks } from '../users/index.js';
import { settle, tellDeal, type Dealing } from './act-on-deal.js';
import { tellClosed } from './act-on-offer.js';
import type { AfterAnswer } from './after-answer.js';
import type { Deal } from '../domain/deal.js';

interface Deps extends Dealing {
  messages: MessageStore;
  blocks: Blocks;
  commands: Pick<ListingCommands, 'put' | 'get'>;
  afterAnswer: AfterAnswer;
}

interface Choice {
  state: 'reserved' | 'sold';
  conversation: Conversation;
  /** The buyer said something in it, so that one side alone cannot make a deal. */
  spoken: boolean;
  /** The version of the listing that the seller saw. */
  ifVersion: number | undefined;
}

/**
 * The owner puts a listing on sale again, hides it, or marks it as sold. Or the owner reserves it, at its price, for a
 * buyer from one of its conversations, which opens a deal (`sold` completes it at once). A repeat changes nothing.
 * Throws NOT_FOUND, FORBIDDEN, VALIDATION_FAILED (no buyer is named, or one who did not ask or said nothing),
 * CONVERSATION_CLOSED, LISTING_UNAVAILABLE (somebody else has it; or this buyer waits for the answer to an offer of
 * another amount), VERSION_CONFLICT.
 */
export const createChangeListingState =
  (deps: Deps) =>
  async (
    actor: Actor,
    listingId: string,
    { state, buyerId }: request.ChangeListingState,
    ifVersion?: number,
  ): Promise<view.Listing> => {
    const withBuyer = state === 'reserved' || state === 'sold';
    if (buyerId === undefined) {
      if (state === 'reserved') throw wrongBuyer('says for whom it is kept');
      return deps.commands.put(actor, listingId, state, ifVersion);
    }
    if (!withBuyer) throw wrongBuyer('goes with reserved and sold only');
    const listing = await deps.listings.get(listingId);
    mustOwn(listing, actor.userId, await deps.blocks.around(actor.userId));
    const conversation = await deps.conversations.get(conversationIdOf(listingId, buyerId));
    if (!conversation) throw wrongBuyer(saidNothing);
    const spoken = await deps.messages.hasSpoken(conversation.id, buyerId);
    const choice = { state, conversation, spoken, ifVersion };
    const { deal, closed } = await inTransaction(
      deps.mongo,
      (session) => choose(deps, actor, choice, session),
      { inTurnFor: listingId },
    ).catch(async (error: unknown) => {
      if (!(error instanceof Refusal) || error.code !== 'VERSION_CONFLICT') throw error;
      const current = await deps.commands.get(actor, listingId);
      throw new Refusal(error.code, undefined, { current });
    });
    await tellDeal(deps, deal, actor);
    tellClosed({ ...deps, record: deps.recordOffer }, closed);
    return deps.commands.get(actor, listingId);
  };

async function choose(
  deps: Deps,
  actor: Actor,
  { state, conversation, spoken, ifVersion }: Choice,
  session: ClientSession,
): Promise<{ deal: Deal; closed: Offer[] }> {
  const { id: conversationId, listingId, buyerId, sellerId } = conversation;
  const now = deps.clock();
  const listing = await deps.listings.get(listingId, session);
  if (!listing) throw new Refusal('LISTING_UNAVAILABLE');
  if (ifVersion !== undefined && ifVersion !== listing.version)
    throw new Refusal('VERSION_CONFLICT');
  const known = await deps.deals.newestOn(listingId, session);
  const theirs = known?.buyerId === buyerId ? known : null;
  if (theirs?.state === (state === 'sold' ? 'completed' : 'open'))
    return { deal: theirs, closed: [] };
  if (theirs?.open) return { deal: await complete(deps, actor, theirs, now, session), closed: [] };
  if (!spoken) throw wrongBuyer(saidNothing);
  if (conversation.closed) throw new Refusal('CONVERSATION_CLOSED');
  const waiting = (await deps.offers.openOn(listingId, session)).some(
    (offer) => offer.buyerId === buyerId && !offer.isExpiredAt(now),
  );
  // No buyer is held to an amount other than the one they named.
  if (waiting)
    throw new Refusal('LISTING_UNAVAILABLE', 'This buyer has an open offer: answer it first');
  const terms = { listingId, conversationId, buyerId, sellerId, amount: listing.price };
  const agreed = await agree(deps, { ...terms, id: newId(), offerId: null }, now, session);
  if (state === 'reserved') return agreed;
  return { ...agreed, deal: await complete(deps, actor, agreed.deal, now, session) };
}

async function complete(
  deps: Deps,
  actor: Actor,
  deal: Deal,
  now: Date,
  session: ClientSession,
): Promise<Deal> {
  const completed = deal.completeBy(actor.userId, {}, now);
  if (!(await deps.deals.advance(completed, { session }))) throw new Refusal('VERSION_CONFLICT');
  await settle(deps, completed, session);
  return completed;
}

/** The same text whether a conversation exists or not: the seller does not know of empty ones. */
const saidNothing = 'has said nothing about this listing that still stands';

const wrongBuyer = (message: string) => invalid('buyerId', message);
