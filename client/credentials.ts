import type { SessionTokens } from './token-storage.js';

/** Where the connection and REST calls get their token from: the library's own sign-in, or the app's. */
export interface Credentials {
  /** Good for the next call. Never `refused` again if another can be had. Throws {@link HaggleError}. */
  token(refused?: string): Promise<string>;
  /** The same for a new connection, for which the app is always asked. */
  tokenToConnect(refused?: string): Promise<string>;
  /** Milliseconds until the token should be renewed; undefined when that is not known. `serverNow` is the server's clock. */
  renewInMs(serverNow: number): number | undefined;
  /** Those that the server is told a logout with. */
  held(): Promise<SessionTokens | undefined>;
  /** The server has ended the session. */
  end(): Promise<void>;
}

/** A token is renewed this long before it runs out, but not before half of its life is over. */
export const renewBeforeMs = 30_000;
