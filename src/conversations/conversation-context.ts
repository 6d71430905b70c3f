import type { Context } from '../context.js';
import type { Conversation } from '../domain/conversation.js';
import type { Screened } from '../domain/lures.js';
import type { Listings } from '../listings/index.js';
import type { Media } from '../media/index.js';
import type { FanOut } from '../platform/fan-out.js';
import { Hook } from '../platform/hook.js';
import type { Users } from '../users/index.js';
import { createSpoken } from './conversation.policy.js';
import { ConversationStore } from './conversation.store.js';
import { InboxStore } from './inbox.store.js';
import { LastSeenStore } from './last-seen.store.js';
import { MessageLog } from './message-log.js';
import { MessageStore } from './message.store.js';
import { OriginalStore } from './original.store.js';
import { Projections } from './projections.js';

/** Somebody read, up to `readSeq`, what a notification had told them of. */
export interface ToldAndRead {
  conversationId: string;
  recipientId: string;
  readSeq: number;
  /** The sign-in with which they read it. */
  sessionId: string;
}

/** What everything in this slice works with. */
export type ConversationContext = ReturnType<typeof createConversationContext>;

export function createConversationContext(
  context: Context,
  below: { users: Users; listings: Listings; media: Media; fanOut: FanOut },
) {
  const { config, mongo, clock, log, metrics, tracing, news, presence } = context;
  const { quotas, caching, epoch, sharded } = context;
  const { messagesPerSecond: perSecond, messageBurst: burst } = config;
  const { users, blocks } = below.users;
  const rate = quotas.rate('messages', { perSecond, burst });
  const inbox = context.store(new InboxStore(mongo));
  const messages = context.store(new MessageStore(mongo, { searchMs: config.searchMs }));
  return {
    clock,
    log,
    metrics,
    readCaches: config.readCaches,
    tracing,
    presence,
    epoch,
    quotas,
    users,
    blocks,
    news,
    mongo,
    listings: below.listings.listings,
    listingCards: below.listings.cards,
    listingCounts: below.listings.counts,
    showListing: below.listings.show,
    images: below.media.shelf,
    fanOut: below.fanOut,
    conversations: context.store(new ConversationStore(mongo, { blocks, caching })),
    inbox,
    messages,
    originals: context.store(new OriginalStore(mongo)),
    lastSeen: new LastSeenStore(mongo, log),
    messageLog: new MessageLog({
      store: messages,
      clock,
      metrics,
      sharded,
      queue: config.logQueue,
    }),
    projections: new Projections({ inbox, log }),
    spoken: createSpoken(messages),
    /** Asked about every text before it is stored. */
    screening: new Hook<string, Screened>(),
    /** Of messages, and of what both people hear of as of a message. */
    quota: (userId: string) => rate.take(userId, below.fanOut.isOnlyHere(userId)),
    /** Somebody left it: what waits for an answer there waits for ever. */
    left: new Hook<{ conversation: Conversation; leaverId: string }>(),
    /** Somebody read what they had been told of by a notification. */
    toldAndRead: new Hook<ToldAndRead>(),
  };
}
