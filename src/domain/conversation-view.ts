import type { view } from '../contract/index.js';
import type { Conversation } from './conversation.js';
import type { Entry } from './entry.js';
import type { Listing } from './listing.js';
import { conversationAbilities } from './listing-access.js';
import { presentCard } from './listing-view.js';
import { presentMessage } from './message-view.js';

type Shown = Pick<
  view.Conversation,
  'buyer' | 'seller' | 'lastSeq' | 'unread' | 'cursors' | 'muted' | 'pinned' | 'archived' | 'left'
>;

/** What else is needed to show a conversation. */
export interface ConversationGround extends Shown {
  /** Undefined: it is gone. */
  listing: Listing | undefined;
  /** The last entry that stands by itself. */
  last: Entry | undefined;
}

/** A conversation as one of its two people sees it, with what this person may do now. */
export function presentConversation(
  conversation: Conversation,
  userId: string,
  { listing, last, left, ...shown }: ConversationGround,
): view.Conversation {
  const { id, listingId, closed } = conversation;
  return {
    id,
    listing: presentCard(listingId, listing),
    lastMessage: last ? presentMessage(last, userId) : null,
    ...shown,
    closed,
    ...(left ? { left } : {}),
    abilities: conversationAbilities(listing, userId, closed),
  };
}
