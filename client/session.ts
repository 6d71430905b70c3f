import { createCall } from './api.js';
import { backoffMs } from './waits.js';
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

/** Keeps who is signed in on this device, with a token that is valid for the next request, and logouts to be told. */
export class Session implements Credentials {
  readonly #current = new Value<SavedSession | null>(null);
  #renewing: Promise<string> | undefined;
  #storing: Promise<unknown> = Promise.resolve();
  #failures = 0;
  #again: ReturnType<typeof setTimeout> | undefined;

  readonly #http: Http;
  readonly #storage: TokenStorage;
  readonly #closed: Readable<boolean>;

  constructor(http: Http, storage: TokenStorage, closed: Readable<boolean>) {
    this.#http = http;
    this.#storage = storage;
    this.#closed = closed;
  }

  get state(): Readable<SavedSession | null> {
    return this.#current;
  }

  get userId(): string | undefined {
    return this.#current.snapshot()?.user.id;
  }

  /** Restores the stored session, if there is one. */
  async restore(): Promise<Me | null> {
    const stored = await this.#storage.load();
    this.#current.set(signedIn(stored));
    if (stored?.left) void this.tellLogouts();
    return this.#current.snapshot()?.user ?? null;
  }

  async begin({ user, accessToken, refreshToken, expiresIn }: SignedIn): Promise<void> {
    const renewAt = Date.now() + Math.max(expiresIn * 500, expiresIn * 1_000 - renewBeforeMs);
    const saved = { user, accessToken, refreshToken, renewAt };
    const before = this.#current.snapshot();
    // Before it is stored, so that of two at once the later one counts, here and in the storage.
    this.#current.set(saved);
    await this.#store(({ left }) => ({ ...saved, left })).catch((error: unknown) => {
      if (this.#current.snapshot() === saved) this.#current.set(before);
      throw error;
    });
  }

  async end(): Promise<void> {
    const mine = this.userId;
    this.#current.set(null);
    await this.#store((stored) => without(mine, stored));
  }

  held(): Promise<SessionTokens | undefined> {
    return Promise.resolve(this.#current.snapshot() ?? undefined);
  }

  /**
   * Signs the person out. The logout is stored before anything else, and stays until the server has heard of it, also
   * over restarts of the app. Resolves after the first try.
   */
  async leave({ accessToken, refreshToken }: SessionTokens): Promise<void> {
    const tokens = { accessToken, refreshToken };
    const mine = this.userId;
    this.#current.set(null);
    await this.#store((stored) => ({
      ...without(mine, stored),
      left: [...(stored.left ?? []), tokens],
    })).then(
      () => this.tellLogouts(),
      // The logout can't be stored, so it is told now or never.
      () => this.#endThere(tokens).catch(() => undefined),
    );
  }

  /** Tells the server of logouts that it has yet to hear of, again and again until it has. */
  async tellLogouts(): Promise<void> {
    clearTimeout(this.#again);
    try {
      for (const tokens of (await this.#storage.load())?.left ?? []) {
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
    return this.#storage.exclusively ? this.#storage.exclusively(task) : task();
  }

  async #renew(stale: SavedSession): Promise<string> {
    const stored = signedIn(await this.#storage.load()) ?? stale;
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
  #refresh(refreshToken: string): Promise<SignedIn> {
    const request = { method: 'POST', path: '/auth/refresh', body: { refreshToken } } as const;
    return this.#http(request) as Promise<SignedIn>;
  }

  /** Throws only what may succeed later. */
  async #endThere({ accessToken, refreshToken }: SessionTokens): Promise<void> {
    const token = async (refused?: string) =>
      refused ? (await this.#refresh(refreshToken)).accessToken : accessToken;
    const call = createCall(this.#http, { token });
    await call({ method: 'POST', path: '/auth/logout' }).catch((thrown: unknown) => {
      // Any other error means that the session no longer exists.
      if (this.#closed.snapshot() || HaggleError.from(thrown).retryable) throw thrown;
    });
  }

  /** Changes what is stored, one change after another, since a storage may be slow. */
  #store(change: (stored: StoredSession) => StoredSession): Promise<void> {
    const stored = this.#storing.then(async () => {
      const { left = [], ...session } = change((await this.#storage.load()) ?? {});
      if (left.length > 0) await this.#storage.save({ ...session, left });
      else await this.#storage.save(signedIn(session));
    });
    this.#storing = stored.catch(() => undefined);
    return stored;
  }
}

function isFresh(saved: SavedSession): boolean {
  return Date.now() < saved.renewAt;
}

/** Removes this person's session only, since another tab may have signed somebody else in. */
const without = (userId: string | undefined, stored: StoredSession): StoredSession =>
  stored.user?.id === userId ? { left: stored.left } : stored;

/** The session without the logouts that are stored beside it. */
function signedIn(stored: StoredSession | null): SavedSession | null {
  if (!stored?.user) return null;
  const { left: _left, ...session } = stored;
  return session as SavedSession;
}
