import { Refusal, type request } from '../contract/index.js';
import type { ConversationStore } from '../conversations/index.js';
import type { Actor } from '../platform/actor.js';
import type { Clock } from '../platform/clock.js';
import { newId } from '../platform/ids.js';
import { firstAnswer } from './first-answer.js';
import type { Offer } from './offer.js';
import { mustBeOpen, mustBeSideOf } from './offer.policy.js';
import type { OfferStore } from './offer.store.js';
import type { OfferAnswer, RecordOffer } from './record-offer.js';

interface Deps {
  offers: OfferStore;
  conversations: ConversationStore;
  record: RecordOffer;
  clock: Clock;
}

type Verb = {
  act: 'declined' | 'withdrawn';
  by: (offer: Offer, ...args: Parameters<Offer['declineBy']>) => Offer;
};

/**
 * Declining and withdrawing touch nothing but the offer: one compare-and-set, and a lost race is judged again on what
 * is there now. Throws NOT_FOUND, FORBIDDEN, OFFER_CHANGED, OFFER_EXPIRED, LISTING_UNAVAILABLE, IDEMPOTENCY_CONFLICT.
 */
const createEndOffer =
  (deps: Deps, verb: Verb) =>
  async (actor: Actor, id: string, input: request.AnswerOffer): Promise<OfferAnswer> => {
    // Without a client id every try is an act of its own.
    const seen = { ...input, clientMessageId: input.clientMessageId ?? newId() };
    let tried = 0;
    for (;;) {
      const standing = await deps.offers.get(id);
      mustBeSideOf(standing, actor.userId);
      // Nobody was first and still it was refused: by the clock of the database its time is over.
      if (standing.version === tried)
        throw new Refusal('OFFER_EXPIRED', undefined, { current: standing.view() });
      tried = standing.version;
      const before = await firstAnswer(
        deps,
        actor,
        { conversationId: standing.conversationId, clientMessageId: seen.clientMessageId },
        (offer, step) => offer.id === id && step.act === verb.act,
      );
      if (before) return before;
      await mustBeOpen(deps.conversations, standing);
      const ended = verb.by(standing, actor.userId, seen, deps.clock());
      if (await deps.offers.advance(ended, { unexpired: true }))
        return deps.record(ended, ended.version, actor);
    }
  };

export const createDeclineOffer = (deps: Deps) =>
  createEndOffer(deps, { act: 'declined', by: (offer, ...args) => offer.declineBy(...args) });

export const createWithdrawOffer = (deps: Deps) =>
  createEndOffer(deps, { act: 'withdrawn', by: (offer, ...args) => offer.withdrawBy(...args) });
