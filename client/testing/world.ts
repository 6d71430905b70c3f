import type { ConversationSnapshot } from '../../src/domain/conversation.js';
import type { DealSnapshot } from '../../src/domain/deal.js';
import type { ListingSnapshot } from '../../src/domain/listing.js';
import type { OfferSnapshot } from '../../src/domain/offer.js';
import type { ReviewState } from '../../src/domain/review.js';
import type { Me, Message, ServerEvents } from '../contract-types.js';
import type { ServerEventName } from './event-names.js';

/** Who asks; `socketId` when it came over a socket, which then hears no echo. */
export interface Actor {
  readonly userId: string;
  readonly sessionId: string;
  readonly socketId?: string;
}

export interface Account extends Me {
  password: string;
}

export interface TokenState {
  userId: string;
  sessionId: string;
  expired: boolean;
}

/** One person's own view of a conversation. */
export interface Membership {
  deliveredSeq: number;
  readSeq: number;
  muted: boolean;
  pinned: boolean;
  archived: boolean;
}

export interface StoredEntry {
  message: Message;
  /** The id it was sent under; a repeat is found by it. */
  clientMessageId: string;
  /** Tells a repeat from another message under the same id. */
  content: string;
}

export interface StoredConversation extends ConversationSnapshot {
  /** The log: the entry with `seq` n is at n - 1, so it can't have a hole. */
  entries: StoredEntry[];
  members: Record<string, Membership>;
  /** Both know of it, whatever was said: set by the test that made it. */
  shown?: true;
  /** Counts up over all conversations with every change; a sync cursor is a value of it. */
  changed: number;
}

/** All that the gateway remembers: what the domain says of it, beside logs, people and images. */
export interface WorldState {
  epoch: string;
  changes: number;
  ids: number;
  accounts: Record<string, Account>;
  listings: Record<string, ListingSnapshot>;
  conversations: Record<string, StoredConversation>;
  offers: Record<string, OfferSnapshot>;
  deals: Record<string, DealSnapshot>;
  reviews: Record<string, ReviewState>;
  images: Record<string, { ownerId: string; used: boolean; width: number; height: number }>;
  blocks: { by: string; userId: string; createdAt: string }[];
}

/** Says something to all devices of a person. */
export type Tell = <Name extends ServerEventName>(
  userId: string,
  event: Name,
  payload: ServerEvents[Name],
  exceptSocketId?: string,
) => void;

/** What the commands act on. */
export interface World {
  state: WorldState;
  /** By token. Outlives a restored backup: sessions are none of its business. */
  readonly tokens: Map<string, TokenState>;
  readonly endedSessions: Set<string>;
  now(): Date;
  /** Counted, not random: the same script makes the same ids. */
  nextId(kind: string): string;
  tell: Tell;
  /** Signed out everywhere: its sockets are cut, its tokens are worth nothing. */
  endSession(sessionId: string): void;
  isOnline(userId: string): boolean;
  lastActive(userId: string): Date | undefined;
  /** This socket hears when these people come and go, or no longer. */
  watch(socketId: string, userIds: string[], on: boolean): void;
  /** An entry was appended: whoever does not take it is hinted later. */
  appended(conversation: StoredConversation): void;
}

export function emptyState(): WorldState {
  return {
    epoch: 'epoch-1',
    changes: 0,
    ids: 0,
    accounts: {},
    listings: {},
    conversations: {},
    offers: {},
    deals: {},
    reviews: {},
    images: {},
    blocks: [],
  };
}
