import type { Me, SignedIn } from './contract-types.js';
import { renewBeforeMs, type Credentials } from './credentials.js';
import { HaggleError, refusesToken } from './haggle-error.js';
import type { Http } from './http.js';
import { Value, type Readable } from './readable.js';

/** What is kept between two starts of the app. */
export interface SavedSession {
  user: Me;
  accessToken: string;
  refreshToken: string;
  /** From then on (milliseconds since 1970, this device's clock) the access token is renewed before it is used. */
  renewAt: number;
}

/** Where the app keeps the session: web storage, a keychain, memory. */
export interface TokenStorage {
  load(): SavedSession | null | Promise<SavedSession | null>;
  save(session: SavedSession | null): void | Promise<void>;
  /**
   * Runs `task` while no other tab or process runs one (Web Locks). A refresh token is good for one use: without
   * this, two tabs that share storage may spend the same one.
   */
  exclusively?<T>(task: () => Promise<T>): Promise<T>;
}

/** Who is signed in on this device, with a token that is good for the next request. */
export class Session implements Credentials {
  readonly #current = new Value<SavedSession | null>(null);
  #renewing: Promise<string> | undefined;

  readonly #http: Http;
  readonly #storage: TokenStorage;

  constructor(http: Http, storage: TokenStorage) {
    this.#http = http;
    this.#storage = storage;
  }

  get state(): Readable<SavedSession | null> {
    return this.#current;
  }

  get userId(): string | undefined {
    return this.#current.snapshot()?.user.id;
  }

  /** Takes up the stored session, if there is one. */
  async restore(): Promise<Me | null> {
    this.#current.set(await this.#storage.load());
    return this.#current.snapshot()?.user ?? null;
  }

  async begin(answer: SignedIn): Promise<void> {
    const saved = {
      user: answer.user,
      accessToken: answer.accessToken,
      refreshToken: answer.refreshToken,
      renewAt:
        Date.now() + Math.max(answer.expiresIn * 500, answer.expiresIn * 1_000 - renewBeforeMs),
    };
    await this.#storage.save(saved);
    this.#current.set(saved);
  }

  async end(): Promise<void> {
    await this.#storage.save(null);
    this.#current.set(null);
  }

  /** Good for the next request. Renews a token that is about to run out, and `refused` ones; only one renewal at a time. */
  async token(refused?: string): Promise<string> {
    const saved = this.#current.snapshot();
    if (!saved) throw new HaggleError('UNAUTHENTICATED');
    if (saved.accessToken !== refused && isFresh(saved)) return saved.accessToken;
    this.#renewing ??= this.#exclusively(() => this.#renew(saved.accessToken)).finally(() => {
      this.#renewing = undefined;
    });
    return this.#renewing;
  }

  tokenToConnect(refused?: string): Promise<string> {
    return this.token(refused);
  }

  renewInMs(): number | undefined {
    const renewAt = this.#current.snapshot()?.renewAt;
    return renewAt === undefined ? undefined : renewAt - Date.now();
  }

  #exclusively<T>(task: () => Promise<T>): Promise<T> {
    return this.#storage.exclusively ? this.#storage.exclusively(task) : task();
  }

  async #renew(stale: string): Promise<string> {
    const stored = (await this.#storage.load()) ?? this.#current.snapshot();
    if (!stored) throw new HaggleError('UNAUTHENTICATED');
    if (stored.accessToken !== stale && isFresh(stored)) {
      this.#current.set(stored);
      return stored.accessToken;
    }
    try {
      const { refreshToken } = stored;
      const answer = await this.#http({
        method: 'POST',
        path: '/auth/refresh',
        body: { refreshToken },
      });
      await this.begin(answer as SignedIn);
      return (answer as SignedIn).accessToken;
    } catch (thrown) {
      const error = HaggleError.from(thrown);
      if (!refusesToken(error.code)) throw error;
      await this.end();
      throw new HaggleError('SESSION_REVOKED', { message: error.message, status: error.status });
    }
  }
}

function isFresh(saved: SavedSession): boolean {
  return Date.now() < saved.renewAt;
}
