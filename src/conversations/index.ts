import type { Context } from '../context.js';
import type { Conversation } from '../domain/conversation.js';
import type { Entry, EntryDraft } from '../domain/entry.js';
import type { Listings } from '../listings/index.js';
import type { Media } from '../media/index.js';
import type { FanOut } from '../platform/fan-out.js';
import type { Users } from '../users/index.js';
import { applyChange } from './apply-change.js';
import { createChangeMembership } from './change-membership.js';
import { createEditMessage, createUnsendMessage } from './change-message.js';
import { createConversationContext } from './conversation-context.js';
import { countUncounted } from './count-conversation.js';
import { announce, showBlock } from './conversation.presenter.js';
import { exportTalk } from './export-talk.js';
import { createLeaveConversation, leaveAll } from './leave-conversation.js';
import { createOpenConversation } from './open-conversation.js';
import { postEntry, tellEntry, type Origin } from './post-entry.js';
import { createPullSync } from './pull-sync.js';
import { createReadConversations } from './read-conversations.js';
import { Receipts } from './receipts.js';
import { RefreshViews } from './refresh-views.js';
import { createSearchMessages } from './search-messages.js';
import { createSendMessage, keepImages } from './send-message.js';
import { warnOther } from './screen-text.js';
import { createSetTyping } from './set-typing.js';
import { createPresenceCommands } from './watch-presence.js';

export type { InboxStore, Reader, RowPositions, Rows } from './inbox.store.js';
export { toHead, type EntryDocument } from './entry-document.js';
export type { MessageStore } from './message.store.js';
export { mustSee } from './conversation.policy.js';
export type Conversations = ReturnType<typeof createConversations>;
export type ConversationCommands = Conversations['commands'];

/** Builds the slice: conversations, their log, inboxes, receipts and sync. */
export function createConversations(
  context: Context,
  below: { users: Users; listings: Listings; media: Media; fanOut: FanOut },
) {
  const chat = createConversationContext(context, below);
  const { conversations, messages, inbox, lastSeen, left, toldAndRead, spoken, clock } = chat;
  const receipts = new Receipts(chat);
  const refresh = new RefreshViews(chat);
  below.users.profileChanged.on((userId) => refresh.note('person', userId));
  below.listings.cardChanged.on((listingId) => refresh.note('listing', listingId));
  below.users.blocksChanged.on((pair) => showBlock(chat, pair));
  below.users.erasing.on(async (userId) => {
    await leaveAll(chat, userId);
    await lastSeen.forget(userId);
  });
  chat.news.on('closureChanged', ({ conversationId }) => {
    if (conversationId !== undefined) conversations.forget(conversationId);
  });
  // Everything that was acknowledged is stored anyway; this brings the projections along.
  context.lifecycle.onStop('conversations', async () => {
    await chat.messageLog.drained();
    await receipts.drained();
    await refresh.drained();
    await chat.projections.flush();
    await lastSeen.flush();
  });
  const reading = createReadConversations(chat);
  below.users.exporting.on((userId) => exportTalk(chat, reading, userId));
  return {
    conversations,
    messages,
    originals: chat.originals,
    screening: chat.screening,
    warn: async (entry: Entry) => {
      const conversation = await conversations.get(entry.conversationId);
      if (conversation) await warnOther(chat, conversation, entry);
    },
    inbox,
    left,
    toldAndRead,
    spoken,
    post: (conversation: Conversation, draft: EntryDraft, origin?: Origin) =>
      postEntry(chat, conversation, draft, origin),
    announce: (conversation: Conversation) => announce(chat, conversation),
    applyChange: (entry: Entry) => applyChange(chat, entry),
    count: ({ conversationId }: Entry) => countUncounted(chat, conversationId),
    keepImages: (entry: Entry) => keepImages(chat, entry),
    tellEntry: (entry: Entry, knownAs: (entry: Entry) => Promise<string>) =>
      tellEntry(chat, entry, knownAs),
    /** Somebody was connected just now. */
    noteSeen: (userId: string) => lastSeen.note(userId, clock()),
    presence: createPresenceCommands(chat),
    /** What a process that died has not shown to everybody. */
    timers: (['listing', 'person'] as const).map((subject) => ({
      name: `refresh-${subject}`,
      due: (until: Date, limit: number) => refresh.due(subject, until, limit),
      act: (id: string) => refresh.refresh(subject, id),
    })),
    commands: {
      open: createOpenConversation(chat),
      send: createSendMessage(chat),
      /** How long a message that is sent now to this conversation will probably wait to be stored, in ms. */
      waitMs: (conversationId: string) => chat.messageLog.waitMs(conversationId),
      edit: createEditMessage(chat),
      unsend: createUnsendMessage(chat),
      changeMembership: createChangeMembership(chat),
      leave: createLeaveConversation(chat),
      search: createSearchMessages(chat),
      sync: createPullSync(chat),
      setTyping: createSetTyping(chat),
      moveReceipts: receipts.move.bind(receipts),
      ...reading,
    },
  };
}
