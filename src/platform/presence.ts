import type { Redis } from 'ioredis';
import type { Logger } from './logger.js';

/** A node that died takes its people with it after this long; a living one renews in good time. */
const leaseMs = 60_000;
const renewMs = 20_000;

/** On which nodes a person has sockets. Lives in Redis under a lease, and means nothing when Redis is away. */
export interface PresenceReader {
  /** Nodes by person; somebody who is not connected, or not known to be, has none. */
  nodesOf(userIds: string[]): Promise<Map<string, string[]>>;
}

const keyOf = (prefix: string, userId: string) => `${prefix}:presence:{${userId}}`;

export function readPresence(redis: Redis, prefix: string): PresenceReader {
  return {
    async nodesOf(userIds) {
      const now = Date.now();
      const lists = await Promise.all(
        userIds.map((userId) => redis.zrangebyscore(keyOf(prefix, userId), now, '+inf')),
      );
      return new Map(userIds.map((userId, index) => [userId, lists[index] ?? []]));
    },
  };
}

/** This node's people, told to Redis: on arrival, on leaving, and again within every lease. */
export class Presence {
  private readonly sockets = new Map<string, number>();
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly deps: { redis: Redis; prefix: string; nodeId: string; log: Logger },
  ) {
    this.timer = setInterval(() => this.renew(), renewMs);
    this.timer.unref();
  }

  arrive(userId: string): void {
    const count = this.sockets.get(userId) ?? 0;
    this.sockets.set(userId, count + 1);
    if (count === 0) this.tell(userId);
  }

  leave(userId: string): void {
    const count = (this.sockets.get(userId) ?? 0) - 1;
    if (count > 0) {
      this.sockets.set(userId, count);
      return;
    }
    this.sockets.delete(userId);
    this.quietly(this.deps.redis.zrem(keyOf(this.deps.prefix, userId), this.deps.nodeId));
  }

  /** The node goes: its people are somewhere else from now on. */
  close(): void {
    clearInterval(this.timer);
    for (const userId of [...this.sockets.keys()]) {
      this.sockets.set(userId, 1);
      this.leave(userId);
    }
  }

  private renew(): void {
    for (const userId of this.sockets.keys()) this.tell(userId);
  }

  private tell(userId: string): void {
    const { redis, prefix, nodeId } = this.deps;
    const key = keyOf(prefix, userId);
    this.quietly(redis.zadd(key, Date.now() + leaseMs, nodeId));
    this.quietly(redis.pexpire(key, leaseMs));
  }

  /** Presence that could not be told is told again at the next renewal. */
  private quietly(work: Promise<unknown>): void {
    work.catch((error: Error) => this.deps.log.debug({ reason: error.message }, 'presence'));
  }
}
