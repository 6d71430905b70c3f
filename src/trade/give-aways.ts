import { Refusal, type request } from '../contract/index.js';
import { newId } from '../platform/ids.js';
import { conversationIdOf } from '../domain/ids.js';
import type { Actor } from '../platform/actor.js';
import type { MakeOffer } from './make-offer.js';
import { mustBeSideOfOffer } from '../domain/trade-access.js';
import type { OfferAnswer } from './record-acts.js';
import type { TradeContext } from './trade-context.js';

type Answer<Input> = (actor: Actor, id: string, input: Input) => Promise<OfferAnswer>;

/** What one can do with any offer. */
interface Acts {
  make: MakeOffer;
  accept: Answer<request.AcceptOffer>;
  decline: Answer<request.AnswerOffer>;
  withdraw: Answer<request.AnswerOffer>;
}

/**
 * Give-aways: people ask for one, and the seller picks. A request is an offer with amount 0, so it is answered, closed
 * and raced for like any offer; only the doors differ.
 */
export function createGiveAways(trade: TradeContext, acts: Acts) {
  const mustBeRequest = async (actor: Actor, id: string) => {
    const offer = await trade.offers.get(id);
    mustBeSideOfOffer(offer, actor.userId);
    if (!offer.isRequest) throw new Refusal('NOT_FOUND', 'No such request');
    return offer;
  };
  const answering =
    (answer: Answer<request.AnswerOffer>): Answer<request.AnswerOffer> =>
    async (actor, id, input) => {
      await mustBeRequest(actor, id);
      return answer(actor, id, input);
    };
  return {
    /** Opens the conversation where there is none. Throws what that and `make` throw. */
    async ask(actor: Actor, listingId: string, input: request.AskForGiveAway) {
      const listing = await trade.listings.get(listingId);
      // Checked before a conversation is opened in vain.
      if (listing?.isVisibleTo(actor.userId) && listing.price > 0)
        throw new Refusal('OFFER_NOT_ALLOWED', 'This listing is not given away');
      await trade.openConversation(actor, { listingId });
      return acts.make(
        actor,
        {
          conversationId: conversationIdOf(listingId, actor.userId),
          clientMessageId: input.clientMessageId ?? newId(),
          amount: 0,
          note: input.note,
        },
        'request',
      );
    },
    accept: async (actor: Actor, id: string, input: request.AnswerOffer): Promise<OfferAnswer> => {
      const { version } = await mustBeRequest(actor, id);
      const clientMessageId = input.clientMessageId ?? newId();
      return acts.accept(actor, id, { version, ...input, clientMessageId, amount: 0 });
    },
    decline: answering(acts.decline),
    withdraw: answering(acts.withdraw),
  };
}
