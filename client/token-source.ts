import { renewBeforeMs, type Credentials, type SessionTokens } from './tokens.js';
import { HaggleError } from './haggle-error.js';
import type { Readable } from './readable.js';
import { unlessClosed, within } from './waits.js';

/** The app must answer within this time (ms), or the connect counts as failed. */
const answerWithinMs = 15_000;

/** The tokens of an app that signs people in by itself. */
export class TokenSource implements Credentials {
  #current: string | undefined;
  #asking: Promise<string> | undefined;

  readonly #getToken: () => Promise<string>;
  readonly #closed: Readable<boolean>;

  constructor(getToken: () => Promise<string>, closed: Readable<boolean>) {
    this.#getToken = getToken;
    this.#closed = closed;
  }

  token(refused?: string): Promise<string> {
    if (this.#current !== undefined && this.#current !== refused) {
      return Promise.resolve(this.#current);
    }
    return this.tokenToConnect();
  }

  tokenToConnect(): Promise<string> {
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  renewInMs(serverNow: number): number | undefined {
    const expiresAt = this.#current === undefined ? undefined : expiryOf(this.#current);
    if (expiresAt === undefined) return undefined;
    const left = expiresAt - serverNow;
    return Math.max(left / 2, left - renewBeforeMs);
  }

  /** Gives away the token, for a logout to be told with. An app that signs people in by itself has no refresh token. */
  held(): Promise<SessionTokens | undefined> {
    return this.token().then(
      (accessToken) => {
        this.#current = undefined;
        return { accessToken, refreshToken: '' };
      },
      () => undefined,
    );
  }

  end(): Promise<void> {
    this.#current = undefined;
    return Promise.resolve();
  }

  async #ask(): Promise<string> {
    this.#current = await within(answerWithinMs, unlessClosed(this.#closed, this.#getToken), () => {
      throw HaggleError.network('no token came');
    });
    return this.#current;
  }
}

/** When a JSON Web Token expires, in milliseconds since 1970; undefined for any other token. */
function expiryOf(token: string): number | undefined {
  try {
    const body = token.split('.')[1] ?? '';
    const { exp } = JSON.parse(atob(body.replace(/-/g, '+').replace(/_/g, '/'))) as {
      exp?: unknown;
    };
    return typeof exp === 'number' ? exp * 1_000 : undefined;
  } catch {
    return undefined;
  }
}
