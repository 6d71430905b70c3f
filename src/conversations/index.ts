import type { Connection } from 'mongoose';
import type { ListingStore } from '../listings/index.js';
import type { Clock } from '../platform/clock.js';
import type { FanOut } from '../platform/fan-out.js';
import type { Hearing } from '../platform/hearing.js';
import type { Logger } from '../platform/logger.js';
import type { Metrics } from '../platform/metrics.js';
import type { PresenceReader } from '../platform/presence.js';
import type { Quota } from '../platform/quota.js';
import type { Blocks, ClosureNews, UserStore } from '../users/index.js';
import { createAnnounceConversation } from './announce-conversation.js';
import { createApplyChange } from './apply-change.js';
import { createCatchUp } from './catch-up.js';
import { createChangeMembership } from './change-membership.js';
import { createEditMessage, createUnsendMessage } from './change-message.js';
import { createPresentConversations, createPresentToReaders } from './conversation.presenter.js';
import { ConversationStore } from './conversation.store.js';
import { createKeepImages, type ImageShelf, type WithdrawImages } from './image-shelf.js';
import { InboxStore } from './inbox.store.js';
import type { Conversation } from '../domain/conversation.js';
import { createLeaveConversation } from './leave-conversation.js';
import { LastSeenStore } from './last-seen.store.js';
import { MessageLog } from './message-log.js';
import { MessageStore } from './message.store.js';
import { createOpenConversation } from './open-conversation.js';
import { OriginalStore } from './original.store.js';
import { createPostEntry } from './post-entry.js';
import { Projections } from './projections.js';
import { createPullSync } from './pull-sync.js';
import { createReadConversations } from './read-conversations.js';
import { Receipts, type ToldAndRead } from './receipts.js';
import { RefreshViews } from './refresh-views.js';
import { createRejoin } from './rejoin-conversation.js';
import { createSearchMessages } from './search-messages.js';
import { createSendMessage } from './send-message.js';
import { createSetTyping } from './set-typing.js';
import { createSpoken } from './spoken.js';
import { createTellEntry } from './tell-entry.js';
import { createPresenceCommands } from './watch-presence.js';

export { createAnnounceConversation } from './announce-conversation.js';
export { createApplyChange, type ApplyChange } from './apply-change.js';
export { createPresentConversations, createPresentToReaders } from './conversation.presenter.js';
export { ConversationStore } from './conversation.store.js';
export {
  createKeepImages,
  type ImageShelf,
  type KeepImages,
  type WithdrawImages,
} from './image-shelf.js';
export { InboxStore, type InboxRow, type RowPositions } from './inbox.store.js';
export { MessageLog, type Appended, type LogStore } from './message-log.js';
export { presentMessage } from './message.presenter.js';
export { MessageStore } from './message.store.js';
export { mustSee } from './conversation.policy.js';
export type { Spoken } from './spoken.js';
export { OriginalStore } from './original.store.js';
export { createPostEntry, type PostEntry } from './post-entry.js';
export { Projections } from './projections.js';
export { RefreshViews } from './refresh-views.js';
export type { Telling } from './tell-entry.js';
export type ConversationCommands = ReturnType<typeof createConversations>['commands'];

/** Builds the slice: conversations, their log, inboxes, receipts and sync. */
export function createConversations(deps: {
  mongo: Connection;
  /** Goes with every answer of sync: see `platform/epoch.ts`. */
  epoch: string;
  users: UserStore;
  blocks: Blocks;
  closureNews: ClosureNews;
  hearing: Hearing;
  listings: ListingStore;
  fanOut: FanOut;
  images: ImageShelf;
  withdrawImages: WithdrawImages;
  quotas: { messages: Quota; conversations: Quota; searches: Quota };
  /** A search that takes longer is given up. */
  searchMs?: number;
  /** What may wait to be stored: see {@link MessageLog}. */
  logQueue: { entries: number; bytes: number };
  presence: PresenceReader;
  /** Other nodes remember people: they are to forget this one. Returns at once. */
  forgetPerson: (userId: string) => void;
  /** What waits for an answer in a conversation that was left: nobody could give one any more. */
  closeOffers: (conversation: Conversation, leaverId: string) => Promise<void>;
  /** Somebody read what they had been told of by a notification; returns at once. */
  toldAndRead: (read: ToldAndRead) => void;
  clock: Clock;
  log: Logger;
  metrics: Metrics;
}) {
  const { users, blocks, listings, fanOut, clock, metrics, closureNews: news } = deps;
  const conversations = new ConversationStore(deps.mongo, { blocks, hearing: deps.hearing });
  const messages = new MessageStore(deps.mongo, { searchMs: deps.searchMs });
  const inbox = new InboxStore(deps.mongo);
  const lastSeen = new LastSeenStore(deps.mongo, deps.log);
  const presentTo = createPresentToReaders({ conversations, inbox, messages, listings, users });
  const present = createPresentConversations(presentTo);
  const messageLog = new MessageLog({ store: messages, clock, metrics, queue: deps.logQueue });
  const projections = new Projections({ inbox, log: deps.log });
  const originals = new OriginalStore(deps.mongo);
  const { withdrawImages } = deps;
  const apply = createApplyChange({ messages, originals, withdrawImages, clock });
  const { toldAndRead } = deps;
  const spoken = createSpoken({ messages });
  const receipts = new Receipts({ conversations, inbox, messages, spoken, fanOut, toldAndRead });
  const post = createPostEntry({ log: messageLog, fanOut, projections });
  const announce = createAnnounceConversation({ presentTo, fanOut });
  const refresh = new RefreshViews({
    marks: { listing: listings.marks, person: users.marks },
    ...{ conversations, inbox, presentTo, fanOut, log: deps.log },
    presence: deps.presence,
    forgetPerson: deps.forgetPerson,
  });
  const catchUp = createCatchUp({ inbox, messages, projections });
  const quota = deps.quotas.messages;
  const rejoin = createRejoin({ conversations, inbox, news, announce, quota });
  const change = { conversations, messages, post, apply, spoken, quota, clock };
  return {
    conversations,
    messages,
    inbox,
    lastSeen,
    post,
    spoken,
    announce,
    refresh,
    /** A block between the two was set or lifted: both see their conversations as they are now. */
    blocksChanged: async (pair: [string, string]) => {
      const ids = await inbox.between(...pair);
      const shared = [...(await conversations.getMany(ids)).values()];
      const open = shared.filter(({ closed }) => !closed).map(({ id }) => id);
      await inbox.touch(
        ids.flatMap((conversationId) => pair.map((userId) => ({ userId, conversationId }))),
      );
      await inbox.showPositions(open, pair);
      for (const conversation of shared) await announce(conversation);
    },
    tellEntry: createTellEntry({ conversations }),
    presence: createPresenceCommands({
      conversations,
      inbox,
      presence: deps.presence,
      lastSeen,
      spoken,
      clock,
    }),
    /** Another node changed it. */
    forget: (conversationId: string) => conversations.forget(conversationId),
    commands: {
      open: createOpenConversation({
        conversations,
        inbox,
        listings,
        blocks,
        present,
        rejoin,
        quota: deps.quotas.conversations,
        clock,
      }),
      send: createSendMessage({
        ...{ conversations, messages, post, spoken, images: deps.images, quota },
        keepImages: createKeepImages(deps.images),
      }),
      edit: createEditMessage(change),
      unsend: createUnsendMessage(change),
      changeMembership: createChangeMembership({
        conversations,
        inbox,
        messages,
        present,
        rejoin,
        spoken,
        fanOut,
      }),
      leave: createLeaveConversation({
        ...{ conversations, inbox, post, present, spoken, news, announce, quota, clock },
        closeOffers: deps.closeOffers,
      }),
      search: createSearchMessages({
        conversations,
        inbox,
        messages,
        catchUp,
        spoken,
        quota: deps.quotas.searches,
      }),
      sync: createPullSync({
        ...{ conversations, inbox, messages, present, catchUp },
        epoch: deps.epoch,
      }),
      setTyping: createSetTyping({ conversations, spoken, fanOut }),
      moveReceipts: receipts.move.bind(receipts),
      ...createReadConversations({ conversations, inbox, messages, present, catchUp, spoken }),
    },
    prepare: async () => {
      const stores = [conversations, messages, inbox, originals];
      await Promise.all(stores.map((store) => store.prepare()));
    },
    /** Everything that was acknowledged is stored anyway; this brings the projections along. */
    drain: async () => {
      await messageLog.drained();
      await receipts.drained();
      await refresh.drained();
      await projections.flush();
      await lastSeen.flush();
    },
  };
}
