/** A gateway in the process of the test, for apps that are built on the client library. */
import { presentMessage } from '../../src/domain/message-view.js';
import type { Answers, ClientEventName, Listing } from '../contract-types.js';
import type { Message, Payloads } from '../contract-types.js';
import type { HaggleClientOptions } from '../create-haggle-client.js';
import { memoryOutbox } from '../outbox-storage.js';
import { answerFetch, runEvent, url } from './doors.js';
import { addListing } from './listings.js';
import { MockSocket } from './mock-socket.js';
import { Network, type MockTimers } from './network.js';
import { addAccount } from './sessions.js';
import { announceAll } from './talk.js';
import { World, type Account, type WorldState } from './world.js';

export type { MockTimers, PacketKind, Refusable } from './network.js';

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

/**
 * A gateway in this process that speaks the protocol to the client library: a real log per conversation, receipts,
 * presence, offers, catch-up. It uses no network and nothing random: it fails only on request.
 */
export function createMockGateway(options: MockGatewayOptions = {}) {
  const { latencyMs = 0, hintAfterMs = 2_000, timers } = options;
  const world = new World(new Network(latencyMs, timers), hintAfterMs);
  const network: Pick<MockDevice, 'url' | 'fetch' | 'openSocket'> = {
    url,
    fetch: (input, init) => answerFetch(world, input as string, init),
    openSocket: (_url, auth) => new MockSocket(world, auth),
  };
  let acts = 0;

  const asPerson = ({ id, nickname, email, password }: Account): MockPerson => {
    const me = { world, userId: id, sessionId: '' };
    const person: MockPerson = {
      id,
      nickname,
      email,
      password,
      does: (event, payload) => runEvent(me, event, payload),
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

  return Object.assign(world.network.faults, {
    url,

    /** Adds an account. A nickname is enough; the rest is derived from it. */
    addPerson(given: string | { nickname: string; email?: string; password?: string }): MockPerson {
      const number = Object.keys(world.state.accounts).length + 1;
      const email = `person-${number}@mock.example`;
      const person = typeof given === 'string' ? { nickname: given } : given;
      return asPerson(addAccount(world, { email, password: 'correct horse battery', ...person }));
    },

    /** Gives a person the role of a moderator, as an operator does, or takes it. */
    setModerator({ id }: MockPerson, is = true): void {
      const account = world.state.accounts[id]!;
      if (is) account.role = 'moderator';
      else delete account.role;
    },

    /** Adds a listing and returns its id. */
    addListing(seller: MockPerson, listing: { title?: string; price?: number } = {}): string {
      return addListing(world, seller.id, { title: '접이식 자전거', price: 100_000, ...listing });
    },

    /** Changes a listing for its seller, and tells the people of its conversations. Throws when there is none. */
    changeListing(
      id: string,
      change: Partial<Pick<Listing, 'title' | 'price' | 'state' | 'category'>>,
    ): void {
      const listing = world.state.listings[id];
      if (!listing) throw new Error(`The mock gateway has no listing ${id}`);
      Object.assign(listing, change);
      announceAll(world, (talk) => talk.listingId === id);
    },

    /** Changes a person's name or temperature, and tells those they talk to. */
    changePerson({ id }: MockPerson, change: { nickname?: string; temperature?: number }): void {
      Object.assign(world.state.accounts[id]!, change);
      announceAll(world, (talk) => talk.has(id));
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
      const listingId = addListing(world, seller.id, { title, price });
      const { id } = buyer.does('conversation:open', { listingId }).conversation;
      world.state.conversations[id]!.shown = true;
      return id;
    },

    /**
     * Connects to this gateway with nobody signed in, for apps that sign in through the library (`logIn`, `signUp`).
     */
    network,

    /** What `createHaggleClient` needs to be a device of this person, signed in. Each call is another device. */
    options(person: MockPerson): MockDevice {
      const session = world.openSession(person.id);
      return {
        ...network,
        userId: person.id,
        getToken: () => Promise.resolve(world.issueToken(session)),
        outbox: memoryOutbox(),
      };
    },

    /** The log as it is stored, which every device must reach, in the JSON that it gets. */
    log(conversationId: string): Message[] {
      const entries = world.state.conversations[conversationId]?.entries ?? [];
      const messages = entries.map((entry) => presentMessage(entry, null));
      return JSON.parse(JSON.stringify(messages)) as Message[];
    },

    /** How many sockets are connected, of this person or of all. */
    sockets(person?: MockPerson): number {
      return world.socketsOf(person?.id).length;
    },

    /** Breaks the connections of this person, or all. They may reconnect at once. */
    disconnect(person?: MockPerson): void {
      world.cutOff(person?.id);
    },
    /** Breaks all connections, and lets nothing through until {@link goOnline}. */
    goOffline(): void {
      world.network.reachable = false;
      world.cutOff();
    },
    goOnline(): void {
      world.network.reachable = true;
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
      world.end(world.sessionsOf(person.id));
    },

    backup(): MockBackup {
      return JSON.stringify(world.state, withDates) as MockBackup;
    },
    /** Restores a backup: later changes are gone, the epoch is a new one, and everybody is cut off. */
    restore(backup: MockBackup): void {
      const { epoch } = world.state;
      world.state = { ...(JSON.parse(backup, revived) as WorldState), epoch: world.nextId(epoch) };
      world.cutOff();
    },

    /** Cuts everybody off and stops all timers. */
    close(): void {
      world.network.reachable = false;
      world.cutOff();
      world.network.stop();
    },
  });
}

/** JSON has no dates, so each is wrapped to tell it from a text. */
function withDates(this: Record<string, unknown>, key: string, value: unknown): unknown {
  return this[key] instanceof Date ? { date: value } : value;
}
function revived(_key: string, value: unknown): unknown {
  const { date, ...more } = (value ?? {}) as { date?: unknown };
  return typeof date === 'string' && Object.keys(more).length === 0 ? new Date(date) : value;
}
