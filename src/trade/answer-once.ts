import type { request } from '../contract/index.js';
import type { ConversationStore } from '../conversations/index.js';
import type { Actor } from '../platform/actor.js';
import type { EndByTime } from './end-by-time.js';
import { firstAnswer } from './first-answer.js';
import { mustBeOpen, mustBeSideOfOffer } from './trade.policy.js';
import type { Offer } from '../domain/offer.js';
import type { OfferStore } from './offer.store.js';
import type { OfferAnswer, RecordOffer } from './record-offer.js';

export interface AnswerDeps {
  offers: OfferStore;
  conversations: ConversationStore;
  record: RecordOffer;
  endByTime: EndByTime;
}

/**
 * An answer that names an amount, done once: a repeat gets the first answer, also when it ran beside the first and
 * `work` lost to it. Throws NOT_FOUND, CONVERSATION_CLOSED, IDEMPOTENCY_CONFLICT, and what `work` throws, with the offer
 * as it is by then.
 */
export async function answerOnce(
  deps: AnswerDeps,
  actor: Actor,
  id: string,
  sent: { act: 'accepted' | 'countered'; input: request.AcceptOffer },
  work: (standing: Offer) => Promise<OfferAnswer>,
): Promise<OfferAnswer> {
  const { act, input } = sent;
  const standing = await deps.offers.get(id);
  mustBeSideOfOffer(standing, actor.userId);
  const { conversationId } = standing;
  const repeat = () =>
    firstAnswer(
      deps,
      actor,
      { conversationId, ...input },
      (offer, step) => offer.id === id && step.act === act && step.amount === input.amount,
    );
  const before = await repeat();
  if (before) return before;
  await mustBeOpen(deps.conversations, standing);
  try {
    return await work(standing);
  } catch (error) {
    const beside = await repeat();
    if (beside) return beside;
    throw await deps.endByTime.asFound(error, id);
  }
}
