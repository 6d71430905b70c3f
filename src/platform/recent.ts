import type { LRUCache } from 'lru-cache';
import { GatheredLooks } from './gathered-looks.js';
import { lru } from './lru.js';
import type { Hearing } from './probe.js';

/**
 * Whether a process may cache what others change: as long as it hears news of changes, or never when it hears none.
 * `byTime`: up to the end of `ttlMs`, for readers to whom a change within that time makes no difference.
 */
export type Caching = { byNews: Hearing } | 'byTime' | 'none';

/** So many keys that are in use are looked up along with one that is missing. */
const alongMost = 200;

/**
 * Caches what other nodes may change: at most `ttlMs`, until news of a change, and not at all where or while no news is
 * heard. All callers of one moment share one look-up, whatever they ask for.
 */
export class Recent<T extends object> {
  private readonly known: LRUCache<string, T>;
  private readonly looking = new Map<string, Promise<Map<string, T>>>();
  private readonly looks: GatheredLooks<T>;
  /** Grows with news, so that a look-up that was under way then is not cached. */
  private generation = 0;
  /** Keys that were asked for since the last look-up. */
  private readonly used = new Set<string>();

  constructor(
    private readonly deps: {
      max: number;
      ttlMs: number;
      caching: Caching;
      look: (keys: string[]) => Promise<Map<string, T>>;
    },
  ) {
    this.known = lru<T>(deps.max, deps.ttlMs);
    this.looks = new GatheredLooks(deps.look);
    if (typeof deps.caching === 'object')
      deps.caching.byNews.onChange(() => {
        this.generation += 1;
        this.known.clear();
        this.looking.clear();
        this.used.clear();
      });
  }

  /** What is cached under this key. */
  peek(key: string): T | undefined {
    const known = this.known.get(key);
    if (known && this.used.size < alongMost) this.used.add(key);
    return known;
  }

  /** The values that exist, by key. */
  async getMany(keys: Iterable<string>): Promise<Map<string, T>> {
    const found = new Map<string, T>();
    let open: Set<string> | undefined;
    for (const key of keys) {
      const known = this.peek(key);
      if (known) found.set(key, known);
      else (open ??= new Set()).add(key);
    }
    if (!open) return found;
    const missing: string[] = [];
    const looks = new Set<Promise<Map<string, T>>>();
    for (const key of open) {
      const look = this.looking.get(key);
      if (look) looks.add(look);
      else missing.push(key);
    }
    if (missing.length > 0) looks.add(this.look(missing));
    for (const answer of await Promise.all(looks))
      for (const key of open) {
        const value = answer.get(key);
        if (value) found.set(key, value);
      }
    return found;
  }

  /** Called when something changed: the next caller looks it up again. */
  drop(keys: string[]): void {
    this.generation += 1;
    for (const key of keys) {
      this.known.delete(key);
      this.looking.delete(key);
    }
  }

  private async look(missing: string[]): Promise<Map<string, T>> {
    const keys = [...missing, ...this.soonOver()];
    const { generation } = this;
    const look = this.looks.getMany(keys);
    const { caching } = this.deps;
    const keeps = typeof caching === 'object' ? !caching.byNews.deaf : caching === 'byTime';
    // Only for what is missing: if this one hangs, what is looked up along with it is asked for by a look of its own.
    if (keeps) for (const key of missing) this.looking.set(key, look);
    try {
      const found = await look;
      if (keeps && generation === this.generation)
        for (const key of keys) {
          const value = found.get(key);
          if (value) this.known.set(key, value);
        }
      return found;
    } finally {
      for (const key of missing) if (this.looking.get(key) === look) this.looking.delete(key);
    }
  }

  /** What is in use and has less than half of its time left: so it is looked up together, and not one by one. */
  private soonOver(): string[] {
    const { ttlMs } = this.deps;
    const used = [...this.used];
    this.used.clear();
    return used.filter((key) => {
      const left = this.known.getRemainingTTL(key);
      return left > 0 && left < ttlMs / 2;
    });
  }
}
