import type { ServerEventName, view } from '../../src/contract/index.js';
import { limits } from '../../src/contract/limits.js';
import { Conversation, type ConversationSnapshot } from '../../src/domain/conversation.js';
import type { DealSnapshot } from '../../src/domain/deal.js';
import { coarsely } from '../../src/domain/last-active.js';
import type { ListingSnapshot } from '../../src/domain/listing.js';
import type { OfferSnapshot } from '../../src/domain/offer.js';
import type { ReviewState } from '../../src/domain/review.js';
import type { ServerEvents } from '../contract-types.js';
import type { Clock } from './clock.js';
import { Faults } from './faults.js';

/** Who asks; `socketId` for a request from a socket, which then gets no echo. */
export interface Actor {
  readonly userId: string;
  readonly sessionId: string;
  readonly socketId?: string;
}

export interface Account extends view.Me {
  password: string;
}

export interface StoredEntry {
  message: view.Message;
  /** The id it was sent under; a repeat is found by it. */
  clientMessageId: string;
  /** What tells a repeat from another message under the same id. */
  content: string;
}

export interface StoredConversation extends ConversationSnapshot {
  /** The log: the entry with `seq` n is at index n - 1, so it can't have a hole. */
  entries: StoredEntry[];
  /** Each person's own state in it. */
  members: Record<string, Record<'deliveredSeq' | 'readSeq', number> & Record<OwnSetting, boolean>>;
  /** Both know of it, even without an entry; set by the test that made it. */
  shown?: true;
  /** Counts changes over all conversations; a sync cursor is a value of it. */
  changed: number;
}
export type OwnSetting = 'muted' | 'pinned' | 'archived';

/** All that the gateway remembers: what the domain defines, and logs, people and images. */
export interface WorldState {
  epoch: string;
  changes: number;
  accounts: Record<string, Account>;
  listings: Record<string, ListingSnapshot>;
  conversations: Record<string, StoredConversation>;
  offers: Record<string, OfferSnapshot>;
  deals: Record<string, DealSnapshot>;
  reviews: Record<string, ReviewState>;
  images: Record<string, { ownerId: string; used: boolean }>;
  blocks: { by: string; userId: string; createdAt: string }[];
}

/** A connected socket, as the gateway sees it. */
export interface LiveSocket {
  readonly id: string | undefined;
  readonly actor: Actor | undefined;
  /** The people whose presence it watches. */
  readonly watching: Set<string>;
  hear<Name extends ServerEventName>(event: Name, payload: ServerEvents[Name]): void;
  revoke(reason: ServerEvents['session:revoked']['reason']): void;
  end(reason: string): void;
}

/** The gateway behind its two doors: what it remembers, who is connected, and who is told what. */
export class World {
  state: WorldState = {
    epoch: 'epoch-1',
    changes: 0,
    accounts: {},
    listings: {},
    conversations: {},
    offers: {},
    deals: {},
    reviews: {},
    images: {},
    blocks: [],
  };
  /** By token. Survives a restored backup, as ended sessions do. */
  readonly tokens = new Map<string, { userId: string; sessionId: string; expired: boolean }>();
  readonly endedSessions = new Set<string>();
  /** The list that a cursor is of, and the id after which it continues. */
  readonly cursors = new Map<string, { list: string; id: string }>();
  readonly faults = new Faults();
  reachable = true;
  /** Counts drained nodes: later connections get another one. */
  node = 1;
  private readonly sockets = new Map<string, LiveSocket>();
  private readonly active = new Map<string, Date>();
  private readonly hintsPlanned = new Set<string>();
  private made = 0;

  constructor(
    readonly clock: Clock,
    /** Milliseconds that every packet and every REST answer takes, each direction. */
    public latencyMs: number,
    /** Milliseconds after which a connected device that did not take an entry gets a hint, as from the relay. */
    private readonly hintAfterMs: number,
  ) {}

  now(): Date {
    return this.clock.now();
  }

  /** Counted and not random, so that the same script makes the same ids. */
  nextId(kind: string): string {
    this.made += 1;
    return `${kind}-${this.made}`;
  }

  /** People whom a block keeps apart from a person, whoever set it. */
  apartFrom(userId: string): Set<string> {
    const around = this.state.blocks.filter((one) => one.by === userId || one.userId === userId);
    return new Set(around.map((one) => (one.by === userId ? one.userId : one.by)));
  }

  /** The domain's object for a stored conversation. */
  ruled(stored: StoredConversation): Conversation {
    return new Conversation(stored, this.apartFrom(stored.buyerId).has(stored.sellerId));
  }

  isClosed(id: string): boolean {
    return this.ruled(this.state.conversations[id]!).closed;
  }

  touch(conversation: StoredConversation): void {
    this.state.changes += 1;
    conversation.changed = this.state.changes;
  }

  /** Sends an event to all devices of a person. */
  tell<Name extends ServerEventName>(
    userId: string,
    event: Name,
    payload: ServerEvents[Name],
    exceptSocketId?: string,
  ): void {
    for (const socket of this.socketsOf(userId))
      if (socket.id !== exceptSocketId) socket.hear(event, payload);
  }

  /** Hints later at an appended entry, for devices that did not take it. */
  appended({ id }: StoredConversation): void {
    if (this.hintsPlanned.has(id)) return;
    this.hintsPlanned.add(id);
    this.clock.inBackground(this.hintAfterMs, () => {
      this.hintsPlanned.delete(id);
      const { entries = [], members = {} } = this.state.conversations[id] ?? {};
      for (const [person, { deliveredSeq }] of Object.entries(members))
        if (entries.slice(deliveredSeq).some(({ message }) => message.senderId !== person))
          this.tell(person, 'sync:hint', { conversationId: id, lastSeq: entries.length });
    });
  }

  /** Adds a socket; the person's oldest is closed when there are too many. */
  enter(socket: LiveSocket, { userId, sessionId }: Actor): void {
    const cameOnline = this.socketsOf(userId).length === 0;
    this.sockets.set(socket.id!, socket);
    const own = this.socketsOf(userId);
    if (own.length > limits.socketsPerUser) own[0]!.revoke('replaced');
    this.isActive(userId);
    socket.hear('session:ready', {
      userId,
      sessionId,
      nodeId: `mock-${this.node}`,
      protocol: 1,
      epoch: this.state.epoch,
      serverTime: this.now().toISOString(),
      limits: announced,
    });
    if (cameOnline) this.showPresence(userId);
  }

  leave(socketId: string, userId: string): void {
    this.sockets.delete(socketId);
    this.isActive(userId);
    if (this.socketsOf(userId).length === 0) this.showPresence(userId);
  }

  isActive(userId: string): void {
    this.active.set(userId, this.now());
  }

  socketsOf(userId?: string): LiveSocket[] {
    const all = [...this.sockets.values()];
    return userId === undefined ? all : all.filter(({ actor }) => actor?.userId === userId);
  }

  /** Ends a session: its sockets are cut, and its tokens are void. */
  endSession(sessionId: string): void {
    this.endedSessions.add(sessionId);
    for (const socket of this.socketsOf())
      if (socket.actor?.sessionId === sessionId) socket.revoke('signedOut');
  }

  /** Online or not, for people with whom one shares an open conversation; unknown for all others. */
  presenceOf(asking: string, userId: string): view.Presence {
    const shared = Object.values(this.state.conversations).some(
      ({ id, members }) => members[asking] && members[userId] && !this.isClosed(id),
    );
    const at = shared ? this.active.get(userId) : undefined;
    return {
      userId,
      online: shared && this.socketsOf(userId).length > 0,
      lastActiveAt: at ? coarsely(at, this.now()).toISOString() : null,
    };
  }

  /** Starts or stops telling this socket when these people come and go. */
  watch({ socketId }: Actor, userIds: string[], on: boolean): void {
    const watched = this.socketsOf().find(({ id }) => id === socketId)?.watching;
    for (const userId of userIds) watched?.[on ? 'add' : 'delete'](userId);
  }

  private showPresence(userId: string): void {
    for (const socket of this.socketsOf())
      if (socket.actor && socket.watching.has(userId))
        socket.hear('presence', this.presenceOf(socket.actor.userId, userId));
  }
}

/** The limits that a client needs. */
const announced = {
  textLength: limits.textLength,
  frameBytes: limits.frameBytes,
  messagesPerSecond: limits.messagesPerSecond,
  messageBurst: limits.messageBurst,
  typingEverySeconds: limits.typingEverySeconds,
  syncKnown: limits.syncKnown,
  noteLength: limits.noteLength,
};
