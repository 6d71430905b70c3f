import { limits } from '../contract/index.js';
import type { Context } from '../context.js';
import type { Conversation } from '../domain/conversation.js';
import type { Listings } from '../listings/index.js';
import type { Media } from '../media/index.js';
import type { FanOut } from '../platform/fan-out.js';
import { Hook } from '../platform/hook.js';
import type { Users } from '../users/index.js';
import { createAnnounceConversation } from './announce-conversation.js';
import { createApplyChange } from './apply-change.js';
import { createCatchUp } from './catch-up.js';
import { createChangeMembership } from './change-membership.js';
import { createEditMessage, createUnsendMessage } from './change-message.js';
import { createPresentConversations, createPresentToReaders } from './conversation.presenter.js';
import { ConversationStore } from './conversation.store.js';
import { createKeepImages } from './image-shelf.js';
import { InboxStore } from './inbox.store.js';
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
import { createShowBlock } from './show-block.js';
import { createSpoken } from './spoken.js';
import { createTellEntry } from './tell-entry.js';
import { createPresenceCommands } from './watch-presence.js';

export type { ApplyChange } from './apply-change.js';
export type { ConversationStore } from './conversation.store.js';
export type { KeepImages } from './image-shelf.js';
export type { InboxRow, InboxStore, RowPositions } from './inbox.store.js';
export type { MessageStore } from './message.store.js';
export { presentMessage } from './message.presenter.js';
export { mustSee } from './conversation.policy.js';
export type { Spoken } from './spoken.js';
export type { PostEntry } from './post-entry.js';
export type Conversations = ReturnType<typeof createConversations>;
export type ConversationCommands = Conversations['commands'];

/** Builds the slice: conversations, their log, inboxes, receipts and sync. */
export function createConversations(
  context: Context,
  below: { users: Users; listings: Listings; media: Media; fanOut: FanOut },
) {
  const { config, mongo, clock, log, metrics, presence, news, quotas, caching } = context;
  const { fanOut } = below;
  const { users, blocks, closureNews, blocksChanged, profileChanged } = below.users;
  const { listings, cardChanged } = below.listings;
  const { shelf } = below.media;
  /** Somebody left it: what waits for an answer there waits for ever. */
  const left = new Hook<{ conversation: Conversation; leaverId: string }>();
  /** Somebody read what they had been told of by a notification. */
  const toldAndRead = new Hook<ToldAndRead>();

  const conversations = context.store(new ConversationStore(mongo, { blocks, caching }));
  const messages = context.store(new MessageStore(mongo, { searchMs: config.searchMs }));
  const inbox = context.store(new InboxStore(mongo));
  const originals = context.store(new OriginalStore(mongo));
  const lastSeen = new LastSeenStore(mongo, log);

  const presentTo = createPresentToReaders({ conversations, inbox, messages, listings, users });
  const present = createPresentConversations(presentTo);
  const messageLog = new MessageLog({ store: messages, clock, metrics, queue: config.logQueue });
  const projections = new Projections({ inbox, log });
  const post = createPostEntry({ log: messageLog, fanOut, projections });
  const announce = createAnnounceConversation({ presentTo, fanOut });
  const withdrawImages = shelf.withdraw.bind(shelf);
  const apply = createApplyChange({ messages, originals, withdrawImages, clock });
  const keepImages = createKeepImages(shelf);
  const spoken = createSpoken({ messages });
  const receipts = new Receipts({ conversations, inbox, messages, spoken, fanOut, toldAndRead });
  const catchUp = createCatchUp({ inbox, messages, projections });
  const refresh = new RefreshViews({
    marks: { listing: listings.marks, person: users.marks },
    conversations,
    inbox,
    presentTo,
    fanOut,
    presence,
    forgetPerson: (userId) => news.announce({ kind: 'profileChanged', userId }),
    log,
  });
  profileChanged.on((userId) => refresh.note('person', userId));
  cardChanged.on((listingId) => refresh.note('listing', listingId));
  blocksChanged.on(createShowBlock({ conversations, inbox, announce }));
  news.on('closureChanged', ({ conversationId }) => {
    if (conversationId !== undefined) conversations.forget(conversationId);
  });

  const { messagesPerSecond: perSecond, messageBurst: burst } = config;
  const quota = quotas.rate('messages', { perSecond, burst }).take;
  const rejoin = createRejoin({ conversations, inbox, news: closureNews, announce, quota });
  const change = { conversations, messages, post, apply, spoken, quota, clock };
  // Everything that was acknowledged is stored anyway; this brings the projections along.
  context.lifecycle.onStop('conversations', async () => {
    await messageLog.drained();
    await receipts.drained();
    await refresh.drained();
    await projections.flush();
    await lastSeen.flush();
  });
  return {
    conversations,
    messages,
    inbox,
    left,
    toldAndRead,
    post,
    spoken,
    announce,
    apply,
    keepImages,
    tellEntry: createTellEntry({ conversations }),
    /** Somebody was connected just now. */
    noteSeen: (userId: string) => lastSeen.note(userId, clock()),
    presence: createPresenceCommands({
      conversations,
      inbox,
      presence,
      lastSeen,
      spoken,
      clock,
    }),
    /** What a process that died has not shown to everybody. */
    timers: (['listing', 'person'] as const).map((subject) => ({
      name: `refresh-${subject}`,
      due: (until: Date, limit: number) => refresh.due(subject, until, limit),
      act: (id: string) => refresh.refresh(subject, id),
    })),
    commands: {
      open: createOpenConversation({
        conversations,
        inbox,
        listings,
        blocks,
        present,
        rejoin,
        quota: quotas.window('conversations', {
          limit: limits.conversationsPerHour,
          seconds: 3600,
        }),
        clock,
      }),
      send: createSendMessage({
        conversations,
        messages,
        post,
        spoken,
        images: shelf,
        keepImages,
        quota,
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
        conversations,
        inbox,
        post,
        present,
        spoken,
        news: closureNews,
        left,
        announce,
        quota,
        clock,
      }),
      search: createSearchMessages({
        conversations,
        inbox,
        messages,
        catchUp,
        spoken,
        quota: quotas.window('searches', { limit: limits.searchesPerMinute, seconds: 60 }),
      }),
      sync: createPullSync({
        conversations,
        inbox,
        messages,
        present,
        catchUp,
        epoch: context.epoch,
      }),
      setTyping: createSetTyping({ conversations, spoken, fanOut }),
      moveReceipts: receipts.move.bind(receipts),
      ...createReadConversations({ conversations, inbox, messages, present, catchUp, spoken }),
    },
  };
}
