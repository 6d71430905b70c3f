import { Refusal, limits, type view } from '../contract/index.js';
import type { GatewayContext } from '../context.js';
import { presenceChannel } from '../platform/presence.js';
import type { LiveSessions } from './sessions.js';
import type { HaggleSocket, SocketDoor } from './socket-door.js';

/** The least time between two looks: people that are due meanwhile share one query. */
const gatherMs = 250;
/** A person who seems to have gone is looked at again after this: a device that changes networks is back by then. */
const goneAfterMs = 4_000;
/** The most people in one query to Redis. */
const lookAtOnce = 500;

/** A person whom somebody on this node watches. */
interface Watched {
  shown: view.Presence;
  watchers: Set<HaggleSocket>;
  /** When to look again, in terms of `performance.now()`. */
  dueAt: number;
  goneSince: number | undefined;
}

/** Says who may see whose presence, and what it is. Slices above implement it. */
export interface PresenceQuestions {
  knownTo: (askerId: string, others: readonly string[]) => Promise<Set<string>>;
  /** Throws when Redis is away. */
  online: (userIds: readonly string[]) => Promise<Set<string>>;
  present: (
    userIds: readonly string[],
    online: ReadonlySet<string>,
  ) => Promise<Map<string, view.Presence>>;
}

/**
 * Keeps who watches whom on this node. A node listens only to the channels of people that are watched on it; a message
 * there only says that it should look.
 */
export class PresenceWatch {
  private readonly watched = new Map<string, Watched>();
  private readonly bySocket = new WeakMap<HaggleSocket, Set<string>>();
  private readonly timer: NodeJS.Timeout;
  /** How often everybody who is watched is looked at, since a node that was killed says nothing. */
  private readonly againMs: number;
  private looking = false;

  constructor(
    private readonly context: GatewayContext,
    private readonly questions: PresenceQuestions,
    live: LiveSessions,
  ) {
    this.againMs = context.config.presenceLeaseMs / 5;
    // Listens for buffers, as the adapter does: a listener for strings would decode every message of the node.
    context.subscriber.on('smessageBuffer', (channel: Buffer) => {
      if (this.watched.size > 0) this.mentioned(channel.toString());
    });
    this.timer = setInterval(() => void this.lookAtDue(), gatherMs);
    this.timer.unref();
    context.news.on('closureChanged', ({ userIds }) => {
      for (const userId of userIds) void this.recheck(live.of(userId));
    });
    // This node may have missed the news of closed conversations.
    context.hearing.onChange((deaf) => {
      if (!deaf) void this.recheck(live.all());
    });
  }

  mount(door: SocketDoor): void {
    door.on('presence:watch', async (_actor, { userIds }, socket) => ({
      presences: await this.watch(socket, [...new Set(userIds)]),
    }));
    door.on('presence:unwatch', (_actor, { userIds }, socket) => {
      this.unwatch(socket, userIds);
      return Promise.resolve({ presences: [] });
    });
  }

  /** Answers in the order asked. Throws VALIDATION_FAILED beyond the bound of one socket. */
  private async watch(socket: HaggleSocket, userIds: string[]): Promise<view.Presence[]> {
    const own = this.bySocket.get(socket) ?? new Set();
    this.bySocket.set(socket, own);
    const more = userIds.filter((userId) => !own.has(userId));
    if (own.size + more.length > limits.presenceWatch)
      throw new Refusal(
        'VALIDATION_FAILED',
        `A socket watches ${limits.presenceWatch} people at most`,
        { errors: [{ path: 'userIds', message: 'are too many together' }] },
      );
    // They count from here on, strangers too; a block or the end of the socket meanwhile removes them again.
    for (const userId of more) own.add(userId);
    const shown = new Map<string, view.Presence>();
    try {
      const known = await this.questions.knownTo(socket.data.actor.userId, userIds);
      // With Redis away nobody is online, but when they were last seen is still known.
      const online = await this.questions.online([...known]).catch(() => new Set<string>());
      for (const [userId, presence] of await this.questions.present([...known], online))
        // Shows what the other watchers are shown: a change that is held back reaches all of them together.
        if (socket.connected && own.has(userId))
          shown.set(userId, this.add(userId, presence, socket));
    } catch (error) {
      for (const userId of more) own.delete(userId);
      throw error;
    }
    return userIds.map((userId) => shown.get(userId) ?? unknown(userId));
  }

  unwatch(socket: HaggleSocket, userIds: Iterable<string>): void {
    for (const userId of userIds) {
      const watched = this.watched.get(userId);
      this.bySocket.get(socket)?.delete(userId);
      if (!watched?.watchers.delete(socket) || watched.watchers.size > 0) continue;
      this.watched.delete(userId);
      void this.context.subscriber.sunsubscribe(this.channelOf(userId));
    }
  }

  /** Called when the socket is gone. */
  remove(socket: HaggleSocket): void {
    this.unwatch(socket, [...(this.bySocket.get(socket) ?? [])]);
  }

  /**
   * Checks whom these sockets may still know of, after their conversations were closed or opened, or when news may be
   * lost.
   */
  private async recheck(sockets: Iterable<HaggleSocket>): Promise<void> {
    for (const socket of [...sockets]) {
      const own = [...(this.bySocket.get(socket) ?? [])];
      if (own.length === 0) continue;
      // A person who cannot be checked is no longer shown.
      const known = await this.questions
        .knownTo(socket.data.actor.userId, own)
        .catch(() => new Set<string>());
      for (const userId of own.filter((one) => !known.has(one))) {
        const wasShown = this.watched.get(userId)?.watchers.has(socket);
        this.unwatch(socket, [userId]);
        if (wasShown) socket.emit('presence', unknown(userId));
      }
    }
  }

  close(): void {
    clearInterval(this.timer);
  }

  private channelOf(userId: string): string {
    return presenceChannel(this.context.config.redisPrefix, userId);
  }

  private add(userId: string, shown: view.Presence, socket: HaggleSocket): view.Presence {
    const known = this.watched.get(userId);
    if (known) {
      known.watchers.add(socket);
      return known.shown;
    }
    this.watched.set(userId, {
      shown,
      watchers: new Set([socket]),
      // The first look finds what happened before the subscription existed.
      dueAt: performance.now() + Math.random() * this.againMs,
      goneSince: undefined,
    });
    void this.context.subscriber.ssubscribe(this.channelOf(userId));
    return shown;
  }

  private mentioned(channel: string): void {
    const userId = /\{(.+)\}$/.exec(channel)?.[1];
    const watched = userId === undefined ? undefined : this.watched.get(userId);
    if (watched && channel === this.channelOf(userId!)) watched.dueAt = 0;
  }

  private async lookAtDue(): Promise<void> {
    // While this node is deaf nobody counts as gone, since it cannot know.
    if (this.looking || this.context.hearing.deaf) return;
    const now = performance.now();
    const due: string[] = [];
    for (const [userId, watched] of this.watched)
      if (watched.dueAt <= now && due.push(userId) >= lookAtOnce) break;
    if (due.length === 0) return;
    this.looking = true;
    for (const userId of due) this.watched.get(userId)!.dueAt = now + this.againMs;
    try {
      const online = await this.questions.online(due);
      const changed = due.filter((userId) => this.hasChanged(userId, online.has(userId), now));
      if (changed.length > 0)
        for (const seen of (await this.questions.present(changed, online)).values())
          this.show(seen);
    } catch (error) {
      this.context.log.warn(
        { reason: (error as Error).message },
        'presence could not be looked at',
      );
    } finally {
      this.looking = false;
    }
  }

  /** Whether the person is really gone or back: somebody who seems to have gone gets a while to come back. */
  private hasChanged(userId: string, online: boolean, now: number): boolean {
    const watched = this.watched.get(userId);
    if (!watched || this.context.hearing.deaf) return false;
    if (online || !watched.shown.online) {
      watched.goneSince = undefined;
      return online !== watched.shown.online;
    }
    watched.goneSince ??= now;
    const left = watched.goneSince + goneAfterMs - now;
    if (left > 0) watched.dueAt = now + left;
    return left <= 0;
  }

  private show(seen: view.Presence): void {
    const watched = this.watched.get(seen.userId);
    if (!watched) return;
    watched.goneSince = undefined;
    watched.shown = seen;
    for (const socket of watched.watchers) socket.emit('presence', seen);
  }
}

const unknown = (userId: string): view.Presence => ({
  userId,
  online: false,
  lastActiveAt: null,
});
