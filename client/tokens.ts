import type { Me } from './contract-types.js';

/** The tokens of one session. */
export interface SessionTokens {
  accessToken: string;
  refreshToken: string;
}

/** What is kept between two starts of the app. */
export interface SavedSession extends SessionTokens {
  user: Me;
  /** From then on (milliseconds since 1970, this device's clock) the access token is renewed before it is used. */
  renewAt: number;
}

/** What a storage holds: the session, if anybody is signed in, and logouts that the server has yet to hear of. */
export type StoredSession = Partial<SavedSession> & { left?: readonly SessionTokens[] };

/**
 * Where the app keeps the session: web storage, a keychain, memory. Its promises must settle, since `restore`, `logIn` and
 * `signUp` wait for them; `logOut` gives up after some seconds.
 */
export interface TokenStorage {
  load(): StoredSession | null | Promise<StoredSession | null>;
  save(session: StoredSession | null): void | Promise<void>;
  /**
   * Runs `task` while no other tab or process runs one (Web Locks). A refresh token is good for one use: without
   * this, two tabs that share storage may spend the same one.
   */
  exclusively?<T>(task: () => Promise<T>): Promise<T>;
}

/** Where the connection and REST calls get their token from: the library's own sign-in, or the app's. */
export interface Credentials {
  /** Returns a token for the next call, and never `refused` again if another can be had. Throws {@link HaggleError}. */
  token(refused?: string): Promise<string>;
  /** The same for a new connection, for which the app is always asked. */
  tokenToConnect(refused?: string): Promise<string>;
  /** Milliseconds until the token should be renewed; undefined when unknown. `serverNow` is the server's clock. */
  renewInMs(serverNow: number): number | undefined;
  /** Called when the server has ended the session. */
  end(): Promise<void>;
}

/** A token is renewed this long (ms) before it expires, but not before half of its life is over. */
export const renewBeforeMs = 30_000;
