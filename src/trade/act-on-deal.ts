import type { ClientSession } from 'mongoose';
import { Refusal, type view } from '../contract/index.js';
import { ending } from '../domain/agreement.js';
import type { Deal, Seen } from '../domain/deal.js';
import { dealVerbs, stepBefore, type DealVerb } from '../domain/deal-verbs.js';
import type { Offer } from '../domain/offer.js';
import type { Actor } from '../platform/actor.js';
import { inTransaction } from '../platform/transaction.js';
import { presentDeal, presentDealAsLeft } from './deal.presenter.js';
import { recordDeal, recordOffer } from './record-acts.js';
import type { TradeContext } from './trade-context.js';
import { mustBeSideOfDeal } from '../domain/trade-access.js';

/**
 * Lets one of the two act on a deal: one transaction changes the deal and, where it ends, its listing and offer; then
 * the log is written. A repeat finds its first step in the same transaction and answers with the deal as that step left
 * it. Throws NOT_FOUND, FORBIDDEN, VERSION_CONFLICT (with the deal as it is), CONVERSATION_CLOSED, LISTING_UNAVAILABLE,
 * IDEMPOTENCY_CONFLICT.
 */
const createAct =
  <Input extends Seen>(trade: TradeContext, verb: DealVerb<Input>) =>
  async (actor: Actor, id: string, input: Input): Promise<view.Deal> => {
    try {
      const { deal, version, offer } = await inTransaction(
        trade.mongo,
        (session) => act(trade, verb, actor, id, input, session),
        { inTurnFor: id },
      );
      await tellDeal(trade, deal, actor, offer);
      return await presentDealAsLeft(trade, deal.at(version), actor.userId);
    } catch (error) {
      throw await asFound(trade, error, actor, id);
    }
  };

async function act<Input extends Seen>(
  trade: TradeContext,
  verb: DealVerb<Input>,
  actor: Actor,
  id: string,
  input: Input,
  session: ClientSession,
): Promise<{ deal: Deal; version: number; offer?: Offer | null }> {
  const standing = await trade.deals.get(id, session);
  mustBeSideOfDeal(standing, actor.userId);
  const before = stepBefore(verb, standing, actor.userId, input);
  if (before) {
    // Aborted, since there is nothing to write: a commit would wait for the journal, and those behind it with it.
    await session.abortTransaction();
    return { deal: standing, version: before.version };
  }
  if (verb.arranges) (await trade.conversations.get(standing.conversationId))?.mustBeOpen();
  const deal = verb.by(standing, actor.userId, input, trade.clock());
  if (!(await trade.deals.advance(deal, { session }))) throw new Refusal('VERSION_CONFLICT');
  const offer = deal.open ? null : await settle(trade, deal, session);
  return { deal, version: deal.version, offer };
}

/**
 * Changes listing and offer when their deal has ended, inside the transaction of the end. Returns the changed offer;
 * null where there is none. Throws LISTING_UNAVAILABLE.
 */
export async function settle(
  { listings, offers }: TradeContext,
  deal: Deal,
  session: ClientSession,
): Promise<Offer | null> {
  const listing = await listings.get(deal.listingId, session);
  const offer = deal.offerId === null ? null : await offers.get(deal.offerId, session);
  const after = ending(deal, listing, offer);
  if (!(await listings.save(after.listing, listing!.version, session)))
    throw new Refusal('LISTING_UNAVAILABLE');
  if (after.offer) await offers.advance(after.offer, { when: 'ever', session });
  return after.offer;
}

/** Brings the log up to the deal. Where the deal began or ended, shows both people the state of the listing. */
export async function tellDeal(
  trade: TradeContext,
  deal: Deal,
  actor?: Actor,
  /** The offer as the end of the deal left it; read when it is left out. */
  settled?: Offer | null,
): Promise<void> {
  const told = deal.snapshot().loggedVersion >= deal.version;
  await recordDeal(trade, deal, actor);
  if (told || (deal.open && deal.version > 1)) return;
  const offer = settled ?? (deal.offerId === null ? null : await trade.offers.get(deal.offerId));
  if (offer) await recordOffer(trade, offer, offer.version);
  const conversation = await trade.conversations.get(deal.conversationId);
  if (conversation) await trade.announce(conversation);
}

/** The refusal with the deal as it is now. */
async function asFound(
  trade: TradeContext,
  error: unknown,
  actor: Actor,
  id: string,
): Promise<unknown> {
  if (!(error instanceof Refusal) || error.code !== 'VERSION_CONFLICT') return error;
  // Read in a transaction: a plain read may not see yet the change that this act lost against.
  const deal = await inTransaction(trade.mongo, (session) => trade.deals.get(id, session));
  if (!deal) return error;
  const current = await presentDeal(trade, deal, actor.userId, trade.clock());
  return new Refusal(error.code, error.message, { ...error.details, current });
}

/** What the two can do with a deal, one verb each. */
export const createActsOnDeal = (trade: TradeContext) => ({
  setAppointment: createAct(trade, dealVerbs.setAppointment),
  confirm: createAct(trade, dealVerbs.confirm),
  complete: createAct(trade, dealVerbs.complete),
  cancel: createAct(trade, dealVerbs.cancel),
  reportNoShow: createAct(trade, dealVerbs.reportNoShow),
  keep: createAct(trade, dealVerbs.keep),
});
