import type { Context } from '../context.js';
import type { Conversations } from '../conversations/index.js';
import type { Listings } from '../listings/index.js';
import type { Users } from '../users/index.js';
import { AfterAnswer } from './after-answer.js';
import { ContestStore } from './contest.store.js';
import { DealStore } from './deal.store.js';
import { OfferStore } from './offer.store.js';
import { ReviewStore } from './review.store.js';

/** What everything in this slice works with. */
export type TradeContext = ReturnType<typeof createTradeContext>;

export function createTradeContext(
  context: Context,
  below: { users: Users; listings: Listings; conversations: Conversations },
) {
  const { config, mongo, clock } = context;
  const { messagesPerSecond: perSecond, messageBurst: burst } = config;
  const { users, blocks, sanctions } = below.users;
  const { conversations, messages, spoken, post, announce, screening } = below.conversations;
  return {
    mongo,
    clock,
    recentWrites: context.recentWrites,
    log: context.log,
    offers: context.store(new OfferStore(mongo)),
    deals: context.store(new DealStore(mongo)),
    reviews: context.store(new ReviewStore(mongo)),
    contests: context.store(new ContestStore(mongo)),
    users,
    blocks,
    sanctions,
    listings: below.listings.listings,
    listingCommands: below.listings.commands,
    removeListingsOf: below.listings.removeAllOf,
    conversations,
    openConversation: below.conversations.commands.open,
    messages,
    spoken,
    post,
    /** Shows both people their conversation as it is now. */
    announce,
    /** Asked about every note before it is stored. */
    screening,
    afterAnswer: new AfterAnswer(context.log),
    /** Of offers that a person makes. */
    quota: context.quotas.rate('offers', { perSecond, burst }).take,
  };
}
