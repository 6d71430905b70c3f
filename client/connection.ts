/** The one connection of a client with all its phases. One file, since the states make sense only together. */
import { backoffMs, unlessClosed, within } from './waits.js';
import type {
  AckError,
  Answers,
  ClientEventName,
  Payloads,
  ServerEvents,
} from './contract-types.js';
import type { Credentials } from './tokens.js';
import { HaggleError, refusesToken } from './haggle-error.js';
import { Value, type Readable } from './readable.js';
import type { ClientSocket, OpenSocket } from './transport.js';

export type ConnectionState =
  /** Not connected and not trying to be: before `connect()`, after `disconnect()` and `close()`. */
  | { readonly phase: 'idle' }
  | { readonly phase: 'connecting' }
  /** Connected, and catching up. */
  | { readonly phase: 'syncing'; readonly nodeId: string }
  /** Connected, and up to date. */
  | { readonly phase: 'live'; readonly nodeId: string }
  /** Cut off; tries again at `retryAt` (milliseconds since 1970) by itself. */
  | { readonly phase: 'waiting'; readonly retryAt: number }
  /** Cut off, and the platform says that there is no network: connects as soon as there is one. */
  | { readonly phase: 'offline' }
  /**
   * Signed out: `reason` is a code of the contract or the server's word. Lasts until somebody signs in; after
   * `replaced` (more sockets than one person may have) the session is still valid, and waking up connects again.
   */
  | { readonly phase: 'signedOut'; readonly reason: string };

export type Ready = ServerEvents['session:ready'];

/** The server's answer to an event. */
type Ack<Data> = { ok: true; data: Data } | { ok: false; error: AckError };

/** Why the server, if it was reached, refused a handshake. */
interface Refused {
  data?: { code?: string; retryAfterMs?: number } | null;
}

/** Longest wait for an acknowledgement. */
const answerWithinMs = 10_000;
/** Longest wait from the start of a connect, token included, to `session:ready`. */
const readyWithinMs = 20_000;
/** The longest delay that timers accept (ms); a longer one would fire at once. */
const longestTimerMs = 2 ** 31 - 1;

/** Least time between two requests for a token (ms), for apps that hand out tokens which are about to expire. */
const renewalsApartMs = 1_000;

/** Reasons for the end of a connection that leave the person signed in. */
const keepsSession = (reason: string): boolean =>
  reason === 'replaced' || reason === 'PROTOCOL_UNSUPPORTED';

interface ConnectionParts {
  url: string;
  openSocket: OpenSocket;
  credentials: Credentials;
  /** Fetches what was missed; the connection is live only afterwards. */
  catchUp(ready: Ready): Promise<void>;
  /** The client is closed for good. */
  closed: Readable<boolean>;
  /** Called when the server, or the lack of a token, ended the session. */
  signedOut(reason: string): void;
}

/**
 * The socket and its one state. "Connected" and "up to date" differ: it is live only when the catch-up that follows
 * every connect has ended. One file, since every line changes the same few timers and that state.
 */
export class Connection {
  readonly #socket: ClientSocket;
  readonly #value = new Value<ConnectionState>({ phase: 'idle' });
  #wanted = false;
  #online = true;
  #failures = 0;
  /** Another one whenever it stops, so that what goes on after a wait, or after a listener was told, finds itself replaced. */
  #attempt = 0;
  #ready = false;
  #token: string | undefined;
  /** How far the server's clock is ahead of this device's, which may be wrong by any amount. */
  #clockAheadMs = 0;
  /** The token that the server has just refused: another one is asked for, once. */
  #refusedToken: string | undefined;
  /** When to leave a node that is going away, even if it does not cut off. */
  #moveAt: number | undefined;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #readyTimer: ReturnType<typeof setTimeout> | undefined;
  #renewTimer: ReturnType<typeof setTimeout> | undefined;

  readonly #parts: ConnectionParts;

  constructor(parts: ConnectionParts) {
    this.#parts = parts;
    this.#socket = parts.openSocket(parts.url, (give) => void this.#offerToken(give));
    this.#socket.on('connect_error', (error: Refused) => this.#refused(error));
    this.#socket.on('disconnect', (reason: string) => {
      // After our own disconnect the caller does the next step.
      if (reason !== 'io client disconnect') this.#lost();
    });
    this.on('session:ready', (ready) => void this.#greeted(ready));
    this.on('session:revoked', ({ reason }) => this.#revoked(reason));
    this.on('server:draining', ({ reconnectInMs }) => this.#moveIn(reconnectInMs));
  }

  get state(): Readable<ConnectionState> {
    return this.#value;
  }

  /** Whether the server knows this socket: it answers requests then, also while catching up. */
  get isReady(): boolean {
    return this.#ready;
  }

  /** Listens to an event of the server. */
  on<Name extends keyof ServerEvents>(
    name: Name,
    listener: (payload: ServerEvents[Name]) => void,
  ): void {
    this.#socket.on(name, listener);
  }

  open(): void {
    if (this.#wanted) return;
    this.#wanted = true;
    this.#failures = 0;
    this.#refusedToken = undefined;
    this.#connect();
  }

  /** Closes the connection; {@link open} connects again. */
  close(): void {
    this.#wanted = false;
    this.#stop();
    this.#value.set({ phase: 'idle' });
  }

  /** Called when a REST call has found that the person is no longer signed in. */
  sessionGone(): void {
    if (this.#wanted) this.#signOut('SESSION_REVOKED');
  }

  /** Called when the device is back (network, foreground): ends a wait early. */
  hurry(): void {
    const state = this.#value.snapshot();
    if (state.phase === 'waiting' || state.phase === 'offline') this.#connect();
    if (state.phase === 'signedOut' && state.reason === 'replaced') this.open();
  }

  /** Called when the platform says that the network is back. */
  networkBack(): void {
    this.#online = true;
  }

  /** Called when the platform says that the network is gone. Only a lost connection proves it. */
  networkGone(): void {
    this.#online = false;
    if (this.#value.snapshot().phase === 'waiting') this.#value.set({ phase: 'offline' });
  }

  /** Resolves as soon as no connect is under way: it is live then, or will not be for a while. */
  async arrived(): Promise<void> {
    const state = this.#value;
    while (state.snapshot().phase === 'connecting' || state.snapshot().phase === 'syncing')
      await state.changed();
  }

  /** Replaces a link that is dead although nobody said so. */
  restart(): void {
    this.#lost();
  }

  /** Sends one request and waits for its acknowledgement; throws {@link HaggleError}. */
  async request<Name extends ClientEventName>(
    name: Name,
    payload: Payloads[Name],
    withinMs = answerWithinMs,
  ): Promise<Answers[Name]> {
    const asked = async () => {
      if (!this.#ready) throw HaggleError.network('not connected');
      return this.#socket.timeout(withinMs).emitWithAck(name, payload) as Promise<
        Ack<Answers[Name]>
      >;
    };
    const answer = await unlessClosed(this.#parts.closed, asked).catch((error: unknown) => {
      throw HaggleError.from(error);
    });
    if (answer.ok) return answer.data;
    const error = HaggleError.fromAck(answer.error);
    if (error.code !== 'DRAINING') throw error;
    // The node did nothing, so the next node is asked as soon as it is connected.
    if (this.#moveAt === undefined) this.#moveIn(error.retryAfterMs ?? 0);
    await within(withinMs, this.#moved(), () => {
      throw error;
    });
    return this.request(name, payload, withinMs);
  }

  async #moved(): Promise<void> {
    do await this.#value.changed();
    while (this.#wanted && !this.#ready);
  }

  #connect(): void {
    this.#stop();
    this.#moveAt = undefined;
    const attempt = this.#attempt;
    this.#readyTimer = setTimeout(() => this.#lost(), readyWithinMs);
    this.#value.set({ phase: 'connecting' });
    if (attempt === this.#attempt) this.#socket.connect();
  }

  async #offerToken(give: (auth: object) => void): Promise<void> {
    const attempt = this.#attempt;
    try {
      const token = await this.#parts.credentials.tokenToConnect(this.#refusedToken);
      if (attempt !== this.#attempt) return;
      this.#token = token;
      give({ token, protocol: 1 });
    } catch (thrown) {
      if (attempt !== this.#attempt) return;
      const error = HaggleError.from(thrown);
      if (refusesToken(error.code)) this.#signOut(error.code);
      else this.#lost(error.retryAfterMs);
    }
  }

  async #greeted(ready: Ready): Promise<void> {
    clearTimeout(this.#readyTimer);
    const attempt = this.#attempt;
    this.#ready = true;
    this.#refusedToken = undefined;
    this.#clockAheadMs = Date.parse(ready.serverTime) - Date.now();
    this.#planRenewal();
    this.#value.set({ phase: 'syncing', nodeId: ready.nodeId });
    try {
      if (attempt === this.#attempt) await this.#parts.catchUp(ready);
    } catch {
      if (attempt === this.#attempt) this.#lost();
      return;
    }
    if (attempt !== this.#attempt) return;
    this.#failures = 0;
    this.#value.set({ phase: 'live', nodeId: ready.nodeId });
  }

  #refused({ data }: Refused): void {
    if (!this.#wanted) return;
    const { code = '', retryAfterMs } = data ?? {};
    if (refusesToken(code)) this.#tokenRefused(code);
    else if (code === 'PROTOCOL_UNSUPPORTED') this.#signOut(code);
    else this.#lost(retryAfterMs);
  }

  /** Asks for another token once, without a wait; a second refusal signs the person out. */
  #tokenRefused(code: string): void {
    if (this.#refusedToken !== undefined) {
      this.#signOut(code);
      return;
    }
    this.#refusedToken = this.#token ?? '';
    this.#connect();
  }

  #lost(atLeastMs = 0): void {
    const { phase } = this.#value.snapshot();
    if (!this.#wanted || phase === 'waiting' || phase === 'offline') return;
    this.#stop();
    let ms = atLeastMs;
    if (this.#moveAt === undefined) {
      ms += backoffMs(this.#failures);
      this.#failures += 1;
    } else ms = Math.max(0, this.#moveAt - Date.now());
    // Also runs while offline, since platforms are sometimes wrong about it.
    this.#retryTimer = setTimeout(() => this.#connect(), ms);
    this.#value.set(
      this.#online ? { phase: 'waiting', retryAt: Date.now() + ms } : { phase: 'offline' },
    );
  }

  /** Moves away from a node that is going away, after the time that it names, whether it has cut off by then or not. */
  #moveIn(ms: number): void {
    this.#moveAt = Date.now() + ms;
    clearTimeout(this.#retryTimer);
    this.#retryTimer = setTimeout(() => {
      if (this.#wanted) this.#connect();
    }, ms);
  }

  #revoked(reason: string): void {
    if (reason !== 'expired') {
      this.#signOut(reason);
      return;
    }
    this.#refusedToken = this.#token;
    this.#lost();
  }

  #signOut(reason: string): void {
    this.#wanted = false;
    this.#stop();
    this.#value.set({ phase: 'signedOut', reason });
    if (!keepsSession(reason)) this.#parts.signedOut(reason);
  }

  #stop(): void {
    this.#attempt += 1;
    this.#ready = false;
    clearTimeout(this.#retryTimer);
    clearTimeout(this.#readyTimer);
    clearTimeout(this.#renewTimer);
    this.#socket.disconnect();
  }

  #planRenewal(): void {
    clearTimeout(this.#renewTimer);
    const ms = this.#parts.credentials.renewInMs(Date.now() + this.#clockAheadMs);
    if (ms === undefined || ms > longestTimerMs) return;
    this.#renewTimer = setTimeout(() => void this.#renew(), Math.max(renewalsApartMs, ms));
  }

  async #renew(): Promise<void> {
    const attempt = this.#attempt;
    try {
      const token = await this.#parts.credentials.tokenToConnect(this.#token);
      await this.request('session:refresh', { token });
      if (attempt !== this.#attempt) return;
      this.#token = token;
      this.#planRenewal();
    } catch (thrown) {
      const error = HaggleError.from(thrown);
      if (attempt === this.#attempt && refusesToken(error.code)) this.#tokenRefused(error.code);
      // Otherwise the server cuts the socket when the token expires, and the reconnect brings a new one.
    }
  }
}
