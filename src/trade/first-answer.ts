import { Refusal } from '../contract/index.js';
import type { Actor } from '../platform/actor.js';
import type { Offer, OfferStep } from '../domain/offer.js';
import type { OfferStore } from './offer.store.js';
import type { OfferAnswer, RecordOffer } from './record-offer.js';

/**
 * The first answer of an act that was sent before, null for a new one. Asked before the compare-and-set, and again
 * when that failed: a repeat may have run beside the first. Throws IDEMPOTENCY_CONFLICT for another act under the
 * same id.
 */
export async function firstAnswer(
  deps: { offers: OfferStore; record: RecordOffer },
  actor: Actor,
  sent: { conversationId: string; clientMessageId: string },
  isSame: (offer: Offer, step: OfferStep) => boolean,
): Promise<OfferAnswer | null> {
  const offer = await deps.offers.movedAs(sent.conversationId, actor.userId, sent.clientMessageId);
  const step = offer?.stepSentAs(actor.userId, sent.clientMessageId);
  if (!offer || !step) return null;
  if (!isSame(offer, step)) throw new Refusal('IDEMPOTENCY_CONFLICT');
  return deps.record(offer, step.version, actor);
}
