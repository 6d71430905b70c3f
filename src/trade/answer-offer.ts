import { Refusal, type request } from '../contract/index.js';
import type { Actor } from '../platform/actor.js';
import type { Clock } from '../platform/clock.js';
import { newId } from '../platform/ids.js';
import type { AnswerDeps } from './answer-once.js';
import { firstAnswer } from './first-answer.js';
import type { Offer } from '../domain/offer.js';
import { mustBeOpen, mustBeSideOfOffer } from './trade.policy.js';
import type { OfferAnswer } from './record-offer.js';

interface Deps extends AnswerDeps {
  clock: Clock;
}

type Verb = {
  act: 'declined' | 'withdrawn';
  by: (offer: Offer, ...args: Parameters<Offer['declineBy']>) => Offer;
};

/**
 * Declining and withdrawing touch nothing but the offer: one compare-and-set, and a lost race is judged again on what
 * is there now. Throws NOT_FOUND, FORBIDDEN, CONVERSATION_CLOSED, OFFER_CHANGED, OFFER_EXPIRED, LISTING_UNAVAILABLE,
 * IDEMPOTENCY_CONFLICT.
 */
const createAnswer =
  (deps: Deps, verb: Verb) =>
  async (actor: Actor, id: string, input: request.AnswerOffer): Promise<OfferAnswer> => {
    // Without a client id every try is an act of its own.
    const seen = { ...input, clientMessageId: input.clientMessageId ?? newId() };
    let tried = 0;
    for (;;) {
      const standing = await deps.offers.get(id);
      mustBeSideOfOffer(standing, actor.userId);
      const before = await firstAnswer(
        deps,
        actor,
        { conversationId: standing.conversationId, clientMessageId: seen.clientMessageId },
        (offer, step) => offer.id === id && step.act === verb.act,
      );
      if (before) return before;
      await mustBeOpen(deps.conversations, standing);
      try {
        // Nobody was first and still it was refused: by the clock of the database its time is over.
        if (standing.version === tried) throw new Refusal('OFFER_EXPIRED');
        tried = standing.version;
        const ended = verb.by(standing, actor.userId, seen, deps.clock());
        if (await deps.offers.advance(ended, { when: 'inTime' }))
          return await deps.record(ended, ended.version, actor);
      } catch (error) {
        throw await deps.endByTime.asFound(error, id);
      }
    }
  };

export const createDeclineOffer = (deps: Deps) =>
  createAnswer(deps, { act: 'declined', by: (offer, ...args) => offer.declineBy(...args) });

export const createWithdrawOffer = (deps: Deps) =>
  createAnswer(deps, { act: 'withdrawn', by: (offer, ...args) => offer.withdrawBy(...args) });
