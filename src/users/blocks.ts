import { Recent, type Caching } from '../platform/recent.js';
import type { BlockStore } from './block.store.js';

/** Tells all nodes that a block or a leaving began or ended between people; lost while Redis is down. */
export interface ClosureNews {
  announce(changed: { userIds: string[]; conversationId?: string }): void;
}

/**
 * Says who is kept apart from whom, in both directions alike. An answer is at most 5 s old, less after news, so that
 * the hot path needs no read per message.
 */
export class Blocks {
  private readonly recent: Recent<ReadonlySet<string>>;

  private readonly store: BlockStore;

  constructor(deps: { store: BlockStore; caching: Caching }) {
    this.store = deps.store;
    this.recent = new Recent<ReadonlySet<string>>({
      max: 50_000,
      ttlMs: 5_000,
      caching: deps.caching,
      look: (userIds) => deps.store.around(userIds),
    });
  }

  /** Everybody whom a person blocked or who blocked them. */
  async around(userId: string): Promise<ReadonlySet<string>> {
    return (await this.aroundMany([userId])).get(userId)!;
  }

  /** The same for several people. */
  aroundMany(userIds: Iterable<string>): Promise<Map<string, ReadonlySet<string>>> {
    return this.recent.getMany(userIds);
  }

  /** Whether these two are kept apart now; asks the database, not the cache. */
  async areApart([one, other]: readonly [string, string]): Promise<boolean> {
    return (await this.store.around([one])).get(one)?.has(other) ?? false;
  }

  /** Which of these pairs are kept apart now; asks the database, not the cache. */
  between(pairs: (readonly [string, string])[]): Promise<(one: string, other: string) => boolean> {
    return this.store.between(pairs);
  }

  /** Whether this person set the block: whoever set one may still look at what it hides. */
  isSetBy(blockerId: string, blockedId: string): Promise<boolean> {
    return this.store.has({ blockerId, blockedId });
  }

  /** Forgets cached answers about these people, on news from this node or another. */
  heard(userIds: string[]): void {
    this.recent.drop(userIds);
  }
}
