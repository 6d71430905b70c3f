import type {
  Answers,
  ClientEventName,
  ErrorCode,
  Listing,
  Message,
  Payloads,
} from '../contract-types.js';
import type { HaggleClientOptions } from '../create-haggle-client.js';
import { memoryOutbox } from '../outbox-storage.js';
import { Clock, type MockTimers } from './clock.js';
import { announce } from './conversations.js';
import { answerRest, runEvent, type RestAnswer } from './doors.js';
import type { PacketKind, Refusable } from './faults.js';
import { addListing } from './listings.js';
import { MockSocket } from './mock-socket.js';
import { addAccount, issueToken } from './people.js';
import { World, type Account, type StoredConversation, type WorldState } from './world.js';

export interface MockGatewayOptions {
  /** Milliseconds that every packet takes, each direction. 0 (the default) needs no timers at all. */
  latencyMs?: number;
  /** Milliseconds after which a device that did not take an entry gets a hint; 2,000 as on a real gateway. */
  hintAfterMs?: number;
  /** Timers to use instead of the global ones. Fake timers of a test runner work without this. */
  timers?: MockTimers;
}

/** Somebody with an account. What they do here happens on the gateway at once, as from their own device. */
export interface MockPerson {
  readonly id: string;
  readonly nickname: string;
  readonly email: string;
  readonly password: string;
  /** Any request of the protocol. Throws what the gateway refuses, with its `code`. */
  does<Name extends ClientEventName>(event: Name, payload: Payloads[Name]): Answers[Name];
  /** Sends a text. */
  says(conversationId: string, text: string): Message;
  /** Marks everything up to now as read. */
  reads(conversationId: string): void;
}

/** The options of one device. Its outbox is its own, so that tests share nothing. */
export type MockDevice = Required<
  Pick<HaggleClientOptions, 'url' | 'fetch' | 'openSocket' | 'getToken' | 'userId' | 'outbox'>
>;

/** The state of a gateway at one moment; for {@link MockGateway.restore}. */
export type MockBackup = string & { readonly kind: 'backup' };

export type MockGateway = ReturnType<typeof createMockGateway>;

const url = 'http://mock.haggle.invalid';

/**
 * A gateway in this process that speaks the protocol to the client library: a real log per conversation, receipts,
 * presence, offers, catch-up. It uses no network and nothing random: it fails only on request.
 */
export function createMockGateway(options: MockGatewayOptions = {}) {
  const { latencyMs = 0, hintAfterMs = 2_000, timers } = options;
  const world = new World(new Clock(timers), latencyMs, hintAfterMs);
  const network: Pick<MockDevice, 'url' | 'fetch' | 'openSocket'> = {
    url,
    fetch: (input, init) => answerFetch(world, input as string, init),
    openSocket: (_url, auth) => new MockSocket(world, auth),
  };
  let acts = 0;

  const asPerson = ({ id, nickname, email, password }: Account): MockPerson => {
    const actor = { userId: id, sessionId: '' };
    const person: MockPerson = {
      id,
      nickname,
      email,
      password,
      does: (event, payload) => runEvent(world, actor, event, payload),
      says: (conversationId, text) => {
        acts += 1;
        const clientMessageId = `mock-act-${acts}`;
        return person.does('message:send', { conversationId, clientMessageId, kind: 'text', text })
          .message;
      },
      reads: (conversationId) => {
        const seq = world.state.conversations[conversationId]?.entries.length ?? 0;
        if (seq > 0) person.does('receipt:read', { conversationId, seq });
      },
    };
    return person;
  };

  return {
    url,

    /** Adds an account. A nickname is enough; the rest is derived from it. */
    addPerson(given: string | { nickname: string; email?: string; password?: string }): MockPerson {
      const {
        nickname,
        email,
        password = 'correct horse battery',
      } = typeof given === 'string' ? { nickname: given } : given;
      const number = Object.keys(world.state.accounts).length + 1;
      return asPerson(
        addAccount(world, { nickname, password, email: email ?? `person-${number}@mock.example` }),
      );
    },

    /** Adds a listing and returns its id. */
    addListing(seller: MockPerson, listing: { title?: string; price?: number } = {}): string {
      return addListing(world, seller.id, { title: '접이식 자전거', price: 100_000, ...listing })
        .id;
    },

    /** Changes a listing for its seller, and tells the people of its conversations. */
    changeListing(
      id: string,
      change: Partial<Pick<Listing, 'title' | 'price' | 'state' | 'category'>>,
    ): void {
      Object.assign(world.state.listings[id]!, change);
      announceAll(world, (conversation) => conversation.listingId === id);
    },

    /** Changes a person's name or temperature, and tells those they talk to. */
    changePerson({ id }: MockPerson, change: { nickname?: string; temperature?: number }): void {
      Object.assign(world.state.accounts[id]!, change);
      announceAll(world, (conversation) => id in conversation.members);
    },

    /**
     * Adds a conversation that both know of, and returns its id. One that is opened by a request is hidden from the
     * seller until the first message.
     */
    addConversation(given: {
      buyer: MockPerson;
      seller: MockPerson;
      title?: string;
      price?: number;
    }): string {
      const { buyer, seller, title = '접이식 자전거', price = 100_000 } = given;
      const listing = addListing(world, seller.id, { title, price });
      const { id } = buyer.does('conversation:open', { listingId: listing.id }).conversation;
      world.state.conversations[id]!.shown = true;
      return id;
    },

    /**
     * Connects to this gateway with nobody signed in, for apps that sign in through the library (`logIn`, `signUp`).
     */
    network,

    /** What `createHaggleClient` needs to be a device of this person, signed in. Each call is another device. */
    options(person: MockPerson): MockDevice {
      const { sessionId } = issueToken(world, person.id);
      return {
        ...network,
        userId: person.id,
        getToken: () => Promise.resolve(issueToken(world, person.id, sessionId).token),
        outbox: memoryOutbox(),
      };
    },

    /** The log as it is stored, which every device must reach. */
    log(conversationId: string): Message[] {
      const entries = world.state.conversations[conversationId]?.entries ?? [];
      return entries.map(({ message }) => ({ ...message }));
    },

    /** How many sockets are connected, of this person or of all. */
    sockets(person?: MockPerson): number {
      return world.socketsOf(person?.id).length;
    },

    /** The next `times` packets of this kind never arrive. */
    drop(kind: PacketKind, times = 1): void {
      world.faults.plan(kind, 'lost', times);
    },
    /** The next `times` packets of this kind arrive twice. */
    duplicate(kind: PacketKind, times = 1): void {
      world.faults.plan(kind, 'twice', times);
    },
    /** The next `times` packets of this kind arrive behind the packet that follows them on the same connection. */
    reorder(kind: PacketKind, times = 1): void {
      world.faults.plan(kind, 'overtaken', times);
    },
    /** The next `times` requests of this kind, REST calls (`http`) or handshakes (`connection`) get this answer. */
    refuse(
      what: Refusable,
      code: ErrorCode,
      { times = 1, retryAfterMs }: { times?: number; retryAfterMs?: number } = {},
    ): void {
      world.faults.refuse(what, code, times, retryAfterMs);
    },
    /** Cancels all faults that were asked for. */
    clearFaults(): void {
      world.faults.clear();
    },
    setLatency(ms: number): void {
      world.latencyMs = ms;
    },

    /** Breaks the connections of this person, or all. They may reconnect at once. */
    disconnect(person?: MockPerson): void {
      for (const socket of world.socketsOf(person?.id)) socket.end('transport close');
    },
    /** Breaks all connections, and lets nothing through until {@link goOnline}. */
    goOffline(): void {
      world.reachable = false;
      for (const socket of world.socketsOf()) socket.end('transport close');
    },
    goOnline(): void {
      world.reachable = true;
    },
    /** Asks all devices to move to another node. */
    drain(reconnectInMs = 0): void {
      world.node += 1;
      for (const socket of world.socketsOf()) socket.hear('server:draining', { reconnectInMs });
    },

    /** Makes all present access tokens expire; they can be renewed. */
    expireTokens(): void {
      for (const token of world.tokens.values()) token.expired = true;
    },
    /** Ends all sessions of this person. */
    signOut(person: MockPerson): void {
      const own = [...world.tokens.values()].filter(({ userId }) => userId === person.id);
      for (const { sessionId } of own) world.endSession(sessionId);
    },
    /** Moves the gateway's time ahead (ms), so that times to edit or answer run out. */
    passTime(ms: number): void {
      world.clock.letPass(ms);
    },

    backup(): MockBackup {
      return JSON.stringify(world.state, withDates) as MockBackup;
    },
    /** Restores a backup: later changes are gone, the epoch is a new one, and everybody is cut off. */
    restore(backup: MockBackup): void {
      const { epoch } = world.state;
      world.state = { ...(JSON.parse(backup, revived) as WorldState), epoch: world.nextId(epoch) };
      for (const socket of world.socketsOf()) socket.end('transport close');
    },

    /** Cuts everybody off and stops all timers. */
    close(): void {
      world.reachable = false;
      for (const socket of world.socketsOf()) socket.end('transport close');
      world.clock.stop();
    },
  };
}

/** JSON has no dates, so each is wrapped to tell it from a text. */
function withDates(this: Record<string, unknown>, key: string, value: unknown): unknown {
  return this[key] instanceof Date ? { date: value } : value;
}
function revived(_key: string, value: unknown): unknown {
  const { date, ...more } = (value ?? {}) as { date?: unknown };
  return typeof date === 'string' && Object.keys(more).length === 0 ? new Date(date) : value;
}

/**
 * Tells of changes in what these conversations show, and marks their rows for the next sync; there is no entry for it.
 */
function announceAll(world: World, isMeant: (one: StoredConversation) => boolean): void {
  for (const conversation of Object.values(world.state.conversations).filter(isMeant)) {
    world.touch(conversation);
    announce(world, conversation);
  }
}

async function answerFetch(
  world: World,
  address: string,
  { method = 'GET', headers, body }: RequestInit = {},
): Promise<Response> {
  await world.clock.passed(world.latencyMs * 2);
  if (!world.reachable) throw new TypeError('the mock gateway is out of reach');
  const { authorization } = (headers ?? {}) as { authorization?: string };
  const answer = answerRest(world, {
    method,
    path: address.slice(`${url}/v1`.length),
    token: authorization?.replace(/^Bearer /, ''),
    body: typeof body === 'string' ? (JSON.parse(body) as unknown) : body,
  });
  return asResponse(answer);
}

/** The part of an answer that the library reads. Not a real `Response`, since some test environments have none. */
function asResponse({ status, body, retryAfterSeconds }: RestAnswer): Response {
  const headers: Record<string, string | undefined> = {
    'content-type': 'application/json',
    'retry-after': retryAfterSeconds?.toString(),
  };
  return {
    ok: status < 300,
    status,
    headers: { get: (name: string) => headers[name.toLowerCase()] ?? null },
    text: () => Promise.resolve(body === undefined ? '' : JSON.stringify(body)),
  } as unknown as Response;
}
