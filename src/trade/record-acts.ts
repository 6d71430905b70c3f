import { Refusal, type view } from '../contract/index.js';
import { tellingOf } from '../domain/act.js';
import { entryOf } from '../domain/deal-entry.js';
import type { Deal, DealStep } from '../domain/deal.js';
import type { Entry, ToldAct } from '../domain/entry.js';
import { presentMessage } from '../domain/message-view.js';
import type { Offer, OfferStep } from '../domain/offer.js';
import type { Actor } from '../platform/actor.js';
import { dealEnded } from './settle-reviews.js';
import { tellRivals } from './tell-rivals.js';
import type { TradeContext } from './trade-context.js';

export interface OfferAnswer {
  offer: view.Offer;
  message: view.Message;
}

/**
 * Writes the acts of an offer into the log of its conversation, older ones first, up to `version`, and answers with the
 * entry of that one. A repeat (of a command, or by the relay after a death) finds the entries that are there.
 */
export async function recordOffer(
  trade: TradeContext,
  offer: Offer,
  version: number,
  actor?: Actor,
): Promise<OfferAnswer> {
  const { steps, loggedVersion } = offer.snapshot();
  const until = offer.answeredAt(version);
  const write = await openLog(trade, 'offer', offer, actor);
  let message: view.Message | undefined;
  for (const step of steps) {
    // Acts that are in the log are not written again, except the one that the answer is about: writing it finds its
    // entry.
    const missing = step.version > loggedVersion || step.version === version;
    if (step.version > until || !missing) continue;
    const draft = { senderId: step.by, kind: 'offer', offer: offer.at(step.version) } as const;
    const entry = await write(step, draft);
    if (step.version === version) message = presentMessage(entry, entry.senderId);
  }
  await trade.offers.loggedUpTo(offer.id, until);
  return { offer: offer.viewFor(actor?.userId, until), message: message! };
}

/**
 * Writes the acts of a deal into the log of its conversation, older ones first. Tells former rivals once the listing is
 * free, and follows up on the end of the deal. A repeat finds what is there.
 */
export async function recordDeal(trade: TradeContext, deal: Deal, actor?: Actor): Promise<void> {
  const { steps, loggedVersion } = deal.snapshot();
  if (loggedVersion >= deal.version) return;
  const write = await openLog(trade, 'deal', deal, actor);
  for (const step of steps) {
    const draft = step.version > loggedVersion ? entryOf(deal, step) : null;
    if (draft) await write(step, draft);
  }
  if (deal.freesListing) await tellRivals(trade, deal);
  if (!deal.open) await dealEnded(trade, deal);
  await trade.deals.loggedUpTo(deal.id, deal.version);
}

/** Throws NOT_FOUND when the conversation is gone. */
async function openLog(
  { conversations, post }: TradeContext,
  kind: ToldAct['kind'],
  one: Offer | Deal,
  actor?: Actor,
) {
  const conversation = await conversations.get(one.conversationId);
  if (!conversation) throw new Refusal('NOT_FOUND', 'No such conversation');
  return async (
    step: OfferStep | DealStep,
    said: Parameters<typeof tellingOf>[3],
  ): Promise<Entry> => {
    const { draft, origin } = tellingOf(kind, one, step, said, actor);
    return (await post(conversation, draft, origin)).entry;
  };
}
