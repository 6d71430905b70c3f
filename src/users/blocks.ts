import { LRUCache } from 'lru-cache';
import type { Hearing } from '../platform/hearing.js';
import type { BlockStore } from './block.store.js';

/** Tells all nodes that something between people closed or opened; lost while Redis is down. */
export interface ClosureNews {
  announce(changed: { userIds: string[]; conversationId?: string }): void;
}

/**
 * Who is kept apart from whom, both ways alike. A verdict is at most 5 s old, and is looked up again at once after
 * news of a change; while this node hears no news nothing is remembered. So the hot path pays no read per message.
 */
export class Blocks {
  private readonly known = new LRUCache<string, ReadonlySet<string>>({ max: 50_000, ttl: 5_000 });
  /** A look that was under way when news came must not be remembered. */
  private generation = 0;

  constructor(private readonly deps: { store: BlockStore; hearing: Hearing }) {
    deps.hearing.onChange(() => {
      this.generation += 1;
      this.known.clear();
    });
  }

  /** Everybody whom a person blocked or who blocked them. */
  async around(userId: string): Promise<ReadonlySet<string>> {
    const known = this.known.get(userId);
    if (known) return known;
    const { generation } = this;
    const found = new Set(await this.deps.store.around(userId));
    if (generation === this.generation && !this.deps.hearing.deaf) this.known.set(userId, found);
    return found;
  }

  /** Something changed between these people, here or on another node. */
  heard(userIds: string[]): void {
    this.generation += 1;
    for (const id of userIds) this.known.delete(id);
  }
}
