import { Recent, type Caching } from '../platform/recent.js';
import type { BlockStore } from './block.store.js';

/** Tells all nodes that something between people closed or opened; lost while Redis is down. */
export interface ClosureNews {
  announce(changed: { userIds: string[]; conversationId?: string }): void;
}

/**
 * Who is kept apart from whom, both ways alike. A verdict is at most 5 s old, less after news: so the hot path pays
 * no read per message.
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

  /** The same of several people. */
  aroundMany(userIds: Iterable<string>): Promise<Map<string, ReadonlySet<string>>> {
    return this.recent.getMany(userIds);
  }

  /** Whether these two are kept apart at this moment, past everything remembered. */
  async areApart([one, other]: readonly [string, string]): Promise<boolean> {
    return (await this.store.around([one])).get(one)?.has(other) ?? false;
  }

  /** Which of these pairs are kept apart at this moment, past everything remembered. */
  between(pairs: (readonly [string, string])[]): Promise<(one: string, other: string) => boolean> {
    return this.store.between(pairs);
  }

  /** Whether this person blocked the other: who did may still look at what lies behind the block. */
  isSetBy(blockerId: string, blockedId: string): Promise<boolean> {
    return this.store.has({ blockerId, blockedId });
  }

  /** Something changed between these people, here or on another node. */
  heard(userIds: string[]): void {
    this.recent.drop(userIds);
  }
}
