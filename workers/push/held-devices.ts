import { LRUCache } from 'lru-cache';

/** Beyond this many the one that was held longest ago is tried again too early. */
const remembered = 10_000;

/** Devices that are left alone for a while, by their token; known to this worker only. */
export class HeldDevices {
  private readonly until = new LRUCache<string, number>({ max: remembered });

  /** A longer hold holds. */
  hold(token: string, ms: number): void {
    const until = Date.now() + ms;
    if (until > (this.until.get(token) ?? 0)) this.until.set(token, until);
  }

  /** What is left of it, in milliseconds; 0: none. */
  left(token: string): number {
    return Math.max(0, (this.until.get(token) ?? 0) - Date.now());
  }
}
