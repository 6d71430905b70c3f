/** What an app sees of the library: options and client. Their docstrings are half of the file. */
// First, so that a bundle holds what is our own in one piece: it is 300 bytes smaller when compressed.
import { openSocketIo, type OpenSocket } from './transport.js';
import { pageMax } from '../src/contract/chat-limits.js';
import { Acts } from './acts.js';
import { createApi, createCall, type Api, type Call } from './api.js';
import { browserAppState, type AppState } from './app-state.js';
import { Connection, type ConnectionState, type Ready } from './connection.js';
import type { Conversation, Listing, Me, Message, Presence, SignedIn } from './contract-types.js';
import { Conversations } from './conversations.js';
import { HaggleError } from './haggle-error.js';

import { createHttp } from './http.js';
import { findIndexedDb, indexedDbOutbox } from './indexed-db-outbox.js';
import { ListingWatches } from './listing-watches.js';
import { Outbox, type Sent } from './outbox.js';
import { OutboxRecords } from './outbox-records.js';
import { memoryOutbox, type OutboxStorage } from './outbox-storage.js';
import type { Photos } from './photos.js';
import { Presences } from './presences.js';
import { Receipts } from './receipts.js';
import type { Remembered } from './remembered.js';
import { Listeners, Value, type Readable } from './readable.js';
import { createRoomHandle, type RoomHandle } from './room-handle.js';
import type { PendingMessage } from './room.js';
import { Session } from './session.js';
import { Sync } from './sync.js';
import { createTabLocks, findLocks, type Locks } from './tab-locks.js';
import { takeServerEvents } from './take-server-events.js';
import { TokenSource } from './token-source.js';
import type { SavedSession, StoredSession, TokenStorage } from './tokens.js';
import { Typing } from './typing.js';
import { mustBeOpen, unlessClosed, within } from './waits.js';

export interface HaggleClientOptions {
  /** Origin of any gateway, without a path: `https://chat.example`. */
  url: string;
  /**
   * For apps with a sign-in of their own: called before every connect, and again once when the server refused the
   * token. Leave it out to sign in with `logIn` and `signUp`.
   */
  getToken?: () => Promise<string>;
  /**
   * The person whose tokens `getToken` brings, if known beforehand: the outbox is then shown before the first connect.
   */
  userId?: string;
  /** Where the library's own sign-in keeps its session; default: in memory. */
  tokens?: TokenStorage;
  /** Where unconfirmed messages wait; default: IndexedDB in browsers, memory elsewhere. */
  outbox?: OutboxStorage;
  /**
   * `createPhotos` of the entry point `photos`: what uploads the photos of `room.send({ photos })`. Without it such a
   * message is refused with `VALIDATION_FAILED`.
   */
  photos?: (client: Pick<HaggleClient, 'call' | 'closed' | 'server'>) => Photos;
  /** Tells about foreground and network; default: the browser's own. */
  appState?: AppState;
  /** Makes ids of intents; default: a UUID (React Native needs its own source of randomness). */
  newId?: () => string;
  /** Replaces the global `fetch`, for example with a gateway in the same process. */
  fetch?: typeof fetch;
  /** Replaces Socket.IO over the network, in the same way. */
  openSocket?: OpenSocket;
  /** Replaces the platform's Web Locks. */
  locks?: Locks;
}

export interface HaggleEvents {
  /** An entry of somebody else came in while connected. */
  message: Message;
  /** Something went wrong outside of any call: with `STORAGE`, what the device should keep may not survive a restart. */
  error: HaggleError;
}

/** Everything that is pending or was refused, over all conversations. */
export interface OutboxHandle extends Readable<readonly PendingMessage[]> {
  retry(clientMessageId: string): Sent;
  discard(clientMessageId: string): void;
  /** Tries at once everything that waits for its next try. */
  flush(): void;
}

export interface HaggleClient {
  readonly api: Api;
  /** Makes any REST call under `/v1`. */
  readonly call: Call;
  /** Whether `close` was called. */
  readonly closed: Readable<boolean>;
  /** What the server said of itself at the last connect, its limits among it; undefined before the first. */
  readonly server: Readable<Ready | undefined>;
  readonly state: Readable<ConnectionState>;
  /** Who is signed in; with `getToken` it is known after the first connect. */
  readonly userId: Readable<string | undefined>;
  /** The session of the library's own sign-in; `null` with `getToken`. */
  readonly session: Readable<SavedSession | null>;
  /** The inbox, kept up to date by the socket: pinned first, then newest activity first. */
  readonly conversations: Readable<readonly Conversation[]>;
  readonly archived: Readable<readonly Conversation[]>;
  /** Unread entries of all conversations of the inbox together. */
  readonly unread: Readable<number>;
  readonly outbox: OutboxHandle;

  /**
   * Pages further conversations in; the lists grow. The first catch-up brings the hundred that changed last, so call it
   * when the end of a longer list comes into sight. Resolves with whether there may be more.
   */
  loadConversations(box?: 'active' | 'archived'): Promise<boolean>;
  /**
   * Connects, and stays connected until `disconnect`. Repeated calls make one connection. With the library's own
   * sign-in it restores the stored session, and does nothing when nobody is signed in. Throws `CLOSED`.
   */
  connect(): void;
  /** Restores the stored session and connects; `null` when nobody is signed in. */
  restore(): Promise<Me | null>;
  /** Disconnects until `connect`. The screens stay, and new messages wait. */
  disconnect(): void;
  /**
   * Closes for good: nothing runs any more, and whatever is under way, or asked for afterwards, is refused with `CLOSED`.
   * Stored data stays: what waits in the outbox is sent by the next run of the app. Only a logout, before or after, is
   * still told to the server, once; the next run tells it where that fails.
   */
  close(): void;
  /** Call when the app comes to the front: connects, or checks the link, at once. Browsers, and `appState`, call it. */
  wake(): void;

  signUp(person: { email: string; password: string; nickname: string }): Promise<Me>;
  logIn(person: { email: string; password: string }): Promise<Me>;
  /**
   * Ends the session here at once, also one that is yet to be read or answered (that sign-in rejects with `DISCARDED`),
   * and on the server as soon as it can be reached, also after a restart of the app when `tokens` outlives it. Nothing of
   * the person stays on the device, waiting messages included. Resolves after the first try. Throws `STORAGE` when
   * `tokens` failed, or did not answer within seconds: the session may still be stored there, and the server was told now
   * or never.
   */
  logOut(): Promise<void>;

  /** Returns the conversation of this person with the seller of a listing, and opens it if there is none. */
  open(about: { listingId: string }): Promise<RoomHandle>;
  /** Returns the same object for the same conversation. */
  room(conversationId: string): RoomHandle;
  /** Whether somebody is online; asked for while it is subscribed to. */
  presence(userId: string): Readable<Presence | undefined>;
  /**
   * Tells of every change of a listing that the app shows, until the returned function is called. Changes while there is
   * no connection are missed: read the listing again when it is back. `removed`: it is out of sight.
   */
  watchListing(id: string, listener: (listing: Listing) => void): () => void;
  /**
   * What is known of the conversations, for an app that keeps it on the device: the 50 listed first, with the newest
   * entries of 20. Undefined before the first catch-up. Remove what you keep when `session` becomes `null`.
   */
  remember(): Remembered | undefined;
  /**
   * Shows what an earlier run remembered, until the first catch-up; what another person's run remembered is ignored. Call
   * it when the person is known, before or while it connects.
   */
  recall(remembered: Remembered): void;
  /** Returns a function that ends it. */
  on<Name extends keyof HaggleEvents>(
    name: Name,
    listener: (event: HaggleEvents[Name]) => void,
  ): () => void;
}

/** When the app wakes up, a link that does not answer within this time (ms) is given up. */
const wakeWithinMs = 4_000;

/** The server's reasons for an ended session: whoever holds the device is shown nothing more. */
const endsSession = (reason: string): boolean =>
  reason === 'signedOut' || reason === 'SESSION_REVOKED';

/**
 * Connects an app to Haggle. Nothing happens until `connect`, `restore`, `logIn` or `signUp`. One file, since the parts
 * meet here.
 */
export function createHaggleClient(options: HaggleClientOptions): HaggleClient {
  const newId = options.newId ?? (() => crypto.randomUUID());
  const closed = new Value(false);
  const platformFetch: typeof fetch = (input, init) => fetch(input, init);
  const httpUntil = (end: Readable<boolean>) =>
    createHttp(options.url, options.fetch ?? platformFetch, end);
  const http = httpUntil(closed);
  // Whoever signs out is signed out, also where the app closes the client in the same moment.
  const lastHttp = httpUntil(new Value(false));
  const session = new Session(http, lastHttp, options.tokens ?? memoryTokens(), closed);
  const source = options.getToken && new TokenSource(options.getToken, closed);
  const credentials = source ?? session;
  const asked = createCall(http, credentials);
  const call: Call = (request) => unlessClosed(closed, () => asked(request));
  const api = createApi(call);
  const server = new Value<Ready | undefined>(undefined);
  const shared = { call, closed, server };
  const photos = options.photos?.(shared);
  const userId = new Value(options.userId);
  /** The person whose data is in memory, also after the session has ended; '' after a logout. */
  let author = options.userId;
  const me = () => userId.snapshot();
  const listeners = new Listeners<HaggleEvents>();
  const failed = (error: HaggleError) => listeners.tell('error', error);
  const handles = new Map<string, RoomHandle>();
  let wanted = false;
  /** Goes up with every logout. */
  let logouts = 0;

  const conversations: Conversations = new Conversations(me, {
    advanced: (room) => receipts.delivered(room),
    confirmed: (id, message) => outbox.confirmed(id, message),
    arrived: (message) => listeners.tell('message', message),
    pendingChanged: () => outbox.showPending(),
  });
  const connection: Connection = new Connection({
    url: options.url,
    openSocket: options.openSocket ?? openSocketIo,
    credentials,
    closed,
    catchUp: (ready) => catchUp(ready),
    signedOut: (reason) => {
      credentials.end().catch(failed);
      if (!endsSession(reason)) return;
      // Messages stay for their author, who did not end the session, or not here.
      stop();
      conversations.restart();
    },
  });
  const sync = new Sync(connection, conversations, () => receipts.clear());
  const behind = (conversationId: string) => sync.catchUpWith(conversationId);
  const receipts = new Receipts(connection, conversations, me);
  const storage = options.outbox ?? (findIndexedDb() ? indexedDbOutbox() : memoryOutbox());
  const locks = createTabLocks(storage.shared ? (options.locks ?? findLocks()) : undefined);
  const records = new OutboxRecords(storage, locks, newId(), failed);
  const outbox = new Outbox({
    connection,
    conversations,
    records,
    behind,
    newId,
    photos,
    closed,
  });
  const acts = new Acts(connection, conversations, behind, newId);
  const typing = new Typing(connection, conversations);
  const presences = new Presences(connection);
  const listings = new ListingWatches(connection);
  const parts = { acts, api, connection, conversations, outbox, receipts, sync, typing };
  takeServerEvents(parts);

  const catchUp = async (ready: Ready) => {
    server.set(ready);
    become(ready.userId);
    presences.restart();
    listings.restart();
    sync.startEpoch(ready.epoch);
    await outbox.begin(ready.userId);
    // Sends messages in doubt again, since the log waits for their answers.
    outbox.flush();
    await sync.pull();
    receipts.flush();
  };
  /** Ends what goes on in the background for the person. */
  const stop = () => {
    sync.forget();
    receipts.clear();
    typing.clear();
  };
  /** Removes everything of the person from memory. */
  const forget = () => {
    stop();
    outbox.abandon('DISCARDED');
    records.forget();
    conversations.clear();
    handles.clear();
  };
  /** Keeps the previous person's messages from being shown to, or sent by, anybody else. */
  const become = (id: string) => {
    if (author !== undefined && author !== id) forget();
    author = id;
    userId.set(id);
  };
  const open = () => {
    mustBeOpen(closed);
    const known = me();
    if (known !== undefined) void outbox.begin(known);
    connection.open();
  };
  const signIn = async (asking: Promise<SignedIn>) => {
    const before = logouts;
    const answer = await asking;
    if (before !== logouts) {
      // Whoever signed out meanwhile wants nobody to be signed in.
      await session.giveUp(answer);
      throw new HaggleError('DISCARDED');
    }
    connection.close();
    await session.begin(answer);
    wanted = true;
    open();
    return answer.user;
  };
  const restore = async () => {
    mustBeOpen(closed);
    wanted = true;
    const user = await session.restore();
    if (user && wanted) open();
    return user;
  };
  /** Checks the link, since a socket may look open long after the network under it has gone. */
  const checkLink = () => {
    if (connection.state.snapshot().phase !== 'live') return;
    within(wakeWithinMs, sync.pull(), () => connection.restart()).catch(() => undefined);
  };
  const wake = () => {
    session.hurry();
    connection.hurry();
    checkLink();
  };

  if (!options.getToken) {
    session.state.subscribe(() => {
      const saved = session.state.snapshot();
      if (saved) become(saved.user.id);
      else {
        userId.set(undefined);
        connection.sessionGone();
      }
    });
  }
  const appState = options.appState ?? browserAppState();
  const unwatch = [
    appState?.onActive(wake),
    appState?.onOnline(() => {
      connection.networkBack();
      wake();
    }),
    appState?.onOffline(() => {
      connection.networkGone();
      checkLink();
    }),
  ];

  return {
    ...shared,
    api,
    state: connection.state,
    userId,
    session: session.state,
    conversations: conversations.list,
    archived: conversations.archived,
    unread: conversations.unread,
    outbox: {
      snapshot: () => outbox.list.snapshot(),
      subscribe: (listener) => outbox.list.subscribe(listener),
      retry: (id) => outbox.retry(id),
      discard: (id) => outbox.discard(id),
      flush: () => outbox.flush(),
    },
    connect: () => {
      mustBeOpen(closed);
      wanted = true;
      if (options.getToken || session.userId !== undefined) open();
      // A token storage that fails counts as nobody being signed in; `restore` reports it.
      else void restore().catch(() => undefined);
    },
    restore,
    disconnect: () => {
      wanted = false;
      connection.close();
    },
    close: () => {
      wanted = false;
      closed.set(true);
      for (const end of unwatch) end?.();
      connection.close();
      session.stop();
      stop();
      outbox.abandon('CLOSED');
      presences.clear();
      records.close();
    },
    wake,
    signUp: (person) => signIn(api.signUp(person)),
    logIn: (person) => signIn(api.logIn(person)),
    logOut: async () => {
      wanted = false;
      logouts += 1;
      connection.close();
      const wiped = records.wipe(author);
      forget();
      author = '';
      userId.set(undefined);
      await session.leave((id) => records.wipe(id), source?.held());
      await wiped;
    },
    loadConversations: (box = 'active') =>
      conversations.page(box, (cursor) => api.listConversations({ box, limit: pageMax, cursor })),
    open: async ({ listingId }) => {
      const { id, lastSeq } = await conversations.learn(api.openConversation(listingId));
      if (connection.isReady && conversations.room(id).log.received < lastSeq) behind(id);
      return roomHandle(id);
    },
    room: roomHandle,
    presence: (id) => presences.of(id),
    remember: () => sync.remember(me()),
    recall: (remembered) => {
      if (remembered.userId === me()) sync.recall(remembered);
    },
    watchListing: (id, listener) => listings.watch(id, listener),
    on: (name, listener) => listeners.add(name, listener),
  };

  function roomHandle(id: string): RoomHandle {
    const handle = handles.get(id) ?? createRoomHandle(id, parts);
    handles.set(id, handle);
    return handle;
  }
}

/** Keeps tokens as long as the process lives. */
function memoryTokens(): TokenStorage {
  let kept: StoredSession | null = null;
  return {
    load: () => kept,
    save: (saved) => {
      kept = saved;
    },
  };
}
