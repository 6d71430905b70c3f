import { createApi, type Api } from './api.js';
import { Connection, type ConnectionState } from './connection.js';
import type { Conversation, Me, SignedIn } from './contract-types.js';
import { Conversations, type MessageListener } from './conversations.js';
import { createHttp } from './http.js';
import { Offers } from './offers.js';
import { Outbox } from './outbox.js';
import type { Readable } from './readable.js';
import { Receipts } from './receipts.js';
import { createRoomHandle, type RoomHandle } from './room-handle.js';
import { Session, type SavedSession, type TokenStorage } from './session.js';
import { Sync } from './sync.js';
import { takeServerEvents } from './take-server-events.js';
import { openSocketIo, type OpenSocket } from './transport.js';
import { Typing } from './typing.js';

export interface HaggleClientOptions {
  /** Origin of any gateway, without a path: `https://chat.example`. */
  url: string;
  tokens: TokenStorage;
  /** Ids of intents; a UUID each unless told otherwise (React Native needs its own source of randomness). */
  newId?: () => string;
  /** Takes the place of the global `fetch`, such as a gateway in the same process. */
  fetch?: typeof fetch;
  /** Takes the place of Socket.IO over the network, in the same way. */
  openSocket?: OpenSocket;
}

export interface HaggleClient {
  readonly api: Api;
  readonly session: Readable<SavedSession | null>;
  readonly connection: Readable<ConnectionState>;
  /** The inbox, kept up to date by the socket. */
  readonly conversations: Readable<readonly Conversation[]>;
  /** Takes up the stored session and connects; `null` when nobody is signed in. */
  restore(): Promise<Me | null>;
  signUp(person: { email: string; password: string; nickname: string }): Promise<Me>;
  logIn(person: { email: string; password: string }): Promise<Me>;
  logOut(): Promise<void>;
  /** Opens (or finds) the conversation with the seller of a listing. */
  openConversation(listingId: string): Promise<Conversation>;
  room(conversationId: string): RoomHandle;
  /** Entries of others as they come in. Answers with the function that ends it. */
  onMessage(listener: MessageListener): () => void;
  /** Call when the app comes to the foreground or the network is back: connects or checks the link at once. */
  wake(): void;
  disconnect(): void;
}

/** A link that does not answer within this time when the app wakes up is given up. */
const wakeWithinMs = 4_000;

/** Connects an app to Haggle. Nothing happens until `restore`, `logIn` or `signUp`. */
export function createHaggleClient(options: HaggleClientOptions): HaggleClient {
  const newId = options.newId ?? (() => crypto.randomUUID());
  const http = createHttp(options.url, options.fetch ?? ((input, init) => fetch(input, init)));
  const session = new Session(http, options.tokens);
  const api = createApi(http, session);
  const me = () => session.userId;

  const conversations = new Conversations(me, (room) => receipts.delivered(room));
  const connection: Connection = new Connection(
    options.url,
    session,
    async (ready) => {
      sync.startEpoch(ready.epoch);
      await outbox.settleTried();
      await sync.pull();
      outbox.flush();
      receipts.flush();
    },
    options.openSocket ?? openSocketIo,
  );
  const sync = new Sync(connection, conversations);
  const behind = (conversationId: string) => {
    // A pull that fails on a live socket is made up for by the next entry, hint or connect.
    sync.pull(conversationId).catch(() => undefined);
  };
  const receipts = new Receipts(connection, conversations, me);
  const outbox = new Outbox(connection, conversations, behind, newId);
  const offers = new Offers(connection, conversations, behind, newId);
  const typing = new Typing(connection, conversations);
  const parts = { api, conversations, offers, outbox, receipts, sync, typing };
  takeServerEvents({ connection, conversations, receipts, typing, behind, api });

  const forget = () => {
    connection.close();
    sync.forget();
    conversations.clear();
    receipts.clear();
    handles.clear();
  };
  const signIn = async (answer: SignedIn) => {
    forget();
    await session.begin(answer);
    connection.open();
    return answer.user;
  };

  const handles = new Map<string, RoomHandle>();

  return {
    api,
    session: session.state,
    connection: connection.state,
    conversations: conversations.list,
    restore: async () => {
      const user = await session.restore();
      if (user) connection.open();
      return user;
    },
    signUp: async (person) => signIn(await api.signUp(person)),
    logIn: async (person) => signIn(await api.logIn(person)),
    logOut: async () => {
      // Signed out here even when the server can't be told: the session ends there by itself.
      await api.logOut().catch(() => undefined);
      forget();
      await session.end();
    },
    openConversation: async (listingId) => {
      const conversation = await api.openConversation(listingId);
      conversations.learn(conversation);
      if (conversations.room(conversation.id).log.last < conversation.lastSeq) {
        behind(conversation.id);
      }
      return conversation;
    },
    room: (id) => {
      const handle = handles.get(id) ?? createRoomHandle(id, parts);
      handles.set(id, handle);
      return handle;
    },
    onMessage: (listener) => conversations.onArrival(listener),
    wake: () => {
      connection.hurry();
      if (!connection.isReady) return;
      const patience = setTimeout(() => connection.restart(), wakeWithinMs);
      sync
        .pull()
        .catch(() => undefined)
        .finally(() => clearTimeout(patience));
    },
    disconnect: () => connection.close(),
  };
}
