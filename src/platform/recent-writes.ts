import { lru } from './lru.js';
import type { ReadFrom } from './mongo.js';
import type { Hearing } from './probe.js';
import type { RedisClient } from './redis.js';

/** Who wrote reads from the primary for so long. */
const ownWritesMs = 10_000;
/** People whom one node remembers by itself; the others are found in Redis. */
const peopleAtOnce = 50_000;

/**
 * Says where a person may read from: members of the replica set other than the primary may be behind, but everybody is
 * to see at once what they wrote themselves, on whatever node.
 */
export class RecentWrites {
  private readonly here = lru<true>(peopleAtOnce, ownWritesMs);

  constructor(
    private readonly deps: {
      redis: RedisClient;
      prefix: string;
      hearing: Hearing | undefined;
      /** false: everything is read from the primary. */
      secondaries: boolean;
    },
  ) {}

  /** Called after a person wrote something, before it is acknowledged. Never rejects. */
  async note(userId: string): Promise<void> {
    const { redis, hearing, secondaries } = this.deps;
    if (!secondaries) return;
    this.here.set(userId, true);
    if (!hearing?.deaf)
      await redis.set(this.keyOf(userId), '', 'PX', ownWritesMs).catch(() => undefined);
  }

  /** `primary` for who wrote lately, and for everybody while Redis cannot say who did. */
  async readFrom(userId: string): Promise<ReadFrom> {
    const { redis, hearing, secondaries } = this.deps;
    if (!secondaries || this.here.has(userId) || hearing?.deaf) return 'primary';
    const wrote = await redis.exists(this.keyOf(userId)).catch(() => 1);
    return wrote > 0 ? 'primary' : 'secondary';
  }

  private keyOf(userId: string): string {
    return `${this.deps.prefix}:wrote:${userId}`;
  }
}
