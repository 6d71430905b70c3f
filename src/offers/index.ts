import type { Connection } from 'mongoose';
import type { view } from '../contract/index.js';
import type { ConversationStore, MessageStore, PostEntry, Spoken } from '../conversations/index.js';
import type { Conversation } from '../domain/conversation.js';
import type { Entry } from '../domain/entry.js';
import type { ListingStore } from '../listings/index.js';
import type { Actor } from '../platform/actor.js';
import type { Clock } from '../platform/clock.js';
import type { Quota } from '../platform/quota.js';
import type { Blocks, UserStore } from '../users/index.js';
import { createAcceptOffer } from './accept-offer.js';
import { createAnnounceConversations } from './announce.js';
import { createDeclineOffer, createWithdrawOffer } from './answer-offer.js';
import { createCloseBetween, createCloseIn, createReachOffers } from './close-offers.js';
import { createCounterOffer } from './counter-offer.js';
import { createEndByTime } from './end-by-time.js';
import { createDeclineOffers } from './decline-offers.js';
import { createGiveAways } from './give-aways.js';
import { createListOffers } from './list-offers.js';
import { createMakeOffer } from './make-offer.js';
import { mustBeSideOf } from './offer.policy.js';
import { createPresentOffers } from './offer.presenter.js';
import { OfferStore } from './offer.store.js';
import type { OpenDeal } from './open-deal.js';
import { createRecordOffer } from './record-offer.js';

export { OfferStore } from './offer.store.js';
export { createRecordOffer, type RecordOffer } from './record-offer.js';
export { seenBy } from './seen-by.js';
export { createRemindOfOffer } from './remind-of-offer.js';
export { agree, type Terms } from './agree.js';
export { createAnnounceConversations } from './announce.js';
export { createEndByTime, type EndByTime } from './end-by-time.js';
export type { OpenDeal } from './open-deal.js';
export type OfferCommands = ReturnType<typeof createOffers>['commands'];

/** Builds the slice: price offers. */
export function createOffers(deps: {
  mongo: Connection;
  conversations: ConversationStore;
  messages: MessageStore;
  spoken: Spoken;
  listings: ListingStore;
  users: UserStore;
  blocks: Blocks;
  openConversation: (actor: Actor, input: { listingId: string }) => Promise<unknown>;
  post: PostEntry;
  openDeal: OpenDeal;
  announce: (conversation: Conversation) => Promise<void>;
  quota: Quota;
  clock: Clock;
}) {
  const { mongo, conversations, messages, listings, users, blocks, clock, quota } = deps;
  const { openDeal } = deps;
  const offers = new OfferStore(mongo);
  const record = createRecordOffer({ offers, conversations, post: deps.post });
  const announce = createAnnounceConversations({ conversations, announce: deps.announce });
  const endByTime = createEndByTime({ offers, listings, record, clock });
  const answering = { offers, conversations, record, endByTime, clock };
  const closing = { offers, record, announce, clock };
  const closeBetween = createCloseBetween(closing);
  const closeIn = createCloseIn(closing);
  const present = createPresentOffers({ listings, conversations, users, clock });
  const make = createMakeOffer({
    ...{ mongo, offers, conversations, messages, listings, openDeal, record, announce },
    spoken: deps.spoken,
    ...{ blocks, closeBetween, closeIn, quota, clock },
  });
  const accept = createAcceptOffer({ ...answering, mongo, listings, openDeal, announce });
  const decline = createDeclineOffer(answering);
  const withdraw = createWithdrawOffer(answering);
  return {
    offers,
    record,
    /** What changes of listings do to the offers on them. */
    reach: createReachOffers(closing),
    /** After a block: no offer stays open between the two. */
    closeBetween,
    /** After somebody left: none stays open where nobody can answer. */
    closeIn,
    /** What the sender's devices know an entry by: for an act on an offer the id that came with the act. */
    knownAs: async ({ offer, clientMessageId }: Entry): Promise<string> => {
      const steps = offer && (await offers.get(offer.id))?.snapshot().steps;
      const step = steps?.find(({ version }) => version === offer?.version);
      return step?.clientMessageId ?? clientMessageId;
    },
    commands: {
      ...{ make, accept, decline, withdraw },
      counter: createCounterOffer({ ...answering, mongo, listings }),
      async get(actor: Actor, id: string): Promise<view.Offer> {
        const offer = await offers.get(id);
        mustBeSideOf(offer, actor.userId);
        return present.one(offer, actor.userId);
      },
      list: createListOffers({ offers, listings, blocks, present }),
      declineMany: createDeclineOffers({ offers, listings, blocks, decline, clock }),
      giveAways: createGiveAways({
        ...{ offers, listings, openConversation: deps.openConversation },
        ...{ make, accept, decline, withdraw },
      }),
    },
    prepare: () => offers.prepare(),
  };
}
