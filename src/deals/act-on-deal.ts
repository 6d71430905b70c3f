import type { ClientSession, Connection } from 'mongoose';
import { Refusal, type request, type view } from '../contract/index.js';
import type { ConversationStore } from '../conversations/index.js';
import type { Conversation } from '../domain/conversation.js';
import type { ListingStore } from '../listings/index.js';
import type { OfferStore, RecordOffer } from '../offers/index.js';
import type { Actor } from '../platform/actor.js';
import type { Clock } from '../platform/clock.js';
import { inTransaction } from '../platform/transaction.js';
import type { Deal, DealStep, Seen } from '../domain/deal.js';
import { mustBeSideOf } from './deal.policy.js';
import type { PresentDeals } from './deal.presenter.js';
import type { DealStore } from './deal.store.js';
import type { RecordDeal } from './record-deal.js';
import { settle } from './settle-deal.js';

interface Deps {
  mongo: Connection;
  deals: DealStore;
  offers: OfferStore;
  listings: ListingStore;
  conversations: ConversationStore;
  record: RecordDeal;
  recordOffer: RecordOffer;
  present: PresentDeals;
  announce: (conversation: Conversation) => Promise<void>;
  clock: Clock;
}

interface Verb<Input extends Seen> {
  by: (deal: Deal, userId: string, input: Input, now: Date) => Deal;
  /** Whether a step that was sent under the same id is this very intent. */
  isSame: (step: DealStep, input: Input) => boolean;
  /** Refused once the conversation is closed. */
  arranges?: true;
}

/**
 * An act of one of the two: one transaction of the deal, and with its end of listing and offer; then the log. A repeat
 * finds its first step in the same transaction and answers as that left the deal. Throws NOT_FOUND, FORBIDDEN,
 * VERSION_CONFLICT (with the deal as it is), CONVERSATION_CLOSED, LISTING_UNAVAILABLE, IDEMPOTENCY_CONFLICT.
 */
const createAct =
  <Input extends Seen>(deps: Deps, verb: Verb<Input>) =>
  async (actor: Actor, id: string, input: Input): Promise<view.Deal> => {
    try {
      const { deal, version } = await inTransaction(
        deps.mongo,
        (session) => act(deps, verb, actor, id, input, session),
        { inTurnFor: id },
      );
      await tellDeal(deps, deal, actor);
      const then = deal.at(version);
      return await deps.present.asLeft(then, actor.userId);
    } catch (error) {
      throw await asFound(deps, error, actor, id);
    }
  };

async function act<Input extends Seen>(
  deps: Deps,
  verb: Verb<Input>,
  actor: Actor,
  id: string,
  input: Input,
  session: ClientSession,
): Promise<{ deal: Deal; version: number }> {
  const standing = await deps.deals.get(id, session);
  mustBeSideOf(standing, actor.userId);
  const before = standing.stepSentAs(actor.userId, input.clientMessageId);
  if (before) {
    if (!verb.isSame(before, input)) throw new Refusal('IDEMPOTENCY_CONFLICT');
    // Nothing to write: a commit would wait for the journal, and those behind it with it.
    await session.abortTransaction();
    return { deal: standing, version: before.version };
  }
  if (verb.arranges && (await deps.conversations.get(standing.conversationId))?.closed)
    throw new Refusal('CONVERSATION_CLOSED');
  const deal = verb.by(standing, actor.userId, input, deps.clock());
  if (!(await deps.deals.advance(deal, { session }))) throw new Refusal('VERSION_CONFLICT');
  if (!deal.open) await settle(deps, deal, session);
  return { deal, version: deal.version };
}

/** Brings the log up to the deal, and shows both people how the listing stands where the deal began or ended. */
export async function tellDeal(
  deps: Pick<Deps, 'offers' | 'record' | 'recordOffer' | 'conversations' | 'announce'>,
  deal: Deal,
  actor?: Actor,
): Promise<void> {
  const told = deal.snapshot().loggedVersion >= deal.version;
  await deps.record(deal, actor);
  if (told || (deal.open && deal.version > 1)) return;
  const offer = deal.offerId === null ? null : await deps.offers.get(deal.offerId);
  if (offer) await deps.recordOffer(offer, offer.version);
  const conversation = await deps.conversations.get(deal.conversationId);
  if (conversation) await deps.announce(conversation);
}

/** The refusal with the deal as it is by now. */
async function asFound(deps: Deps, error: unknown, actor: Actor, id: string): Promise<unknown> {
  if (!(error instanceof Refusal) || error.code !== 'VERSION_CONFLICT') return error;
  // In a transaction too: a read by itself may not see yet what this one lost against.
  const deal = await inTransaction(deps.mongo, (session) => deps.deals.get(id, session));
  if (!deal) return error;
  const current = await deps.present.one(deal, actor.userId, deps.clock());
  return new Refusal(error.code, error.message, { ...error.details, current });
}

/** What the two can do with a deal, one verb each. */
export function createActsOnDeal(deps: Deps) {
  const isAct =
    (...acts: DealStep['act'][]) =>
    (step: DealStep) =>
      acts.includes(step.act);
  return {
    setAppointment: createAct<request.SetAppointment>(deps, {
      by: (deal, userId, { at, ...seen }, now) =>
        deal.setAppointmentBy(userId, { ...seen, at: new Date(at) }, now),
      isSame: ({ act, appointment }, { at, place }) =>
        (act === 'proposed' || act === 'changed') &&
        appointment?.at.getTime() === Date.parse(at) &&
        appointment.place.name === place.name &&
        appointment.place.point?.latitude === place.point?.latitude &&
        appointment.place.point?.longitude === place.point?.longitude,
      arranges: true,
    }),
    confirm: createAct<request.ConfirmAppointment & Seen>(deps, {
      by: (deal, ...args) => deal.confirmBy(...args),
      isSame: isAct('confirmed'),
      arranges: true,
    }),
    complete: createAct<request.ActOnDeal>(deps, {
      by: (deal, ...args) => deal.completeBy(...args),
      isSame: isAct('completed'),
    }),
    cancel: createAct<request.CancelDeal>(deps, {
      by: (deal, ...args) => deal.cancelBy(...args),
      isSame: ({ act, reason }, input) => act === 'cancelled' && reason === input.reason,
    }),
    reportNoShow: createAct<request.ActOnDeal>(deps, {
      by: (deal, ...args) => deal.reportNoShowBy(...args),
      isSame: isAct('noShow'),
    }),
    keep: createAct<request.ActOnDeal>(deps, {
      by: (deal, ...args) => deal.keepBy(...args),
      isSame: isAct('kept'),
    }),
  };
}
