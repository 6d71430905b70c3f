import { Refusal, limits, type PayloadOf } from '../contract/index.js';
import type { Clock } from '../platform/clock.js';
import type { Logger } from '../platform/logger.js';
import type { Actor } from '../platform/actor.js';
import type { NodeNews } from '../context.js';
import type { HaggleSocket } from './socket-door.js';

/** News of an ended session may be lost, so live sockets are checked against the database this often. */
const sweepMs = 30_000;

/** Says who is calling, and whether their sessions still live. Slices above implement it. */
export interface Guard {
  /** Throws UNAUTHENTICATED, TOKEN_EXPIRED or SESSION_REVOKED. */
  identify(token: string): Promise<Actor & { expiresAt: Date }>;
  /** Whether this node knows that the session has ended. */
  isOver(sessionId: string): boolean;
  /** Which of these have ended, by the database. */
  overAmong(sessionIds: string[]): Promise<string[]>;
  /** Calls back with sessions that ended, here or elsewhere. */
  onEnded(listener: (sessionIds: string[]) => void): void;
}

type Reason = 'signedOut' | 'expired' | 'replaced';

/**
 * Keeps the live sockets of this node with their sessions, and cuts them off when the session ends or its token
 * expires.
 */
export class LiveSessions {
  private readonly byUser = new Map<string, Set<HaggleSocket>>();
  private readonly timers = new Map<string, NodeJS.Timeout>();
  private readonly sweeper: NodeJS.Timeout;

  constructor(private readonly deps: { guard: Guard; news: NodeNews; clock: Clock; log: Logger }) {
    deps.guard.onEnded((sessionIds) => this.end(new Set(sessionIds)));
    deps.news.on('socketReplaced', ({ userId, socketId }) => this.replace(userId, socketId));
    // News from processes that have no sockets of their own.
    deps.news.on('told', ({ userId, event, payload }) => {
      for (const socket of this.of(userId)) socket.emit(event, payload as never);
    });
    deps.news.on('behind', ({ userId, conversationId, lastSeq }) => {
      for (const socket of this.of(userId)) socket.emit('sync:hint', { conversationId, lastSeq });
    });
    this.sweeper = setInterval(() => void this.sweep(), sweepMs);
    this.sweeper.unref();
  }

  add(socket: HaggleSocket): void {
    const { userId } = socket.data.actor;
    const own = this.byUser.get(userId) ?? new Set();
    this.byUser.set(userId, own.add(socket));
    this.watchExpiry(socket);
    // The session ended between the handshake and here.
    if (this.deps.guard.isOver(socket.data.actor.sessionId)) this.cut(socket, 'signedOut');
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

  /** Closes this socket of a person who opened one too many, on whatever node. */
  replace(userId: string, socketId: string): void {
    for (const socket of this.of(userId)) if (socket.id === socketId) this.cut(socket, 'replaced');
  }

  of(userId: string): Iterable<HaggleSocket> {
    return this.byUser.get(userId) ?? [];
  }

  /** Takes a new token of the same session before the old one expires. Throws UNAUTHENTICATED and its kin. */
  async refresh(socket: HaggleSocket, payload: PayloadOf<'session:refresh'>): Promise<Date> {
    const { userId, sessionId, expiresAt } = await this.deps.guard.identify(payload.token);
    const { actor } = socket.data;
    if (userId !== actor.userId || sessionId !== actor.sessionId)
      throw new Refusal('UNAUTHENTICATED', 'The token is of another session');
    socket.data.expiresAt = expiresAt;
    this.watchExpiry(socket);
    return expiresAt;
  }

  close(): void {
    clearInterval(this.sweeper);
    for (const timer of this.timers.values()) clearTimeout(timer);
  }

  private watchExpiry(socket: HaggleSocket): void {
    clearTimeout(this.timers.get(socket.id));
    const left = socket.data.expiresAt.getTime() - this.deps.clock().getTime();
    this.timers.set(
      socket.id,
      setTimeout(() => this.cut(socket, 'expired'), Math.max(0, left)).unref(),
    );
  }

  private end(sessionIds: Set<string>): void {
    for (const own of this.byUser.values())
      for (const socket of own)
        if (sessionIds.has(socket.data.actor.sessionId)) this.cut(socket, 'signedOut');
  }

  private async sweep(): Promise<void> {
    const ids = new Set<string>();
    for (const own of this.byUser.values())
      for (const socket of own) ids.add(socket.data.actor.sessionId);
    if (ids.size === 0) return;
    try {
      this.end(new Set(await this.deps.guard.overAmong([...ids])));
    } catch (error) {
      this.deps.log.warn({ reason: (error as Error).message }, 'sessions could not be checked');
    }
  }

  private cut(socket: HaggleSocket, reason: Reason): void {
    socket.emit('session:revoked', { reason });
    socket.disconnect(true);
  }
}
