/** What an app sees of the library: options and client with their docstrings, which are half of the file. */
import { createApi, createCall, type Api, type Call, type Upload } from './api.js';
import { browserAppState, type AppState } from './app-state.js';
import { Connection, type ConnectionState, type Ready } from './connection.js';
import type { Conversation, Image, Me, Message, Presence, SignedIn } from './contract-types.js';
import { Conversations } from './conversations.js';
import { Edits } from './edits.js';
import { HaggleError } from './haggle-error.js';
import { createHttp } from './http.js';
import { findIndexedDb, indexedDbOutbox } from './indexed-db-outbox.js';
import { Intents } from './intents.js';
import { Offers } from './offers.js';
import { Outbox, type Sent } from './outbox.js';
import { OutboxRecords } from './outbox-records.js';
import { memoryOutbox, type OutboxStorage } from './outbox-storage.js';
import { Presences } from './presences.js';
import { Receipts } from './receipts.js';
import { Listeners, Value, type Readable } from './readable.js';
import { createRoomHandle, type RoomHandle } from './room-handle.js';
import type { PendingMessage } from './room.js';
import { Session } from './session.js';
import { Sync } from './sync.js';
import { createTabLocks, findLocks, type Locks } from './tab-locks.js';
import { takeServerEvents } from './take-server-events.js';
import { TokenSource } from './token-source.js';
import type { SavedSession, StoredSession, TokenStorage } from './tokens.js';
import { openSocketIo, type OpenSocket } from './transport.js';
import { Typing } from './typing.js';
import { Uploads } from './uploads.js';

export interface HaggleClientOptions {
  /** Origin of any gateway, without a path: `https://chat.example`. */
  url: string;
  /**
   * For apps with a sign-in of their own: asked before every connect, and again once when the server refused the
   * token. Leave it out to sign in with `logIn` and `signUp`.
   */
  getToken?: () => Promise<string>;
  /** Whose tokens `getToken` brings, if known beforehand: what waits in the outbox shows before the first connect. */
  userId?: string;
  /** Where the library's own sign-in keeps its session; in memory unless told otherwise. */
  tokens?: TokenStorage;
  /** Where messages wait that are not confirmed: IndexedDB in browsers, memory elsewhere, unless told otherwise. */
  outbox?: OutboxStorage;
  /** News of the platform about foreground and network; a browser's own unless told otherwise. */
  appState?: AppState;
  /** Ids of intents; a UUID each unless told otherwise (React Native needs its own source of randomness). */
  newId?: () => string;
  /** Takes the place of the global `fetch`, such as a gateway in the same process. */
  fetch?: typeof fetch;
  /** Takes the place of Socket.IO over the network, in the same way. */
  openSocket?: OpenSocket;
  /** Takes the place of the platform's Web Locks. */
  locks?: Locks;
}

export interface HaggleEvents {
  /** An entry of somebody else came in while connected. */
  message: Message;
  /** Something went wrong that no call could tell: `STORAGE`, the outbox would not survive a restart of the app. */
  error: HaggleError;
}

/** Everything that is on its way or was refused, over all conversations. */
export interface OutboxHandle extends Readable<readonly PendingMessage[]> {
  retry(clientMessageId: string): Sent;
  discard(clientMessageId: string): void;
  /** Tries at once what waits for its next try. */
  flush(): void;
}

export interface HaggleClient {
  readonly api: Api;
  /** A REST call of one's own, under `/v1`. */
  readonly call: Call;
  readonly state: Readable<ConnectionState>;
  /** Who is signed in; with `getToken` known after the first connect. */
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
   * Connects, and stays connected until `disconnect`. Any number of calls make one connection. With the library's own
   * sign-in it takes up the stored session, and does nothing when nobody is signed in. Throws `CLOSED`.
   */
  connect(): void;
  /** Takes up the stored session and connects; `null` when nobody is signed in. */
  restore(): Promise<Me | null>;
  /** Reversible by `connect`. What is shown stays, what is written waits. */
  disconnect(): void;
  /** Final: nothing runs any more, `connect` throws and messages are refused with `CLOSED`. What is stored stays. */
  close(): void;
  /** The app came to the front: connects, or checks the link, at once. Browsers, and `appState`, call it. */
  wake(): void;

  signUp(person: { email: string; password: string; nickname: string }): Promise<Me>;
  logIn(person: { email: string; password: string }): Promise<Me>;
  /**
   * Ends the session here at once, and on the server now or as soon as it can be told, also after a restart of the app
   * when `tokens` outlives it. Nothing of the person stays on the device, the messages that wait included.
   */
  logOut(): Promise<void>;

  /** The conversation of this person with the seller of a listing, opened if there is none. */
  open(about: { listingId: string }): Promise<RoomHandle>;
  /** The same object for the same conversation. */
  room(conversationId: string): RoomHandle;
  /** Whether somebody is online; asked for as long as it is subscribed to. */
  presence(userId: string): Readable<Presence | undefined>;
  /**
   * Before it is sent. Answers with the image, whose id goes into `room.send({imageIds})`. Any number may be given at
   * once: two go out at a time, made as small as the server keeps them where the platform can, and again when the
   * server has no room just now. Rejects with `PAYLOAD_TOO_LARGE`, `UNSUPPORTED_TYPE`, `VALIDATION_FAILED` (broken).
   */
  uploadImage(image: Upload): Promise<Image>;
  /** Answers with the function that ends it. */
  on<Name extends keyof HaggleEvents>(
    name: Name,
    listener: (event: HaggleEvents[Name]) => void,
  ): () => void;
}

/** A link that does not answer within this time when the app wakes up is given up. */
const wakeWithinMs = 4_000;

/** The server's words for a session that was ended: whoever holds the device is shown nothing more. */
const endedSession: ReadonlySet<string> = new Set(['signedOut', 'SESSION_REVOKED']);

/** Connects an app to Haggle. Nothing happens until `connect`, `restore`, `logIn` or `signUp`. One file: the parts meet here. */
export function createHaggleClient(options: HaggleClientOptions): HaggleClient {
  const newId = options.newId ?? (() => crypto.randomUUID());
  const http = createHttp(options.url, options.fetch ?? ((input, init) => fetch(input, init)));
  const session = new Session(http, options.tokens ?? memoryTokens());
  const credentials = options.getToken ? new TokenSource(options.getToken) : session;
  const call = createCall(http, credentials);
  const api = createApi(call);
  const uploads = new Uploads(api);
  const userId = new Value(options.userId);
  /** Whose things are in memory, also while the session is over; '' after a logout. */
  let author = options.userId;
  const me = () => userId.snapshot();
  const listeners = new Listeners<HaggleEvents>();
  const handles = new Map<string, RoomHandle>();
  let wanted = false;
  let closed = false;

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
    catchUp: (ready) => catchUp(ready),
    signedOut: (reason) => {
      void credentials.end();
      if (!endedSession.has(reason)) return;
      // What was written here stays for its author, who did not end it, or not here.
      sync.forget();
      conversations.restart();
      receipts.clear();
      typing.clear();
    },
  });
  const sync = new Sync(connection, conversations, () => receipts.clear());
  const behind = (conversationId: string) => sync.catchUpWith(conversationId);
  const receipts = new Receipts(connection, conversations, me);
  const storage = options.outbox ?? (findIndexedDb() ? indexedDbOutbox() : memoryOutbox());
  const locks = createTabLocks(storage.shared ? (options.locks ?? findLocks()) : undefined);
  const records = new OutboxRecords(storage, locks, newId(), (error) =>
    listeners.tell('error', error),
  );
  const outbox = new Outbox({ connection, conversations, records, behind, newId });
  const intents = new Intents(newId);
  const edits = new Edits(connection, conversations, behind, intents);
  const offers = new Offers(connection, conversations, behind, intents);
  const typing = new Typing(connection, conversations);
  const presences = new Presences(connection);
  const parts = { api, conversations, edits, offers, outbox, receipts, sync, typing };
  takeServerEvents({ connection, conversations, receipts, typing, behind, api });

  const catchUp = async (ready: Ready) => {
    become(ready.userId);
    presences.restart();
    sync.startEpoch(ready.epoch);
    await outbox.begin(ready.userId);
    // What is in doubt is asked about on the way; the log waits for those answers.
    outbox.flush();
    await sync.pull();
    receipts.flush();
  };
  /** Nothing of the person stays in memory. */
  const forget = () => {
    sync.forget();
    outbox.abandon('DISCARDED');
    records.forget();
    conversations.clear();
    receipts.clear();
    typing.clear();
    handles.clear();
  };
  /** What the one before has written is neither shown to anybody else, nor sent by them. */
  const become = (id: string) => {
    if (author !== undefined && author !== id) forget();
    author = id;
    userId.set(id);
  };
  const open = () => {
    const known = me();
    if (known !== undefined) void outbox.begin(known);
    connection.open();
  };
  const signIn = async (answer: SignedIn) => {
    connection.close();
    await session.begin(answer);
    wanted = true;
    open();
    return answer.user;
  };
  const restore = async () => {
    if (closed) throw new HaggleError('CLOSED');
    wanted = true;
    const user = await session.restore();
    if (user && wanted) open();
    return user;
  };
  /** A socket may look open long after the network under it has gone. */
  const checkLink = () => {
    if (connection.state.snapshot().phase !== 'live') return;
    const patience = setTimeout(() => connection.restart(), wakeWithinMs);
    sync
      .pull()
      .catch(() => undefined)
      .finally(() => clearTimeout(patience));
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
      session.hurry();
      connection.networkBack();
      checkLink();
    }),
    appState?.onOffline(() => {
      connection.networkGone();
      checkLink();
    }),
  ];

  return {
    api,
    call,
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
      if (closed) throw new HaggleError('CLOSED');
      wanted = true;
      if (options.getToken || session.userId !== undefined) open();
      // A storage of tokens that fails is like nobody being signed in; `restore` tells.
      else void restore().catch(() => undefined);
    },
    restore,
    disconnect: () => {
      wanted = false;
      connection.close();
    },
    close: () => {
      wanted = false;
      closed = true;
      for (const end of unwatch) end?.();
      connection.end();
      session.stop();
      sync.forget();
      outbox.abandon('CLOSED');
      receipts.clear();
      typing.clear();
      presences.clear();
      records.close();
    },
    wake,
    signUp: async (person) => signIn(await api.signUp(person)),
    logIn: async (person) => signIn(await api.logIn(person)),
    logOut: async () => {
      wanted = false;
      const held = credentials.held();
      connection.close();
      const wiped = records.wipe();
      forget();
      author = '';
      userId.set(undefined);
      const tokens = await held;
      const told = tokens && session.leave(tokens);
      await credentials.end();
      await wiped;
      await told;
    },
    open: async ({ listingId }) => {
      const conversation = await api.openConversation(listingId);
      conversations.learn(conversation);
      const room = conversations.room(conversation.id);
      if (connection.isReady && room.log.received < conversation.lastSeq) behind(conversation.id);
      return roomHandle(conversation.id);
    },
    room: (id) => roomHandle(id),
    presence: (id) => presences.of(id),
    uploadImage: (image) => uploads.upload(image),
    on: (name, listener) => listeners.add(name, listener),
  };

  function roomHandle(id: string): RoomHandle {
    const handle = handles.get(id) ?? createRoomHandle(id, parts);
    handles.set(id, handle);
    return handle;
  }
}

/** For as long as the process lives. */
function memoryTokens(): TokenStorage {
  let kept: StoredSession | null = null;
  return {
    load: () => kept,
    save: (saved) => {
      kept = saved;
    },
  };
}
