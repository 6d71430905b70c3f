/** All that the mock gateway knows, in one object: its slices share it, and so one file. */

import { Refusal } from '../../src/contract/errors.js';
import { announcedLimits, type PayloadOf } from '../../src/contract/events.js';
import type { view } from '../../src/contract/index.js';
import { limits } from '../../src/contract/limits.js';
import type { BodyOf, Endpoints, ParamsOf, QueryOf } from '../../src/contract/rest.js';
import type { AuditEntry } from '../../src/domain/audit.js';
import { Conversation, type ConversationSnapshot } from '../../src/domain/conversation.js';
import type { Contest } from '../../src/domain/contest.js';
import { Deal, type DealSnapshot } from '../../src/domain/deal.js';
import type { Entry } from '../../src/domain/entry.js';
import { gonePerson } from '../../src/domain/gone-person.js';
import { coarsely } from '../../src/domain/last-active.js';
import { Listing, type ListingSnapshot, type PastPrice } from '../../src/domain/listing.js';
import { Offer, type OfferSnapshot } from '../../src/domain/offer.js';
import type { AlertKind, Wanted } from '../../src/domain/wanted.js';
import type { Claim, Report } from '../../src/domain/report.js';
import { Review, type ReviewState } from '../../src/domain/review.js';
import { mustBeFree, type Sanction } from '../../src/domain/sanction.js';
import type { Answers, ClientEventName, ServerEventName, ServerEvents } from '../contract-types.js';
import type { Network } from './network.js';

/** Who asks, and which gateway; `socketId` for a request from a socket, which then gets no echo. */
export interface Caller {
  readonly world: World;
  readonly userId: string;
  readonly sessionId: string;
  readonly socketId?: string;
}

/** What each event does. The contract's row of it names the codes with which it may refuse. */
export type Events = {
  [Name in ClientEventName]: (
    me: Caller,
    input: PayloadOf<Name>,
  ) => Answers[Name] & { duplicate?: boolean };
};

/**
 * What endpoints do. Each is handed what stands in path, query and body together. Who answers with a list, alone or as
 * `all` beside other fields, answers with the whole of it: the door cuts the page. `duplicate` selects the second
 * status.
 */
export type Routes = {
  [Name in keyof Endpoints]?: (me: Caller, asked: Asked<Endpoints[Name]>) => unknown;
};
type Asked<E> = ParamsOf<E> & QueryOf<E> & (BodyOf<E> extends object ? BodyOf<E> : unknown);

/** What a person has said of another, or of a listing: to block them, to follow them, to like it. */
export interface Choice {
  by: string;
  of: string;
  createdAt: string;
  /** What the listing cost when they were told of it last. */
  price?: number;
  /** When they were told last that it costs less. */
  cutToldAt?: number;
}

/** What a person waits for. */
export interface StoredAlert extends Wanted {
  id: string;
  userId: string;
  kind: AlertKind;
  createdAt: Date;
}

/** Of a list of notifications; that of the mock holds news of listings alone. */
export interface StoredNews extends view.Notification {
  userId: string;
  listingId: string;
}

export type Account = view.Me & { password: string };

export interface StoredConversation extends ConversationSnapshot {
  /** The log: the entry with `seq` n is at index n - 1, so it can't have a hole. */
  entries: Entry[];
  /** Each person's own state in it. */
  members: Record<string, Member>;
  /** Both know of it, even without an entry; set by the test that made it. */
  shown?: true;
  /** Counts changes over all conversations; a sync cursor is a value of it. */
  changed: number;
}
type Positions = Pick<view.Receipts, 'deliveredSeq' | 'readSeq'>;
/** `frozen`: what the other side sees of the positions while the conversation is closed. */
type Member = Pick<view.Conversation, 'muted' | 'pinned' | 'archived'> &
  Positions & { frozen?: Positions | undefined };

/** All that the gateway remembers: what the domain defines, and logs, people and images. */
const emptyState = () => ({
  epoch: 'epoch-1',
  changes: 0,
  accounts: {} as Record<string, Account>,
  listings: {} as Record<string, ListingSnapshot>,
  pastPrices: {} as Record<string, PastPrice[]>,
  alerts: [] as StoredAlert[],
  news: [] as StoredNews[],
  /** Who looked at a listing on which day. */
  views: {} as Record<string, string[]>,
  conversations: {} as Record<string, StoredConversation>,
  offers: {} as Record<string, OfferSnapshot>,
  deals: {} as Record<string, DealSnapshot>,
  reviews: {} as Record<string, ReviewState>,
  images: {} as Record<string, { ownerId: string; usedBy: string | null }>,
  /** Mails with a link, by its token. */
  mails: {} as Record<string, { kind: 'reset' | 'newEmail'; userId: string; email?: string }>,
  /** When each person asked for an export. */
  exports: {} as Record<string, string>,
  blocks: [] as Choice[],
  favourites: [] as Choice[],
  following: [] as Choice[],
  contests: {} as Record<string, Contest>,
  reports: [] as Report[],
  /** By the target of reports. */
  claims: {} as Record<string, Claim>,
  sanctions: [] as Sanction[],
  /** What moderators did. */
  audit: [] as AuditEntry[],
});
export type WorldState = ReturnType<typeof emptyState>;

/** The domain's objects, which are stored as snapshots. */
const kinds = { listings: Listing, offers: Offer, deals: Deal, reviews: Review };
type Kinds = { [Kind in keyof typeof kinds]: InstanceType<(typeof kinds)[Kind]> };
type Choices = 'blocks' | 'favourites' | 'following';

/** A device of a person that signed in. Survives a restored backup. */
export interface Session {
  readonly id: string;
  readonly userId: string;
  ended: boolean;
}

/** A connected socket, as the gateway sees it. */
export interface LiveSocket {
  readonly id: string | undefined;
  readonly caller: Caller | undefined;
  /** The people whose presence it watches, and the listings. */
  readonly watching: Set<string>;
  hear<Name extends ServerEventName>(event: Name, payload: ServerEvents[Name]): void;
  revoke(reason: ServerEvents['session:revoked']['reason']): void;
  end(reason: string): void;
}

/** The gateway behind its two doors: what it remembers, who is connected, and who is told what. */
export class World {
  state = emptyState();
  readonly sessions = new Map<string, Session>();
  readonly tokens = new Map<unknown, { session: Session; expired: boolean }>();
  /** What a cursor was made for, and the id after which it continues. */
  readonly cursors = new Map<string, { scope: string; last: string }>();
  readonly sockets = new Map<string | undefined, LiveSocket>();
  /** Counts drained nodes: later connections get another one. */
  node = 1;
  private readonly active = new Map<string, Date>();
  private readonly hintsPlanned = new Set<string>();
  private made = 0;

  constructor(
    readonly network: Network,
    /** Milliseconds after which a connected device that did not take an entry gets a hint, as from the relay. */
    private readonly hintAfterMs: number,
  ) {}

  now(): Date {
    return this.network.now();
  }

  /** Counted and not random, so that the same script makes the same ids. */
  nextId(kind: string): string {
    this.made += 1;
    return `${kind}-${this.made}`;
  }

  get<Kind extends keyof Kinds>(kind: Kind, id: string): Kinds[Kind] | null {
    const is = this.state[kind][id];
    return is ? (new kinds[kind](is as never) as Kinds[Kind]) : null;
  }

  /** All of one kind, in the order in which they were made. */
  all<Kind extends keyof Kinds>(kind: Kind): Kinds[Kind][] {
    return Object.keys(this.state[kind]).map((id) => this.get(kind, id)!);
  }

  keep<Kind extends keyof Kinds>(kind: Kind, one: Kinds[Kind]): void {
    (this.state[kind] as Record<string, unknown>)[one.id] = one.snapshot();
  }

  /** What this person chose, in that order. */
  chosen(kind: Choices, by: string): Choice[] {
    return this.state[kind].filter((one) => one.by === by);
  }

  hasChosen(kind: Choices, by: string, of: string): boolean {
    return this.chosen(kind, by).some((one) => one.of === of);
  }

  /** Again is the first time. */
  choose(kind: Choices, by: string, of: string, more: { price?: number } = {}): Choice {
    if (!this.hasChosen(kind, by, of))
      this.state[kind].push({ by, of, createdAt: this.now().toISOString(), ...more });
    return this.chosen(kind, by).find((one) => one.of === of)!;
  }

  unchoose(kind: Choices, by: string, of: string): void {
    this.state[kind] = this.state[kind].filter((one) => one.by !== by || one.of !== of);
  }

  /** People whom a block keeps apart from a person, whoever set it. */
  apartFrom(userId: string): Set<string> {
    const around = this.state.blocks.filter((one) => one.by === userId || one.of === userId);
    return new Set(around.map(({ by, of }) => (by === userId ? of : by)));
  }

  /** A person as others see them; a stand-in for who has no account any more. */
  user(id: string): view.User {
    const account = this.state.accounts[id];
    if (!account) return gonePerson(id);
    const { nickname, createdAt, temperature, avatar } = account;
    return { id, nickname, createdAt, temperature, ...(avatar ? { avatar } : {}) };
  }

  /** Throws NOT_FOUND, also when a block is between this person and the reader. */
  seenBy(readerId: string, id: string): view.User {
    if (this.apartFrom(readerId).has(id) || !this.state.accounts[id])
      throw new Refusal('NOT_FOUND', 'No such person');
    return this.user(id);
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
    const hint = () => {
      this.hintsPlanned.delete(id);
      const { entries = [], members = {} } = this.state.conversations[id] ?? {};
      for (const [person, { deliveredSeq }] of Object.entries(members))
        if (entries.slice(deliveredSeq).some(({ senderId }) => senderId !== person))
          this.tell(person, 'sync:hint', { conversationId: id, lastSeq: entries.length });
    };
    this.network.after(this.hintAfterMs, hint, { inBackground: true });
  }

  /** Adds a socket; the person's oldest is closed when there are too many. */
  enter(socket: LiveSocket, { userId, sessionId }: Caller): void {
    const cameOnline = this.socketsOf(userId).length === 0;
    this.sockets.set(socket.id, socket);
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
      limits: announcedLimits(limits),
      directUploads: false,
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
    return userId === undefined ? all : all.filter(({ caller }) => caller?.userId === userId);
  }

  /** Breaks the connections of this person, or all. */
  cutOff(userId?: string): void {
    for (const socket of this.socketsOf(userId)) socket.end('transport close');
  }

  openSession(userId: string): Session {
    const session = { id: this.nextId('session'), userId, ended: false };
    this.sessions.set(session.id, session);
    return session;
  }

  /** An access token of this session. */
  issueToken(session: Session): string {
    const token = this.nextId('token');
    this.tokens.set(token, { session, expired: false });
    return token;
  }

  /** What this person is signed in with, the oldest first. */
  sessionsOf(userId: string): Session[] {
    return [...this.sessions.values()].filter((one) => one.userId === userId && !one.ended);
  }

  /** Ends sessions: their sockets are cut, and their tokens are void. */
  end(sessions: Session[], reason: 'signedOut' | 'suspended' = 'signedOut'): void {
    for (const session of sessions) {
      session.ended = true;
      for (const socket of this.socketsOf(session.userId))
        if (socket.caller?.sessionId === session.id) socket.revoke(reason);
    }
  }

  /** Newest first. */
  sanctionsOf(userId: string): Sanction[] {
    return this.state.sanctions.filter((one) => one.userId === userId).reverse();
  }

  /** Throws ACCOUNT_SUSPENDED for who is suspended or banned. */
  mustBeFree(userId: string): void {
    mustBeFree(this.sanctionsOf(userId), this.now());
  }

  /** Online or not, for people with whom one shares an open conversation; unknown for all others. */
  presenceOf(asking: string, userId: string): view.Presence {
    const apart = this.apartFrom(asking).has(userId);
    const shared = Object.values(this.state.conversations)
      .map((is) => new Conversation(is, apart))
      .some((one) => one.has(asking) && one.has(userId) && !one.closed);
    const at = shared ? this.active.get(userId) : undefined;
    return {
      userId,
      online: shared && this.socketsOf(userId).length > 0,
      lastActiveAt: at ? coarsely(at, this.now()).toISOString() : null,
    };
  }

  private showPresence(userId: string): void {
    for (const socket of this.socketsOf())
      if (socket.caller && socket.watching.has(userId))
        socket.hear('presence', this.presenceOf(socket.caller.userId, userId));
  }
}
