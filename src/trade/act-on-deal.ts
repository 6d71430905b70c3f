import type { ClientSession, Connection } from 'mongoose';
import { Refusal, type view } from '../contract/index.js';
import type { ConversationStore } from '../conversations/index.js';
import type { Conversation } from '../domain/conversation.js';
import type { ListingStore } from '../listings/index.js';
import type { OfferStore } from './offer.store.js';
import type { Actor } from '../platform/actor.js';
import type { Clock } from '../platform/clock.js';
import { inTransaction } from '../platform/transaction.js';
import type { Deal, Seen } from '../domain/deal.js';
import type { Offer } from '../domain/offer.js';
import { dealVerbs, type DealVerb } from '../domain/deal-verbs.js';
import { mustBeSideOfDeal } from './trade.policy.js';
import type { PresentDeals } from './deal.presenter.js';
import type { DealStore } from './deal.store.js';
import type { RecordDeal, RecordOffer } from './record-acts.js';

/** What everything needs that changes a deal and tells of it. */
export interface Dealing {
  mongo: Connection;
  deals: DealStore;
  offers: OfferStore;
  listings: ListingStore;
  conversations: ConversationStore;
  record: RecordDeal;
  recordOffer: RecordOffer;
  announce: (conversation: Conversation) => Promise<void>;
  clock: Clock;
}

interface Deps extends Dealing {
  present: PresentDeals;
}

/**
 * Lets one of the two act on a deal: one transaction changes the deal and, where it ends, its listing and offer; then
 * the log is written. A repeat finds its first step in the same transaction and answers with the deal as that step left
 * it. Throws NOT_FOUND, FORBIDDEN, VERSION_CONFLICT (with the deal as it is), CONVERSATION_CLOSED, LISTING_UNAVAILABLE,
 * IDEMPOTENCY_CONFLICT.
 */
const createAct =
  <Input extends Seen>(deps: Deps, verb: DealVerb<Input>) =>
  async (actor: Actor, id: string, input: Input): Promise<view.Deal> => {
    try {
      const { deal, version, offer } = await inTransaction(
        deps.mongo,
        (session) => act(deps, verb, actor, id, input, session),
        { inTurnFor: id },
      );
      await tellDeal(deps, deal, actor, offer);
      const then = deal.at(version);
      return await deps.present.asLeft(then, actor.userId);
    } catch (error) {
      throw await asFound(deps, error, actor, id);
    }
  };

async function act<Input extends Seen>(
  deps: Deps,
  verb: DealVerb<Input>,
  actor: Actor,
  id: string,
  input: Input,
  session: ClientSession,
): Promise<{ deal: Deal; version: number; offer?: Offer | null }> {
  const standing = await deps.deals.get(id, session);
  mustBeSideOfDeal(standing, actor.userId);
  const before = standing.stepSentAs(actor.userId, input.clientMessageId);
  if (before) {
    if (!verb.isSame(before, input)) throw new Refusal('IDEMPOTENCY_CONFLICT');
    // Aborted, since there is nothing to write: a commit would wait for the journal, and those behind it with it.
    await session.abortTransaction();
    return { deal: standing, version: before.version };
  }
  if (verb.arranges && (await deps.conversations.get(standing.conversationId))?.closed)
    throw new Refusal('CONVERSATION_CLOSED');
  const deal = verb.by(standing, actor.userId, input, deps.clock());
  if (!(await deps.deals.advance(deal, { session }))) throw new Refusal('VERSION_CONFLICT');
  const offer = deal.open ? null : await settle(deps, deal, session);
  return { deal, version: deal.version, offer };
}

/**
 * Changes listing and offer when their deal has ended, inside the transaction of the end. Returns the changed offer;
 * null where there is none. Throws LISTING_UNAVAILABLE.
 */
export async function settle(
  deps: { listings: ListingStore; offers: OfferStore },
  deal: Deal,
  session: ClientSession,
): Promise<Offer | null> {
  const listing = await deps.listings.get(deal.listingId, session);
  if (!listing) throw new Refusal('LISTING_UNAVAILABLE');
  const after = deal.freesListing ? listing.release(deal.id) : listing.sellBy(deal.id);
  if (!(await deps.listings.save(after, listing.version, session)))
    throw new Refusal('LISTING_UNAVAILABLE');
  const offer = deal.offerId === null ? null : await deps.offers.get(deal.offerId, session);
  if (!offer) return null;
  const ended = deal.freesListing
    ? offer.fallThrough(deal.fallReason, deal.movedAt)
    : offer.fulfil(deal.movedAt);
  await deps.offers.advance(ended, { when: 'ever', session });
  return ended;
}

/** Brings the log up to the deal. Where the deal began or ended, shows both people the state of the listing. */
export async function tellDeal(
  deps: Pick<Deps, 'offers' | 'record' | 'recordOffer' | 'conversations' | 'announce'>,
  deal: Deal,
  actor?: Actor,
  /** The offer as the end of the deal left it; read when it is left out. */
  settled?: Offer | null,
): Promise<void> {
  const told = deal.snapshot().loggedVersion >= deal.version;
  await deps.record(deal, actor);
  if (told || (deal.open && deal.version > 1)) return;
  const offer = settled ?? (deal.offerId === null ? null : await deps.offers.get(deal.offerId));
  if (offer) await deps.recordOffer(offer, offer.version);
  const conversation = await deps.conversations.get(deal.conversationId);
  if (conversation) await deps.announce(conversation);
}

/** The refusal with the deal as it is now. */
async function asFound(deps: Deps, error: unknown, actor: Actor, id: string): Promise<unknown> {
  if (!(error instanceof Refusal) || error.code !== 'VERSION_CONFLICT') return error;
  // Read in a transaction: a plain read may not see yet the change that this act lost against.
  const deal = await inTransaction(deps.mongo, (session) => deps.deals.get(id, session));
  if (!deal) return error;
  const current = await deps.present.one(deal, actor.userId, deps.clock());
  return new Refusal(error.code, error.message, { ...error.details, current });
}

/** What the two can do with a deal, one verb each. */
export const createActsOnDeal = (deps: Deps) => ({
  setAppointment: createAct(deps, dealVerbs.setAppointment),
  confirm: createAct(deps, dealVerbs.confirm),
  complete: createAct(deps, dealVerbs.complete),
  cancel: createAct(deps, dealVerbs.cancel),
  reportNoShow: createAct(deps, dealVerbs.reportNoShow),
  keep: createAct(deps, dealVerbs.keep),
});
