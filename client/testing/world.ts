import type {
  Answers,
  Listing,
  Me,
  Message,
  Offer,
  OfferAct,
  ServerEvents,
} from '../contract-types.js';

export type ClientEventName = keyof Answers;
export type ServerEventName = keyof ServerEvents;

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
  left: boolean;
}

export interface StoredEntry {
  message: Message;
  /** The id it was sent under; a repeat is found by it. */
  clientMessageId: string;
  /** Tells a repeat from another message under the same id. */
  content: string;
}

export interface StoredConversation {
  id: string;
  listingId: string;
  buyerId: string;
  sellerId: string;
  createdAt: string;
  /** The log: the entry with `seq` n is at n - 1, so it can't have a hole. */
  entries: StoredEntry[];
  members: Record<string, Membership>;
  /** Counts up over all conversations with every change; a sync cursor is a value of it. */
  changed: number;
}

export interface StoredOffer {
  offer: Offer;
  /** The acts, by `<userId> <clientMessageId>`: a repeat is answered with what it did the first time. */
  acts: Record<
    string,
    { act: OfferAct; amount: number; note?: string; answer: { offer: Offer; message: Message } }
  >;
}

export interface StoredListing extends Omit<Listing, 'seller' | 'abilities' | 'distanceKm'> {
  sellerId: string;
}

/** All that the gateway remembers. Plain JSON, so that a backup is a copy. */
export interface WorldState {
  epoch: string;
  changes: number;
  ids: number;
  accounts: Record<string, Account>;
  listings: Record<string, StoredListing>;
  conversations: Record<string, StoredConversation>;
  offers: Record<string, StoredOffer>;
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
    images: {},
    blocks: [],
  };
}
