import { Refusal, type view } from '../contract/index.js';
import { presentMessage, type ConversationStore, type PostEntry } from '../conversations/index.js';
import type { Actor } from '../platform/actor.js';
import { offerActId, type Offer, type OfferStep } from '../domain/offer.js';
import type { OfferStore } from './offer.store.js';

export interface OfferAnswer {
  offer: view.Offer;
  message: view.Message;
}

export type RecordOffer = (offer: Offer, version: number, actor?: Actor) => Promise<OfferAnswer>;

/**
 * Writes the acts of an offer into the log of its conversation, older ones first, up to `version`, and answers with
 * that one. The ids follow from offer and version, so whoever does it again (a repeated command, the relay after a
 * death) finds the entries that are there.
 */
export const createRecordOffer =
  (deps: { offers: OfferStore; conversations: ConversationStore; post: PostEntry }): RecordOffer =>
  async (offer, version, actor) => {
    const conversation = await deps.conversations.get(offer.conversationId);
    if (!conversation) throw new Refusal('NOT_FOUND', 'No such conversation');
    let message: view.Message | undefined;
    const { steps, loggedVersion } = offer.snapshot();
    const until = offer.answeredAt(version);
    // What is in the log stays out of it, except the act that the answer is about: it is found again there.
    const missing = (one: OfferStep) => one.version > loggedVersion || one.version === version;
    for (const step of steps.filter((one) => one.version <= until && missing(one))) {
      const { entry } = await deps.post(
        conversation,
        {
          conversationId: conversation.id,
          senderId: step.by,
          clientMessageId: offerActId(offer.id, step.version),
          kind: 'offer',
          offer: offer.at(step.version),
        },
        {
          socketId: step.by === actor?.userId ? actor?.socketId : undefined,
          ...(step.clientMessageId === null ? {} : { clientMessageId: step.clientMessageId }),
        },
      );
      if (step.version === version) message = presentMessage(entry);
    }
    await deps.offers.loggedUpTo(offer.id, until);
    return { offer: offer.viewFor(actor?.userId, until), message: message! };
  };
