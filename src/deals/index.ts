import type { ClientSession, Connection } from 'mongoose';
import type { ConversationStore, MessageStore, PostEntry } from '../conversations/index.js';
import type { Conversation } from '../domain/conversation.js';
import type { Entry } from '../domain/entry.js';
import type { ListingCommands, ListingStore } from '../listings/index.js';
import type { OfferStore, RecordOffer } from '../offers/index.js';
import { type Agreement, Deal } from '../domain/deal.js';
import type { Clock } from '../platform/clock.js';
import type { Blocks, UserStore } from '../users/index.js';
import { createActsOnDeal } from './act-on-deal.js';
import { createChangeListingState } from './change-listing-state.js';
import { createPresentDeals, type ReviewsOf } from './deal.presenter.js';
import type { DealStore } from './deal.store.js';
import { createReadDeals } from './read-deals.js';
import { createRecordDeal, type DealEnded } from './record-deal.js';
import { createTellRivals } from './tell-rivals.js';

export { DealStore, type Due } from './deal.store.js';
export { createPresentDeals, type ReviewsOf } from './deal.presenter.js';
export { createPassTime } from './pass-time.js';
export { createRecordDeal, type DealEnded, type RecordDeal } from './record-deal.js';
export { createRemindOfAppointment } from './remind-of-appointment.js';
export { createTellRivals } from './tell-rivals.js';
export type DealCommands = ReturnType<typeof createDeals>['commands'];

/** Opens deals, inside the transaction of what was agreed. It stands before the offers, which open them. */
export const createOpenDeal =
  (deals: DealStore) =>
  (agreement: Agreement, session: ClientSession): Promise<void> =>
    deals.add(Deal.open(agreement), session);

/** Builds the slice: what buyer and seller agreed on. It knows offers; offers only know how to open a deal. */
export function createDeals(deps: {
  mongo: Connection;
  deals: DealStore;
  offers: OfferStore;
  recordOffer: RecordOffer;
  listings: ListingStore;
  listingCommands: Pick<ListingCommands, 'put' | 'get'>;
  conversations: ConversationStore;
  messages: MessageStore;
  users: UserStore;
  blocks: Blocks;
  reviewsOf: ReviewsOf;
  ended: DealEnded;
  post: PostEntry;
  announce: (conversation: Conversation) => Promise<void>;
  clock: Clock;
}) {
  const { mongo, deals, offers, recordOffer, listings, conversations, messages, clock } = deps;
  const { post, announce } = deps;
  const tellRivals = createTellRivals({
    ...{ conversations, messages, listings, post, announce },
  });
  const record = createRecordDeal({ deals, conversations, post, tellRivals, ended: deps.ended });
  const { users, reviewsOf } = deps;
  const present = createPresentDeals({ listings, conversations, users, reviewsOf });
  return {
    /** What the sender's devices know the entry of an appointment by: the id that came with the act. */
    knownAs: async ({ appointment, clientMessageId }: Entry): Promise<string> => {
      const steps = appointment && (await deals.get(appointment.dealId))?.snapshot().steps;
      const step = steps?.find((one) => clientMessageId.endsWith(`:v${one.version}`));
      return step?.clientMessageId ?? clientMessageId;
    },
    commands: {
      ...createReadDeals({ deals, present, clock }),
      ...createActsOnDeal({
        ...{ mongo, deals, offers, listings, conversations, record, recordOffer, present },
        ...{ announce, clock },
      }),
      changeListingState: createChangeListingState({
        ...{ mongo, deals, offers, listings, conversations, messages, record, recordOffer },
        ...{
          announce,
          clock,
          blocks: deps.blocks,
          commands: deps.listingCommands,
          openDeal: createOpenDeal(deals),
        },
      }),
    },
    prepare: () => deals.prepare(),
  };
}
