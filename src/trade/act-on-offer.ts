import { Refusal } from '../contract/index.js';
import { offerVerbs, type OfferVerb } from '../domain/offer-verbs.js';
import type { Offer, OfferStep, Seen } from '../domain/offer.js';
import type { Actor } from '../platform/actor.js';
import { newId } from '../platform/ids.js';
import { heldTooLong, inTransaction, transactionMs } from '../platform/transaction.js';
import { agree } from './agree.js';
import { asFound } from './offer-time.js';
import { recordOffer, type OfferAnswer } from './record-acts.js';
import type { TradeContext } from './trade-context.js';
import { mustBeSideOfOffer } from '../domain/trade-access.js';

/** An offer that was moved, and the rivals that it closed. */
interface Moved {
  offer: Offer;
  closed: Offer[];
}

/** The id may be left out: then every try is an act of its own. */
type Sent<Input extends Seen> = Omit<Input, 'clientMessageId'> & {
  clientMessageId?: string | undefined;
};

/**
 * Lets one of the two act on an offer: a compare-and-set, in one transaction with what else it changes; then the log,
 * then the answer. A repeat finds its first step and gets the first answer. An act that lost a race is judged again on
 * the offer as it is now. Throws NOT_FOUND, FORBIDDEN, CONVERSATION_CLOSED, OFFER_CHANGED, OFFER_EXPIRED,
 * OFFER_NOT_ALLOWED, LISTING_UNAVAILABLE, IDEMPOTENCY_CONFLICT, with the offer as it is by then.
 */
const createAct =
  <Input extends Seen>(trade: TradeContext, verb: OfferVerb<Input>) =>
  async (actor: Actor, id: string, sent: Sent<Input>): Promise<OfferAnswer> => {
    const input = { ...sent, clientMessageId: sent.clientMessageId ?? newId() } as Input;
    let tried: Offer | null = null;
    let failed: unknown;
    const deadline = Date.now() + transactionMs;
    for (;;) {
      const standing = await trade.offers.get(id);
      mustBeSideOfOffer(standing, actor.userId);
      const before = await firstAnswer(
        trade,
        actor,
        { ...input, conversationId: standing.conversationId },
        (offer, step) => offer.id === id && verb.isSame(step, input),
      );
      if (before) return before;
      // No other act was first, so the failure is the answer.
      if (standing.version === tried?.version) throw await asFound(trade, failed, id);
      // Nothing changes in a closed conversation, except when the offer's time runs out.
      (await trade.conversations.get(standing.conversationId))?.mustBeOpen();
      tried = standing;
      try {
        const moved = await move(trade, verb, actor, standing, input);
        if (moved) return await tell(trade, moved, actor);
        if ((await trade.offers.newestVersion(id)) === standing.version)
          // Refused although the offer is unchanged: by the clock of the database its time is over.
          failed = new Refusal('OFFER_EXPIRED');
        else {
          failed = heldTooLong();
          // Another act was first, and a majority is about to have it.
          if (Date.now() < deadline) tried = null;
        }
      } catch (error) {
        failed = error;
      }
    }
  };

/** null: another act was first, or the offer's time is over. */
async function move<Input extends Seen>(
  trade: TradeContext,
  verb: OfferVerb<Input>,
  { userId }: Actor,
  standing: Offer,
  input: Input,
): Promise<Moved | null> {
  const ground = { price: 0, dealId: newId() };
  if (!verb.needs) {
    const offer = verb.by(standing, userId, input, ground, trade.clock());
    return (await trade.offers.advance(offer, { when: 'inTime' })) ? { offer, closed: [] } : null;
  }
  return inTransaction(
    trade.mongo,
    async (session) => {
      const now = trade.clock();
      // Writes to the listing, so that this amount and a price that falls to it cannot both commit without seeing each
      // other.
      if (verb.needs === 'price' && standing.open)
        ground.price = (await trade.listings.holdForOffer(standing.listingId, session)).price;
      const offer = verb.by(standing, userId, input, ground, now);
      if (!(await trade.offers.advance(offer, { when: 'inTime', session }))) {
        await session.abortTransaction();
        return null;
      }
      if (verb.needs !== 'agreement') return { offer, closed: [] };
      const { closed } = await agree(trade, offer.terms, now, session);
      return { offer, closed };
    },
    { inTurnFor: standing.listingId },
  );
}

async function tell(
  trade: TradeContext,
  { offer, closed }: Moved,
  actor: Actor,
): Promise<OfferAnswer> {
  const answer = await recordOffer(trade, offer, offer.version, actor);
  if (offer.state === 'accepted') tellAgreed(trade, offer, closed);
  return answer;
}

/** Tells of an agreement: the two see their listing, and the rivals hear that it went to somebody else. */
export function tellAgreed(trade: TradeContext, { conversationId }: Offer, closed: Offer[]): void {
  trade.afterAnswer.tell(async () => {
    const conversation = await trade.conversations.get(conversationId);
    if (conversation) await trade.announce(conversation);
  });
  tellClosed(trade, closed);
}

/** Tells of closed offers side by side, since there may be hundreds. */
export function tellClosed(trade: TradeContext, closed: Offer[]): void {
  for (const rival of closed)
    trade.afterAnswer.tell(() => recordOffer(trade, rival, rival.version));
}

/**
 * The first answer of an act that was sent before, null for a new one. Throws IDEMPOTENCY_CONFLICT for another act
 * under the same id.
 */
export async function firstAnswer(
  trade: TradeContext,
  actor: Actor,
  sent: { conversationId: string; clientMessageId: string },
  isSame: (offer: Offer, step: OfferStep) => boolean,
): Promise<OfferAnswer | null> {
  const offer = await trade.offers.movedAs(sent.conversationId, actor.userId, sent.clientMessageId);
  const step = offer?.stepSentAs(actor.userId, sent.clientMessageId);
  if (!offer || !step) return null;
  if (!isSame(offer, step)) throw new Refusal('IDEMPOTENCY_CONFLICT');
  return recordOffer(trade, offer, step.version, actor);
}

/** What the two can do with an offer that stands, one verb each. */
export const createActsOnOffer = (trade: TradeContext) => ({
  accept: createAct(trade, offerVerbs.accept),
  counter: createAct(trade, offerVerbs.counter),
  decline: createAct(trade, offerVerbs.decline),
  withdraw: createAct(trade, offerVerbs.withdraw),
});
