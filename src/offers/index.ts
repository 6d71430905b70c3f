import type { Connection } from 'mongoose';
import type { view } from '../contract/index.js';
import type {
  Conversation,
  ConversationStore,
  Entry,
  MessageStore,
  PostEntry,
} from '../conversations/index.js';
import type { ListingStore } from '../listings/index.js';
import type { Actor } from '../platform/actor.js';
import type { Clock } from '../platform/clock.js';
import type { Quota } from '../platform/quota.js';
import { createAcceptOffer } from './accept-offer.js';
import { DealStore } from './deal.store.js';
import { createDeclineOffer, createWithdrawOffer } from './end-offer.js';
import { createMakeOffer } from './make-offer.js';
import { mustBeSideOf } from './offer.policy.js';
import { OfferStore } from './offer.store.js';
import { createRecordOffer } from './record-offer.js';

export { Offer } from './offer.js';
export { OfferStore } from './offer.store.js';
export { createRecordOffer, type RecordOffer } from './record-offer.js';
export type OfferCommands = ReturnType<typeof createOffers>['commands'];

/** Builds the slice: price offers and the deals that follow from them. */
export function createOffers(deps: {
  mongo: Connection;
  conversations: ConversationStore;
  messages: MessageStore;
  listings: ListingStore;
  post: PostEntry;
  announce: (conversation: Conversation) => Promise<void>;
  quota: Quota;
  clock: Clock;
}) {
  const { mongo, conversations, messages, listings, clock, quota, announce } = deps;
  const offers = new OfferStore(mongo);
  const deals = new DealStore(mongo);
  const record = createRecordOffer({ offers, conversations, post: deps.post });
  return {
    offers,
    /** What the sender's devices know an entry by: for an act on an offer the id that came with the act. */
    knownAs: async ({ offer, clientMessageId }: Entry): Promise<string> => {
      const steps = offer && (await offers.get(offer.id))?.snapshot().steps;
      const step = steps?.find(({ version }) => version === offer?.version);
      return step?.clientMessageId ?? clientMessageId;
    },
    commands: {
      make: createMakeOffer({
        mongo,
        offers,
        conversations,
        messages,
        listings,
        record,
        quota,
        clock,
      }),
      accept: createAcceptOffer({
        mongo,
        offers,
        deals,
        conversations,
        listings,
        record,
        announce,
        clock,
      }),
      decline: createDeclineOffer({ offers, conversations, record, clock }),
      withdraw: createWithdrawOffer({ offers, conversations, record, clock }),
      async get(actor: Actor, id: string): Promise<view.Offer> {
        const offer = await offers.get(id);
        mustBeSideOf(offer, actor.userId);
        return offer.view();
      },
    },
    prepare: async () => {
      await Promise.all([offers.prepare(), deals.prepare()]);
    },
  };
}
