import { Refusal, limits } from '../contract/index.js';
import type { Actor } from '../platform/actor.js';
import type { Clock } from '../platform/clock.js';
import type { Logger } from '../platform/logger.js';
import { lru } from '../platform/lru.js';
import type { NodeNews } from '../context.js';
import type { HostSignIn } from './host-sign-in.js';
import type { SanctionStore } from './sanction.store.js';
import type { SessionStore } from './session.store.js';
import type { Tokens } from './tokens.js';

/** `suspended`: an operator suspended or banned the person. */
type Listener = (sessionIds: string[], suspended: boolean) => void;

/** Who calls, until when the token says so, and which key of ours it is signed with (none: a key of the host app). */
type Identified = Actor & { expiresAt: Date; keyId?: string };

/**
 * The one place that says who is calling, for both doors. A token is checked without a look-up; whether its session
 * still lives is cached for a while (`SESSION_CHECK_SECONDS`) and forgotten at once when another node says that it
 * ended. So a session that was ended is refused within seconds, and within that while when Redis could not carry the
 * news; so is a person who was suspended or banned.
 */
export class SessionGuard {
  private readonly alive;
  /** Ended sessions, kept until none of their access tokens is valid: news may come while a look-up is under way. */
  private readonly over = lru<true>(50_000, limits.accessTokenSeconds * 1_000);
  /** The last rotation of each session's refresh token that is known to have reached the client. */
  private readonly arrived = lru<number>(50_000);
  private readonly listeners: Listener[] = [];

  constructor(
    private readonly deps: {
      tokens: Tokens;
      /** undefined: no tokens of a host app are taken. */
      hosted: HostSignIn | undefined;
      sessions: SessionStore;
      sanctions: SanctionStore;
      news: NodeNews;
      clock: Clock;
      log: Logger;
      /** How long a session is taken for alive without another look, ms. */
      checkMs: number;
    },
  ) {
    this.alive = lru<true>(50_000, deps.checkMs);
    deps.news.on('sessionsEnded', ({ sessionIds, suspended }) => this.heard(sessionIds, suspended));
  }

  /** Throws UNAUTHENTICATED, TOKEN_EXPIRED, SESSION_REVOKED or ACCOUNT_SUSPENDED. */
  async identify(token: string): Promise<Identified> {
    const now = this.deps.clock();
    const { tokens, hosted } = this.deps;
    const ours = hosted?.isOurs(token) ? hosted : undefined;
    let claims: Identified & { rotation: number } = ours
      ? await ours.verify(token)
      : tokens.verifyAccess(token, now);
    if (!(await this.goesOn(claims, now))) {
      if (!ours) throw new Refusal('SESSION_REVOKED');
      // Of a person who was suspended: the token that they still have begins the next one.
      claims = await ours.verify(token, { anew: true });
      if (!(await this.goesOn(claims, now))) throw new Refusal('SESSION_REVOKED');
    }
    this.noteArrival(claims);
    return claims;
  }

  /** Throws ACCOUNT_SUSPENDED. */
  private async goesOn({ sessionId, userId }: Actor, now: Date): Promise<boolean> {
    if (this.alive.has(sessionId)) return true;
    const [over] = await Promise.all([
      this.deps.sessions.overAmong([sessionId], now),
      // Asked also while the session lives: who laid a suspension may have died before it ended the sessions.
      this.deps.sanctions.mustBeFree(userId, now),
    ]);
    if (over.length > 0 || this.isOver(sessionId)) return false;
    this.alive.set(sessionId, true);
    return true;
  }

  /**
   * A client that uses this token has received the refresh token that came with it, so the one before must not be used
   * again. Runs beside the request; what fails here is noted at the next use.
   */
  private noteArrival({ sessionId, rotation }: { sessionId: string; rotation: number }): void {
    if (rotation <= (this.arrived.get(sessionId) ?? 0)) return;
    this.arrived.set(sessionId, rotation);
    this.deps.sessions.noteArrival(sessionId, rotation).catch((error: Error) => {
      this.arrived.delete(sessionId);
      this.deps.log.warn({ reason: error.message }, 'the first use of a new token was not noted');
    });
  }

  /** Which of the live sockets' sessions are over; finds those whose news was lost. */
  overAmong(sessionIds: string[]): Promise<string[]> {
    return this.deps.sessions.overAmong(sessionIds, this.deps.clock());
  }

  /** Acts on sessions that this node ended, and tells the other nodes unless Redis is away. */
  ended(sessionIds: string[], suspended = false): void {
    this.heard(sessionIds, suspended);
    this.deps.news.announce({ kind: 'sessionsEnded', sessionIds, suspended });
  }

  /** Whether this node knows that the session has ended. */
  isOver(sessionId: string): boolean {
    return this.over.has(sessionId);
  }

  onKeysChanged(listener: () => void): void {
    this.deps.tokens.onChange(listener);
  }

  /** Whether tokens of this key are refused: it was taken out of use. */
  isKeyGone(keyId: string): boolean {
    return !this.deps.tokens.hasKey(keyId);
  }

  onEnded(listener: Listener): void {
    this.listeners.push(listener);
  }

  private heard(sessionIds: string[], suspended = false): void {
    for (const id of sessionIds) {
      this.alive.delete(id);
      this.over.set(id, true);
    }
    for (const listener of this.listeners) listener(sessionIds, suspended);
  }
}
