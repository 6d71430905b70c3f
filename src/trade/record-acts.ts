import { Refusal, type view } from '../contract/index.js';
import { presentMessage, type ConversationStore, type PostEntry } from '../conversations/index.js';
import { actIdOf } from '../domain/act.js';
import { entryOf } from '../domain/deal-entry.js';
import type { Deal } from '../domain/deal.js';
import type { Entry, EntryDraft, ToldAct } from '../domain/entry.js';
import type { Offer } from '../domain/offer.js';
import type { Actor } from '../platform/actor.js';
import type { DealStore } from './deal.store.js';
import type { OfferStore } from './offer.store.js';

interface Deps {
  conversations: ConversationStore;
  post: PostEntry;
}

export interface OfferAnswer {
  offer: view.Offer;
  message: view.Message;
}

export type RecordOffer = (offer: Offer, version: number, actor?: Actor) => Promise<OfferAnswer>;
export type RecordDeal = (deal: Deal, actor?: Actor) => Promise<void>;

/**
 * Writes the acts of an offer into the log of its conversation, older ones first, up to `version`, and answers with the
 * entry of that one. A repeat (of a command, or by the relay after a death) finds the entries that are there.
 */
export const createRecordOffer =
  (deps: Deps & { offers: OfferStore }): RecordOffer =>
  async (offer, version, actor) => {
    const { steps, loggedVersion } = offer.snapshot();
    const until = offer.answeredAt(version);
    const write = await openLog(deps, 'offer', offer, actor);
    let message: view.Message | undefined;
    for (const step of steps) {
      // Acts that are in the log are not written again, except the one that the answer is about: writing it finds its
      // entry.
      const missing = step.version > loggedVersion || step.version === version;
      if (step.version > until || !missing) continue;
      const draft = { senderId: step.by, kind: 'offer', offer: offer.at(step.version) } as const;
      const entry = await write(step, draft);
      if (step.version === version) message = presentMessage(entry);
    }
    await deps.offers.loggedUpTo(offer.id, until);
    return { offer: offer.viewFor(actor?.userId, until), message: message! };
  };

/**
 * Writes the acts of a deal into the log of its conversation, older ones first. Tells former rivals once the listing is
 * free, and whoever follows up on the end of the deal (`ended`). A repeat finds what is there.
 */
export const createRecordDeal =
  (
    deps: Deps & {
      deals: DealStore;
      tellRivals: (deal: Deal) => Promise<void>;
      ended: (deal: Deal) => Promise<void>;
    },
  ): RecordDeal =>
  async (deal, actor) => {
    const { steps, loggedVersion } = deal.snapshot();
    if (loggedVersion >= deal.version) return;
    const write = await openLog(deps, 'deal', deal, actor);
    for (const step of steps) {
      const draft = step.version > loggedVersion ? entryOf(deal, step) : null;
      if (draft) await write(step, draft);
    }
    if (deal.freesListing) await deps.tellRivals(deal);
    if (!deal.open) await deps.ended(deal);
    await deps.deals.loggedUpTo(deal.id, deal.version);
  };

/** Throws NOT_FOUND when the conversation is gone. */
async function openLog(
  { conversations, post }: Deps,
  kind: ToldAct['kind'],
  { id, conversationId }: Offer | Deal,
  actor?: Actor,
) {
  const conversation = await conversations.get(conversationId);
  if (!conversation) throw new Refusal('NOT_FOUND', 'No such conversation');
  return async (
    step: { version: number; by: string | null; clientMessageId: string | null },
    draft: Pick<EntryDraft, 'senderId' | 'kind'> & Partial<EntryDraft>,
  ): Promise<Entry> => {
    const act = { kind, id, version: step.version };
    const origin = {
      socketId: step.by === actor?.userId ? actor?.socketId : undefined,
      ...(step.clientMessageId === null ? {} : { clientMessageId: step.clientMessageId }),
    };
    const told = { ...draft, conversationId, clientMessageId: actIdOf(act), act };
    return (await post(conversation, told, origin)).entry;
  };
}
