import { backoffMs } from './backoff.js';
import type {
  Ack,
  ClientEventName,
  DataOf,
  PayloadOf,
  ServerEventName,
  ServerToClient,
} from './contract-types.js';
import { HaggleError, endsSession } from './haggle-error.js';
import { Value, type Readable } from './readable.js';
import type { Session } from './session.js';
import type { ClientSocket, OpenSocket } from './transport.js';

export type ConnectionState =
  | { readonly phase: 'idle' | 'connecting' }
  /** Connected, and catching up. */
  | { readonly phase: 'syncing' | 'live'; readonly nodeId: string }
  /** Cut off; tries again at `retryAt` (milliseconds since 1970) by itself. */
  | { readonly phase: 'waiting'; readonly retryAt: number }
  /**
   * Over: `reason` is a code of the contract or the server's word. Until somebody signs in; after `replaced` (more
   * sockets than one person may have) the session holds, and waking up connects again.
   */
  | { readonly phase: 'signedOut'; readonly reason: string };

export type Ready = Parameters<ServerToClient['session:ready']>[0];

/** Longest wait for an acknowledgement, and for `session:ready` after the handshake. */
const answerWithinMs = 10_000;

/** Codes after which another try with the same token and protocol is in vain. */
const isFinal = (code: string) => endsSession(code) || code === 'PROTOCOL_UNSUPPORTED';

/** Ends of the connection that leave the person signed in. */
const keepsSession: ReadonlySet<string> = new Set(['replaced', 'PROTOCOL_UNSUPPORTED']);

/**
 * The socket and its one state. "Connected" and "up to date" are two things: it is live only when the catch-up that
 * follows every connect has ended.
 */
export class Connection {
  private readonly socket: ClientSocket;
  private readonly value = new Value<ConnectionState>({ phase: 'idle' });
  private wanted = false;
  private failures = 0;
  private attempt = 0;
  private ready = false;
  private token: string | undefined;
  /** The token that the server just called too old: it is not offered again. */
  private refusedToken: string | undefined;
  private retryTimer: ReturnType<typeof setTimeout> | undefined;
  private readyTimer: ReturnType<typeof setTimeout> | undefined;
  private renewTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    url: string,
    private readonly session: Session,
    private readonly catchUp: (ready: Ready) => Promise<void>,
    openSocket: OpenSocket,
  ) {
    this.socket = openSocket(url, (give) => void this.offerToken(give));
    this.socket.on('connect', () => {
      this.readyTimer = setTimeout(() => this.lost(), answerWithinMs);
    });
    this.on('session:ready', (ready) => void this.greeted(ready));
    this.socket.on('connect_error', (error: Error) => this.refused(error));
    this.socket.on('disconnect', (reason: string) => {
      // Our own disconnect is always followed by what comes next.
      if (reason !== 'io client disconnect') this.lost();
    });
    this.on('session:revoked', ({ reason }) => this.revoked(reason));
    this.on('server:draining', ({ reconnectInMs }) => this.retryIn(reconnectInMs));
  }

  get state(): Readable<ConnectionState> {
    return this.value;
  }

  /** The server knows this socket: requests are answered, also while catching up. */
  get isReady(): boolean {
    return this.ready;
  }

  /** Listens to an event of the server. */
  on<Name extends ServerEventName>(name: Name, listener: ServerToClient[Name]): void {
    this.socket.on(name, listener);
  }

  open(): void {
    if (this.wanted) return;
    this.wanted = true;
    this.failures = 0;
    this.connect();
  }

  /** Reversible: {@link open} connects again. */
  close(): void {
    this.wanted = false;
    this.stop();
    this.value.set({ phase: 'idle' });
  }

  /** The device came back (network, foreground): doesn't sit out a wait. */
  hurry(): void {
    const state = this.value.snapshot();
    if (state.phase === 'waiting') this.connect();
    if (state.phase === 'signedOut' && state.reason === 'replaced') this.open();
  }

  /** The link is dead although nobody said so. */
  restart(): void {
    if (this.wanted) this.lost();
  }

  /** One request with its acknowledgement; throws {@link HaggleError}. */
  async request<Name extends ClientEventName>(
    name: Name,
    payload: PayloadOf<Name>,
    withinMs = answerWithinMs,
  ): Promise<DataOf<Name>> {
    if (!this.ready) throw HaggleError.network('not connected');
    let answer: Ack<DataOf<Name>>;
    try {
      answer = (await this.socket.timeout(withinMs).emitWithAck(name, payload)) as Ack<
        DataOf<Name>
      >;
    } catch (error) {
      throw HaggleError.from(error);
    }
    if (answer.ok) return answer.data;
    throw HaggleError.fromAck(answer.error);
  }

  private connect(): void {
    clearTimeout(this.retryTimer);
    this.attempt += 1;
    this.value.set({ phase: 'connecting' });
    this.socket.connect();
  }

  private async offerToken(give: (auth: object) => void): Promise<void> {
    const attempt = this.attempt;
    try {
      this.token = await this.session.token(this.refusedToken);
      this.refusedToken = undefined;
      if (this.wanted && attempt === this.attempt) give({ token: this.token, protocol: 1 });
    } catch (thrown) {
      if (attempt !== this.attempt) return;
      const error = HaggleError.from(thrown);
      if (isFinal(error.code)) this.signOut(error.code);
      else this.lost(error.retryAfterMs);
    }
  }

  private async greeted(ready: Ready): Promise<void> {
    clearTimeout(this.readyTimer);
    const id = this.socket.id;
    this.ready = true;
    this.value.set({ phase: 'syncing', nodeId: ready.nodeId });
    this.planRenewal();
    try {
      await this.catchUp(ready);
    } catch {
      if (this.socket.id === id) this.lost();
      return;
    }
    if (!this.ready || this.socket.id !== id) return;
    this.failures = 0;
    this.value.set({ phase: 'live', nodeId: ready.nodeId });
  }

  private refused(error: Error): void {
    const { code, retryAfterMs } = refusal(error);
    if (code === 'TOKEN_EXPIRED') this.refusedToken = this.token;
    if (code !== undefined && isFinal(code)) this.signOut(code);
    else this.lost(retryAfterMs);
  }

  private lost(atLeastMs = 0): void {
    this.stop();
    const phase = this.value.snapshot().phase;
    if (!this.wanted || phase === 'waiting') return;
    this.retryIn(atLeastMs + backoffMs(this.failures));
    this.failures += 1;
  }

  private retryIn(ms: number): void {
    clearTimeout(this.retryTimer);
    if (!this.ready) this.value.set({ phase: 'waiting', retryAt: Date.now() + ms });
    this.retryTimer = setTimeout(() => {
      this.stop();
      if (this.wanted) this.connect();
    }, ms);
  }

  private revoked(reason: string): void {
    if (reason !== 'expired') {
      this.signOut(reason);
      return;
    }
    this.refusedToken = this.token;
    this.lost();
  }

  private signOut(reason: string): void {
    this.wanted = false;
    this.stop();
    this.value.set({ phase: 'signedOut', reason });
    if (!keepsSession.has(reason)) void this.session.end();
  }

  private stop(): void {
    this.ready = false;
    clearTimeout(this.retryTimer);
    clearTimeout(this.readyTimer);
    clearTimeout(this.renewTimer);
    if (this.socket.active || this.socket.connected) this.socket.disconnect();
  }

  private planRenewal(): void {
    clearTimeout(this.renewTimer);
    const renewAt = this.session.state.snapshot()?.renewAt;
    if (renewAt === undefined) return;
    this.renewTimer = setTimeout(() => void this.renew(), Math.max(0, renewAt - Date.now()));
  }

  private async renew(): Promise<void> {
    try {
      this.token = await this.session.token();
      await this.request('session:refresh', { token: this.token });
      this.planRenewal();
    } catch (thrown) {
      const error = HaggleError.from(thrown);
      if (isFinal(error.code)) this.signOut(error.code);
      // Otherwise the server cuts the socket when the token runs out, and the reconnect brings a new one.
    }
  }
}

function refusal(error: Error): { code?: string; retryAfterMs?: number } {
  const data = (error as Error & { data?: unknown }).data;
  return typeof data === 'object' && data !== null ? data : {};
}
