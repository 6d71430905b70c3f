import { createCall } from './api.js';
import { backoffMs, within } from './waits.js';
import type { Me, SignedIn } from './contract-types.js';
import {
  renewBeforeMs,
  type Credentials,
  type SavedSession,
  type SessionTokens,
  type StoredSession,
  type TokenStorage,
} from './tokens.js';
import { HaggleError, refusesToken } from './haggle-error.js';
import type { Http } from './http.js';
import { Value, type Readable } from './readable.js';

/** The longest that a logout waits for the storage (ms). */
const patienceMs = 5_000;

/** Keeps who is signed in on this device, with a token that is valid for the next request, and logouts to be told. */
export class Session implements Credentials {
  readonly #current = new Value<SavedSession | null>(null);
  /** There until it is known who is here: by a read of the storage, unless somebody signs in or out while it lasts. */
  #unread: object | undefined = {};
  #renewing: Promise<string> | undefined;
  #storing: Promise<unknown> = Promise.resolve();
  #failures = 0;
  #again: ReturnType<typeof setTimeout> | undefined;

  readonly #http: Http;
  /** Works for a client that is closed, too. */
  readonly #lastHttp: Http;
  readonly #storage: TokenStorage;
  readonly #closed: Readable<boolean>;

  constructor(http: Http, lastHttp: Http, storage: TokenStorage, closed: Readable<boolean>) {
    this.#http = http;
    this.#lastHttp = lastHttp;
    this.#storage = storage;
    this.#closed = closed;
  }

  get state(): Readable<SavedSession | null> {
    return this.#current;
  }

  get userId(): string | undefined {
    return this.#current.snapshot()?.user.id;
  }

  /** Restores the stored session, if there is one. Who is signed in, or signs in or out meanwhile, counts more. */
  async restore(): Promise<Me | null> {
    const unread = this.userId ? undefined : (this.#unread ??= {});
    const stored = await this.#load();
    if (unread && unread === this.#unread) this.#become(signedIn(stored));
    if (stored?.left) void this.tellLogouts();
    return this.#current.snapshot()?.user ?? null;
  }

  async begin({ user, accessToken, refreshToken, expiresIn }: SignedIn): Promise<void> {
    const renewAt = Date.now() + Math.max(expiresIn * 500, expiresIn * 1_000 - renewBeforeMs);
    const saved = { user, accessToken, refreshToken, renewAt };
    const before = this.#current.snapshot();
    // Before it is stored, so that of two at once the later one counts, here and in the storage.
    this.#become(saved);
    await this.#store(({ left }) => ({ ...saved, left })).catch((error: unknown) => {
      if (this.#current.snapshot() === saved) this.#become(before);
      throw error;
    });
  }

  async end(): Promise<void> {
    const mine = this.userId;
    this.#become(null);
    await this.#store((stored) => without(mine, stored));
  }

  /**
   * Signs the person out. Whoever is stored is meant while that is yet to be read, and `found` is told who that is. The
   * logout is stored before anything else, and stays until the server has heard of it, also over restarts of the app. With
   * `others`, tokens of the app are told. Resolves after the first try. Throws `STORAGE` when the session may still be on
   * the device.
   */
  async leave(
    found: (userId: string) => Promise<void>,
    others?: Promise<SessionTokens | undefined>,
  ): Promise<void> {
    const unread = this.#unread;
    const mine = this.#current.snapshot();
    this.#become(null);
    const storing = this.#store(async (stored) => {
      const read = unread && signedIn(stored);
      if (read) await found(read.user.id);
      const tokens = mine ?? read ?? (await others);
      const rest = without((mine ?? read)?.user.id, stored);
      return tokens ? owing(rest, tokens) : rest;
    });
    // Where it fails while the app is still asked for its tokens, nobody would have taken that yet.
    storing.catch(() => undefined);
    const tokens = mine ?? (await others);
    await within(patienceMs, storing, () => {
      throw new HaggleError('STORAGE');
    }).catch(async (error: unknown) => {
      // The logout can't be stored, so it is told now or never.
      if (tokens) await this.#endThere(tokens).catch(() => undefined);
      throw error;
    });
    await this.tellLogouts();
  }

  /** Ends a session on the server that is not to begin here. */
  async giveUp(tokens: SessionTokens): Promise<void> {
    await this.#store((stored) => owing(stored, tokens));
    await this.tellLogouts();
  }

  /** Tells the server of logouts that it has yet to hear of, again and again until it has. */
  async tellLogouts(): Promise<void> {
    clearTimeout(this.#again);
    try {
      for (const tokens of (await this.#load())?.left ?? []) {
        await this.#endThere(tokens);
        const isOther = ({ refreshToken }: SessionTokens) => refreshToken !== tokens.refreshToken;
        await this.#store(({ left, ...rest }) => ({ ...rest, left: left?.filter(isOther) }));
      }
      this.#failures = 0;
    } catch {
      if (this.#closed.snapshot()) return;
      this.#again = setTimeout(() => void this.tellLogouts(), backoffMs(this.#failures));
      this.#failures += 1;
    }
  }

  /** Called when the network is back: ends a wait early. */
  hurry(): void {
    if (this.#failures > 0) void this.tellLogouts();
  }

  /** Stops; stored data stays. */
  stop(): void {
    clearTimeout(this.#again);
  }

  /**
   * Returns a token that is valid for the next request. Renews one that is about to expire, or that was `refused`; one
   * renewal at a time.
   */
  async token(refused?: string): Promise<string> {
    const saved = this.#current.snapshot();
    if (!saved) throw new HaggleError('UNAUTHENTICATED');
    if (saved.accessToken !== refused && isFresh(saved)) return saved.accessToken;
    this.#renewing ??= this.#exclusively(() => this.#renew(saved)).finally(() => {
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
    return this.#storage.exclusively?.(task) ?? task();
  }

  async #renew(stale: SavedSession): Promise<string> {
    const stored = signedIn(await this.#load()) ?? stale;
    // A person who has signed out, or in, meanwhile must not be brought back, or replaced.
    const mustStillBe = () => {
      if (this.#current.snapshot() !== stale) throw new HaggleError('UNAUTHENTICATED');
    };
    mustStillBe();
    if (stored.accessToken !== stale.accessToken && isFresh(stored)) {
      this.#current.set(stored);
      return stored.accessToken;
    }
    try {
      const answer = await this.#refresh(stored.refreshToken);
      mustStillBe();
      await this.begin(answer);
      return answer.accessToken;
    } catch (thrown) {
      const error = HaggleError.from(thrown);
      if (!refusesToken(error.code)) throw error;
      mustStillBe();
      await this.end();
      throw new HaggleError('SESSION_REVOKED', error);
    }
  }

  /** The same token may be sent again when the answer was lost: the server repeats its answer. */
  #refresh(refreshToken: string, http = this.#http): Promise<SignedIn> {
    const request = { method: 'POST', path: '/auth/refresh', body: { refreshToken } } as const;
    return http(request) as Promise<SignedIn>;
  }

  /** Throws only what may succeed later. */
  async #endThere({ accessToken, refreshToken }: SessionTokens): Promise<void> {
    const token = async (refused?: string) =>
      refused ? (await this.#refresh(refreshToken, this.#lastHttp)).accessToken : accessToken;
    const call = createCall(this.#lastHttp, { token });
    await call({ method: 'POST', path: '/auth/logout' }).catch((thrown: unknown) => {
      // Any other error means that the session no longer exists.
      if (HaggleError.from(thrown).retryable) throw thrown;
    });
  }

  /** Reads what is stored once all changes until now are. */
  #load(): Promise<StoredSession | null> {
    return this.#storing.then(() => this.#storage.load()).catch(storageFailed);
  }

  /** Changes what is stored, one change after another, since a storage may be slow. */
  #store(change: (stored: StoredSession) => StoredSession | Promise<StoredSession>): Promise<void> {
    const stored = this.#storing.then(async () => {
      const { left = [], ...session } = await change((await this.#storage.load()) ?? {});
      if (left.length > 0) await this.#storage.save({ ...session, left });
      else await this.#storage.save(signedIn(session));
    });
    this.#storing = stored.catch(() => undefined);
    return stored.catch(storageFailed);
  }

  #become(session: SavedSession | null): void {
    this.#unread = undefined;
    this.#current.set(session);
  }
}

const storageFailed = (thrown: unknown): never => {
  throw HaggleError.from(thrown, 'STORAGE');
};

function isFresh(saved: SavedSession): boolean {
  return Date.now() < saved.renewAt;
}

/** Removes this person's session only, since another tab may have signed somebody else in. */
const without = (userId: string | undefined, stored: StoredSession): StoredSession =>
  stored.user?.id === userId ? { left: stored.left } : stored;

/** The server has yet to hear of the logout of these, too. */
const owing = (
  { left = [], ...rest }: StoredSession,
  { accessToken, refreshToken }: SessionTokens,
): StoredSession => ({ ...rest, left: [...left, { accessToken, refreshToken }] });

/** The session without the logouts that are stored beside it. */
function signedIn(stored: StoredSession | null): SavedSession | null {
  if (!stored?.user) return null;
  const { left: _left, ...session } = stored;
  return session as SavedSession;
}
