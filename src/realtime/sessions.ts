import { Refusal, limits, type PayloadOf } from '../contract/index.js';
import type { Actor } from '../platform/actor.js';
import type { GatewayContext } from '../context.js';
import type { PresentSocket } from '../platform/presence.js';
import { deliver } from './carried-traces.js';
import type { HaggleSocket } from './socket-door.js';

/** Says who is calling, and whether their sessions still live. Slices above implement it. */
export interface Guard {
  /** Throws UNAUTHENTICATED, TOKEN_EXPIRED, SESSION_REVOKED or ACCOUNT_SUSPENDED. */
  identify(token: string): Promise<Actor & { expiresAt: Date; keyId?: string }>;
  /** Whether tokens of this key are refused by now. */
  isKeyGone(keyId: string): boolean;
  /** Calls back when other keys are in use. */
  onKeysChanged(listener: () => void): void;
  /** Whether this node knows that the session has ended. */
  isOver(sessionId: string): boolean;
  /** Which of these have ended, by the database. */
  overAmong(sessionIds: string[]): Promise<string[]>;
  /** Calls back with sessions that ended, here or elsewhere. */
  onEnded(listener: (sessionIds: string[], suspended: boolean) => void): void;
}

type Reason = 'signedOut' | 'expired' | 'replaced' | 'suspended';

/**
 * Keeps the live sockets of this node with their sessions, and cuts them off when the session ends or its token
 * expires.
 */
export class LiveSessions {
  private readonly byUser = new Map<string, Set<HaggleSocket>>();
  private readonly timers = new Map<string, NodeJS.Timeout>();
  private readonly sweeper: NodeJS.Timeout;

  constructor(
    private readonly context: GatewayContext,
    private readonly guard: Guard,
  ) {
    guard.onKeysChanged(() => {
      for (const socket of this.all()) this.cutIfKeyIsGone(socket);
    });
    const { news, tracing } = context;
    guard.onEnded((sessionIds, suspended) =>
      this.end(new Set(sessionIds), suspended ? 'suspended' : 'signedOut'),
    );
    news.on('socketReplaced', ({ userId, socketId }) => this.replace(userId, socketId));
    // News from processes that have no sockets of their own.
    news.on('told', ({ userId, event, payload, trace }) =>
      deliver(tracing, trace, event, () => {
        for (const socket of this.of(userId)) socket.emit(event, payload as never);
      }),
    );
    news.on('behind', ({ userId, conversationId, lastSeq, trace }) =>
      deliver(tracing, trace, 'sync:hint', () => {
        for (const socket of this.of(userId)) socket.emit('sync:hint', { conversationId, lastSeq });
      }),
    );
    // News of an ended session may be lost.
    this.sweeper = setInterval(() => void this.sweep(), context.config.sessionCheckMs);
    this.sweeper.unref();
  }

  add(socket: HaggleSocket): void {
    const { userId } = socket.data.actor;
    const own = this.byUser.get(userId) ?? new Set();
    this.byUser.set(userId, own.add(socket));
    this.watchExpiry(socket);
    // The session ended between the handshake and here.
    if (this.guard.isOver(socket.data.actor.sessionId)) this.cut(socket, 'signedOut');
    this.cutIfKeyIsGone(socket);
    const [oldest] = own;
    if (own.size > limits.socketsPerUser && oldest) this.cut(oldest, 'replaced');
  }

  remove(socket: HaggleSocket): void {
    const { userId } = socket.data.actor;
    const own = this.byUser.get(userId);
    own?.delete(socket);
    if (own?.size === 0) this.byUser.delete(userId);
    clearTimeout(this.timers.get(socket.id));
    this.timers.delete(socket.id);
  }

  /**
   * Closes the oldest of a person's sockets over all nodes when there are too many. With Redis away each node keeps the
   * bound by itself.
   */
  async giveWay(userId: string, socketsOf: (userId: string) => Promise<PresentSocket[]>) {
    const { config, news, log } = this.context;
    try {
      const sockets = await socketsOf(userId);
      const tooMany = Math.max(0, sockets.length - limits.socketsPerUser);
      for (const { nodeId, socketId } of sockets.slice(0, tooMany)) {
        if (nodeId === config.nodeId) this.replace(userId, socketId);
        else await news.tell(nodeId, { kind: 'socketReplaced', userId, socketId });
      }
    } catch (error) {
      log.warn(
        { reason: (error as Error).message },
        'the oldest socket of a person could not be closed',
      );
    }
  }

  *all(): Iterable<HaggleSocket> {
    for (const own of this.byUser.values()) yield* own;
  }

  of(userId: string): Iterable<HaggleSocket> {
    return this.byUser.get(userId) ?? [];
  }

  /** Takes a new token of the same session before the old one expires. Throws UNAUTHENTICATED and its kin. */
  async refresh(socket: HaggleSocket, payload: PayloadOf<'session:refresh'>): Promise<Date> {
    const { userId, sessionId, expiresAt, keyId } = await this.guard.identify(payload.token);
    const { actor } = socket.data;
    if (userId !== actor.userId || sessionId !== actor.sessionId)
      throw new Refusal('UNAUTHENTICATED', 'The token is of another session');
    Object.assign(socket.data, { expiresAt, keyId });
    this.watchExpiry(socket);
    return expiresAt;
  }

  close(): void {
    clearInterval(this.sweeper);
    for (const timer of this.timers.values()) clearTimeout(timer);
  }

  private watchExpiry(socket: HaggleSocket): void {
    clearTimeout(this.timers.get(socket.id));
    const left = socket.data.expiresAt.getTime() - this.context.clock().getTime();
    this.timers.set(
      socket.id,
      setTimeout(() => this.cut(socket, 'expired'), Math.max(0, left)).unref(),
    );
  }

  /** Closes this socket of a person who opened one too many, on whatever node. */
  private replace(userId: string, socketId: string): void {
    for (const socket of this.of(userId)) if (socket.id === socketId) this.cut(socket, 'replaced');
  }

  private end(sessionIds: Set<string>, reason: Reason = 'signedOut'): void {
    for (const socket of this.all())
      if (sessionIds.has(socket.data.actor.sessionId)) this.cut(socket, reason);
  }

  private cutIfKeyIsGone(socket: HaggleSocket): void {
    const { keyId } = socket.data;
    if (keyId !== undefined && this.guard.isKeyGone(keyId)) this.cut(socket, 'expired');
  }

  private async sweep(): Promise<void> {
    const ids = new Set([...this.all()].map((socket) => socket.data.actor.sessionId));
    if (ids.size === 0) return;
    try {
      this.end(new Set(await this.guard.overAmong([...ids])));
    } catch (error) {
      this.context.log.warn({ reason: (error as Error).message }, 'sessions could not be checked');
    }
  }

  private cut(socket: HaggleSocket, reason: Reason): void {
    socket.emit('session:revoked', { reason });
    socket.disconnect(true);
  }
}
