import { Refusal } from '../contract/index.js';
import type { ConversationStore, PostEntry } from '../conversations/index.js';
import type { Actor } from '../platform/actor.js';
import { actIdOf, entryOf } from '../domain/deal-entry.js';
import type { Deal } from '../domain/deal.js';
import type { DealStore } from './deal.store.js';
import type { TellRivals } from './tell-rivals.js';

/** Hears of every deal that ended; again when a first try died half-way. */
export type DealEnded = (deal: Deal) => Promise<void>;

export type RecordDeal = (deal: Deal, actor?: Actor) => Promise<void>;

/**
 * Writes the acts of a deal into the log of its conversation, older ones first, tells former rivals once the listing
 * is free, and whoever follows up on its end. The ids follow from deal and version, so whoever does it again (a repeated
 * command, the relay after a death) finds the entries that are there.
 */
export const createRecordDeal =
  (deps: {
    deals: DealStore;
    conversations: ConversationStore;
    post: PostEntry;
    tellRivals: TellRivals;
    ended: DealEnded;
  }): RecordDeal =>
  async (deal, actor) => {
    const { steps, loggedVersion } = deal.snapshot();
    if (loggedVersion >= deal.version) return;
    const conversation = await deps.conversations.get(deal.conversationId);
    if (!conversation) throw new Refusal('NOT_FOUND', 'No such conversation');
    for (const step of steps.filter(({ version }) => version > loggedVersion)) {
      const entry = entryOf(deal, step);
      if (!entry) continue;
      await deps.post(
        conversation,
        {
          ...entry,
          conversationId: conversation.id,
          clientMessageId: actIdOf(deal.id, step.version),
        },
        {
          socketId: step.by === actor?.userId ? actor?.socketId : undefined,
          ...(step.clientMessageId === null ? {} : { clientMessageId: step.clientMessageId }),
        },
      );
    }
    if (deal.freesListing) await deps.tellRivals(deal);
    if (!deal.open) await deps.ended(deal);
    await deps.deals.loggedUpTo(deal.id, deal.version);
  };
