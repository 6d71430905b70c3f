import type { Connection } from 'mongoose';
import type { ConversationStore } from '../conversations/index.js';
import type { Conversation } from '../domain/conversation.js';
import type { ListingStore } from '../listings/index.js';
import type { OfferStore } from './offer.store.js';
import type { RecordOffer } from './record-offer.js';
import type { Clock } from '../platform/clock.js';
import { inTransaction } from '../platform/transaction.js';
import { tellDeal } from './act-on-deal.js';
import type { DealStore } from './deal.store.js';
import type { RecordDeal } from './record-deal.js';
import { settle } from './settle-deal.js';

/**
 * What time does to a deal: the seller is asked whether it still stands, and silence frees the listing. Called any
 * number of times it happens once; false when there was nothing to do.
 */
export const createPassTime =
  (deps: {
    mongo: Connection;
    deals: DealStore;
    offers: OfferStore;
    listings: ListingStore;
    conversations: ConversationStore;
    record: RecordDeal;
    recordOffer: RecordOffer;
    announce: (conversation: Conversation) => Promise<void>;
    clock: Clock;
  }) =>
  async (id: string): Promise<boolean> => {
    const moved = await inTransaction(deps.mongo, async (session) => {
      const standing = await deps.deals.get(id, session);
      const deal = standing?.passTime(deps.clock());
      if (!deal || deal === standing) return null;
      if (!(await deps.deals.advance(deal, { session, when: 'overdue' }))) return null;
      if (!deal.open) await settle(deps, deal, session);
      return deal;
    });
    if (moved) await tellDeal(deps, moved);
    return moved !== null;
  };
